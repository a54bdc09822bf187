// Made-up people and rooms for the tests of the stage.
import type { Capability, Participant, Publication, Source } from "../../src/room/protocol.gen";
import { START } from "../../src/room/reducer";
import type { Received, State } from "../../src/room/state";

export const ALL: readonly Capability[] = ["microphone", "camera", "share", "chat", "private_chat", "react", "rename"];

export function person(id: string, change: Partial<Participant> = {}): Participant {
  return {
    id,
    name: id,
    organisation: "",
    colour: 1,
    role: "participant",
    guest: false,
    hand_at_ms: null,
    connected: true,
    quality: 3,
    capabilities: ALL,
    ...change,
  };
}

export function people(...all: readonly (string | Participant)[]): Map<string, Participant> {
  return new Map(all.map((one) => (typeof one === "string" ? person(one) : one)).map((p) => [p.id, p]));
}

export function publication(participant: string, source: Source, muted = false): [string, Received] {
  const id = `${participant}-${source}`;
  const row: Publication = { id, participant, source, muted, codec: "VP8", layers: ["q", "h", "f"], width: 640, height: 360 };
  return [id, { publication: row, track: null, layer: "h", reason: "wanted" }];
}

export function state(change: Partial<State> = {}): State {
  return {
    ...START,
    phase: "in",
    connection: "good",
    room: {
      slug: "x",
      title: "Reading circle",
      organisation: "Lakeside",
      locked: false,
      started_ms: 0,
      capacity: 200,
      lobby: false,
      allowed: ALL,
      start_muted: false,
    },
    own: { ...START.own, id: "ada", name: "ada", microphoneOn: true, cameraOn: true },
    participants: people("ada", "bob"),
    ...change,
  };
}
