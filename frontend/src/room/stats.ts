// What the connection is like: rows for the diagnostics panel, and figures for everybody's quality mark.
import type { Stats, StatsRow } from "./state";

/** THREATS' anchors: above any of these a call is called poor. */
export const POOR = { loss: 0.02, jitter_ms: 30, roundTrip_ms: 500 } as const;

interface Before {
  readonly at_ms: number;
  readonly octets: number;
  readonly packets: number;
  readonly lost: number;
}

export interface Figures {
  readonly stats: Stats;
  readonly lossUp: number;
  readonly lossDown: number;
  readonly jitter_ms: number;
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

export class StatsReader {
  #before = new Map<string, Before>();

  /** W3C webrtc-stats, as rows. `publicationOf` tells a section's publication by its mid. */
  read(report: Iterable<Row>, now_ms: number, publicationOf: (mid: string) => string): Figures {
    const all = new Map([...report].map((row) => [row.id, row]));
    const rows: StatsRow[] = [];
    let roundTrip_ms = 0;
    let lossUp = 0;
    let lossDown = 0;
    let jitter_ms = 0;
    const after = new Map<string, Before>();
    for (const row of all.values()) {
      if (row.type === "candidate-pair" && row["nominated"] && typeof row["currentRoundTripTime"] === "number")
        roundTrip_ms = row["currentRoundTripTime"] * 1000;
      if (row.type === "remote-inbound-rtp") lossUp = Math.max(lossUp, number(row["fractionLost"]));
      if (row.type !== "inbound-rtp" && row.type !== "outbound-rtp") continue;
      const up = row.type === "outbound-rtp";
      const octets = number(row[up ? "bytesSent" : "bytesReceived"]);
      const packets = number(row[up ? "packetsSent" : "packetsReceived"]);
      const lost = up ? 0 : number(row["packetsLost"]);
      const before = this.#before.get(row.id);
      after.set(row.id, { at_ms: now_ms, octets, packets, lost });
      const passed_s = before ? Math.max(0.001, (now_ms - before.at_ms) / 1000) : 0;
      const arrived = packets - (before?.packets ?? packets);
      const missed = Math.max(0, lost - (before?.lost ?? lost));
      const loss = arrived + missed > 0 ? missed / (arrived + missed) : 0;
      const jitter = number(row["jitter"]) * 1000;
      if (!up) {
        if (arrived + missed > 20) lossDown = Math.max(lossDown, loss);
        // A picture's packets leave in bursts: only sound, sent evenly, tells of the network.
        if (row["kind"] === "audio") jitter_ms = Math.max(jitter_ms, jitter);
      }
      const codec = String(all.get(String(row["codecId"]))?.["mimeType"] ?? "");
      rows.push({
        publication: publicationOf(String(row["mid"] ?? "")),
        direction: up ? "up" : "down",
        kind: row["kind"] === "audio" ? "audio" : "video",
        codec: codec.split("/")[1] ?? "",
        layer: String(row["rid"] ?? ""),
        width: number(row["frameWidth"]),
        height: number(row["frameHeight"]),
        fps: number(row["framesPerSecond"]),
        bitrate_bps: passed_s ? ((octets - (before?.octets ?? octets)) * 8) / passed_s : 0,
        loss,
        jitter_ms: jitter,
      });
    }
    this.#before = after;
    const sum = (direction: "up" | "down") =>
      rows.filter((row) => row.direction === direction).reduce((n, row) => n + row.bitrate_bps, 0);
    const stats = { at_ms: now_ms, roundTrip_ms, up_bps: sum("up"), down_bps: sum("down"), rows };
    return { stats, lossUp, lossDown, jitter_ms };
  }
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

const WORSE_AFTER = 3; // readings in a row, two seconds apart
const BETTER_AFTER = 3;

/** Weak or good, and not to and fro: one bad moment, or a machine that was busy for it, is no weak connection. */
export class Mark {
  #poor = 0;
  #good = 0;
  weak = false;

  take({ lossUp, lossDown, jitter_ms, stats }: Figures): boolean {
    const poor = Math.max(lossUp, lossDown) > POOR.loss || jitter_ms > POOR.jitter_ms || stats.roundTrip_ms > POOR.roundTrip_ms;
    this.#poor = poor ? this.#poor + 1 : 0;
    this.#good = poor ? 0 : this.#good + 1;
    if (this.#poor >= WORSE_AFTER) this.weak = true;
    if (this.#good >= BETTER_AFTER) this.weak = false;
    return this.weak;
  }
}
