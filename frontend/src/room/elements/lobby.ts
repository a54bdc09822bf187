// Waiting to be admitted: for whom, whether somebody is there who can, and one's own picture meanwhile.
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { RoomConfig } from "../config";
import type { State } from "../state";
import { langOf } from "./avatar";
import { icon, logo } from "./icons";
import { Part } from "./part";
import "./preview";

@customElement("stoa-lobby")
export class Lobby extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) config!: RoomConfig;
  @property({ attribute: false }) stream!: MediaStream;

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  protected override render(): unknown {
    const { config, state } = this;
    return html`<header class="gh"><a class="brand" href=${config.home_url}>${logo()}Stoa</a></header>
      <main class="gr" id="main">
        <stoa-preview
          .state=${state}
          .stream=${this.stream}
          .name=${state.own.name || config.name}
          .organisation=${config.person_organisation}
          .colour=${config.colour}
          .note=${t("Preview: nobody sees you yet")}
        ></stoa-preview>
        <section class="stack form">
          <div>
            <p class="row"><span class="badge info">${icon("clock")}${t("Waiting")}</span></p>
            <h1 tabindex="-1" lang=${langOf(config.title) || nothing}>${config.title}</h1>
            ${config.organisation ? html`<p class="muted">${t("Hosted by {organisation}", { organisation: config.organisation })}</p>` : nothing}
          </div>
          <div class="notice" role="status">
            ${icon(state.hostsPresent ? "door-open" : "clock")}
            <div class="stack tight">
              <p><strong>${t("A host lets people in.")}</strong></p>
              <p>
                ${state.hostsPresent ? t("A host is in the room and sees that you wait. You need not do anything.") : t("No host is here yet. You keep your place; as soon as one comes, they see that you wait.")}
              </p>
            </div>
          </div>
          <p class="muted">
            ${t("When you are let in, the meeting opens here by itself. You can set your microphone and camera meanwhile.")}
          </p>
          <div class="go">
            <button type="button" class="btn big wide" @click=${() => this.ask({ do: "leave" })}>
              ${icon("log-out")}${t("Stop waiting")}
            </button>
          </div>
        </section>
      </main>`;
  }
}
