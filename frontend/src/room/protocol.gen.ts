// Made from rooms/protocol.py by `python -m rooms.generate`. Change it there.

export const VERSION = 1;

export type Source = "microphone" | "camera" | "screen" | "screen_audio";

export type Role = "host" | "cohost" | "participant";

export type Capability = "microphone" | "camera" | "share" | "chat" | "private_chat" | "react" | "rename";

export type Reaction = "thumbs_up" | "clap" | "heart" | "laugh" | "surprise" | "celebrate" | "yes" | "no";

export type LeaveAction = "disconnect" | "resume" | "reconnect";

export type Layer = "q" | "h" | "f";

/** Somebody in the room, as everybody sees them. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly colour: number;
  readonly role: Role;
  readonly guest: boolean;
  readonly hand_at_ms: number | null;
  readonly connected: boolean;
  readonly quality: number;
  readonly capabilities: readonly Capability[];
}

/** One thing a participant sends: a camera, a microphone, a shared screen or its sound. */
export interface Publication {
  readonly id: string;
  readonly participant: string;
  readonly source: Source;
  readonly muted: boolean;
  readonly codec: string;
  readonly layers: readonly Layer[];
  readonly width: number;
  readonly height: number;
}

export interface ChatMessage {
  readonly id: string;
  readonly author: string;
  readonly author_name: string;
  readonly author_colour: number;
  readonly text: string;
  readonly sent_ms: number;
  readonly to: string | null;
  readonly to_name: string;
}

/** Somebody in the lobby; only hosts see these. */
export interface Waiting {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly colour: number;
  readonly guest: boolean;
  readonly since_ms: number;
}

export interface RoomState {
  readonly slug: string;
  readonly title: string;
  readonly organisation: string;
  readonly locked: boolean;
  readonly started_ms: number;
  readonly capacity: number;
  readonly lobby: boolean;
  readonly allowed: readonly Capability[];
  readonly start_muted: boolean;
}

/** Everything a newly entered participant needs; events with a higher `seq` follow. */
export interface Snapshot {
  readonly room: RoomState;
  readonly participants: readonly Participant[];
  readonly publications: readonly Publication[];
  readonly chat: readonly ChatMessage[];
  readonly waiting: readonly Waiting[];
}

