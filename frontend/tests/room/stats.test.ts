import { expect, test } from "vitest";
import { reportOf } from "../../src/room/measuring";
import { Mark, StatsReader, type Figures } from "../../src/room/stats";

const inbound = (kind: string, change: Record<string, unknown> = {}) =>
  ({ id: `in-${kind}`, type: "inbound-rtp", kind, mid: kind === "audio" ? "0" : "1", packetsReceived: 0, packetsLost: 0, bytesReceived: 0, jitter: 0, ...change });
const read = (reader: StatsReader, now_ms: number, ...rows: Record<string, unknown>[]) =>
  reader.read(rows as never, now_ms, (mid) => `p${mid}`);

test("rates come from the difference of two readings", () => {
  const reader = new StatsReader();
  read(reader, 0, inbound("video", { bytesReceived: 1_000, packetsReceived: 100 }));
  const { stats } = read(reader, 2_000, inbound("video", { bytesReceived: 251_000, packetsReceived: 400, frameHeight: 720, framesPerSecond: 30 }));
  expect(stats.down_bps).toBe(1_000_000);
  expect(stats.rows[0]).toMatchObject({ publication: "p1", direction: "down", height: 720, fps: 30 });
});

test("the first reading has no rate, and a counter that began anew none below zero", () => {
  const reader = new StatsReader();
  expect(read(reader, 0, inbound("audio", { bytesReceived: 9_999 })).stats.down_bps).toBe(0);
  const { lossDown } = read(reader, 2_000, inbound("audio", { packetsReceived: 100, packetsLost: -3 }));
  expect(lossDown).toBe(0);
});

test("loss is a share of what was sent meanwhile, and a handful of packets tells nothing", () => {
  const reader = new StatsReader();
  read(reader, 0, inbound("audio", { packetsReceived: 1_000, packetsLost: 50 }));
  expect(read(reader, 2_000, inbound("audio", { packetsReceived: 1_090, packetsLost: 60 })).lossDown).toBeCloseTo(0.1);
  expect(read(reader, 4_000, inbound("audio", { packetsReceived: 1_095, packetsLost: 70 })).lossDown).toBe(0);
});

test("only sound tells of jitter, the pair in use of the round trip, the other side of what it lost", () => {
  const figures = read(
    new StatsReader(), 0,
    inbound("video", { jitter: 0.2 }), inbound("audio", { jitter: 0.012 }),
    { id: "a", type: "candidate-pair", nominated: true, currentRoundTripTime: 0.08 },
    { id: "b", type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    { id: "c", type: "remote-inbound-rtp", fractionLost: 0.25 },
  );
  expect(figures.jitter_ms).toBeCloseTo(12);
  expect(figures.stats.roundTrip_ms).toBe(80);
  expect(reportOf(figures)).toEqual({ type: "quality.report", round_trip_ms: 80, loss_up_permille: 250, loss_down_permille: 0, jitter_ms: 12 });
});

const figures = (change: Partial<Figures>): Figures =>
  ({ stats: { at_ms: 0, roundTrip_ms: 0, up_bps: 0, down_bps: 0, rows: [] }, lossUp: 0, lossDown: 0, jitter_ms: 0, ...change });
const GOOD = figures({});

test.each([figures({ lossUp: 0.03 }), figures({ lossDown: 0.03 }), figures({ jitter_ms: 31 })])("three poor readings make a weak connection, three good ones mend it", (poor) => {
  const mark = new Mark();
  expect([poor, poor, GOOD, poor, poor, poor].map((each) => mark.take(each))).toEqual([false, false, false, false, false, true]);
  expect([GOOD, GOOD, poor, GOOD, GOOD, GOOD].map((each) => mark.take(each))).toEqual([true, true, true, true, true, false]);
});
