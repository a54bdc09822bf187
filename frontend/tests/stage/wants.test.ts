import { beforeEach, describe, expect, it } from "vitest";
import { Wants } from "../../src/room/wants";

let told: [string, number][];
let waiting: (() => void)[];
let patient: (() => void)[];
let wants: Wants;
const grid = {};
const float = {};

function settle(): void {
  for (const f of waiting.splice(0)) f();
}

/** Half a second. */
function wait(): void {
  for (const f of patient.splice(0)) f();
}

beforeEach(() => {
  told = [];
  waiting = [];
  patient = [];
  wants = new Wants(
    (publication, height) => told.push([publication, height]),
    (f) => waiting.push(f),
    (f) => patient.push(f),
  );
});

describe("wanted sizes", () => {
  it("are told once, and again only when they change", () => {
    wants.know(new Set(["cam"]));
    wants.show(grid, "cam", 368);
    settle();
    wants.show(grid, "cam", 368);
    settle();
    wants.show(grid, "cam", 736);
    settle();
    expect(told).toEqual([
      ["cam", 368],
      ["cam", 736],
    ]);
  });

  it("are zero for pictures that nobody shows: on another page, or behind a share", () => {
    wants.know(new Set(["cam", "other"]));
    wants.show(grid, "cam", 368);
    settle();
    wants.drop(grid, "cam");
    settle();
    expect(told).toEqual([["cam", 368]]);
    wait();
    expect(told).toEqual([
      ["cam", 368],
      ["other", 0],
      ["cam", 0],
    ]);
  });

  it("are the largest of all places that show a picture", () => {
    wants.know(new Set(["cam"]));
    wants.show(grid, "cam", 192);
    wants.show(float, "cam", 300);
    settle();
    wants.drop(float, "cam");
    settle();
    expect(told).toEqual([
      ["cam", 300],
      ["cam", 192],
    ]);
  });

  it("do not flicker when a tile moves from one place to another", () => {
    wants.know(new Set(["cam"]));
    wants.show(grid, "cam", 192);
    settle();
    wants.drop(grid, "cam");
    settle();
    wants.show(float, "cam", 192);
    settle();
    wait();
    expect(told).toEqual([["cam", 192]]);
  });

  it("stop while the window is hidden and come back with it", () => {
    wants.know(new Set(["cam"]));
    wants.show(grid, "cam", 192);
    settle();
    wants.hide(true);
    settle();
    wants.hide(false);
    settle();
    expect(told).toEqual([
      ["cam", 192],
      ["cam", 0],
      ["cam", 192],
    ]);
  });

  it("are told anew when a publication went and came again", () => {
    wants.know(new Set(["cam"]));
    wants.show(grid, "cam", 192);
    settle();
    wants.know(new Set());
    settle();
    wants.know(new Set(["cam"]));
    settle();
    expect(told).toEqual([
      ["cam", 192],
      ["cam", 192],
    ]);
  });
});
