// Short notices over the stage, some with something to press.
import { html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../shared/i18n";
import type { State } from "../state";
import { icon } from "./icons";
import { Part } from "./part";

type Notice = State["notices"][number];

@customElement("stoa-toasts")
export class Toasts extends Part {
  @property({ attribute: false }) notices: readonly Notice[] = [];

  #act(notice: Notice): void {
    if (notice.action) this.ask(notice.action.intent);
    this.ask({ do: "dismiss", key: notice.key });
  }

  protected override render(): unknown {
    return html`<div class="toasts" role="status">${repeat(this.notices, (n) => n.key, (n) => html`<div class="toast"><span class="grow">${n.text}</span>
      ${n.action ? html`<button type="button" class="act" @click=${() => this.#act(n)}>${n.action.label}</button>` : nothing}
      <button type="button" class="shut" aria-label=${t("Close")} title=${t("Close")} @click=${() => this.ask({ do: "dismiss", key: n.key })}>${icon("x")}</button></div>`)}</div>`;
  }
}
