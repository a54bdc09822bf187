// The side panel: chat and people as tabs, settings and figures by themselves. On a phone a sheet.
import { type TemplateResult, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../shared/i18n";
import type { State } from "../state";
import { icon } from "./icons";
import { Part } from "./part";
import "./chat";
import "./diagnostics";
import "./people";
import "./settings";

@customElement("stoa-panel")
export class SidePanel extends Part {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) speaking: ReadonlySet<string> = new Set();
  @property() link = "";
  #cameFrom: Element | null = null;

  protected override firstUpdated(): void {
    this.#cameFrom = document.activeElement;
    this.#focus();
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get("state") as State | undefined;
    if (before && before.panel !== this.state.panel && !this.contains(document.activeElement)) this.#focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost && this.#cameFrom instanceof HTMLElement && this.#cameFrom.isConnected) this.#cameFrom.focus();
  }

  /** Into the panel: the message box where one writes, else the chosen tab or the heading. */
  async #focus(): Promise<void> {
    await this.updateComplete;
    const wide = matchMedia("(width >= 600px)").matches;
    const target =
      (this.state.panel === "chat" && wide ? this.querySelector<HTMLElement>("textarea") : null) ??
      this.querySelector<HTMLElement>('[role="tab"][aria-selected="true"], h2');
    target?.focus({ preventScroll: true });
  }

  #close(): void {
    this.ask({ do: "panel", panel: "none" });
  }

  #tab(panel: "chat" | "people", label: string, count: number): TemplateResult {
    const selected = this.state.panel === panel;
    return html`<button
      type="button"
      role="tab"
      id="tab-${panel}"
      aria-selected=${String(selected)}
      aria-controls="panel-body"
      tabindex=${selected ? "0" : "-1"}
      @click=${() => this.ask({ do: "panel", panel })}
      @keydown=${(event: KeyboardEvent) => this.#arrows(event, panel)}
    >
      ${label}${count ? html` <span class="n">${count}</span>` : ""}
    </button>`;
  }

  #arrows(event: KeyboardEvent, panel: "chat" | "people"): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = panel === "chat" ? "people" : "chat";
    this.ask({ do: "panel", panel: other });
    this.querySelector<HTMLElement>(`#tab-${other}`)?.focus();
  }

  #body(): TemplateResult {
    const { state } = this;
    switch (state.panel) {
      case "people":
        return html`<stoa-people .state=${state} .speaking=${this.speaking} .link=${this.link}></stoa-people>`;
      case "settings":
        return html`<stoa-settings .state=${state}></stoa-settings>`;
      case "diagnostics":
        return html`<stoa-diagnostics .state=${state}></stoa-diagnostics>`;
      default:
        return html`<stoa-chat .state=${state}></stoa-chat>`;
    }
  }

  protected override render(): unknown {
    const { state } = this;
    const tabs = state.panel === "chat" || state.panel === "people";
    const heading = state.panel === "settings" ? t("Settings") : t("Connection in figures");
    return html`<aside
      class="panel open"
      aria-label=${tabs ? t("Side panel") : heading}
      @panel-escape=${() => this.#close()}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape" && !event.defaultPrevented) {
          event.stopPropagation();
          this.#close();
        }
      }}
    >
      <div class="panel-head">
        ${
          tabs
            ? html`<div class="tabs" role="tablist" aria-label=${t("Side panel")}>
                ${this.#tab("chat", t("Chat"), state.panel === "chat" ? 0 : state.unread)}${this.#tab("people", t("People"), state.participants.size)}
              </div>`
            : html`<h2 tabindex="-1">${heading}</h2>`
        }
        <button
          type="button"
          class="btn icon quiet end"
          aria-label=${t("Close the panel")}
          title=${t("Close the panel")}
          @click=${() => this.#close()}
        >
          ${icon("x")}
        </button>
      </div>
      <div
        id="panel-body"
        class="panel-body"
        role=${tabs ? "tabpanel" : "group"}
        aria-label=${tabs ? (state.panel === "chat" ? t("Chat") : t("People")) : heading}
      >
        ${this.#body()}
      </div>
    </aside>`;
  }
}
