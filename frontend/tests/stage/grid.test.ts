import { describe, expect, it } from "vitest";
import { fit, wantedHeight } from "../../src/room/grid";

describe("the grid", () => {
  // count, box, columns × rows that the rule of the look gives
  it.each([
    [1, 1416, 760, 1, 1],
    [2, 1416, 760, 2, 1],
    [3, 1416, 760, 2, 2],
    [4, 1416, 760, 2, 2],
    [6, 1416, 760, 3, 2],
    [9, 1416, 760, 3, 3],
    [12, 1416, 760, 4, 3],
    [16, 1416, 760, 4, 4],
    [49, 1416, 760, 7, 7],
    [2, 374, 700, 1, 2],
    [6, 374, 700, 2, 3],
    [1, 374, 700, 1, 1],
  ])("puts %i tiles in %i × %i into %i columns and %i rows", (count, width, height, cols, rows) => {
    expect(fit(count, width, height)).toMatchObject({ cols, rows });
  });

  it("keeps every tile inside the box and in the shape of a face or a camera", () => {
    for (let count = 1; count <= 49; count++)
      for (const [width, height] of [
        [1416, 760],
        [1040, 760],
        [374, 700],
        [700, 374],
        [300, 300],
      ] as const) {
        const best = fit(count, width, height);
        expect(best.cols * best.rows).toBeGreaterThanOrEqual(count);
        expect(best.cols * best.width_px + (best.cols - 1) * 8).toBeLessThanOrEqual(width);
        expect(best.rows * best.height_px + (best.rows - 1) * 8).toBeLessThanOrEqual(height);
        const ratio = best.width_px / best.height_px;
        expect(ratio).toBeLessThan(16 / 9 + 0.06);
        expect(ratio).toBeGreaterThan((height > width ? 4 / 5 : 1) - 0.06);
      }
  });

  it("fills most of the window for any number of people", () => {
    for (let count = 1; count <= 49; count++) {
      const { width_px, height_px } = fit(count, 1416, 760);
      expect((width_px * height_px * count) / (1416 * 760), `${count} tiles`).toBeGreaterThan(0.6);
    }
  });

  it("has nothing to show without a box or without people", () => {
    expect(fit(0, 800, 600).width_px).toBe(0);
    expect(fit(4, 0, 0).width_px).toBe(0);
  });
});

describe("the wanted height", () => {
  it.each([
    [320, 180, 1, true, 192],
    [320, 180, 2, true, 368],
    [400, 200, 1, true, 240], // wider than a camera: cropped above and below, so more lines are needed
    [400, 200, 1, false, 208],
    [0, 0, 2, true, 0],
  ])("of %i × %i at ratio %d (cropped: %s) is %i", (width, height, ratio, cover, wanted) => {
    expect(wantedHeight(width, height, ratio, cover)).toBe(wanted);
  });
});
