// What the room's elements show. The engine (signalling + media) and the reducer produce it; elements only read it
// and ask for changes by dispatching the intents below. Nothing here does I/O.
import type { ChatMessage, Participant, Publication, Reaction, RoomState, Waiting, Capability, Layer } from "./protocol.gen";

export type Phase =
  | "green" // before entering
  | "entering" // ticket, socket, hello
  | "lobby" // waiting to be admitted
  | "in"
  | "left"
  | "removed"
  | "refused"
  | "ended"
  | "suspended"
  | "failed"; // `problem` says why

export type Connection = "good" | "weak" | "resuming" | "lost";
export type LayoutMode = "auto" | "grid" | "speaker";
export type Panel = "none" | "chat" | "people" | "settings" | "diagnostics";
export type DeviceProblem = "refused" | "missing" | "in_use" | "unsupported" | "failed";

export interface Devices {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  readonly speakers: readonly MediaDeviceInfo[];
  readonly microphone: string; // chosen deviceId, "" the system's
  readonly camera: string;
  readonly speaker: string;
  readonly microphoneProblem: DeviceProblem | null;
  readonly cameraProblem: DeviceProblem | null;
}

/** What this browser does itself. */
export interface Own {
  readonly id: string; // participant id, "" before welcome
  readonly name: string;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly sharing: boolean;
  readonly blur: boolean;
  readonly noiseSuppression: boolean;
  readonly hideSelf: boolean;
  readonly pushToTalk: boolean;
}

/** One received (or own) publication with its track. */
export interface Received {
  readonly publication: Publication;
  readonly track: MediaStreamTrack | null;
  readonly layer: Layer | null;
  readonly reason: string; // why this layer, see protocol `Forwarding`
}

export interface Problem {
  readonly code: string; // "passcode.wrong", "room.full", …
  readonly text: string; // for people, already in their language
}

export interface Stats {
  readonly at_ms: number;
  readonly roundTrip_ms: number;
  readonly up_bps: number;
  readonly down_bps: number;
  readonly rows: readonly StatsRow[];
}
export interface StatsRow {
  readonly publication: string;
  readonly direction: "up" | "down";
  readonly kind: "audio" | "video";
  readonly codec: string;
  readonly layer: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrate_bps: number;
  readonly loss: number; // 0..1
  readonly jitter_ms: number;
}

export interface State {
  readonly phase: Phase;
  readonly problem: Problem | null;
  readonly connection: Connection;
  readonly room: RoomState | null;
  readonly own: Own;
  readonly devices: Devices;
  readonly level: number; // own microphone 0..1
  readonly participants: ReadonlyMap<string, Participant>; // includes oneself, in order of joining
  readonly received: ReadonlyMap<string, Received>; // by publication id; own publications too (local tracks)
  readonly speaking: ReadonlyMap<string, number>; // participant id → level 0..100
  readonly lastSpoke: ReadonlyMap<string, number>; // participant id → ms
  readonly chat: readonly ChatMessage[];
  readonly unread: number;
  readonly waiting: readonly Waiting[]; // hosts only
  readonly hostsPresent: boolean; // while in the lobby
  readonly reactions: readonly { readonly key: number; readonly participant: string; readonly reaction: Reaction }[];
  readonly volumes: ReadonlyMap<string, number>; // participant id → 0..1
  readonly panel: Panel;
  readonly layout: LayoutMode;
  readonly pinned: string; // "participant:source" or ""
  readonly notices: readonly { readonly key: number; readonly text: string; readonly action?: { readonly label: string; readonly intent: Intent } }[];
  readonly stats: Stats | null;
  readonly cost: { readonly blur_ms: number; readonly noise_ms: number }; // what effects take per frame
}

/** What an element may ask for: `this.dispatchEvent(intent({ do: "mute" }))` (bubbles, composed). */
export type Intent =
  | { readonly do: "join"; readonly name: string; readonly passcode: string }
  | { readonly do: "microphone"; readonly on: boolean }
  | { readonly do: "camera"; readonly on: boolean }
  | { readonly do: "device"; readonly kind: "microphone" | "camera" | "speaker"; readonly id: string }
  | { readonly do: "retry-devices" }
  | { readonly do: "test-speaker" }
  | { readonly do: "share"; readonly on: boolean }
  | { readonly do: "hand"; readonly raised: boolean }
  | { readonly do: "react"; readonly reaction: Reaction }
  | { readonly do: "chat"; readonly text: string; readonly to: string | null }
  | { readonly do: "rename"; readonly name: string }
  | { readonly do: "panel"; readonly panel: Panel }
  | { readonly do: "layout"; readonly layout: LayoutMode }
  | { readonly do: "pin"; readonly key: string }
  | { readonly do: "volume"; readonly participant: string; readonly volume: number }
  | { readonly do: "blur"; readonly on: boolean }
  | { readonly do: "noise"; readonly on: boolean }
  | { readonly do: "hide-self"; readonly on: boolean }
  | { readonly do: "push-to-talk"; readonly on: boolean }
  | { readonly do: "want"; readonly publication: string; readonly max_height_px: number }
  | { readonly do: "dismiss"; readonly key: number }
  | { readonly do: "leave" }
  | { readonly do: "rejoin" }
  | { readonly do: "mute-person"; readonly participant: string | null }
  | { readonly do: "ask-unmute"; readonly participant: string }
  | { readonly do: "stop"; readonly participant: string; readonly source: "camera" | "screen" }
  | { readonly do: "remove"; readonly participant: string }
  | { readonly do: "lock"; readonly locked: boolean }
  | { readonly do: "role"; readonly participant: string; readonly role: "cohost" | "participant" }
  | { readonly do: "allow"; readonly capability: Capability; readonly allowed: boolean; readonly participant: string | null }
  | { readonly do: "lower-hand"; readonly participant: string | null }
  | { readonly do: "admit"; readonly waiting: string | null }
  | { readonly do: "refuse"; readonly waiting: string }
  | { readonly do: "end" };

export const INTENT = "room-intent";
export function intent(detail: Intent): CustomEvent<Intent> {
  return new CustomEvent(INTENT, { detail, bubbles: true, composed: true });
}
