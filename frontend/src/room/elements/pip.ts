// A small window that stays on top: who speaks, and the two switches one needs. Document picture-in-picture where the
// browser has it, else the plain one of a single video.
import { html, render } from "lit";
import { t } from "../../shared/i18n";
import type { Intent, State } from "../state";
import type { Wants } from "../wants";
import { avatar } from "./avatar";
import { icon } from "./icons";
import { publicationOf, screens } from "./part";
import "./video";

interface DocumentPip {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

function documentPip(): DocumentPip | null {
  return (window as { documentPictureInPicture?: DocumentPip }).documentPictureInPicture ?? null;
}

export function canFloat(): boolean {
  return documentPip() !== null || document.pictureInPictureEnabled === true;
}

/** The page's rules in the small window, as constructed sheets: its policy allows no inline style. */
function dress(target: Window): void {
  const Sheet = (target as Window & typeof globalThis).CSSStyleSheet;
  target.document.adoptedStyleSheets = [...document.styleSheets].map((source) => {
    const sheet = new Sheet();
    sheet.replaceSync(
      [...source.cssRules]
        .filter((rule) => !(rule instanceof CSSImportRule))
        .map((rule) => rule.cssText)
        .join("\n"),
    );
    return sheet;
  });
  target.document.documentElement.lang = document.documentElement.lang;
  target.document.body.className = "pip";
}

export class Float {
  #window: Window | null = null;

  constructor(
    private readonly ask: (intent: Intent) => void,
    private readonly closed: () => void,
  ) {}

  get open(): boolean {
    return this.#window !== null;
  }

  async show(video: HTMLVideoElement | null): Promise<void> {
    const pip = documentPip();
    if (pip) {
      const opened = await pip.requestWindow({ width: 400, height: 300 });
      dress(opened);
      opened.addEventListener(
        "pagehide",
        () => {
          this.#window = null;
          this.closed();
        },
        { once: true },
      );
      this.#window = opened;
    } else if (video) {
      video.disablePictureInPicture = false;
      await video.requestPictureInPicture();
    }
  }

  close(): void {
    this.#window?.close();
    this.#window = null;
  }

  draw(state: State, who: string, wants: Wants): void {
    if (!this.#window) return;
    const share = screens(state).at(-1);
    const picture = share ? state.received.get(share.id) : publicationOf(state, who, "camera");
    const person = state.participants.get(share?.participant ?? who);
    const own = picture?.publication.participant === state.own.id;
    const on = picture?.track != null && !picture.publication.muted;
    render(
      html`<div class="tile">
          ${on ? html`<stoa-video whole .track=${picture.track} .publication=${own ? "" : picture.publication.id} .wants=${wants}></stoa-video>` : person ? avatar(person.name, person.colour, "xl") : ""}
          <span class="who"><span class="clip">${person?.name ?? ""}</span></span>
        </div>
        <div class="bar">
          <button
            class="ctl ${state.own.microphoneOn ? "" : "off"}"
            @click=${() => this.ask({ do: "microphone", on: !state.own.microphoneOn })}
          >
            ${icon(state.own.microphoneOn ? "mic" : "mic-off")}<span>${state.own.microphoneOn ? t("Mute") : t("Unmute")}</span>
          </button>
          <button
            class="ctl ${state.own.cameraOn ? "" : "off"}"
            @click=${() => this.ask({ do: "camera", on: !state.own.cameraOn })}
          >
            ${icon(state.own.cameraOn ? "video" : "video-off")}<span
              >${state.own.cameraOn ? t("Stop video") : t("Start video")}</span
            >
          </button>
          <button class="ctl leave" @click=${() => this.ask({ do: "leave" })}>
            ${icon("log-out")}<span>${t("Leave")}</span>
          </button>
        </div>`,
      this.#window.document.body,
    );
  }
}
