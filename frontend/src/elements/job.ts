// <stoa-job src="/jobs/…/">: a job's progress, asked for again and again until it is over. Then it says `stoa-job-over`.
import { LitElement, type TemplateResult, html, nothing } from "lit";
import { t } from "../shared/i18n";
import "./progress";

export interface Told {
  title: string;
  label: string;
  state: "queued" | "running" | "ready" | "failed" | "cancelled";
  done: number;
  text: string;
  time_left_s: number | null;
  error: string;
  result: unknown;
  over: boolean;
}

const FIRST_MS = 400;
const SLOWEST_MS = 4_000;
const WORDS = {
  queued: () => t("Waiting to begin"),
  running: () => t("Running"),
  ready: () => t("Done"),
  failed: () => t("Failed"),
  cancelled: () => t("Cancelled"),
};

export function timeLeft(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 60) return t("about {n} s left", { n: Math.max(1, seconds) });
  if (seconds < 5_400) return t("about {n} min left", { n: Math.round(seconds / 60) });
  return t("about {n} h left", { n: Math.round(seconds / 3_600) });
}

export class StoaJob extends LitElement {
  static override properties = { src: {}, told: { state: true }, trouble: { state: true } };
  declare src: string;
  declare told: Told | undefined;
  declare trouble: string;
  #pause = FIRST_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = new AbortController();
  #before: Element[] = []; // what the server wrote for readers without a script: goes with the first answer

  constructor() {
    super();
    this.src = "";
    this.trouble = "";
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#closed = new AbortController();
    this.#before = this.told ? [] : [...this.children];
    void this.#ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#closed.abort();
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const { signal } = this.#closed;
    try {
      const answer = await fetch(this.src, { headers: { Accept: "application/json" }, signal });
      if (answer.status === 403 || answer.status === 404) {
        this.trouble = t("You may not see this any more. Please reload the page.");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const told = (await answer.json()) as Told;
      const moved = told.done !== this.told?.done || told.state !== this.told?.state;
      this.#pause = moved ? FIRST_MS : Math.min(SLOWEST_MS, this.#pause * 1.5);
      const watched = this.told !== undefined;
      for (const element of this.#before.splice(0)) element.remove();
      this.told = told;
      this.trouble = "";
      if (told.over) {
        this.dispatchEvent(new CustomEvent("stoa-job-over", { bubbles: true, detail: told }));
        // The page's buttons are for a running job. Over at first sight: the page was written just before, or says so.
        if (this.hasAttribute("reloads") && (watched || this.#firstSight())) location.reload();
        return;
      }
    } catch {
      if (signal.aborted) return;
      this.trouble = t("The connection is away. Trying again; the work itself goes on.");
      this.#pause = SLOWEST_MS;
    }
    this.#timer = setTimeout(() => void this.#ask(), this.#pause);
  }

  #firstSight(): boolean {
    const key = `stoa-job ${this.src}`;
    if (this.getAttribute("reloads") !== "always" || sessionStorage.getItem(key)) return false;
    sessionStorage.setItem(key, "seen");
    return true;
  }

  protected override render(): TemplateResult {
    const told = this.told;
    if (!told) return html`${this.trouble ? html`<p class="small muted" role="status">${this.trouble}</p>` : nothing}`;
    const words = [WORDS[told.state](), told.error || told.text, timeLeft(told.time_left_s)].filter(Boolean).join(" · ");
    return html`<stoa-progress value=${told.done} label=${told.title}></stoa-progress>
      <p class="small muted" role="status">${this.trouble || words}</p>`;
  }
}

customElements.define("stoa-job", StoaJob);
