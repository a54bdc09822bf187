// State and what happened → the next state. Pure: no sockets, no media, no clock.
import type { Participant, Publication, ServerEvent, Snapshot } from "./protocol.gen";
import type { Connection, Devices, LayoutMode, Own, Panel, Phase, Problem, Received, State, Stats } from "./state";

export type Action =
  | { readonly type: "phase"; readonly phase: Phase; readonly problem?: Problem | null }
  | { readonly type: "own"; readonly own: Partial<Own> }
  | { readonly type: "devices"; readonly devices: Partial<Devices> }
  | { readonly type: "level"; readonly level: number }
  | { readonly type: "snapshot"; readonly snapshot: Snapshot }
  | { readonly type: "event"; readonly event: ServerEvent; readonly now_ms: number; readonly key: number }
  | { readonly type: "track"; readonly publication: string; readonly track: MediaStreamTrack | null }
  | { readonly type: "own-publication"; readonly publication: Publication; readonly track: MediaStreamTrack | null }
  | { readonly type: "connection"; readonly connection: Connection }
  | { readonly type: "panel"; readonly panel: Panel }
  | { readonly type: "layout"; readonly layout: LayoutMode }
  | { readonly type: "pin"; readonly key: string }
  | { readonly type: "volume"; readonly participant: string; readonly volume: number }
  | { readonly type: "notice"; readonly key: number; readonly text: string; readonly action?: State["notices"][number]["action"] }
  | { readonly type: "dismiss"; readonly key: number }
  | { readonly type: "reaction-gone"; readonly key: number }
  | { readonly type: "stats"; readonly stats: Stats }
  | { readonly type: "cost"; readonly cost: Partial<State["cost"]> };

export const START: State = {
  phase: "green",
  problem: null,
  connection: "good",
  room: null,
  own: {
    id: "", name: "", microphoneOn: true, cameraOn: true, sharing: false, blur: false, noiseSuppression: false,
    hideSelf: false, pushToTalk: false,
  },
  devices: {
    microphones: [], cameras: [], speakers: [], microphone: "", camera: "", speaker: "",
    microphoneProblem: null, cameraProblem: null,
  },
  level: 0,
  participants: new Map(),
  received: new Map(),
  speaking: new Map(),
  lastSpoke: new Map(),
  chat: [],
  unread: 0,
  waiting: [],
  hostsPresent: false,
  reactions: [],
  volumes: new Map(),
  panel: "none",
  layout: "auto",
  pinned: "",
  notices: [],
  stats: null,
  cost: { blur_ms: 0, noise_ms: 0 },
};

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, gone: (key: K, value: V) => boolean): ReadonlyMap<K, V> {
  return new Map([...map].filter(([key, value]) => !gone(key, value)));
}

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "phase":
      return { ...state, phase: action.phase, problem: action.problem ?? null };
    case "own":
      return { ...state, own: { ...state.own, ...action.own } };
    case "devices":
      return { ...state, devices: { ...state.devices, ...action.devices } };
    case "level":
      return { ...state, level: action.level };
    case "snapshot":
      return snapshot(state, action.snapshot);
    case "event":
      return event(state, action.event, action.now_ms, action.key);
    case "track": {
      const found = state.received.get(action.publication);
      return found ? { ...state, received: put(state.received, action.publication, { ...found, track: action.track }) } : state;
    }
    case "own-publication": {
      const { publication, track } = action;
      const found: Received = { publication, track, layer: null, reason: "" };
      return { ...state, received: put(state.received, publication.id, found) };
    }
    case "connection":
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
    case "panel": {
      const panel = state.panel === action.panel ? "none" : action.panel;
      return { ...state, panel, unread: panel === "chat" ? 0 : state.unread };
    }
    case "layout":
      return { ...state, layout: action.layout };
    case "pin":
      return { ...state, pinned: state.pinned === action.key ? "" : action.key };
    case "volume":
      return { ...state, volumes: put(state.volumes, action.participant, action.volume) };
    case "notice": {
      const { key, text, action: offered } = action;
      return { ...state, notices: [...state.notices, offered ? { key, text, action: offered } : { key, text }] };
    }
    case "dismiss":
      return { ...state, notices: state.notices.filter(({ key }) => key !== action.key) };
    case "reaction-gone":
      return { ...state, reactions: state.reactions.filter(({ key }) => key !== action.key) };
    case "stats":
      return { ...state, stats: action.stats };
    case "cost":
      return { ...state, cost: { ...state.cost, ...action.cost } };
  }
}

function snapshot(state: State, found: Snapshot): State {
  return {
    ...state,
    phase: "in",
    problem: null,
    room: found.room,
    participants: new Map(found.participants.map((p) => [p.id, p])),
    received: new Map(found.publications.map((p) => [p.id, received(p, state.received.get(p.id))])),
    speaking: new Map(),
    chat: found.chat,
    waiting: found.waiting,
    reactions: [],
  };
}

function received(publication: Publication, before: Received | undefined): Received {
  return { publication, track: before?.track ?? null, layer: before?.layer ?? null, reason: before?.reason ?? "" };
}

function withParticipant(state: State, participant: Participant): State {
  const own = participant.id === state.own.id ? { ...state.own, name: participant.name } : state.own;
  return { ...state, own, participants: put(state.participants, participant.id, participant) };
}

function event(state: State, happened: ServerEvent, now_ms: number, key: number): State {
  switch (happened.type) {
    case "lobby.admitted":
      return snapshot(state, happened.snapshot);
    case "lobby.state":
      return { ...state, hostsPresent: happened.hosts_present };
    case "lobby.changed":
      return { ...state, waiting: happened.waiting };
    case "participant.joined":
    case "participant.changed":
      return withParticipant(state, happened.participant);
    case "participant.left": {
      const gone = happened.participant;
      return {
        ...state,
        participants: without(state.participants, (id) => id === gone),
        received: without(state.received, (_, { publication }) => publication.participant === gone),
        speaking: without(state.speaking, (id) => id === gone),
        pinned: state.pinned.startsWith(`${gone}:`) ? "" : state.pinned,
      };
    }
    case "publication.added":
    case "publication.changed": {
      const { publication } = happened;
      return { ...state, received: put(state.received, publication.id, received(publication, state.received.get(publication.id))) };
    }
    case "publication.removed":
      return { ...state, received: without(state.received, (id) => id === happened.publication) };
    case "speakers": {
      const lastSpoke = new Map(state.lastSpoke);
      for (const [participant] of happened.speakers) lastSpoke.set(participant, now_ms);
      return { ...state, speaking: new Map(happened.speakers), lastSpoke };
    }
    case "forwarding": {
      const found = state.received.get(happened.publication);
      if (!found) return state;
      return { ...state, received: put(state.received, happened.publication, { ...found, layer: happened.layer, reason: happened.reason }) };
    }
    case "reaction":
      return {
        ...state,
        reactions: [...state.reactions, { key, participant: happened.participant, reaction: happened.reaction }].slice(-20),
      };
    case "chat.message": {
      if (state.chat.some(({ id }) => id === happened.message.id)) return state;
      const unread = state.panel === "chat" || happened.message.author === state.own.id ? state.unread : state.unread + 1;
      return { ...state, chat: [...state.chat, happened.message], unread };
    }
    case "room.changed":
      return { ...state, room: happened.room };
    default:
      return state; // demand, stopped, asked.unmute, media.restart, goodbye: the engine acts on them
  }
}
