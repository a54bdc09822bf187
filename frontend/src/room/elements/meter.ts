// How loud the own microphone is.
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import { icon } from "./icons";
import { Part } from "./part";

const CELLS = 24;
const HEARD = 0.12;

@customElement("stoa-meter")
export class Meter extends Part {
  @property({ type: Number }) level = 0;
  @property({ type: Boolean }) on = true;
  #heard = false;

  protected override render(): unknown {
    if (this.on && this.level > HEARD) this.#heard = true;
    if (!this.on) this.#heard = false;
    const lit = this.on ? Math.round(Math.min(1, this.level) * CELLS) : 0;
    return html`<div class="field lv">
      <span class="label row"
        >${icon(this.on ? "mic" : "mic-off")}<span class="grow"
          >${this.on ? t("Say something: the bar follows your voice") : t("The microphone is off")}</span
        >
        ${this.#heard ? html`<span class="badge good">${icon("check")}${t("We hear you")}</span>` : ""}</span
      >
      <div
        class="meter"
        role="meter"
        aria-label=${t("Microphone level")}
        aria-valuenow=${Math.round((lit / CELLS) * 100)}
        aria-valuemin="0"
        aria-valuemax="100"
      >
        ${Array.from({ length: CELLS }, (_, cell) => html`<i class=${cell < lit ? "on" : ""}></i>`)}
      </div>
    </div>`;
  }
}
