import { expect, it } from "vitest";
import { qualityWords } from "../../src/room/elements/words";

// rooms/session/quality.py: LOST, POOR, FAIR, GOOD = 0, 1, 2, 3
it("says of every mark that the room gives what it means", () => {
  expect([0, 1, 2, 3].map((mark) => [qualityWords(mark).word, qualityWords(mark).weak])).toEqual([
    ["The line is lost at the moment", true],
    ["Weak line: picture and sound may stop for moments", true],
    ["Fair line: now and then a coarse picture", false],
    ["Good line", false],
  ]);
});
