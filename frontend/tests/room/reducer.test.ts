import { expect, test } from "vitest";
import { reduce, START } from "../../src/room/reducer";
import type { Participant, Publication, ServerEvent, Snapshot } from "../../src/room/protocol.gen";

const person = (id: string, name = id): Participant => ({
  id, name, organisation: "", colour: 0, role: "participant", guest: true, hand_at_ms: null, connected: true, quality: 3, capabilities: [],
});
const camera = (id: string, participant: string): Publication => ({
  id, participant, source: "camera", muted: false, codec: "VP8", layers: [], width: 0, height: 0,
});
const snapshot: Snapshot = {
  room: { slug: "s", title: "T", organisation: "", locked: false, started_ms: 0, capacity: 9, lobby: false, allowed: [], start_muted: false },
  participants: [person("ada"), person("bob")],
  publications: [camera("c1", "bob")],
  chat: [],
  waiting: [],
};
const inside = reduce(START, { type: "snapshot", snapshot });
const after = (event: ServerEvent, state = inside) => reduce(state, { type: "event", event, now_ms: 5, key: 1 });

test("a snapshot brings everybody and puts one on the stage", () => {
  expect(inside.phase).toBe("in");
  expect([...inside.participants.keys()]).toEqual(["ada", "bob"]);
});

test("who leaves takes what they sent, their speaking mark and their pin along", () => {
  const pinned = reduce(inside, { type: "pin", key: "bob:camera" });
  const state = after({ type: "participant.left", participant: "bob", reason: "left" }, pinned);
  expect([state.participants.size, state.received.size, state.pinned]).toEqual([1, 0, ""]);
});

test("a track stays with its publication when the publication changes", () => {
  const track = {} as MediaStreamTrack;
  const shown = reduce(inside, { type: "track", publication: "c1", track });
  const state = after({ type: "publication.changed", publication: { ...camera("c1", "bob"), muted: true } }, shown);
  expect(state.received.get("c1")?.track).toBe(track);
  expect(state.received.get("c1")?.publication.muted).toBe(true);
});

test("a message counts as unread until the chat is open, and comes once", () => {
  const message = { id: "m", author: "bob", author_name: "Bob", author_colour: 0, text: "hi", sent_ms: 1, to: null, to_name: "" };
  const once = after({ type: "chat.message", message });
  const twice = after({ type: "chat.message", message }, once);
  expect([twice.chat.length, twice.unread]).toEqual([1, 1]);
  expect(reduce(twice, { type: "panel", panel: "chat" }).unread).toBe(0);
});

test("a panel asked for again closes", () => {
  const open = reduce(inside, { type: "panel", panel: "people" });
  expect([open.panel, reduce(open, { type: "panel", panel: "people" }).panel]).toEqual(["people", "none"]);
});
