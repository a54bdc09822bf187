// Says in words what one would see: who came, who left, whose hand went up, what was written. For screen readers.
import { html } from "lit";
import { customElement, property, state as local } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { State } from "../state";
import { Part, isHost } from "./part";
import { connectionWords, reactionWords } from "./words";

/** What happened between two states, in the order it is worth hearing. */
export function news(before: State, now: State): string[] {
  const out: string[] = [];
  if (before.connection !== now.connection) out.push(connectionWords(now.connection).why);
  if (before.own.microphoneOn !== now.own.microphoneOn && !now.own.pushToTalk)
    out.push(now.own.microphoneOn ? t("Your microphone is on.") : t("Your microphone is off."));
  if (before.own.cameraOn !== now.own.cameraOn) out.push(now.own.cameraOn ? t("Your camera is on.") : t("Your camera is off."));
  if (before.participants !== now.participants) {
    for (const [id, person] of now.participants) {
      const was = before.participants.get(id);
      if (!was && id !== now.own.id) out.push(t("{name} came in.", { name: person.name }));
      if (was && was.hand_at_ms === null && person.hand_at_ms !== null && id !== now.own.id)
        out.push(t("{name} raises a hand.", { name: person.name }));
    }
    for (const [id, person] of before.participants)
      if (!now.participants.has(id)) out.push(t("{name} left.", { name: person.name }));
  }
  if (now.panel !== "chat")
    for (const message of now.chat.slice(before.chat.length))
      if (message.author !== now.own.id)
        out.push(t("{name} writes: {text}", { name: message.author_name, text: message.text.slice(0, 120) }));
  if (isHost(now) && now.waiting.length > before.waiting.length)
    out.push(t("{name} waits to be let in.", { name: now.waiting.at(-1)?.name ?? "" }));
  for (const reaction of now.reactions) {
    if (before.reactions.some((r) => r.key === reaction.key) || reaction.participant === now.own.id) continue;
    out.push(
      t("{name}: {reaction}", {
        name: now.participants.get(reaction.participant)?.name ?? "",
        reaction: reactionWords(reaction.reaction).word,
      }),
    );
  }
  return out;
}

const MANY = 4;

@customElement("stoa-announcer")
export class Announcer extends Part {
  @property({ attribute: false }) state!: State;
  @local() private text = "";

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get("state") as State | undefined;
    if (!before || before.participants.size === 0) return;
    const heard = news(before, this.state);
    if (heard.length) this.text = heard.slice(0, MANY).join(" ");
  }

  protected override render(): unknown {
    return html`<div class="sr" role="status" aria-live="polite" aria-atomic="true">${this.text}</div>`;
  }
}
