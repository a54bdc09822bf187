// Who is here, who waits, and who may use what.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, state as local } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../shared/i18n";
import { hands, peopleOrder } from "../order";
import type { Participant, Waiting } from "../protocol.gen";
import type { State } from "../state";
import { avatar, langOf } from "./avatar";
import { icon } from "./icons";
import { Part, isHost, isMuted, publicationOf } from "./part";
import { personItems, volumeSlider } from "./person-menu";
import { CAPABILITIES, capabilityWords, qualityWords, roleWords } from "./words";
import "./invite";
import "./menu";

const SEARCH_FROM = 8;

@customElement("stoa-people")
export class People extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "chat",
    "unread",
    "stats",
    "notices",
    "reactions",
    "devices",
    "cost",
  ] as const;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) speaking: ReadonlySet<string> = new Set();
  @property() link = "";
  @local() private sought = "";

  #waiting(waiting: readonly Waiting[]): TemplateResult {
    return html`<section class="waiting" aria-label=${t("Waiting")}>
      <div class="row">
        <h2 class="grow h3">${t("Waiting")} <span class="n">${waiting.length}</span></h2>
        ${waiting.length > 1 ? html`<button type="button" class="btn" @click=${() => this.ask({ do: "admit", waiting: null })}>${t("Let all in")}</button>` : nothing}
      </div>
      <ul class="people">
        ${repeat(
          waiting,
          (w) => w.id,
          (w) =>
            html`<li>
              ${avatar(w.name, w.colour, "sm")}
              <span class="grow"
                ><span class="clip block" lang=${langOf(w.name) || nothing}>${w.name}</span
                ><span class="sub clip block">${w.organisation || (w.guest ? t("Guest") : "")}</span></span
              >
              <button
                type="button"
                class="btn primary"
                aria-label=${t("Admit {name}", { name: w.name })}
                @click=${() => this.ask({ do: "admit", waiting: w.id })}
              >
                ${t("Admit")}
              </button>
              <button
                type="button"
                class="btn icon"
                aria-label=${t("Refuse {name}", { name: w.name })}
                title=${t("Refuse {name}", { name: w.name })}
                @click=${() => this.ask({ do: "refuse", waiting: w.id })}
              >
                ${icon("x")}
              </button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #person(person: Participant, hand: number): TemplateResult {
    const { state } = this;
    const own = person.id === state.own.id;
    const muted = isMuted(state, person.id);
    const camera = publicationOf(state, person.id, "camera");
    const noPicture = own ? !state.own.cameraOn : camera === null || camera.publication.muted;
    const quality = qualityWords(person.quality);
    const beneath = [roleWords(person.role), person.guest ? t("Guest") : "", person.organisation].filter(Boolean).join(" · ");
    return html`<li>
      ${avatar(person.name, person.colour, "sm")}
      <span class="grow"
        ><span class="clip block" lang=${langOf(person.name) || nothing}
          >${own ? t("{name} (you)", { name: person.name }) : person.name}</span
        >${beneath ? html`<span class="sub clip block">${beneath}</span>` : nothing}</span
      >
      <span class="marks">
        ${hand ? html`<span class="hand-n">${icon("hand", t("Hand up, number {number}", { number: hand }))}<span aria-hidden="true">${hand}</span></span>` : nothing}
        ${publicationOf(state, person.id, "screen") ? icon("screen-share", t("Sharing the screen")) : nothing}
        ${!person.connected ? icon("refresh-cw", t("Reconnecting"), "off") : quality.weak ? icon(quality.icon, quality.word, "off") : nothing}
        ${noPicture ? icon("video-off", t("Camera off")) : nothing}
        ${muted ? icon("mic-off", t("Muted"), "off") : this.speaking.has(person.id) ? icon("volume-2", t("Speaking"), "on") : icon("mic", t("Microphone on"))}
      </span>
      <stoa-menu
        id="person-${person.id}"
        .label=${t("{name}: options", { name: person.name })}
        look="btn icon quiet"
        .above=${own ? null : volumeSlider(state, person, (detail) => this.ask(detail))}
        .items=${personItems(
          state,
          person,
          (detail) => this.ask(detail),
          (spec) => this.tell("room-dialog", spec),
        )}
      ></stoa-menu>
    </li>`;
  }

  #switches(): TemplateResult {
    const allowed = this.state.room?.allowed ?? [];
    return html`<details class="fold">
      <summary>${icon("settings")}<span class="grow">${t("Who may do what")}</span>${icon("chevron-down", "", "chev")}</summary>
      <p class="sub">${t("For everybody but the hosts:")}</p>
      ${CAPABILITIES.map(
        (capability) =>
          html`<label class="switch"
            ><span class="grow">${capabilityWords(capability)}</span>
            <input
              type="checkbox"
              role="switch"
              .checked=${allowed.includes(capability)}
              @change=${(event: Event) => this.ask({ do: "allow", capability, allowed: (event.target as HTMLInputElement).checked, participant: null })}
          /></label>`,
      )}
      <div class="row wrap">
        <button type="button" class="btn" @click=${() => this.ask({ do: "mute-person", participant: null })}>
          ${icon("mic-off")}${t("Mute everybody else")}
        </button>
        <button type="button" class="btn" @click=${() => this.ask({ do: "lower-hand", participant: null })}>
          ${icon("hand")}${t("Lower all hands")}
        </button>
      </div>
    </details>`;
  }

  protected override render(): unknown {
    const { state } = this;
    const host = isHost(state);
    const queue = hands(state.participants);
    const sought = this.sought.trim().toLocaleLowerCase();
    const people = peopleOrder(state.participants, document.documentElement.lang || "en").filter((p) =>
      `${p.name} ${p.organisation}`.toLocaleLowerCase().includes(sought),
    );
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${t("People")}>
      ${host && state.waiting.length ? this.#waiting(state.waiting) : nothing}
      ${
        state.participants.size >= SEARCH_FROM
          ? html`<div class="search">
              ${icon("search")}<label class="sr" for="people-search">${t("Find a person")}</label
              ><input
                class="input"
                id="people-search"
                type="search"
                placeholder=${t("Find a person")}
                .value=${this.sought}
                @keydown=${(event: KeyboardEvent) => event.key !== "Escape" && event.stopPropagation()}
                @input=${(event: Event) => {
                  this.sought = (event.target as HTMLInputElement).value;
                }}
              />
            </div>`
          : nothing
      }
      <ul class="people">
        ${repeat(
          people,
          (p) => p.id,
          (p) => this.#person(p, queue.get(p.id) ?? 0),
        )}
      </ul>
      ${people.length === 0 ? html`<p class="sub" role="status">${t("Nobody of that name is here.")}</p>` : nothing}
      ${host ? this.#switches() : nothing} ${this.link ? html`<stoa-invite .link=${this.link}></stoa-invite>` : nothing}
    </div>`;
  }
}
