"""The signalling protocol, version 1: what a browser and a room say to each other.

One dataclass per message; `docs/signalling.md` explains them, the JSON Schemas in
`rooms/schema/` and the browser's types in `frontend/src/room/protocol.gen.ts` are generated from here.

On the wire every frame is one JSON object.
    browser → room   {"id": 7, "type": "chat.send", "text": "hello"}         a request
    room → browser   {"re": 7, "ok": {...}}  or  {"re": 7, "error": {"code": "...", "text": "..."}}
    room → browser   {"seq": 41, "type": "chat.message", ...}                an event, numbered per session
Exactly one answer for each request. Optional fields may be left out; unknown fields are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

VERSION = 1

# ---------------------------------------------------------------- shared shapes

Source = Literal["microphone", "camera", "screen", "screen_audio"]
Role = Literal["host", "cohost", "participant"]
Capability = Literal["microphone", "camera", "share", "chat", "private_chat", "react", "rename"]
Reaction = Literal["thumbs_up", "clap", "heart", "laugh", "surprise", "celebrate", "yes", "no"]
LeaveAction = Literal["disconnect", "resume", "reconnect"]
Layer = Literal["q", "h", "f"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody in the room, as everybody sees them."""

    id: str
    name: str
    organisation: str = ""
    colour: int = 0  # 0..7, the avatar's ground
    role: Role = "participant"
    guest: bool = False
    hand_at_ms: int | None = None  # epoch milliseconds of raising; order of hands is order of this
    connected: bool = True  # False while the connection is being resumed
    quality: int = 3  # 0 lost, 1 poor, 2 fair, 3 good
    capabilities: tuple[Capability, ...] = ()  # what this person may use now


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One thing a participant sends: a camera, a microphone, a shared screen or its sound."""

    id: str
    participant: str
    source: Source
    muted: bool = False
    codec: str = ""  # "opus", "VP8", "H264", "VP9", "AV1"
    layers: tuple[Layer, ...] = ()  # simulcast rids, lowest first; empty: one layer
    width: int = 0  # pixels of the highest layer, 0 unknown
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    id: str
    author: str  # participant id
    author_name: str
    author_colour: int
    text: str
    sent_ms: int
    to: str | None = None  # participant id when private
    to_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody in the lobby; only hosts see these."""

    id: str
    name: str
    organisation: str = ""
    colour: int = 0
    guest: bool = False
    since_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomState:
    slug: str
    title: str
    organisation: str
    locked: bool
    started_ms: int
    capacity: int
    lobby: bool  # people wait until a host admits them
    allowed: tuple[Capability, ...]  # what plain participants may use
    start_muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a newly entered participant needs; events with a higher `seq` follow."""

    room: RoomState
    participants: tuple[Participant, ...]
    publications: tuple[Publication, ...]
    chat: tuple[ChatMessage, ...]
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IceServer:
    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSection:
    """An SDP section by which the browser sends. `id` is chosen by the browser, unique within its session."""

    mid: str
    source: Source
    muted: bool = False
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSection:
    """An SDP section by which the browser wants to receive one publication."""

    mid: str
    publication: str


# ---------------------------------------------------------------- requests, browser → room


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """First frame of every socket. `ticket` enters anew; `resume` takes up a session whose socket broke."""

    type: ClassVar[str] = "hello"
    versions: tuple[int, ...]
    ticket: str = ""
    resume: str = ""  # the `resume` secret of the last welcome
    last_seq: int = 0
    epoch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The answer to hello. state "in": `snapshot` is there (or, resumed, the missed events follow).
    state "waiting": in the lobby; event `lobby.admitted` brings the snapshot."""

    version: int
    epoch: str  # changes when the room was placed anew: nothing of before is valid
    session: str
    resume: str
    you: str  # participant id
    resumed: bool
    state: Literal["in", "waiting"]
    snapshot: Snapshot | None = None
    ice_servers: tuple[IceServer, ...] = ()
    hosts_present: bool = False  # while waiting: is anybody there who could admit


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The browser's SDP offer; it alone offers. A lower `number` than one already seen is stale.

    Every m= section of the SDP stands in `publish` or in `receive`, or is inactive. Answered by `Answer`.
    Simulcast cameras send rids q, h, f (lowest first)."""

    type: ClassVar[str] = "offer"
    number: int
    sdp: str
    publish: tuple[PublishSection, ...] = ()
    receive: tuple[ReceiveSection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    number: int
    sdp: str
    publications: dict[str, str] = field(default_factory=dict)  # mid → publication id, of this browser's own
    refused: dict[str, str] = field(default_factory=dict)  # mid → error code (section answered inactive)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Own publication muted or unmuted. Muted: the browser sends nothing and the node forwards nothing."""

    type: ClassVar[str] = "mute"
    publication: str
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """How large a received picture is shown, in device pixels. 0 pauses it. Answered by event `forwarding`."""

    type: ClassVar[str] = "want"
    publication: str
    max_height_px: int
    priority: int = 0  # higher is served first when there is too little bandwidth


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    type: ClassVar[str] = "hand"
    raised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class React:
    type: ClassVar[str] = "react"
    reaction: Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSend:
    type: ClassVar[str] = "chat.send"
    text: str
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    type: ClassVar[str] = "rename"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuality:
    """What the browser measured over the last seconds; becomes everybody's quality mark of this person."""

    type: ClassVar[str] = "quality.report"
    round_trip_ms: int = 0
    loss_up_permille: int = 0
    loss_down_permille: int = 0
    jitter_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    type: ClassVar[str] = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    type: ClassVar[str] = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateMute:
    """Mute one person's microphone, or everybody else's when `participant` is left out."""

    type: ClassVar[str] = "moderate.mute"
    participant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateAskUnmute:
    type: ClassVar[str] = "moderate.ask_unmute"
    participant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateStop:
    """Stop a camera or a share. It stays with the person whether to start it again."""

    type: ClassVar[str] = "moderate.stop"
    participant: str
    source: Literal["camera", "screen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateRemove:
    """Out, and not in again during this meeting."""

    type: ClassVar[str] = "moderate.remove"
    participant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateLock:
    type: ClassVar[str] = "moderate.lock"
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateRole:
    type: ClassVar[str] = "moderate.role"
    participant: str
    role: Literal["cohost", "participant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateAllow:
    """Who may use what: for all plain participants, or for one."""

    type: ClassVar[str] = "moderate.allow"
    capability: Capability
    allowed: bool
    participant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateLowerHand:
    type: ClassVar[str] = "moderate.lower_hand"
    participant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyAdmit:
    """Admit one, or all when `waiting` is left out."""

    type: ClassVar[str] = "lobby.admit"
    waiting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyRefuse:
    type: ClassVar[str] = "lobby.refuse"
    waiting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateEnd:
    """End the meeting for all."""

    type: ClassVar[str] = "moderate.end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Tests only (STOA_FAULTS=1): break something on purpose."""

    type: ClassVar[str] = "fault"
    kind: Literal["drop_socket", "lose_session", "drop_media", "new_epoch", "slow"]


# ---------------------------------------------------------------- events, room → browser


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyAdmitted:
    type: ClassVar[str] = "lobby.admitted"
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyState:
    """To a waiting person: whether somebody who could admit is there."""

    type: ClassVar[str] = "lobby.state"
    hosts_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyChanged:
    """To hosts: the whole list of waiting people, oldest first."""

    type: ClassVar[str] = "lobby.changed"
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantJoined:
    type: ClassVar[str] = "participant.joined"
    participant: Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantChanged:
    """The whole participant as it is now: role, hand, name, connection, quality, capabilities."""

    type: ClassVar[str] = "participant.changed"
    participant: Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantLeft:
    type: ClassVar[str] = "participant.left"
    participant: str
    reason: Literal["left", "lost", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationAdded:
    type: ClassVar[str] = "publication.added"
    publication: Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationChanged:
    type: ClassVar[str] = "publication.changed"
    publication: Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRemoved:
    type: ClassVar[str] = "publication.removed"
    publication: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Who is speaking, loudest first: participant ids and levels 0..100. Not replayed."""

    type: ClassVar[str] = "speakers"
    speakers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """Which layer of a publication this browser is sent, and why. Not replayed."""

    type: ClassVar[str] = "forwarding"
    publication: str
    layer: Layer | None
    reason: Literal["wanted", "bandwidth", "source", "paused", "muted", "codec"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """To the publisher: the highest layer anybody wants of it; None: nobody looks, sending may pause."""

    type: ClassVar[str] = "demand"
    publication: str
    layer: Layer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionShown:
    type: ClassVar[str] = "reaction"
    participant: str
    reaction: Reaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatReceived:
    type: ClassVar[str] = "chat.message"
    message: ChatMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged:
    type: ClassVar[str] = "room.changed"
    room: RoomState


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedToUnmute:
    type: ClassVar[str] = "asked.unmute"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A host muted or stopped something of yours: stop sending it."""

    type: ClassVar[str] = "stopped"
    source: Source
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """The media connection is gone on the node's side: offer again with an ICE restart."""

    type: ClassVar[str] = "media.restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """The last event of a session. disconnect: stay out; resume: reconnect with the resume secret;
    reconnect: enter again with a new ticket."""

    type: ClassVar[str] = "goodbye"
    action: LeaveAction
    reason: Literal[
        "left", "removed", "ended", "refused", "replaced", "flood", "draining", "node_lost", "suspended", "error"
    ]


REQUESTS: tuple[type, ...] = (
    Hello, Offer, Mute, Want, Hand, React, ChatSend, Rename, ReportQuality, Ping, Leave,
    ModerateMute, ModerateAskUnmute, ModerateStop, ModerateRemove, ModerateLock, ModerateRole,
    ModerateAllow, ModerateLowerHand, LobbyAdmit, LobbyRefuse, ModerateEnd, Fault,
)  # fmt: skip
EVENTS: tuple[type, ...] = (
    LobbyAdmitted, LobbyState, LobbyChanged, ParticipantJoined, ParticipantChanged, ParticipantLeft,
    PublicationAdded, PublicationChanged, PublicationRemoved, Speakers, Forwarding, Demand, ReactionShown,
    ChatReceived, RoomChanged, AskedToUnmute, Stopped, Restart, Goodbye,
)  # fmt: skip
