"""What a live room needs of a forwarding server; `rooms.forwarding` fits the real one in, tests a fake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rooms.session.effects import Negotiate
    from rooms.shapes import Layer


class MediaAnswer(Protocol):
    @property
    def sdp(self) -> str: ...
    @property
    def began(self) -> bool: ...
    @property
    def refused(self) -> Mapping[str, str]: ...
    @property
    def codecs(self) -> Mapping[str, str]: ...
    @property
    def layers(self) -> Mapping[str, tuple[Layer, ...]]: ...


class Media(Protocol):
    """Rooms, peers and publications by their ids. Only `answer` takes time; the others are done at once."""

    async def answer(self, room: str, asked: Negotiate) -> MediaAnswer: ...

    def remove_peer(self, room: str, peer: str) -> None: ...

    def cut_peer(self, room: str, peer: str) -> None: ...

    def close_room(self, room: str) -> None: ...

    def want(self, room: str, peer: str, publication: str, max_height_px: int) -> None: ...

    def mute(self, room: str, publication: str, muted: bool) -> None: ...

    def unpublish(self, room: str, publication: str) -> None: ...
