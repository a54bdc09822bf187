// <stoa-tabs><div class="tabs" role="tablist"><button role="tab" aria-controls="id">…</div><div id="id" role="tabpanel">…
// One tab stop for the row; arrow keys go through it (WAI-ARIA Authoring Practices, tabs with automatic activation).
class StoaTabs extends HTMLElement {
  connectedCallback(): void {
    // A parser may connect the element before its children are there.
    queueMicrotask(() => this.#choose(this.#tabs().find((tab) => tab.getAttribute("aria-selected") === "true") ?? this.#tabs()[0]));
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
  }

  handleEvent(event: Event): void {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
    if (!tab) return;
    if (event instanceof KeyboardEvent) {
      const tabs = this.#tabs();
      const at = tabs.indexOf(tab);
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      const chosen = tabs[(next + tabs.length) % tabs.length];
      this.#choose(chosen);
      chosen?.focus();
    } else this.#choose(tab);
  }

  #tabs(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="tab"]')];
  }

  #choose(chosen: HTMLElement | undefined): void {
    for (const tab of this.#tabs()) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = tab !== chosen;
    }
  }
}

customElements.define("stoa-tabs", StoaTabs);
