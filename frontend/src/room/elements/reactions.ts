// Reactions rise for a moment at the side of the stage, with who sent them.
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { State } from "../state";
import { icon } from "./icons";
import { Part } from "./part";
import { reactionWords } from "./words";

const MOST = 8;

@customElement("stoa-reactions")
export class Reactions extends Part {
  protected override readonly ignores = [
    "level",
    "speaking",
    "lastSpoke",
    "chat",
    "stats",
    "notices",
    "received",
    "devices",
    "cost",
  ] as const;
  @property({ attribute: false }) state!: State;

  protected override render(): unknown {
    return html`<div class="floating" aria-hidden="true">
      ${repeat(
        this.state.reactions.slice(-MOST),
        (r) => r.key,
        (r) =>
          html`<span class="float"
            ><span class="face">${icon(reactionWords(r.reaction).icon)}</span>
            <span class="clip">${this.state.participants.get(r.participant)?.name ?? ""}</span></span
          >`,
      )}
    </div>`;
  }
}
