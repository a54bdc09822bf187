"""What the messages of a room are made of: bounds, shared shapes, and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

# ---------------------------------------------------------------- bounds


@dataclass(frozen=True, slots=True)
class Length:
    """A text's number of characters, or a list's number of items."""

    most: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Range:
    """A number, both ends included."""

    least: int
    most: int


Id = Annotated[str, Length(64)]
Mid = Annotated[str, Length(16, least=1)]
Name = Annotated[str, Length(80, least=1)]
Line = Annotated[str, Length(256)]
Pixels = Annotated[int, Range(0, 16_384)]
Count = Annotated[int, Range(0, 2**53 - 1)]  # what JavaScript counts exactly
Milliseconds = Annotated[int, Range(0, 600_000)]
Permille = Annotated[int, Range(0, 1000)]
Sdp = Annotated[str, Length(512 * 1024)]  # a hundred sections of 5 kB: a full grid
ChatText = Annotated[str, Length(2000, least=1)]

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
    """An SDP section by which the browser sends."""

    mid: Mid
    source: Source
    muted: bool = False
    width: Pixels = 0
    height: Pixels = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSection:
    """An SDP section by which the browser wants to receive one publication."""

    mid: Mid
    publication: Id


# ---------------------------------------------------------------- answers, room → browser


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
    now_ms: int = 0  # the room's clock, to read hands and chat times by
    hosts_present: bool = False  # while waiting: is anybody there who could admit


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    number: int
    sdp: str
    publications: dict[str, str] = field(default_factory=dict)  # mid → publication id, of this browser's own
    refused: dict[str, str] = field(default_factory=dict)  # mid → error code (section answered inactive)
    began: bool = False  # the node knows no older connection: a browser that offered by one needs a new one


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The answer to chat.send."""

    message: str  # its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The answer to everything that has no answer of its own."""
