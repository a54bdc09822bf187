"""Fits the forwarding server to live rooms: their words on one side, `media.sfu`'s on the other."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media.sfu import shapes as sfu
from media.sfu.server import Sfu
from rooms.refusals import OfferInvalid
from rooms.shapes import Layer

if TYPE_CHECKING:
    from rooms.live import LiveRoom, LiveRooms
    from rooms.session.effects import Negotiate
    from rooms.shapes import Source

LAYERS: dict[str, Layer] = {"q": "q", "h": "h", "f": "f"}
KIND: dict[Source, sfu.Kind] = {
    "microphone": "audio",
    "camera": "video",
    "screen": "video",
    "screen_audio": "audio",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """`doors.MediaAnswer`."""

    sdp: str
    began: bool
    refused: Mapping[str, str]
    codecs: Mapping[str, str]
    layers: Mapping[str, tuple[Layer, ...]]


def host_for(addresses: Sequence[str]) -> str:
    """Where to listen: on loopback alone when that is all that is announced."""
    if all(ipaddress.ip_address(each).is_loopback for each in addresses):
        return addresses[0]
    return "0.0.0.0"  # noqa: S104 media comes from everywhere; ICE lets in who may


class Forwarding:
    """`doors.Media` over one `Sfu`, and that Sfu's listener."""

    def __init__(self, *, port: int, addresses: Sequence[str]) -> None:
        self._sfu = Sfu(host=host_for(addresses), port=port, addresses=addresses, listener=self)
        self._rooms: LiveRooms | None = None

    def tell(self, rooms: LiveRooms) -> None:
        """Whom to tell what the forwarding server reports."""
        self._rooms = rooms

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        await self._sfu.start()

    async def close(self) -> None:
        await self._sfu.close()

    # ------------------------------------------------------------ what rooms ask

    async def answer(self, room: str, asked: Negotiate) -> Answered:
        """Raises OfferInvalid."""
        offer = sfu.Offer(
            number=asked.offer.number,
            sdp=asked.offer.sdp,
            publish=tuple(
                sfu.PublishSection(
                    mid=section.mid,
                    publication_id=publication,
                    kind=KIND[section.source],
                    muted=section.muted,
                    height=section.height,
                )
                for section, publication in asked.publish
            ),
            receive=tuple(
                sfu.ReceiveSection(mid=section.mid, publication_id=section.publication) for section in asked.receive
            ),
        )
        try:
            found = await self._sfu.answer(room, asked.peer, offer)
        except sfu.OfferRefused as refused:
            raise OfferInvalid(str(refused)) from refused
        return Answered(
            sdp=found.sdp,
            began=found.began,
            refused=found.refused,
            codecs=found.codecs,
            layers={name: tuple(LAYERS[rid] for rid in rids if rid in LAYERS) for name, rids in found.layers.items()},
        )

    def remove_peer(self, room: str, peer: str) -> None:
        self._sfu.remove_peer(room, peer)

    def cut_peer(self, room: str, peer: str) -> None:
        self._sfu.drop_media(room, peer)

    def close_room(self, room: str) -> None:
        self._sfu.close_room(room)

    def want(self, room: str, peer: str, publication: str, max_height_px: int) -> None:
        self._sfu.want(room, peer, publication, max_height_px)

    def mute(self, room: str, publication: str, muted: bool) -> None:
        self._sfu.mute(room, publication, muted)

    def unpublish(self, room: str, publication: str) -> None:
        self._sfu.unpublish(room, publication)

    # ------------------------------------------------------------ what the forwarding server reports

    def _room(self, room_id: str) -> LiveRoom | None:
        return self._rooms.rooms.get(room_id) if self._rooms is not None else None

    def peer_connected(self, room_id: str, peer_id: str) -> None:
        if (room := self._room(room_id)) is not None:
            room.peer_connected(peer_id)

    def peer_disconnected(self, room_id: str, peer_id: str, reason: str) -> None:
        if (room := self._room(room_id)) is not None:
            room.peer_disconnected(peer_id, reason)

    def speakers(self, room_id: str, levels: Sequence[tuple[str, int]]) -> None:
        if (room := self._room(room_id)) is not None:
            room.speakers(levels)

    def forwarding(self, room_id: str, peer_id: str, publication_id: str, rid: str | None, reason: sfu.Reason) -> None:
        if (room := self._room(room_id)) is not None:
            room.forwarding(peer_id, publication_id, LAYERS.get(rid or ""), reason)

    def demand(self, room_id: str, publication_id: str, rid: str | None) -> None:
        if (room := self._room(room_id)) is not None:
            room.demand(publication_id, LAYERS.get(rid or ""))
