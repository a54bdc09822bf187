// Which message of the protocol an intent is, for those that are the room's to decide.
import type { ClientRequest } from "./protocol.gen";
import type { Intent } from "./state";

/** Null: the browser performs this intent by itself. */
export function requestOf(intent: Intent): ClientRequest | null {
  switch (intent.do) {
    case "hand":
      return { type: "hand", raised: intent.raised };
    case "react":
      return { type: "react", reaction: intent.reaction };
    case "chat":
      return { type: "chat.send", text: intent.text, to: intent.to };
    case "rename":
      return { type: "rename", name: intent.name };
    case "want":
      return { type: "want", publication: intent.publication, max_height_px: Math.round(intent.max_height_px) };
    case "mute-person":
      return { type: "moderate.mute", participant: intent.participant };
    case "ask-unmute":
      return { type: "moderate.ask_unmute", participant: intent.participant };
    case "stop":
      return { type: "moderate.stop", participant: intent.participant, source: intent.source };
    case "remove":
      return { type: "moderate.remove", participant: intent.participant };
    case "lock":
      return { type: "moderate.lock", locked: intent.locked };
    case "role":
      return { type: "moderate.role", participant: intent.participant, role: intent.role };
    case "allow":
      return {
        type: "moderate.allow", capability: intent.capability, allowed: intent.allowed, participant: intent.participant,
      };
    case "lower-hand":
      return { type: "moderate.lower_hand", participant: intent.participant };
    case "admit":
      return { type: "lobby.admit", waiting: intent.waiting };
    case "refuse":
      return { type: "lobby.refuse", waiting: intent.waiting };
    case "end":
      return { type: "moderate.end" };
    default:
      return null;
  }
}
