"""Fits the forwarding server to live rooms: their words on one side, `media.sfu`'s on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kernel import clock
from rooms.refusals import MediaFailed
from rooms.shapes import Layer

if TYPE_CHECKING:
    from rooms.live import LiveRooms
    from rooms.session.effects import Negotiate


@dataclass(frozen=True, slots=True)
class Answered:
    sdp: str
    refused: Mapping[str, str] = field(default_factory=dict)
    codecs: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, tuple[Layer, ...]] = field(default_factory=dict)


class Forwarding:
    """`doors.Media` over one `Sfu`."""

    def __init__(self, *, port: int, addresses: Sequence[str]) -> None:
        self._port, self._addresses, self._clock = port, addresses, clock.monotonic_ms

    def tell(self, rooms: LiveRooms) -> None:
        self._rooms = rooms

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def answer(self, room: str, asked: Negotiate) -> Answered:
        raise MediaFailed

    def remove_peer(self, room: str, peer: str) -> None:
        pass

    def close_room(self, room: str) -> None:
        pass

    def want(self, room: str, peer: str, publication: str, max_height_px: int, priority: int) -> None:
        pass

    def mute(self, room: str, publication: str, muted: bool) -> None:
        pass

    def unpublish(self, room: str, publication: str) -> None:
        pass
