// The meeting is over for this person, or could not begin: what happened, what is safe, what to do next.
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { RoomConfig } from "../config";
import type { State } from "../state";
import { langOf } from "./avatar";
import { type IconName, icon, logo } from "./icons";
import { Part } from "./part";

interface Words {
  readonly icon: IconName;
  readonly heading: string;
  readonly text: string;
  readonly again: string; // "" when one cannot come back
}

function wordsFor(state: State): Words {
  switch (state.phase) {
    case "removed":
      return {
        icon: "user-minus",
        heading: t("You were removed from the meeting"),
        text: t(
          "A host removed you. You cannot come back during this meeting. If you think it was a mistake, please write to the organiser.",
        ),
        again: "",
      };
    case "refused":
      return {
        icon: "door-open",
        heading: t("You were not admitted"),
        text:
          state.problem?.text || t("A host did not let you in. If you think it was a mistake, please write to the organiser."),
        again: "",
      };
    case "ended":
      return {
        icon: "circle-check",
        heading: t("The meeting has ended"),
        text: t("A host ended it for everyone. Thank you for coming."),
        again: "",
      };
    case "suspended":
      return {
        icon: "clock",
        heading: t("You are in this meeting elsewhere"),
        text: t(
          "You went in from another window or device, or this window slept for long. You can go on here; the other place is left then.",
        ),
        again: t("Go on here"),
      };
    case "failed":
      return {
        icon: "wifi-off",
        heading: t("The meeting could not be opened"),
        text:
          state.problem?.text || t("The connection could not be made. Nothing of yours was sent. Please try again in a moment."),
        again: t("Try again"),
      };
    default:
      return {
        icon: "log-out",
        heading: t("You have left"),
        text: t("Your microphone and camera are off. The meeting may still go on."),
        again: t("Go in again"),
      };
  }
}

@customElement("stoa-farewell")
export class Farewell extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) config!: RoomConfig;

  protected override firstUpdated(): void {
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  protected override render(): unknown {
    const words = wordsFor(this.state);
    const { config } = this;
    return html`<header class="gh"><a class="brand" href=${config.home_url}>${logo()}Stoa</a></header>
      <main class="bye" id="main">
        ${icon(words.icon)}
        <h1 tabindex="-1">${words.heading}</h1>
        <p class="muted" lang=${langOf(config.title) || nothing}>${config.title}</p>
        <p>${words.text}</p>
        <div class="row wrap acts">
          ${words.again ? html`<button type="button" class="btn primary big" @click=${() => this.ask({ do: "rejoin" })}>${icon("refresh-cw")}${words.again}</button>` : nothing}
          <a class="btn big ${words.again ? "" : "primary"}" href=${config.home_url}>${icon("house")}${t("To the front page")}</a>
        </div>
      </main>`;
  }
}
