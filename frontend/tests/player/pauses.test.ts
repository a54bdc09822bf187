import { expect, test } from "vitest";
import { due } from "../../src/player/pauses";

const pause = (name: string, at: number) => ({ name, at, text: name, several: false, answers: [] });
const both = [pause("a", 10), pause("b", 11)];
const none = new Set<string>();

test("a question is due when its moment was just passed", () => {
  expect(due(both, none, 9.8, 10.05)?.name).toBe("a");
  expect(due(both, none, 9.8, 9.9)).toBeUndefined();
  expect(due([pause("begin", 0)], none, 0, 0.2)?.name).toBe("begin");
});

test("each is asked once, one after the other", () => {
  expect(due(both, none, 9.9, 11.2)?.name).toBe("a");
  expect(due(both, new Set(["a"]), 9.9, 11.2)?.name).toBe("b");
  expect(due(both, new Set(["a", "b"]), 9.9, 11.2)).toBeUndefined();
});

test("however seldom the player looks, and never backwards", () => {
  expect(due(both, none, 2, 30)?.name).toBe("a");
  expect(due(both, none, 30, 2)).toBeUndefined();
});
