// One's own picture before anybody sees it, with the two switches; and clear words when a device does not work.
import { html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { State } from "../state";
import { avatar, langOf } from "./avatar";
import { icon } from "./icons";
import { Part } from "./part";
import { cameraProblem, microphoneProblem } from "./words";
import "./meter";

@customElement("stoa-preview")
export class Preview extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) stream!: MediaStream;
  @property() name = "";
  @property() organisation = "";
  @property({ type: Number }) colour = 0;
  @property() note = "";
  @query("video") private video!: HTMLVideoElement | null;

  protected override updated(): void {
    // A video that waits for a stream without tracks would hold back the page's load event for ever.
    const stream = this.stream?.getVideoTracks().length ? this.stream : null;
    if (this.video && this.video.srcObject !== stream) this.video.srcObject = stream;
  }

  protected override render(): unknown {
    const { own, devices } = this.state;
    const { microphoneProblem: mic, cameraProblem: cam } = devices;
    const picture = own.cameraOn && cam === null;
    return html`<section class="see" aria-label=${t("Preview")}>
      <div class="tile">
        ${picture ? html`<video class="mirrored" autoplay playsinline .muted=${true} aria-hidden="true"></video>` : avatar(this.name || t("You"), this.colour, "xl")}
        ${this.name ? html`<span class="who" lang=${langOf(this.name) || nothing}><span class="clip">${this.name}</span>${this.organisation ? html`<span class="org clip">${this.organisation}</span>` : nothing}</span>` : nothing}
        <span class="mark tl">${this.note}</span>
        <div class="toggles">
          <button
            type="button"
            class="btn ${own.microphoneOn ? "" : "off"}"
            aria-pressed=${String(own.microphoneOn)}
            @click=${() => this.ask({ do: "microphone", on: !own.microphoneOn })}
          >
            ${icon(own.microphoneOn ? "mic" : "mic-off")}${own.microphoneOn ? t("Microphone on") : t("Microphone off")}
          </button>
          <button
            type="button"
            class="btn ${own.cameraOn ? "" : "off"}"
            aria-pressed=${String(own.cameraOn)}
            @click=${() => this.ask({ do: "camera", on: !own.cameraOn })}
          >
            ${icon(own.cameraOn ? "video" : "video-off")}${own.cameraOn ? t("Camera on") : t("Camera off")}
          </button>
        </div>
      </div>
      ${
        mic || cam
          ? html`<div class="notice warn" role="status">
              ${icon("triangle-alert")}
              <div class="grow stack tight">
                ${mic ? html`<p>${microphoneProblem(mic)}</p>` : nothing}${cam ? html`<p>${cameraProblem(cam)}</p>` : nothing}
                <p class="small">${t("You can go in as you are and put it right later under Settings.")}</p>
              </div>
              ${mic === "unsupported" && (cam === null || cam === "unsupported") ? nothing : html`<button type="button" class="btn" @click=${() => this.ask({ do: "retry-devices" })}>${icon("refresh-cw")}${t("Try again")}</button>`}
            </div>`
          : nothing
      }
      ${mic === null ? html`<stoa-meter .level=${this.state.level} ?on=${own.microphoneOn}></stoa-meter>` : nothing}
    </section>`;
  }
}
