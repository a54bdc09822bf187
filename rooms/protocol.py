"""The signalling protocol, version 1: what a browser and a room say to each other.

One dataclass per message; `docs/signalling.md` explains them, the JSON Schemas in
`rooms/schema/` and the browser's types in `frontend/src/room/protocol.gen.ts` are generated from here.

On the wire every frame is one JSON object.
    browser → room   {"id": 7, "type": "chat.send", "text": "hello"}         a request
    room → browser   {"re": 7, "ok": {...}}  or  {"re": 7, "error": {"code": "...", "text": "..."}}
    room → browser   {"seq": 41, "type": "chat.message", ...}                an event, numbered per session
Exactly one answer for each request. Optional fields may be left out; unknown fields are refused.
A request that could not even be read is answered with `"re": null`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from rooms.shapes import (
    Answer,
    Capability,
    ChatMessage,
    ChatText,
    Count,
    Id,
    Layer,
    LeaveAction,
    Length,
    Milliseconds,
    Name,
    Participant,
    Permille,
    Pixels,
    Publication,
    PublishSection,
    Reaction,
    ReceiveSection,
    RoomState,
    Sdp,
    Sent,
    Snapshot,
    Source,
    Waiting,
    Welcome,
)

VERSION = 1

# ---------------------------------------------------------------- requests, browser → room


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """First frame of every socket. `ticket` enters anew; `resume` takes up a session whose socket broke."""

    type: ClassVar[str] = "hello"
    versions: Annotated[tuple[Count, ...], Length(16, least=1)]
    ticket: Annotated[str, Length(8192)] = ""
    resume: Id = ""  # the `resume` secret of the last welcome
    last_seq: Count = 0
    epoch: Id = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The browser's SDP offer; it alone offers. A lower `number` than one already seen is stale.

    Every m= section of the SDP stands in `publish` or in `receive`, or is inactive. Answered by `Answer`.
    Simulcast cameras send rids q, h, f (lowest first)."""

    type: ClassVar[str] = "offer"
    number: Count
    sdp: Sdp
    publish: Annotated[tuple[PublishSection, ...], Length(8)] = ()
    receive: Annotated[tuple[ReceiveSection, ...], Length(400)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """Own publication muted or unmuted. Muted: the browser sends nothing and the node forwards nothing."""

    type: ClassVar[str] = "mute"
    publication: Id
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """How large a received picture is shown, in device pixels; 0 pauses it. Event `forwarding` follows."""

    type: ClassVar[str] = "want"
    publication: Id
    max_height_px: Pixels


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
    text: ChatText
    to: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    type: ClassVar[str] = "rename"
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuality:
    """What the browser measured over the last seconds; becomes everybody's quality mark of this person."""

    type: ClassVar[str] = "quality.report"
    round_trip_ms: Milliseconds = 0
    loss_up_permille: Permille = 0
    loss_down_permille: Permille = 0
    jitter_ms: Milliseconds = 0


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
    participant: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateAskUnmute:
    type: ClassVar[str] = "moderate.ask_unmute"
    participant: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateStop:
    """Stop a camera or a share. It stays with the person whether to start it again."""

    type: ClassVar[str] = "moderate.stop"
    participant: Id
    source: Literal["camera", "screen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateRemove:
    """Out, and not in again during this meeting."""

    type: ClassVar[str] = "moderate.remove"
    participant: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateLock:
    type: ClassVar[str] = "moderate.lock"
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateRole:
    type: ClassVar[str] = "moderate.role"
    participant: Id
    role: Literal["cohost", "participant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateAllow:
    """Who may use what: for all plain participants, or for one."""

    type: ClassVar[str] = "moderate.allow"
    capability: Capability
    allowed: bool
    participant: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateLowerHand:
    type: ClassVar[str] = "moderate.lower_hand"
    participant: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyAdmit:
    """Admit one, or all when `waiting` is left out."""

    type: ClassVar[str] = "lobby.admit"
    waiting: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyRefuse:
    type: ClassVar[str] = "lobby.refuse"
    waiting: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerateEnd:
    """End the meeting for all."""

    type: ClassVar[str] = "moderate.end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Tests only (STOA_FAULTS=1): break something on purpose."""

    type: ClassVar[str] = "fault"
    kind: Literal["drop_socket", "lose_session", "drop_media", "forget_media", "new_epoch", "slow"]


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
    """The node has given the media connection up: offer again by a new connection."""

    type: ClassVar[str] = "media.restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """The last event of a session. disconnect: stay out; resume: reconnect with the resume secret;
    reconnect: enter again with a new ticket."""

    type: ClassVar[str] = "goodbye"
    action: LeaveAction
    reason: Literal[
        "left",
        "removed",
        "ended",
        "refused",
        "replaced",
        "flood",
        "draining",
        "node_lost",
        "suspended",
        "error",
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
# What a request is answered with; Done unless it stands here.
ANSWERS: dict[type, type] = {Hello: Welcome, Offer: Answer, ChatSend: Sent}
