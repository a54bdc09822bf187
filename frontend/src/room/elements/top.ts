// The line above the stage: what meeting this is, how long, how the line is.
import { html, nothing } from "lit";
import { customElement, property, state as local } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import { hands } from "../order";
import type { State } from "../state";
import { langOf } from "./avatar";
import { icon, logo } from "./icons";
import { Part } from "./part";
import { connectionWords, elapsed } from "./words";

@customElement("stoa-top")
export class Top extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "chat",
    "stats",
    "notices",
    "reactions",
    "received",
    "waiting",
    "devices",
  ] as const;
  @property({ attribute: false }) state!: State;
  @property() heading = "";
  @property() organisation = "";
  @property({ type: Boolean }) full = false;
  @local() private now_ms = Date.now();
  #timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => {
      this.now_ms = Date.now();
    }, 10_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): unknown {
    const { state } = this;
    const room = state.room;
    const title = room?.title || this.heading;
    const minutes = room ? Math.max(0, Math.floor((this.now_ms - room.started_ms) / 60_000)) : 0;
    const line = connectionWords(state.connection);
    const up = hands(state.participants).size;
    const bad = state.connection !== "good";
    return html`<header class="stage-top">
      ${logo()}
      <div class="grow">
        <h1 class="clip" title=${title} lang=${langOf(title) || nothing}>${title}</h1>
        <p class="sub clip">
          <span lang=${langOf(room?.organisation ?? this.organisation) || nothing}
            >${room?.organisation ?? this.organisation}</span
          >${room ? html`<span class="num"> · ${elapsed(minutes)}</span>` : nothing}
        </p>
      </div>
      ${
        up
          ? html`<button
              type="button"
              class="mark line up"
              aria-label=${t("Hands up: {count}", { count: up })}
              title=${t("Hands up: {count}", { count: up })}
              aria-expanded=${String(state.panel === "people")}
              @click=${() => this.ask({ do: "panel", panel: state.panel === "people" ? "none" : "people" })}
            >
              ${icon("hand")}<span class="num">${up}</span>
            </button>`
          : nothing
      }
      ${room?.locked ? html`<span class="mark" title=${t("Nobody else can come in.")}>${icon("lock", t("Locked"))}<span class="word" aria-hidden="true">${t("Locked")}</span></span>` : nothing}
      <button
        type="button"
        class="mark line ${bad ? "bad" : "desk"}"
        title=${line.why}
        aria-label=${line.word}
        aria-description=${line.why}
        aria-expanded=${String(state.panel === "diagnostics")}
        @click=${() => this.ask({ do: "panel", panel: state.panel === "diagnostics" ? "none" : "diagnostics" })}
      >
        ${icon(line.icon)}<span class="word">${line.word}</span>
      </button>
      <button
        type="button"
        class="btn icon desk"
        aria-label=${this.full ? t("Exit full screen") : t("Full screen")}
        title=${this.full ? t("Exit full screen") : t("Full screen")}
        @click=${() => this.tell("room-full-screen")}
      >
        ${icon(this.full ? "minimize" : "maximize")}
      </button>
    </header>`;
  }
}
