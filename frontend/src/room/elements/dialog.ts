// A modal question or table over the page. Focus goes in, stays in, and returns to where it was (the browser's own dialog does that).
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import { icon } from "./icons";
import { Part } from "./part";

export interface DialogAction {
  readonly label: string;
  readonly look?: "primary" | "danger";
  readonly run: (form: FormData) => void;
}

export interface DialogSpec {
  readonly heading: string;
  readonly content: TemplateResult | string;
  readonly actions: readonly DialogAction[]; // "Cancel" or "Close" is added
}

/** Show `spec` on the stage: caught by <stoa-stage>. */
export const DIALOG = "room-dialog";

@customElement("stoa-dialog")
export class Dialog extends Part {
  @property({ attribute: false }) spec: DialogSpec | null = null;
  @query("dialog") private dialog!: HTMLDialogElement | null;

  protected override updated(): void {
    if (this.spec && this.dialog && !this.dialog.open) this.dialog.showModal();
  }

  #run(action: DialogAction): void {
    const form = this.querySelector("form");
    this.dialog?.close();
    action.run(form ? new FormData(form) : new FormData());
  }

  protected override render(): unknown {
    const spec = this.spec;
    if (!spec) return nothing;
    const first = spec.actions[0];
    return html`<dialog
      class="dialog"
      aria-labelledby="dialog-heading"
      @close=${() => this.tell("dialog-closed")}
      @click=${(event: MouseEvent) => event.target === event.currentTarget && this.dialog?.close()}
    >
      <form
        method="dialog"
        class="stack"
        @submit=${(event: Event) => {
          event.preventDefault();
          if (first) this.#run(first);
        }}
      >
        <div class="row">
          <h2 class="grow" id="dialog-heading">${spec.heading}</h2>
          <button
            type="button"
            class="btn icon quiet"
            aria-label=${t("Close")}
            title=${t("Close")}
            @click=${() => this.dialog?.close()}
          >
            ${icon("x")}
          </button>
        </div>
        <div>${spec.content}</div>
        ${
          spec.actions.length === 0
            ? nothing
            : html`<footer>
                <button type="button" class="btn" @click=${() => this.dialog?.close()}>${t("Cancel")}</button>
                ${spec.actions.map(
                  (action, index) =>
                    html`<button
                      type=${index === 0 ? "submit" : "button"}
                      class="btn ${action.look ?? ""}"
                      @click=${(event: Event) => {
                        event.preventDefault();
                        this.#run(action);
                      }}
                    >
                      ${action.label}
                    </button>`,
                )}
              </footer>`
        }
      </form>
    </dialog>`;
  }
}
