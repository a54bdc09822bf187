// A shared screen: whole, never cropped, with its own full screen.
import { html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { State } from "../state";
import type { Wants } from "../wants";
import { icon } from "./icons";
import { Part } from "./part";
import "./video";

@customElement("stoa-share")
export class Share extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "chat",
    "unread",
    "stats",
    "notices",
    "reactions",
    "panel",
    "devices",
    "cost",
  ] as const;
  @property({ attribute: false }) state!: State;
  @property() publication = "";
  @property({ attribute: false }) wants!: Wants;
  @query(".shared") private box!: HTMLElement | null;

  #fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.box?.requestFullscreen();
  }

  protected override render(): unknown {
    const { state } = this;
    const received = state.received.get(this.publication);
    if (!received) return nothing;
    const presenter = state.participants.get(received.publication.participant);
    const own = received.publication.participant === state.own.id;
    return html`<div class="shared" data-source="screen">
      <div class="cap">
        <span class="mark"
          >${icon("screen-share")}<span class="clip"
            >${own ? t("You are presenting your screen") : t("{name} is presenting", { name: presenter?.name ?? "" })}</span
          ></span
        >
        <span class="end row tight">
          ${own ? html`<button type="button" class="btn" @click=${() => this.ask({ do: "share", on: false })}>${icon("screen-share-off")}${t("Stop")}</button>` : nothing}
          <button
            type="button"
            class="btn icon"
            aria-label=${t("This screen alone, full size")}
            title=${t("This screen alone, full size")}
            @click=${() => this.#fullScreen()}
          >
            ${icon("maximize")}
          </button>
        </span>
      </div>
      <div class="fit">
        ${
          received.track
            ? html`<stoa-video
                whole
                .track=${received.track}
                .publication=${own ? "" : this.publication}
                .wants=${this.wants}
              ></stoa-video>`
            : html`<p class="sub">${t("The screen is on its way…")}</p>`
        }
      </div>
    </div>`;
  }
}
