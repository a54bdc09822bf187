// Questions that pause the video at set moments: each once while the page is open.
import { LitElement, type TemplateResult, html, nothing } from "lit";
import { t } from "../shared/i18n";
import { type Pause, type Told, post } from "./data";

/** The question whose moment was passed by playing from `before` to `now`; a jump begins at its end. */
export function due(pauses: readonly Pause[], asked: ReadonlySet<string>, before: number, now: number): Pause | undefined {
  return pauses.find((pause) => !asked.has(pause.name) && before <= pause.at && pause.at <= now);
}

export class StoaPause extends LitElement {
  static override properties = { pause: { attribute: false }, page: { type: Number }, told: { state: true }, problem: { state: true } };
  declare pause: Pause;
  declare page: number;
  declare told: Told | null;
  declare problem: string;

  constructor() {
    super();
    Object.assign(this, { told: null, problem: "" });
  }

  protected override createRenderRoot(): this {
    return this;
  }

  protected override firstUpdated(): void {
    this.querySelector("fieldset")?.focus();
  }

  async #answer(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const chosen = new FormData(event.target as HTMLFormElement).getAll("answer").map(String);
    if (!chosen.length) {
      this.problem = t("Choose an answer, or go on without one.");
      return;
    }
    try {
      this.told = await post<Told>(`/courses/lessons/${this.page}/pauses/${this.pause.name}/`, { chosen });
      this.problem = "";
      await this.updateComplete;
      this.querySelector<HTMLElement>(".pause-go")?.focus();
    } catch {
      this.problem = t("That did not work. Nothing was changed. Please try again.");
    }
  }

  #go(): void {
    this.dispatchEvent(new CustomEvent("pause-over", { bubbles: true }));
  }

  protected override render(): TemplateResult {
    const { pause, told } = this;
    const mark = (id: string): TemplateResult | typeof nothing =>
      told?.answers.includes(id) ? html`<span class="badge good">${t("right")}</span>` : nothing;
    return html`<form class="card stack pause" @submit=${(event: SubmitEvent) => void this.#answer(event)}>
      <fieldset class="stack" tabindex="-1" ?disabled=${told !== null}><legend><b>${pause.text}</b></legend>
        ${pause.several ? html`<p class="small muted">${t("Several answers are right.")}</p>` : nothing}
        ${pause.answers.map((answer) => html`<label class="check"><input type=${pause.several ? "checkbox" : "radio"} name="answer" value=${answer.id}> <span class="breaks">${answer.text} ${mark(answer.id)}</span></label>`)}
      </fieldset>
      <div aria-live="polite">${told ? html`<p class="notice ${told.right ? "good" : "warn"}"><span><b>${told.right ? t("Right.") : t("Not quite.")}</b> ${told.feedback}</span></p>` : nothing}
        ${this.problem ? html`<p class="notice warn">${this.problem}</p>` : nothing}</div>
      <div class="row wrap">${told ? nothing : html`<button class="btn primary">${t("Answer")}</button>`}
        <button type="button" class="btn pause-go ${told ? "primary" : ""}" @click=${() => this.#go()}>${told ? t("Go on watching") : t("Go on without answering")}</button></div>
    </form>`;
  }
}

customElements.define("stoa-pause", StoaPause);
