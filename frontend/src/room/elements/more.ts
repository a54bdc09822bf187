// What stands under More.
import { type TemplateResult, html } from "lit";
import { t } from "../../shared/i18n";
import type { Intent, State } from "../state";
import type { DialogSpec } from "./dialog";
import { icon } from "./icons";
import type { MenuItem } from "./menu";
import { isHost, may } from "./part";
import { REACTIONS, reactionWords } from "./words";

export interface MoreDoors {
  readonly ask: (intent: Intent) => void;
  readonly dialog: (spec: DialogSpec) => void;
  readonly fullScreen: () => void;
  readonly pictureInPicture: (() => void) | null; // null: this browser has none
  readonly shortcuts: () => void;
  readonly full: boolean;
  readonly soundOnly: boolean;
  readonly setSoundOnly: (on: boolean) => void;
}

export function moreItems(state: State, doors: MoreDoors): MenuItem[] {
  const { ask } = doors;
  const { own } = state;
  const items: MenuItem[] = [
    {
      label: state.unread ? t("Chat, {count} unread", { count: state.unread }) : t("Chat"),
      icon: "message-square",
      when: "phone",
      run: () => ask({ do: "panel", panel: "chat" }),
    },
    {
      label: t("People, {count}", { count: state.participants.size }),
      icon: "users",
      when: "phone",
      run: () => ask({ do: "panel", panel: "people" }),
    },
  ];
  if (may(state, "share") || own.sharing)
    items.push({
      label: own.sharing ? t("Stop sharing") : t("Share"),
      icon: own.sharing ? "screen-share-off" : "screen-share",
      when: "phone",
      run: () => ask({ do: "share", on: !own.sharing }),
    });
  items.push(
    {
      label: t("Everybody in a grid"),
      icon: "layout-grid",
      checked: state.layout === "grid",
      run: () => ask({ do: "layout", layout: state.layout === "grid" ? "auto" : "grid" }),
    },
    {
      label: t("Who speaks is large"),
      icon: "presentation",
      checked: state.layout === "speaker",
      run: () => ask({ do: "layout", layout: state.layout === "speaker" ? "auto" : "speaker" }),
    },
    {
      label: doors.full ? t("Exit full screen") : t("Full screen"),
      icon: doors.full ? "minimize" : "maximize",
      run: doors.fullScreen,
    },
  );
  if (doors.pictureInPicture)
    items.push({ label: t("Small window on top"), icon: "picture-in-picture-2", run: doors.pictureInPicture });
  items.push(
    {
      label: t("Sound only"),
      icon: "headphones",
      checked: doors.soundOnly,
      rule: true,
      run: () => doors.setSoundOnly(!doors.soundOnly),
    },
    {
      label: t("Blur my background"),
      icon: "sparkles",
      checked: own.blur,
      run: () => ask({ do: "blur", on: !own.blur }),
    },
    {
      label: t("Suppress noise"),
      icon: "audio-lines",
      checked: own.noiseSuppression,
      run: () => ask({ do: "noise", on: !own.noiseSuppression }),
    },
    { label: t("Push to talk"), icon: "mic", checked: own.pushToTalk, run: () => pushToTalk(ask, !own.pushToTalk) },
    { label: t("Settings"), icon: "settings", rule: true, run: () => ask({ do: "panel", panel: "settings" }) },
    { label: t("Connection in figures"), icon: "activity", run: () => ask({ do: "panel", panel: "diagnostics" }) },
    { label: t("Keyboard shortcuts"), icon: "keyboard", hint: "?", run: doors.shortcuts },
  );
  if (isHost(state)) items.push(...hostItems(state, doors));
  return items;
}

function hostItems(state: State, { ask, dialog }: MoreDoors): MenuItem[] {
  const locked = state.room?.locked ?? false;
  return [
    { label: t("Mute everybody else"), icon: "mic-off", rule: true, run: () => ask({ do: "mute-person", participant: null }) },
    { label: t("Lock the meeting"), icon: "lock", checked: locked, run: () => ask({ do: "lock", locked: !locked }) },
    { label: t("End for everybody"), icon: "phone-off", danger: true, run: () => dialog(endDialog(ask)) },
  ];
}

export function endDialog(ask: (intent: Intent) => void): DialogSpec {
  return {
    heading: t("End the meeting for everybody?"),
    content: t("Everybody is disconnected at once. The room and its link stay as they are."),
    actions: [{ label: t("End for everybody"), look: "danger", run: () => ask({ do: "end" }) }],
  };
}

/** A host who leaves chooses; others leave at once. */
export function leaveDialog(ask: (intent: Intent) => void): DialogSpec {
  return {
    heading: t("Leave, or end the meeting?"),
    content: t("When you leave, the others can go on. When you end it, everybody is disconnected at once."),
    actions: [
      { label: t("Leave"), look: "primary", run: () => ask({ do: "leave" }) },
      { label: t("End for everybody"), look: "danger", run: () => ask({ do: "end" }) },
    ],
  };
}

export function reactionRow(state: State, ask: (intent: Intent) => void, done: () => void): TemplateResult | null {
  if (!may(state, "react")) return null;
  return html`<div class="reaction-row" role="group" aria-label=${t("Reactions")}>
    ${REACTIONS.map((reaction) => {
      const { word, icon: name } = reactionWords(reaction);
      return html`<button
        type="button"
        class="btn icon"
        aria-label=${word}
        title=${word}
        @click=${() => {
          ask({ do: "react", reaction });
          done();
        }}
      >
        ${icon(name)}
      </button>`;
    })}
  </div>`;
}

/** With push-to-talk the microphone is off until the key is held. */
export function pushToTalk(ask: (intent: Intent) => void, on: boolean): void {
  ask({ do: "push-to-talk", on });
  if (on) ask({ do: "microphone", on: false });
}
