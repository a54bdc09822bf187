// The link others come in by, to be copied.
import { html } from "lit";
import { customElement, property, state as local } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import { icon } from "./icons";
import { Part } from "./part";

@customElement("stoa-invite")
export class Invite extends Part {
  @property() link = "";
  @local() private copied = false;

  async #copy(): Promise<void> {
    const field = this.querySelector("input");
    field?.select();
    if (navigator.clipboard) await navigator.clipboard.writeText(this.link);
    else document.execCommand("copy"); // pages without HTTPS have no clipboard object
    this.copied = true;
  }

  protected override render(): unknown {
    return html`<div class="invite field">
      <span class="label">${t("Invite by link")}</span>
      <div class="row">
        <input
          class="input grow"
          readonly
          aria-label=${t("Link to this meeting")}
          .value=${this.link}
          @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
        />
        <button type="button" class="btn" @click=${() => void this.#copy()}>
          ${icon(this.copied ? "check" : "copy")}<span role="status">${this.copied ? t("Copied") : t("Copy")}</span>
        </button>
      </div>
    </div>`;
  }
}
