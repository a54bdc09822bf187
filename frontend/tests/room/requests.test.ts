import { expect, test } from "vitest";
import { requestOf } from "../../src/room/requests";
import type { Intent } from "../../src/room/state";

test.each<[Intent, object]>([
  [{ do: "hand", raised: true }, { type: "hand", raised: true }],
  [{ do: "chat", text: "hello", to: null }, { type: "chat.send", text: "hello", to: null }],
  [{ do: "want", publication: "p", max_height_px: 359.6 }, { type: "want", publication: "p", max_height_px: 360 }],
  [{ do: "mute-person", participant: null }, { type: "moderate.mute", participant: null }],
  [{ do: "admit", waiting: "w" }, { type: "lobby.admit", waiting: "w" }],
  [{ do: "allow", capability: "chat", allowed: false, participant: null }, { type: "moderate.allow", capability: "chat", allowed: false, participant: null }],
  [{ do: "end" }, { type: "moderate.end" }],
])("%o is a request", (intent, request) => {
  expect(requestOf(intent)).toEqual(request);
});

test.each<Intent>([{ do: "leave" }, { do: "camera", on: true }, { do: "pin", key: "" }])("%o is this browser's own", (intent) => {
  expect(requestOf(intent)).toBeNull();
});
