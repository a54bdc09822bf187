// Sends spans every 15 s and on leaving the page; what does not arrive is sent again with the same number.
import { type Standing, Refused, csrf, post } from "./data";
import { Outbox, Recorder } from "./spans";

const EVERY_MS = 15_000;

export class Reporter {
  readonly recorder = new Recorder();
  #outbox = new Outbox();
  #sending = false;
  #over = false;

  constructor(
    readonly viewing: string,
    readonly position: () => number,
    readonly told: (standing: Standing) => void,
    readonly lost: () => void,
    signal: AbortSignal,
  ) {
    const timer = setInterval(() => void this.send(), EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    addEventListener("pagehide", () => this.leave(), { signal });
  }

  async send(): Promise<void> {
    this.#outbox.add(this.recorder.take());
    if (this.#sending || this.#over) return;
    this.#sending = true;
    try {
      for (let report = this.#outbox.first; report; report = this.#outbox.first) {
        const standing = await post<Standing>("/courses/watched/", { ...report, viewing: this.viewing, position: this.position() });
        this.#outbox.arrived(report.sequence);
        this.told(standing);
      }
    } catch (error) {
      // Without a connection the next round tries again; a refusal stays one, but for "too many".
      if (error instanceof Refused && error.status < 500 && error.status !== 429) {
        this.#over = true;
        this.lost();
      }
    } finally {
      this.#sending = false;
    }
  }

  /** The page goes away: a beacon arrives even so. */
  leave(): void {
    this.#outbox.add(this.recorder.take());
    for (const report of this.#outbox.all) {
      const form = new FormData();
      form.set("csrfmiddlewaretoken", csrf());
      form.set("report", JSON.stringify({ ...report, viewing: this.viewing, position: this.position() }));
      navigator.sendBeacon("/courses/watched/", form);
    }
  }
}
