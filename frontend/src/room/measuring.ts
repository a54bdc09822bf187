// Reads the connection's figures every two seconds, marks it good or weak, and reports every third reading to the room.
import type { ReportQuality } from "./protocol.gen";
import type { Action } from "./reducer";
import type { Rtc } from "./rtc";
import type { State } from "./state";
import { Mark, StatsReader, type Figures } from "./stats";

const EVERY_MS = 2_000;
const REPORT_EVERY = 3; // readings

export interface MeasuringHooks {
  state(): State;
  dispatch(action: Action): void;
  report(report: ReportQuality): void;
}

export class Measuring {
  readonly #mark = new Mark();
  readonly #reader = new StatsReader();
  #timer: ReturnType<typeof setInterval> | undefined;
  #readings = 0;

  constructor(
    private readonly rtc: Rtc,
    private readonly hooks: MeasuringHooks,
  ) {}

  start(): void {
    this.stop();
    this.#timer = setInterval(() => void this.#measure(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #measure(): Promise<void> {
    const pc = this.rtc.connection;
    if (!pc || pc.connectionState !== "connected") return;
    const report = await pc.getStats();
    const publicationOf = this.#publications(pc);
    const figures = this.#reader.read((report as unknown as Map<string, never>).values(), Date.now(), publicationOf);
    this.hooks.dispatch({ type: "stats", stats: figures.stats });
    const { connection } = this.hooks.state();
    if (connection === "good" || connection === "weak")
      this.hooks.dispatch({ type: "connection", connection: this.#mark.take(figures) ? "weak" : "good" });
    this.#readings += 1;
    if (this.#readings % REPORT_EVERY === 0) this.hooks.report(reportOf(figures));
  }

  #publications(pc: RTCPeerConnection): (mid: string) => string {
    const byMid = new Map<string, string>();
    for (const own of this.rtc.own.values()) if (own.transceiver?.mid) byMid.set(own.transceiver.mid, own.publication);
    for (const { publication, track } of this.hooks.state().received.values()) {
      const mid = pc.getTransceivers().find((x) => x.receiver.track === track)?.mid;
      if (mid) byMid.set(mid, publication.id);
    }
    return (mid) => byMid.get(mid) ?? "";
  }
}

export function reportOf({ stats, lossUp, lossDown, jitter_ms }: Figures): ReportQuality {
  return {
    type: "quality.report",
    round_trip_ms: Math.round(stats.roundTrip_ms),
    loss_up_permille: Math.min(1000, Math.round(lossUp * 1000)),
    loss_down_permille: Math.min(1000, Math.round(lossDown * 1000)),
    jitter_ms: Math.round(jitter_ms),
  };
}
