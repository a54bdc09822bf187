// <stoa-progress value="0.4" label="…">: how far something is. The width is set in script: the CSP allows no style attribute.
import { LitElement, type TemplateResult, html } from "lit";
import { styleMap } from "lit/directives/style-map.js";

export class StoaProgress extends LitElement {
  static override properties = { value: { type: Number }, label: {} };
  declare value: number;
  declare label: string;

  constructor() {
    super();
    this.value = 0;
    this.label = "";
  }

  protected override createRenderRoot(): this {
    return this; // the look comes from components.css
  }

  protected override render(): TemplateResult {
    const percent = Math.round(Math.min(1, Math.max(0, this.value)) * 100);
    return html`<span class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent} aria-label=${this.label}
      ><span style=${styleMap({ "--v": `${percent}%` })}></span
    ></span>`;
  }
}

customElements.define("stoa-progress", StoaProgress);
