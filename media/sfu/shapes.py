"""What goes into the forwarding server and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

Kind = Literal["audio", "video"]
Reason = Literal["wanted", "bandwidth", "source", "paused", "muted", "codec"]
Address = tuple[str, int]
RIDS = ("q", "h", "f")  # lowest first


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSection:
    mid: str
    publication_id: str
    kind: Kind
    muted: bool = False
    height: int = 0  # pixels of the highest layer, 0 unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSection:
    mid: str
    publication_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    number: int
    sdp: str
    publish: Sequence[PublishSection] = ()
    receive: Sequence[ReceiveSection] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    number: int
    sdp: str
    began: bool = False  # a new connection: what the peer sent and received by an older one has ended
    refused: Mapping[str, str] = field(default_factory=dict)  # mid → error code
    codecs: Mapping[str, str] = field(default_factory=dict)  # publication id → "opus", "VP8", …
    layers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # publication id → rids, lowest first


class Drop(StrEnum):
    """Why a datagram went no further."""

    UNKNOWN_ADDRESS = "unknown_address"
    MALFORMED = "malformed"
    STUN_REFUSED = "stun_refused"
    NOT_AUTHENTIC = "not_authentic"
    UNKNOWN_STREAM = "unknown_stream"
    MUTED = "muted"
    TOO_LONG = "too_long"
    SOCKET_FULL = "socket_full"
    QUEUE_FULL = "queue_full"
    FLOOD = "flood"  # more from one peer than any client sends


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStats:
    publication_id: str
    codec: str
    rid: str | None
    packets: int
    octets: int
    bitrate_bps: int
    loss: float  # 0..1, of the last receiver report
    jitter_ms: int
    rtt_ms: int  # 0 unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationStats:
    publication_id: str
    codec: str
    rid: str
    packets: int
    octets: int
    bitrate_bps: int
    lost: int
    jitter_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStats:
    connected: bool
    profile: str  # the SRTP profile, "" before DTLS is done
    subscriptions: tuple[SubscriptionStats, ...] = ()
    publications: tuple[PublicationStats, ...] = ()


class OfferRefused(ValueError):
    """The SDP can't be answered; the text says why."""


class Listener(Protocol):
    """Called on the event loop; must not block."""

    def peer_connected(self, room_id: str, peer_id: str) -> None: ...

    def peer_disconnected(self, room_id: str, peer_id: str, reason: str) -> None: ...

    def speakers(self, room_id: str, levels: Sequence[tuple[str, int]]) -> None: ...

    def forwarding(self, room_id: str, peer_id: str, publication_id: str, rid: str | None, reason: Reason) -> None: ...

    def demand(self, room_id: str, publication_id: str, rid: str | None) -> None: ...
