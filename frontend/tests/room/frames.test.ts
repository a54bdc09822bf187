import { expect, test } from "vitest";
import { Frames } from "../../src/room/effects/frames";

test("what goes in comes out one frame later, worked on once", () => {
  const seen: number[][] = [];
  const frames = new Frames(3, (frame) => {
    seen.push([...frame]);
    frame.forEach((value, index) => (frame[index] = value * 10));
  });
  const out: number[] = [];
  for (let at = 0; at < 8; at += 2) {
    const to = new Float32Array(2);
    frames.pass(Float32Array.of(at, at + 1), to);
    out.push(...to);
  }
  expect(seen).toEqual([[0, 1, 2], [3, 4, 5]]);
  expect(out).toEqual([0, 0, 0, 0, 10, 20, 30, 40]);
});
