// Short notices over the stage, some with something to press.
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../shared/i18n";
import type { State } from "../state";
import { icon } from "./icons";
import { Part } from "./part";

const TELLS_MS = 7_000; // long enough to read two sentences

type Notice = State["notices"][number];

@customElement("stoa-toasts")
export class Toasts extends Part {
  @property({ attribute: false }) notices: readonly Notice[] = [];
  @property({ type: Boolean }) microphoneOn = false;
  #timers = new Map<number, number>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** What only tells goes by itself; what asks stays until it is answered, here or by the control. */
  protected override updated(): void {
    for (const { key, action } of this.notices) {
      if (action) {
        const { intent } = action;
        if (intent.do === "microphone" && intent.on && this.microphoneOn) this.ask({ do: "dismiss", key });
      } else if (!this.#timers.has(key))
        this.#timers.set(
          key,
          window.setTimeout(() => this.ask({ do: "dismiss", key }), TELLS_MS),
        );
    }
  }

  #act(notice: Notice): void {
    if (notice.action) this.ask(notice.action.intent);
    this.ask({ do: "dismiss", key: notice.key });
  }

  protected override render(): unknown {
    return html`<div class="toasts" role="status">
      ${repeat(
        this.notices,
        (n) => n.key,
        (n) =>
          html`<div class="toast">
            <span class="grow">${n.text}</span>
            ${n.action ? html`<button type="button" class="act" @click=${() => this.#act(n)}>${n.action.label}</button>` : nothing}
            <button
              type="button"
              class="shut"
              aria-label=${t("Close")}
              title=${t("Close")}
              @click=${() => this.ask({ do: "dismiss", key: n.key })}
            >
              ${icon("x")}
            </button>
          </div>`,
      )}
    </div>`;
  }
}
