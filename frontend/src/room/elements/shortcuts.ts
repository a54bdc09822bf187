// The keys: what they do on the stage, and the table behind `?`.
import { type TemplateResult, html } from "lit";
import { t } from "../../shared/i18n";
import { SHORTCUTS, type Shortcut, shortcutOf } from "../shortcuts";
import type { Intent, State } from "../state";
import type { DialogSpec } from "./dialog";

export function shortcutsDialog(): DialogSpec {
  const content: TemplateResult = html`<table class="table keys">
    <thead class="sr">
      <tr>
        <th scope="col">${t("Key")}</th>
        <th scope="col">${t("What it does")}</th>
      </tr>
    </thead>
    <tbody>
      ${SHORTCUTS.map(
        ({ key, text }) =>
          html`<tr>
            <th scope="row"><kbd>${key === " " ? t("Space") : key.toUpperCase()}</kbd></th>
            <td>${text()}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return { heading: t("Keyboard shortcuts"), content, actions: [] };
}

interface Doors {
  readonly state: () => State;
  readonly ask: (intent: Intent) => void;
  readonly fullScreen: () => void;
  readonly help: () => void;
}

/** Listens for the stage's keys until `signal`; Space talks while it is held. */
export function listenForKeys(doors: Doors, signal: AbortSignal): void {
  let talking = false;
  const hush = (): void => {
    if (talking) doors.ask({ do: "microphone", on: false });
    talking = false;
  };
  document.addEventListener(
    "keydown",
    (event) => {
      const does = shortcutOf(event);
      if (does === null) return;
      event.preventDefault();
      if (event.repeat) return;
      if (does === "talk") {
        if (talking || doors.state().own.microphoneOn) return;
        talking = true;
        doors.ask({ do: "microphone", on: true });
      } else press(does, doors);
    },
    { signal },
  );
  document.addEventListener(
    "keyup",
    (event) => {
      if (event.key === " ") hush();
    },
    { signal },
  );
  window.addEventListener("blur", hush, { signal });
}

function press(does: Exclude<Shortcut, "talk">, { state, ask, fullScreen, help }: Doors): void {
  const now = state();
  const toggle = (panel: "chat" | "people"): void => ask({ do: "panel", panel: now.panel === panel ? "none" : panel });
  switch (does) {
    case "microphone":
      return ask({ do: "microphone", on: !now.own.microphoneOn });
    case "camera":
      return ask({ do: "camera", on: !now.own.cameraOn });
    case "hand":
      return ask({ do: "hand", raised: now.participants.get(now.own.id)?.hand_at_ms == null });
    case "share":
      return ask({ do: "share", on: !now.own.sharing });
    case "chat":
    case "people":
      return toggle(does);
    case "layout":
      return ask({ do: "layout", layout: now.layout === "speaker" ? "grid" : "speaker" });
    case "fullscreen":
      return fullScreen();
    case "help":
      return help();
  }
}
