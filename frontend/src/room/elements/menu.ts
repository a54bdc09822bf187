// A button that opens a menu: arrow keys, Home, End, first letters, Escape; closes by itself when one looks elsewhere.
import { type TemplateResult, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { type IconName, icon } from "./icons";
import { Part } from "./part";

export interface MenuItem {
  readonly label: string;
  readonly icon: IconName;
  readonly run: () => void;
  readonly checked?: boolean; // a switch
  readonly danger?: boolean;
  readonly hint?: string; // a key
  readonly when?: "phone"; // only on small windows
  readonly rule?: boolean; // a line above
}

@customElement("stoa-menu")
export class Menu extends Part {
  @property() label = "";
  @property() word = ""; // shown under the icon
  @property() look = "btn icon";
  @property() icon: IconName = "ellipsis";
  @property({ type: Boolean }) dot = false;
  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @property({ attribute: false }) above: TemplateResult | null = null; // controls that are no menu items
  @property({ type: Boolean }) open = false;
  @query("[popover]") private pop!: HTMLElement | null;
  @query("button") private button!: HTMLButtonElement;

  #typed = "";
  #typedAt = 0;

  show(): void {
    this.pop?.showPopover();
  }

  async #toggled(event: ToggleEvent): Promise<void> {
    this.open = event.newState === "open";
    if (!this.open) return;
    await this.updateComplete; // its height is known once the items stand
    this.#place();
    this.#buttons()[0]?.focus({ preventScroll: true });
  }

  /** Beside its button, inside the window: below when there is room, else above. */
  #place(): void {
    const pop = this.pop;
    if (!pop) return;
    const at = this.button.getBoundingClientRect();
    const space = 8;
    const height = pop.offsetHeight;
    const width = pop.offsetWidth;
    const below = at.bottom + space + height <= innerHeight;
    const top = below ? at.bottom + space : Math.max(space, at.top - space - height);
    const left = Math.min(Math.max(space, at.right - width), innerWidth - width - space);
    pop.style.top = `${top}px`;
    pop.style.left = `${Math.max(space, left)}px`;
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>('[role^="menuitem"]')].filter(
      (b) => b.offsetParent !== null || b.getClientRects().length > 0,
    );
  }

  #key(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = (index: number): void => {
      event.preventDefault();
      buttons.at(index % buttons.length)?.focus();
    };
    if (event.key === "ArrowDown") to(here + 1);
    else if (event.key === "ArrowUp") to(here <= 0 ? -1 : here - 1);
    else if (event.key === "Home") to(0);
    else if (event.key === "End") to(-1);
    else if (event.key === "Tab") this.pop?.hidePopover();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") {
      this.#typed = event.timeStamp - this.#typedAt > 800 ? event.key : this.#typed + event.key;
      this.#typedAt = event.timeStamp;
      buttons.find((b) => b.textContent.trim().toLocaleLowerCase().startsWith(this.#typed.toLocaleLowerCase()))?.focus();
    }
    if (event.key !== "Tab") event.stopPropagation();
  }

  #choose(item: MenuItem): void {
    this.pop?.hidePopover();
    this.button.focus({ preventScroll: true });
    item.run();
  }

  #item(item: MenuItem): TemplateResult {
    return html`${item.rule ? html`<hr class=${item.when ?? ""} />` : nothing}
      <button
        type="button"
        tabindex="-1"
        class="${item.danger ? "danger" : ""} ${item.when ?? ""}"
        role=${item.checked === undefined ? "menuitem" : "menuitemcheckbox"}
        aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
        @click=${() => this.#choose(item)}
      >
        ${icon(item.icon)}<span class="grow">${item.label}</span>
        ${item.checked ? icon("check", "", "tick") : nothing}${item.hint ? html`<kbd>${item.hint}</kbd>` : nothing}
      </button>`;
  }

  protected override render(): unknown {
    const id = `${this.id || "menu"}-list`;
    return html`<button
        type="button"
        class=${this.look}
        aria-haspopup="menu"
        aria-expanded=${String(this.open)}
        aria-label=${this.label || nothing}
        title=${this.word ? nothing : this.label}
        @click=${() => (this.open ? this.pop?.hidePopover() : this.show())}
      >
        ${icon(this.icon)}${this.word ? html`<span>${this.word}</span>` : nothing}${this.dot ? html`<span class="dot" aria-hidden="true"></span>` : nothing}
      </button>
      <div
        popover
        class="menu pop"
        id=${id}
        @toggle=${(event: ToggleEvent) => void this.#toggled(event)}
        @keydown=${(event: KeyboardEvent) => this.#key(event)}
      >
        ${this.above}
        <div role="menu" class="menu-list" aria-label=${this.label || this.word}>
          ${this.open ? this.items.map((item) => this.#item(item)) : nothing}
        </div>
      </div>`;
  }
}
