// Before entering: see and hear oneself, say one's name, go in.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, state as local } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { RoomConfig } from "../config";
import type { State } from "../state";
import { avatar, langOf } from "./avatar";
import { icon, logo } from "./icons";
import { Part } from "./part";
import { clock } from "./words";
import "./device-fields";
import "./preview";

const REMEMBERED = "stoa.name";

@customElement("stoa-greenroom")
export class GreenRoom extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) config!: RoomConfig;
  @property({ attribute: false }) stream!: MediaStream;
  @local() private name = "";
  @local() private nameMissing = false;
  #wide = matchMedia("(width >= 960px)").matches;

  override connectedCallback(): void {
    super.connectedCallback();
    this.name = this.config.name || (localStorage.getItem(REMEMBERED) ?? "");
  }

  #join(event: SubmitEvent): void {
    event.preventDefault();
    if (this.state.phase === "entering") return;
    const name = this.name.trim();
    this.nameMissing = name === "";
    if (this.nameMissing) {
      this.querySelector<HTMLInputElement>("#own-name")?.focus();
      return;
    }
    if (!this.config.signed_in) localStorage.setItem(REMEMBERED, name);
    const passcode = this.querySelector<HTMLInputElement>("#passcode")?.value ?? "";
    this.ask({ do: "join", name, passcode });
  }

  #when(): TemplateResult | typeof nothing {
    const { live, starts_at, ends_at } = this.config;
    if (!live && !starts_at) return nothing;
    const times = starts_at
      ? ends_at
        ? t("{from} to {to}", { from: clock(Date.parse(starts_at)), to: clock(Date.parse(ends_at)) })
        : t("from {from}", { from: clock(Date.parse(starts_at)) })
      : "";
    return html`<p class="row">
      ${live ? html`<span class="badge live">${t("Now on")}</span>` : nothing}${times ? html`<span class="muted small">${times}</span>` : nothing}
    </p>`;
  }

  #inside(): TemplateResult | typeof nothing {
    const { inside, inside_count: count } = this.config;
    if (count === 0)
      return this.config.live
        ? nothing
        : html`<p class="row in muted small">${icon("users")}${t("Nobody is in the room yet.")}</p>`;
    const names = inside
      .slice(0, 2)
      .map((p) => p.name)
      .join(t(", "));
    const words =
      count <= 2 && inside.length >= count
        ? t("{names} in the room", { names })
        : t("{names} and others, {count} in the room", { names, count });
    return html`<div class="row in">
      ${inside.length ? html`<span class="faces">${inside.slice(0, 4).map((p) => avatar(p.name, p.colour, "sm"))}</span>` : icon("users")}
      <span class="small muted">${inside.length ? words : t("{count} in the room", { count })}</span>
    </div>`;
  }

  #error(text: string, id: string): TemplateResult {
    return html`<span class="error" id=${id} role="alert">${icon("circle-alert")}${text}</span>`;
  }

  #fields(): TemplateResult {
    const { config, state } = this;
    const code = state.problem?.code ?? "";
    const passcodeWrong = code.startsWith("passcode") || code.startsWith("room.passcode");
    const nameWrong = code.startsWith("name") || this.nameMissing;
    const asksPasscode = config.passcode || passcodeWrong;
    return html`${
      config.signed_in
        ? html`<div class="row in">
            ${avatar(config.name, config.colour)}
            <div class="grow">
              <strong lang=${langOf(config.name) || nothing}>${config.name}</strong>
              <p class="small muted">${config.person_organisation || t("You are signed in.")}</p>
            </div>
          </div>`
        : html`<div class="field">
            <label for="own-name">${t("Your name")}</label>
            <input
              class="input"
              id="own-name"
              name="name"
              autocomplete="name"
              maxlength="80"
              required
              .value=${this.name}
              aria-invalid=${nameWrong ? "true" : nothing}
              aria-describedby=${nameWrong ? "name-error" : "name-hint"}
              @input=${(event: Event) => {
                this.name = (event.target as HTMLInputElement).value;
                this.nameMissing = false;
              }}
            />
            ${nameWrong ? this.#error(this.nameMissing ? t("Please write your name, so that the others know who came in.") : (state.problem?.text ?? ""), "name-error") : html`<span class="hint" id="name-hint">${t("Everybody in the room sees this name.")}</span>`}
          </div>`
    }
    ${
      asksPasscode
        ? html`<div class="field">
            <label for="passcode">${t("Passcode")}</label>
            <input
              class="input"
              id="passcode"
              name="passcode"
              type="password"
              autocomplete="off"
              required
              aria-invalid=${passcodeWrong ? "true" : nothing}
              aria-describedby=${passcodeWrong ? "passcode-error" : "passcode-hint"}
            />
            ${passcodeWrong ? this.#error(state.problem?.text ?? "", "passcode-error") : html`<span class="hint" id="passcode-hint">${t("It stands in the invitation.")}</span>`}
          </div>`
        : nothing
    }
    ${
      state.problem && !passcodeWrong && !(nameWrong && !this.nameMissing)
        ? html`<div class="notice bad" role="alert">
            ${icon("circle-alert")}
            <p>${state.problem.text}</p>
          </div>`
        : nothing
    }`;
  }

  protected override render(): unknown {
    const { config, state } = this;
    const entering = state.phase === "entering";
    return html`<header class="gh">
        <a class="brand" href=${config.home_url}>${logo()}Stoa</a
        ><a class="btn plain end" href=${config.home_url}>${t("Not now")}</a>
      </header>
      <main class="gr" id="main">
        <stoa-preview
          .state=${state}
          .stream=${this.stream}
          .name=${this.name}
          .organisation=${config.person_organisation}
          .colour=${config.colour}
          .note=${t("Preview: nobody sees you yet")}
        ></stoa-preview>
        <form class="stack form" novalidate @submit=${(event: SubmitEvent) => this.#join(event)}>
          <div>
            ${this.#when()}
            <h1 lang=${langOf(config.title) || nothing}>${config.title}</h1>
            ${config.organisation ? html`<p class="muted">${t("Hosted by {organisation}", { organisation: config.organisation })}</p>` : nothing}
          </div>
          ${this.#inside()} ${this.#fields()}
          <details class="dev" ?open=${this.#wide}>
            <summary><span class="row">${icon("settings")}${t("Devices")}${icon("chevron-down", "", "chev")}</span></summary>
            <stoa-device-fields .devices=${state.devices}></stoa-device-fields>
          </details>
          <div class="go">
            <button class="btn primary big wide" aria-disabled=${entering ? "true" : nothing}>
              ${entering ? t("Going in…") : t("Join now")}
            </button>
            ${config.note ? html`<p class="small muted">${config.note}</p>` : nothing}
          </div>
        </form>
      </main>`;
  }
}
