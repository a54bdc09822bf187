// What was shown, as spans to report. Pure: positions and times come in, reports go out.

export interface Span {
  from: number;
  to: number;
  speed: number;
  hidden: boolean;
}

export interface Report {
  sequence: number;
  spans: Span[];
}

export interface Moment {
  position: number; // seconds of the picture
  speed: number;
  hidden: boolean;
  playing: boolean;
}

const GAP_S = 1.5; // of real time between two moments of one span: a tab in the background is woken once a second
const SHORTEST_S = 0.05;

/** Joins moments to spans. A jump, another speed, or a tab that is hidden or shown begins a new one. */
export class Recorder {
  #open: Span | null = null;
  #closed: Span[] = [];

  tick(moment: Moment): void {
    const open = this.#open;
    const follows =
      open !== null &&
      moment.position >= open.to &&
      moment.position - open.to <= GAP_S * Math.max(1, open.speed) &&
      moment.speed === open.speed;
    if (open && follows) open.to = moment.position;
    if (open && (!follows || !moment.playing || moment.hidden !== open.hidden)) this.cut();
    if (moment.playing && !this.#open)
      this.#open = { from: moment.position, to: moment.position, speed: moment.speed, hidden: moment.hidden };
  }

  /** The picture jumps: what follows is another span. */
  cut(): void {
    if (this.#open && this.#open.to - this.#open.from >= SHORTEST_S) this.#closed.push(this.#open);
    this.#open = null;
  }

  /** What is to be reported; the span that goes on begins again where it was cut. */
  take(): Span[] {
    const going = this.#open;
    this.cut();
    const spans = this.#closed;
    this.#closed = [];
    if (going) this.#open = { ...going, from: going.to };
    return spans;
  }
}

/** Reports on their way: numbered once, sent again with the same number until they arrived. */
export class Outbox {
  #next = 1;
  #waiting: Report[] = [];

  add(spans: Span[]): void {
    if (spans.length) this.#waiting.push({ sequence: this.#next++, spans });
  }

  get first(): Report | undefined {
    return this.#waiting[0];
  }

  get all(): readonly Report[] {
    return this.#waiting;
  }

  arrived(sequence: number): void {
    this.#waiting = this.#waiting.filter((report) => report.sequence !== sequence);
  }
}

/** Where one may seek to: not past what was watched, where the lesson asks for that. */
export function allowed(target: number, reached: number, noSeek: boolean): number {
  return noSeek && target > reached + 1 ? reached : target;
}

/** 1:02 or 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}
