// The meeting page: chooses the screen by what the engine says, and hands it what people ask for.
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { RoomConfig } from "../config";
import { INTENT, type Intent } from "../state";
import { Part, type RoomEngine } from "./part";
import "./farewell";
import "./greenroom";
import "./lobby";
import "./stage";

@customElement("stoa-room")
export class Room extends Part {
  @property({ attribute: false }) engine: RoomEngine | null = null;
  @property({ attribute: false }) config: RoomConfig | null = null;
  #closed = new AbortController();

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("engine")) return;
    this.#closed.abort();
    this.#closed = new AbortController();
    this.engine?.addEventListener("change", () => this.requestUpdate(), { signal: this.#closed.signal });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener(INTENT, this.#asked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener(INTENT, this.#asked);
    this.#closed.abort();
  }

  #asked = (event: Event): void => {
    event.stopPropagation();
    this.engine?.do((event as CustomEvent<Intent>).detail);
  };

  protected override render(): unknown {
    const { engine, config } = this;
    if (!engine || !config) return html`<p class="sr" role="status"></p>`;
    const { state } = engine;
    switch (state.phase) {
      case "green":
      case "entering":
        return html`<stoa-greenroom .state=${state} .config=${config} .stream=${engine.preview}></stoa-greenroom>`;
      case "lobby":
        return html`<stoa-lobby .state=${state} .config=${config} .stream=${engine.preview}></stoa-lobby>`;
      case "in":
        return html`<stoa-stage .state=${state} .config=${config}></stoa-stage>`;
      default:
        return html`<stoa-farewell .state=${state} .config=${config}></stoa-farewell>`;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "stoa-room": Room;
  }
}
