// Devices, effects with what they cost, and how one likes the meeting.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { LayoutMode, State } from "../state";
import { icon } from "./icons";
import { pushToTalk } from "./more";
import { Part, may } from "./part";
import { cameraProblem, microphoneProblem } from "./words";
import "./device-fields";
import "./meter";

@customElement("stoa-settings")
export class Settings extends Part {
  protected override readonly ignores = [
    "speaking",
    "lastSpoke",
    "chat",
    "unread",
    "stats",
    "notices",
    "reactions",
    "received",
    "waiting",
  ] as const;
  @property({ attribute: false }) state!: State;

  #switch(label: string, hint: string, on: boolean, change: (on: boolean) => void): TemplateResult {
    return html`<label class="switch"
      ><span class="grow">${label}${hint ? html`<span class="sub block">${hint}</span>` : nothing}</span>
      <input
        type="checkbox"
        role="switch"
        .checked=${on}
        @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
    /></label>`;
  }

  #cost(on: boolean, ms: number): string {
    if (!on) return "";
    return ms > 0 ? t("Takes {ms} ms of computing for each picture or piece of sound.", { ms: ms.toFixed(1) }) : t("Starting…");
  }

  #rename(event: SubmitEvent): void {
    event.preventDefault();
    const name = this.querySelector<HTMLInputElement>("#shown-name")?.value.trim() ?? "";
    if (name && name !== this.state.own.name) this.ask({ do: "rename", name });
  }

  protected override render(): unknown {
    const { state } = this;
    const { own, devices, cost } = state;
    const problems = [
      devices.microphoneProblem && microphoneProblem(devices.microphoneProblem),
      devices.cameraProblem && cameraProblem(devices.cameraProblem),
    ].filter(Boolean);
    const layouts: readonly [LayoutMode, string][] = [
      ["auto", t("As it fits")],
      ["grid", t("Everybody in a grid")],
      ["speaker", t("Who speaks is large")],
    ];
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${t("Settings")}>
      ${
        problems.length
          ? html`<div class="notice warn" role="status">
              ${icon("triangle-alert")}
              <div class="grow stack tight">
                ${problems.map((p) => html`<p>${p}</p>`)}
                <button type="button" class="btn" @click=${() => this.ask({ do: "retry-devices" })}>
                  ${icon("refresh-cw")}${t("Try again")}
                </button>
              </div>
            </div>`
          : nothing
      }
      <h3>${t("Devices")}</h3>
      <stoa-device-fields .devices=${devices}></stoa-device-fields>
      <stoa-meter .level=${state.level} ?on=${own.microphoneOn}></stoa-meter>
      <h3>${t("Picture and sound")}</h3>
      <div>
        ${this.#switch(t("Blur my background"), this.#cost(own.blur, cost.blur_ms) || t("Computed on your own machine; nothing is sent away for it."), own.blur, (on) => this.ask({ do: "blur", on }))}
        ${this.#switch(t("Suppress noise"), this.#cost(own.noiseSuppression, cost.noise_ms) || t("Takes out fans, keys and traffic. Switch it off for music."), own.noiseSuppression, (on) => this.ask({ do: "noise", on }))}
        ${this.#switch(t("Push to talk"), t("The microphone is on only while you hold the space bar."), own.pushToTalk, (on) => pushToTalk((detail) => this.ask(detail), on))}
        ${this.#switch(t("Hide my picture from me"), t("The others still see you."), own.hideSelf, (on) => this.ask({ do: "hide-self", on }))}
      </div>
      <fieldset class="field choices">
        <legend class="label">${t("Layout")}</legend>
        ${layouts.map(([layout, label]) => html`<label class="row"><input type="radio" name="layout" value=${layout} .checked=${state.layout === layout} @change=${() => this.ask({ do: "layout", layout })} />${label}</label>`)}
      </fieldset>
      ${
        may(state, "rename")
          ? html`<form class="field" @submit=${(event: SubmitEvent) => this.#rename(event)}>
              <label for="shown-name">${t("Name shown to the others")}</label>
              <div class="row">
                <input class="input grow" id="shown-name" maxlength="80" required autocomplete="name" .value=${own.name} /><button
                  class="btn"
                >
                  ${t("Change")}
                </button>
              </div>
            </form>`
          : nothing
      }
    </div>`;
  }
}