export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** An SDP section by which the browser sends. */
export interface PublishSection {
  readonly mid: string;
  readonly source: Source;
  readonly muted?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** An SDP section by which the browser wants to receive one publication. */
export interface ReceiveSection {
  readonly mid: string;
  readonly publication: string;
}

/** The answer to hello. state "in": `snapshot` is there (or, resumed, the missed events follow). state "waiting": in the lobby; event `lobby.admitted` brings the snapshot. */
export interface Welcome {
  readonly version: number;
  readonly epoch: string;
  readonly session: string;
  readonly resume: string;
  readonly you: string;
  readonly resumed: boolean;
  readonly state: "in" | "waiting";
  readonly snapshot: Snapshot | null;
  readonly ice_servers: readonly IceServer[];
  readonly now_ms: number;
  readonly hosts_present: boolean;
}

export interface Answer {
  readonly number: number;
  readonly sdp: string;
  readonly publications: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, string>>;
  readonly began: boolean;
}

/** The answer to chat.send. */
export interface Sent {
  readonly message: string;
}

/** The answer to everything that has no answer of its own. */
export interface Done {
}

/** First frame of every socket. `ticket` enters anew; `resume` takes up a session whose socket broke. */
export interface Hello {
  readonly type: "hello";
  readonly versions: readonly number[];
  readonly ticket?: string;
  readonly resume?: string;
  readonly last_seq?: number;
  readonly epoch?: string;
}

/** The browser's SDP offer; it alone offers. A lower `number` than one already seen is stale. Every m= section of the SDP stands in `publish` or in `receive`, or is inactive. Answered by `Answer`. Simulcast cameras send rids q, h, f (lowest first). */
export interface Offer {
  readonly type: "offer";
  readonly number: number;
  readonly sdp: string;
  readonly publish?: readonly PublishSection[];
  readonly receive?: readonly ReceiveSection[];
}

/** Own publication muted or unmuted. Muted: the browser sends nothing and the node forwards nothing. */
export interface Mute {
  readonly type: "mute";
  readonly publication: string;
  readonly muted: boolean;
}

/** How large a received picture is shown, in device pixels; 0 pauses it. Event `forwarding` follows. */
export interface Want {
  readonly type: "want";
  readonly publication: string;
  readonly max_height_px: number;
}

export interface Hand {
  readonly type: "hand";
  readonly raised: boolean;
}

export interface React {
  readonly type: "react";
  readonly reaction: Reaction;
}

export interface ChatSend {
  readonly type: "chat.send";
  readonly text: string;
  readonly to?: string | null;
}

export interface Rename {
  readonly type: "rename";
  readonly name: string;
}

/** What the browser measured over the last seconds; becomes everybody's quality mark of this person. */
export interface ReportQuality {
  readonly type: "quality.report";
  readonly round_trip_ms?: number;
  readonly loss_up_permille?: number;
  readonly loss_down_permille?: number;
  readonly jitter_ms?: number;
}

export interface Ping {
  readonly type: "ping";
}

export interface Leave {
  readonly type: "leave";
}

/** Mute one person's microphone, or everybody else's when `participant` is left out. */
export interface ModerateMute {
  readonly type: "moderate.mute";
  readonly participant?: string | null;
}

export interface ModerateAskUnmute {
  readonly type: "moderate.ask_unmute";
  readonly participant: string;
}

/** Stop a camera or a share. It stays with the person whether to start it again. */
export interface ModerateStop {
  readonly type: "moderate.stop";
  readonly participant: string;
  readonly source: "camera" | "screen";
}

/** Out, and not in again during this meeting. */
export interface ModerateRemove {
  readonly type: "moderate.remove";
  readonly participant: string;
}

export interface ModerateLock {
  readonly type: "moderate.lock";
  readonly locked: boolean;
}

export interface ModerateRole {
  readonly type: "moderate.role";
  readonly participant: string;
  readonly role: "cohost" | "participant";
}

/** Who may use what: for all plain participants, or for one. */
export interface ModerateAllow {
  readonly type: "moderate.allow";
  readonly capability: Capability;
  readonly allowed: boolean;
  readonly participant?: string | null;
}

export interface ModerateLowerHand {
  readonly type: "moderate.lower_hand";
  readonly participant?: string | null;
}

/** Admit one, or all when `waiting` is left out. */
export interface LobbyAdmit {
  readonly type: "lobby.admit";
  readonly waiting?: string | null;
}

export interface LobbyRefuse {
  readonly type: "lobby.refuse";
  readonly waiting: string;
}

/** End the meeting for all. */
export interface ModerateEnd {
  readonly type: "moderate.end";
}

/** Tests only (STOA_FAULTS=1): break something on purpose. */
export interface Fault {
  readonly type: "fault";
  readonly kind: "drop_socket" | "lose_session" | "drop_media" | "forget_media" | "new_epoch" | "slow";
}

export interface LobbyAdmitted {
  readonly type: "lobby.admitted";
  readonly snapshot: Snapshot;
}

/** To a waiting person: whether somebody who could admit is there. */
export interface LobbyState {
  readonly type: "lobby.state";
  readonly hosts_present: boolean;
}

/** To hosts: the whole list of waiting people, oldest first. */
export interface LobbyChanged {
  readonly type: "lobby.changed";
  readonly waiting: readonly Waiting[];
}

export interface ParticipantJoined {
  readonly type: "participant.joined";
  readonly participant: Participant;
}

/** The whole participant as it is now: role, hand, name, connection, quality, capabilities. */
export interface ParticipantChanged {
  readonly type: "participant.changed";
  readonly participant: Participant;
}

export interface ParticipantLeft {
  readonly type: "participant.left";
  readonly participant: string;
  readonly reason: "left" | "lost" | "removed";
}

export interface PublicationAdded {
  readonly type: "publication.added";
  readonly publication: Publication;
}

export interface PublicationChanged {
  readonly type: "publication.changed";
  readonly publication: Publication;
}

export interface PublicationRemoved {
  readonly type: "publication.removed";
  readonly publication: string;
}

/** Who is speaking, loudest first: participant ids and levels 0..100. Not replayed. */
export interface Speakers {
  readonly type: "speakers";
  readonly speakers: readonly (readonly [string, number])[];
}

/** Which layer of a publication this browser is sent, and why. Not replayed. */
export interface Forwarding {
  readonly type: "forwarding";
  readonly publication: string;
  readonly layer: Layer | null;
  readonly reason: "wanted" | "bandwidth" | "source" | "paused" | "muted" | "codec";
}

/** To the publisher: the highest layer anybody wants of it; None: nobody looks, sending may pause. */
export interface Demand {
  readonly type: "demand";
  readonly publication: string;
  readonly layer: Layer | null;
}

export interface ReactionShown {
  readonly type: "reaction";
  readonly participant: string;
  readonly reaction: Reaction;
}

export interface ChatReceived {
  readonly type: "chat.message";
  readonly message: ChatMessage;
}

export interface RoomChanged {
  readonly type: "room.changed";
  readonly room: RoomState;
}

export interface AskedToUnmute {
  readonly type: "asked.unmute";
  readonly by: string;
}

/** A host muted or stopped something of yours: stop sending it. */
export interface Stopped {
  readonly type: "stopped";
  readonly source: Source;
  readonly by: string;
}

/** The node has given the media connection up: offer again by a new connection. */
export interface Restart {
  readonly type: "media.restart";
}

/** The last event of a session. disconnect: stay out; resume: reconnect with the resume secret; reconnect: enter again with a new ticket. */
export interface Goodbye {
  readonly type: "goodbye";
  readonly action: LeaveAction;
  readonly reason: "left" | "removed" | "ended" | "refused" | "replaced" | "flood" | "draining" | "node_lost" | "suspended" | "error";
}

export type ClientRequest =
  | Hello
  | Offer
  | Mute
  | Want
  | Hand
  | React
  | ChatSend
  | Rename
  | ReportQuality
  | Ping
  | Leave
  | ModerateMute
  | ModerateAskUnmute
  | ModerateStop
  | ModerateRemove
  | ModerateLock
  | ModerateRole
  | ModerateAllow
  | ModerateLowerHand
  | LobbyAdmit
  | LobbyRefuse
  | ModerateEnd
  | Fault;

export type ServerEvent =
  | LobbyAdmitted
  | LobbyState
  | LobbyChanged
  | ParticipantJoined
  | ParticipantChanged
  | ParticipantLeft
  | PublicationAdded
  | PublicationChanged
  | PublicationRemoved
  | Speakers
  | Forwarding
  | Demand
  | ReactionShown
  | ChatReceived
  | RoomChanged
  | AskedToUnmute
  | Stopped
  | Restart
  | Goodbye;

/** What a request of this type is answered with; `Done` for all others. */
export interface Answers {
  "hello": Welcome;
  "offer": Answer;
  "chat.send": Sent;
}

export type AnswerTo<T extends ClientRequest["type"]> =
  T extends keyof Answers ? Answers[T] : Done;

export type ErrorCode =
  | "message.malformed"
  | "message.unknown"
  | "message.too_large"
  | "hello.expected"
  | "hello.repeated"
  | "version.unsupported"
  | "ticket.invalid"
  | "session.lost"
  | "not_allowed"
  | "too_many"
  | "room.full"
  | "room.locked"
  | "room.removed"
  | "room.ended"
  | "room.unavailable"
  | "participant.unknown"
  | "waiting.unknown"
  | "publication.unknown"
  | "publication.taken"
  | "offer.stale"
  | "offer.invalid"
  | "media.failed"
  | "internal";

export interface ProtocolError {
  readonly code: ErrorCode;
  readonly text: string;
  readonly detail?: string;
}

/** Frames on the wire. */
export type RequestFrame = ClientRequest & { readonly id: number };
export type EventFrame = ServerEvent & { readonly seq: number };
export type AnswerFrame =
  | { readonly re: number; readonly ok: unknown }
  | { readonly re: number | null; readonly error: ProtocolError };
export type ServerFrame = EventFrame | AnswerFrame;
