// One participant on the stage: picture or initials, name, and what one must know of them at a glance.
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { Participant } from "../protocol.gen";
import type { State } from "../state";
import type { Wants } from "../wants";
import { avatar, langOf } from "./avatar";
import { icon } from "./icons";
import { Part, isMuted, publicationOf } from "./part";
import { personItems, volumeSlider } from "./person-menu";
import { qualityWords } from "./words";
import "./menu";
import "./video";

@customElement("stoa-tile")
export class Tile extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) person!: Participant;
  @property({ type: Boolean }) speaking = false;
  @property({ type: Number }) hand = 0;
  @property({ attribute: false }) wants!: Wants;
  @property({ type: Boolean }) whole = false;
  @property({ type: Boolean }) soundOnly = false; // nobody else's camera is fetched

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
    "waiting",
    "devices",
    "cost",
    "layout",
  ] as const;

  protected override render(): unknown {
    const { state, person } = this;
    const own = person.id === state.own.id;
    const camera = publicationOf(state, person.id, "camera");
    const on = own
      ? state.own.cameraOn && camera?.track != null
      : !this.soundOnly && camera !== null && !camera.publication.muted && camera.track !== null;
    const muted = isMuted(state, person.id);
    const quality = qualityWords(person.quality);
    const gone = own ? state.connection === "resuming" || state.connection === "lost" : !person.connected;
    const silenced = (state.volumes.get(person.id) ?? 1) === 0;
    const pinned = state.pinned === `${person.id}:camera`;
    return html`<div
      class="tile ${this.speaking ? "speaking" : ""} ${gone ? "gone" : ""}"
      data-participant=${person.id}
      role="group"
      aria-label=${person.name}
    >
      ${
        on && camera
          ? html`<stoa-video
              .track=${camera.track}
              .publication=${own ? "" : camera.publication.id}
              .wants=${this.wants}
              ?mirrored=${own}
              ?whole=${this.whole}
            ></stoa-video>`
          : avatar(person.name, person.colour, "xl")
      }
      <span class="marks">
        ${gone ? html`<span class="mark warn">${icon("refresh-cw")}<span class="word">${t("Reconnecting")}</span></span>` : nothing}
        ${!gone && quality.weak ? html`<span class="mark" title=${quality.word}>${icon(quality.icon, quality.word)}<span class="word">${t("Weak line")}</span></span>` : nothing}
        ${silenced ? html`<span class="mark">${icon("volume-x")}<span class="word">${t("Silent for you")}</span></span>` : nothing}
        ${pinned ? html`<span class="mark">${icon("pin")}<span class="word">${t("Pinned")}</span></span>` : nothing}
      </span>
      ${
        this.hand
          ? html`<span class="hand"
              >${icon("hand", t("Hand up, number {number}", { number: this.hand }))}<span class="n" aria-hidden="true"
                >${this.hand}</span
              ><span class="word" aria-hidden="true">${t("Hand up")}</span></span
            >`
          : nothing
      }
      <span class="who" lang=${langOf(person.name) || nothing}>
        ${muted ? icon("mic-off", t("Muted")) : this.speaking ? icon("volume-2", t("Speaking"), "on") : nothing}
        <span class="clip name">${own ? t("{name} (you)", { name: person.name }) : person.name}</span>
        ${person.organisation ? html`<span class="org clip">${person.organisation}</span>` : nothing}
      </span>
      <stoa-menu
        class="tile-menu"
        id="tile-${person.id}"
        .label=${t("{name}: options", { name: person.name })}
        look="btn icon"
        .above=${own ? null : volumeSlider(state, person, (detail) => this.ask(detail))}
        .items=${personItems(
          state,
          person,
          (detail) => this.ask(detail),
          (spec) => this.tell("room-dialog", spec),
        )}
      ></stoa-menu>
    </div>`;
  }
}
