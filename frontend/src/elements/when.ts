// <stoa-when><time datetime="2026-11-23T10:00:00Z">10:00</time></stoa-when>: says after it how far away that is, and keeps it true.
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function away(from: number, now: number, language: string): string {
  const seconds = Math.round((from - now) / 1_000);
  const say = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of UNITS) if (Math.abs(seconds) >= size) return say.format(Math.trunc(seconds / size), unit);
  return say.format(0, "second");
}

class StoaWhen extends HTMLElement {
  #timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    this.#say();
    this.#timer = setInterval(() => this.#say(), 30_000);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  #say(): void {
    const time = this.querySelector("time");
    const at = Date.parse(time?.dateTime ?? "");
    if (!time || Number.isNaN(at)) return;
    time.title ||= time.textContent ?? "";
    time.textContent = away(at, Date.now(), document.documentElement.lang);
  }
}

customElements.define("stoa-when", StoaWhen);
