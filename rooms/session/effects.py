"""What a room decides to have done. `rooms.live` performs each, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rooms.protocol import Offer
from rooms.shapes import PublishSection, ReceiveSection


@dataclass(frozen=True, slots=True)
class Send:
    """One frame to one socket. `message` is what `text` says, for logs and tests."""

    socket: str
    text: str
    message: Any


@dataclass(frozen=True, slots=True)
class Hang:
    """Close a socket. What was sent to it before still goes out."""

    socket: str
    code: int = 1000


@dataclass(frozen=True, slots=True)
class Slow:
    """Fault injection: from now on this socket's frames go out late."""

    socket: str


# ---------------------------------------------------------------- media


@dataclass(frozen=True, slots=True)
class Negotiate:
    """Have an offer answered, then call `Session.negotiated` or `Session.not_negotiated`."""

    peer: str
    request: int
    offer: Offer
    publish: tuple[tuple[PublishSection, str], ...]  # with the publication's id
    receive: tuple[ReceiveSection, ...]


@dataclass(frozen=True, slots=True)
class DropPeer:
    peer: str


@dataclass(frozen=True, slots=True)
class CutPeer:
    """Fault injection: the peer's media path breaks, the peer does not end."""

    peer: str


@dataclass(frozen=True, slots=True)
class AskSize:
    peer: str
    publication: str
    max_height_px: int


@dataclass(frozen=True, slots=True)
class Silence:
    publication: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Unpublish:
    publication: str


@dataclass(frozen=True, slots=True)
class CloseRoom:
    """The room is over: its media goes, the session is forgotten."""


# ---------------------------------------------------------------- what is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingOpened:
    meeting: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingClosed:
    meeting: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    meeting: str
    participant: str
    person: str | None
    guest: str
    name: str
    organisation: str
    role: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    meeting: str
    participant: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    meeting: str
    message: str
    participant: str
    person: str | None
    name: str
    to: str | None
    to_person: str | None
    text: str
    at_ms: int


Record = MeetingOpened | MeetingClosed | Joined | Left | Said
Effect = (
    Send
    | Hang
    | Slow
    | Negotiate
    | DropPeer
    | CutPeer
    | AskSize
    | Silence
    | Unpublish
    | CloseRoom
    | MeetingOpened
    | MeetingClosed
    | Joined
    | Left
    | Said
)
