import { expect, test } from "vitest";
import { Outbox, Recorder, allowed, clock } from "../../src/player/spans";

const at = (position: number, more = {}) => ({ position, speed: 1, hidden: false, playing: true, ...more });

test("what plays on is one span", () => {
  const recorder = new Recorder();
  for (let second = 0; second <= 15; second += 0.25) recorder.tick(at(second));
  expect(recorder.take()).toEqual([{ from: 0, to: 15, speed: 1, hidden: false }]);
});

test("a report in the middle leaves no hole and nothing twice", () => {
  const recorder = new Recorder();
  recorder.tick(at(0));
  recorder.tick(at(1));
  const first = recorder.take();
  recorder.tick(at(2));
  expect([...first, ...recorder.take()].map((span) => [span.from, span.to])).toEqual([[0, 1], [1, 2]]);
});

test("a jump begins another span, and what was jumped over is in none", () => {
  const recorder = new Recorder();
  recorder.tick(at(0));
  recorder.tick(at(1));
  recorder.tick(at(60));
  recorder.tick(at(61));
  expect(recorder.take().map((span) => [span.from, span.to])).toEqual([[0, 1], [60, 61]]);
});

test("a pause counts nothing", () => {
  const recorder = new Recorder();
  recorder.tick(at(0));
  recorder.tick(at(1, { playing: false }));
  recorder.tick(at(1, { playing: false }));
  expect(recorder.take()).toEqual([{ from: 0, to: 1, speed: 1, hidden: false }]);
});

test("a hidden tab and another speed are told", () => {
  const recorder = new Recorder();
  recorder.tick(at(0));
  recorder.tick(at(1, { hidden: true }));
  recorder.tick(at(2, { hidden: true }));
  recorder.tick(at(2, { speed: 2 }));
  recorder.tick(at(4, { speed: 2 }));
  expect(recorder.take()).toEqual([
    { from: 0, to: 1, speed: 1, hidden: false },
    { from: 1, to: 2, speed: 1, hidden: true },
    { from: 2, to: 4, speed: 2, hidden: false },
  ]);
});

test("a report that did not arrive keeps its number", () => {
  const outbox = new Outbox();
  const span = { from: 0, to: 1, speed: 1, hidden: false };
  outbox.add([span]);
  outbox.add([]);
  outbox.add([span]);
  expect(outbox.all.map((report) => report.sequence)).toEqual([1, 2]);
  expect(outbox.first?.sequence).toBe(1);
  outbox.arrived(1);
  expect(outbox.first?.sequence).toBe(2);
});

test("seeking stops at what was watched where the lesson says so", () => {
  expect(allowed(100, 40, true)).toBe(40);
  expect(allowed(100, 40, false)).toBe(100);
  expect(allowed(30, 40, true)).toBe(30);
});

test("a clock is read at a glance", () => {
  expect([clock(0), clock(62), clock(3723)]).toEqual(["0:00", "1:02", "1:02:03"]);
});
