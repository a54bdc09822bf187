"""The forwarding server as others see it: rooms, peers and publications by their ids."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic_ns
from typing import TYPE_CHECKING

from media.sfu import feedback, rtp, sdp
from media.sfu.forwarder import Forwarder, Subscription
from media.sfu.ice import Owner, Port
from media.sfu.layers import LossCap
from media.sfu.peer import Peer, same_connection
from media.sfu.publication import Publication
from media.sfu.room import Room
from media.sfu.shapes import (
    RIDS,
    Answer,
    Drop,
    Listener,
    Offer,
    PeerStats,
    Reason,
)
from media.sfu.stats import of_peer, sum_up
from media.sfu.transport import SRTP_LONGEST, Certificate, Srtp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

TICK_S = 0.05
VOICES = 5  # the loudest that a room forwards


def _monotonic_ms() -> int:
    return monotonic_ns() // 1_000_000


class Sfu:
    """One event loop, one UDP port, any number of rooms."""

    def __init__(
        self, *, host: str, port: int, addresses: Sequence[str], listener: Listener,
        clock: Callable[[], int] = _monotonic_ms, voices: int = VOICES,
    ) -> None:  # fmt: skip
        self.listener, self.clock = listener, clock
        self.certificate = Certificate()
        self.port = Port(host, port, media=self._media)
        self._addresses, self._voices = tuple(addresses), voices
        self._srtp = Srtp()
        self._rooms: dict[str, Room] = {}
        self._ticking: asyncio.Task[None] | None = None
        self._ticks = 0

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        self.port.start()
        self._forwarder = Forwarder(self._srtp, self.port.sendto, self.port.drops, SRTP_LONGEST)
        self._ticking = asyncio.create_task(self._tick_for_ever(), name="sfu tick")

    async def close(self) -> None:
        for room_id in tuple(self._rooms):
            self.close_room(room_id)
        if self._ticking is not None:
            self._ticking.cancel()
        await asyncio.sleep(0)  # the goodbyes of DTLS leave before the socket goes
        self.port.close()

    # ------------------------------------------------------------ offers

    async def answer(self, room_id: str, peer_id: str, offer: Offer) -> Answer:
        """Makes the peer, or changes what it sends and receives, or restarts its ICE. Raises OfferRefused."""
        described = sdp.read(offer.sdp)
        room = self._rooms.setdefault(room_id, Room())
        peer = room.peers.get(peer_id)
        if peer is not None and not same_connection(peer, described):
            self._end(peer)
        began = peer is None or peer.closed
        if peer is None or peer.closed:
            peer = room.peers[peer_id] = Peer(self, room_id, peer_id, described, self.clock())
        peer.offered(described)
        replies: dict[str, sdp.Reply] = {}
        refused: dict[str, str] = {}
        self._publish(room, peer, offer, replies, refused)
        self._subscribe(room, peer, offer, replies, refused)
        ground = sdp.Ground(
            ufrag=peer.agent.ufrag, password=peer.agent.password, fingerprint=self.certificate.sha256,
            addresses=self._addresses, port=self.port.port, version=offer.number,
        )  # fmt: skip
        return Answer(
            number=offer.number,
            sdp=sdp.write(described, replies, ground),
            began=began,
            refused=refused,
            codecs={p.id: p.codec for p in peer.publications.values()},
            layers={p.id: p.rids for p in peer.publications.values()},
        )

    def _publish(
        self, room: Room, peer: Peer, offer: Offer, replies: dict[str, sdp.Reply], refused: dict[str, str]
    ) -> None:
        offered = {section.publication_id for section in offer.publish}
        for publication in tuple(peer.publications.values()):
            if publication.id not in offered:
                self.drop_publication(peer, publication)
        for wanted in offer.publish:
            section = peer.sections.get(wanted.mid)
            if section is None or section.rejected or section.kind != wanted.kind or wanted.mid in replies:
                refused[wanted.mid] = "section.unknown"
                continue
            known = room.publications.get(wanted.publication_id)
            if known is not None and known.peer is not peer:
                refused[wanted.mid] = "publication.taken"
                continue
            if known is not None and known.mid != wanted.mid:
                self.drop_publication(peer, known)
                known = None
            if known is None:
                known = Publication(peer, wanted.publication_id, wanted.mid, wanted.kind, tell=self._tell)
                known.muted = wanted.muted
                peer.publications[known.id] = room.publications[known.id] = known
            known.height = wanted.height or known.height
            known.rids = tuple(sorted(section.rids, key=RIDS.index))
            known.codec = known.codec or next(iter(section.codecs.values())).name
            replies[wanted.mid] = sdp.Reply(direction="recvonly", rids=section.rids)

    def _subscribe(
        self, room: Room, peer: Peer, offer: Offer, replies: dict[str, sdp.Reply], refused: dict[str, str]
    ) -> None:
        wanted = {section.mid: section.publication_id for section in offer.receive}
        for subscription in tuple(peer.subscriptions.values()):
            if wanted.get(subscription.mid) != subscription.publication.id:
                peer.drop_subscription(subscription)
        for mid, publication_id in wanted.items():
            section, publication = peer.sections.get(mid), room.publications.get(publication_id)
            if section is None or section.rejected or mid in replies:
                refused[mid] = "section.unknown"
                continue
            if publication is None or publication.peer is peer or publication.kind != section.kind:
                refused[mid] = "publication.unknown"
                continue
            found = peer.subscriptions.get(mid)
            if found is None:
                payload_types = {codec.key: pt for pt, codec in reversed(list(section.codecs.items()))}
                top = len(publication.rids) - 1 if publication.rids else 0
                found = Subscription(peer, publication, mid, payload_types, section.extensions, LossCap(top))
                peer.subscriptions[mid] = found
                publication.subscriptions.append(found)
                if peer.connected:
                    peer.arm(found)
            replies[mid] = sdp.Reply(
                direction="sendonly", ssrc=found.ssrc, stream=publication.peer.id, track=publication.id
            )

    # ------------------------------------------------------------ what others ask

    def remove_peer(self, room_id: str, peer_id: str) -> None:
        room = self._rooms.get(room_id)
        peer = room.peers.pop(peer_id, None) if room is not None else None
        if peer is not None:
            self._end(peer)
        self._forget_if_empty(room_id)

    def _forget_if_empty(self, room_id: str) -> None:
        room = self._rooms.get(room_id)
        if room is not None and not room.peers:
            del self._rooms[room_id]

    def close_room(self, room_id: str) -> None:
        room = self._rooms.pop(room_id, None)
        for peer in tuple(room.peers.values()) if room is not None else ():
            self._end(peer)

    def want(self, room_id: str, peer_id: str, publication_id: str, max_height_px: int, priority: int = 0) -> None:
        """How high the picture is shown; 0 pauses it."""
        del priority  # counts once bandwidth is shared out
        room = self._rooms.get(room_id)
        peer = room.peers.get(peer_id) if room is not None else None
        for subscription in peer.subscriptions.values() if peer is not None else ():
            publication: Publication = subscription.publication
            if publication.id == publication_id and publication.kind == "video":
                subscription.wanted_height = max_height_px
                publication.choose(subscription, self.clock())
                self._demand(publication)

    def mute(self, room_id: str, publication_id: str, muted: bool) -> None:
        """Muted: not one packet of it is forwarded from now on."""
        publication = self._publication(room_id, publication_id)
        if publication is None or publication.muted == muted:
            return
        publication.muted = muted
        if muted:
            self._rooms[room_id].speakers.forget(publication_id)
        for subscription in publication.subscriptions:
            publication.choose(subscription, self.clock())

    def unpublish(self, room_id: str, publication_id: str) -> None:
        publication = self._publication(room_id, publication_id)
        if publication is not None:
            self.drop_publication(publication.peer, publication)

    def drop_media(self, room_id: str, peer_id: str) -> None:
        """For tests of what the browser does: the peer's path is gone until its ICE is restarted."""
        room = self._rooms.get(room_id)
        peer = room.peers.get(peer_id) if room is not None else None
        if peer is not None:
            self.port.forget(peer)

    def stats(self, room_id: str, peer_id: str) -> PeerStats | None:
        room = self._rooms.get(room_id)
        peer = room.peers.get(peer_id) if room is not None else None
        return of_peer(peer) if peer is not None else None

    @property
    def sent(self) -> int:
        """Packets forwarded since the start."""
        return self._forwarder.sent

    # ------------------------------------------------------------ packets

    def _media(self, owner: Owner, data: bytes) -> None:
        peer: Peer = owner  # type: ignore[assignment]  # the port holds nothing else
        drops = self.port.drops
        if not peer.connected:
            drops[Drop.NOT_AUTHENTIC] += 1
            return
        if len(data) < 12:
            drops[Drop.MALFORMED] += 1
            return
        if peer.allowance <= 0:
            drops[Drop.FLOOD] += 1
            return
        now_ms = self.clock()
        if 191 < data[1] < 224:  # RFC 5761: payload types 64..95 are RTCP's
            plain = peer.dtls.unprotect_rtcp(data)
            if plain is None:
                drops[Drop.NOT_AUTHENTIC] += 1
                return
            peer.allowance -= 1
            peer.reported(int.from_bytes(data[4:8], "big"))
            if not feedback.receive(peer, plain, self._forwarder, now_ms):
                drops[Drop.MALFORMED] += 1
            return
        srtp = self._srtp
        n = srtp.unprotect(peer.dtls.rx, data)
        if not n:
            drops[Drop.NOT_AUTHENTIC] += 1
            return
        peer.allowance -= 1  # what others send in the peer's name is not authentic, and costs it nothing
        packet = srtp.incoming
        try:
            at = rtp.payload_at(packet, n)
        except rtp.Malformed:
            drops[Drop.MALFORMED] += 1
            return
        found = rtp.extensions(packet, n)
        ssrc = packet[8] << 24 | packet[9] << 16 | packet[10] << 8 | packet[11]
        stream = peer.streams.get(ssrc) or peer.stream_of(ssrc, packet, found, now_ms)
        if stream is None:
            peer.unwanted(ssrc)
            drops[Drop.UNKNOWN_STREAM] += 1
            return
        publication: Publication = stream.publication
        if publication.muted:
            drops[Drop.MUTED] += 1
            return
        if stream.read is None and found:
            level = found.get(peer.extension_ids.get(rtp.AUDIO_LEVEL, 0))
            if level is not None:
                self._rooms[peer.room_id].level(publication, packet[level[0]] & 0x7F, self._voices, now_ms)
        payload_type = packet[1] & 0x7F
        section = peer.sections.get(publication.mid)
        codec = section.codecs.get(payload_type) if section is not None else None
        if codec is None:
            drops[Drop.UNKNOWN_STREAM] += 1
            return
        if codec.key != stream.key:
            changed = peer.recoded(stream, codec, now_ms)
            if changed is None:
                drops[Drop.UNKNOWN_STREAM] += 1
                return
            stream = changed
        if n > at:
            self._forwarder.forward(stream, packet, n, at, found, now_ms)

    # ------------------------------------------------------------ time

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick(self.clock())

    def tick(self, now_ms: int) -> None:
        self._ticks += 1
        for room_id, room in tuple(self._rooms.items()):
            try:
                self._tick_room(room_id, room, now_ms)
            except Exception:  # one room's trouble must not stop the others
                logger.exception("tick failed room=%s", room_id)

    def _tick_room(self, room_id: str, room: Room, now_ms: int) -> None:
        for peer in tuple(room.peers.values()):
            feedback.ask_again(peer, now_ms)
            if self._ticks % 10 == 0:
                feedback.report(peer, now_ms)
            if self._ticks % 20 == 0:
                if peer.expired(now_ms):
                    self.peer_lost(peer, "consent")
                peer.measure(now_ms)
        if self._ticks % 4 == 0:
            room.hear(self._voices, now_ms)
        if self._ticks % 8 == 0:
            self._tell_speakers(room_id, room, now_ms)
        if self._ticks % 5 == 0:
            room.choose_layers(now_ms)
        if self._ticks % 20 == 0:
            for publication in room.publications.values():
                self._demand(publication)

    def _tell_speakers(self, room_id: str, room: Room, now_ms: int) -> None:
        speaking = room.speakers.speaking(now_ms)
        if [name for name, _ in speaking] != [name for name, _ in room.told] or (speaking and self._ticks % 16 == 0):
            room.told = speaking
            self.listener.speakers(room_id, speaking)

    # ------------------------------------------------------------ inside

    def peer_lost(self, peer: Peer, reason: str) -> None:
        room = self._rooms.get(peer.room_id)
        if room is None or room.peers.get(peer.id) is not peer:
            return
        del room.peers[peer.id]
        self._end(peer)
        self._forget_if_empty(peer.room_id)
        self.listener.peer_disconnected(peer.room_id, peer.id, reason)

    def _end(self, peer: Peer) -> None:
        if not peer.closed:
            sum_up(peer)
        peer.close()

    def drop_publication(self, peer: Peer, publication: Publication) -> None:
        for stream in publication.streams.values():
            peer.streams.pop(stream.ssrc, None)
        for subscription in tuple(publication.subscriptions):
            subscription.peer.drop_subscription(subscription)
        publication.close()
        peer.publications.pop(publication.id, None)
        room = self._rooms.get(peer.room_id)
        if room is not None:
            room.speakers.forget(publication.id)
            if room.publications.get(publication.id) is publication:
                del room.publications[publication.id]

    def _publication(self, room_id: str, publication_id: str) -> Publication | None:
        room = self._rooms.get(room_id)
        return room.publications.get(publication_id) if room is not None else None

    def _tell(self, subscription: Subscription, rid: str | None, reason: Reason) -> None:
        peer: Peer = subscription.peer
        self.listener.forwarding(peer.room_id, peer.id, subscription.publication.id, rid or None, reason)

    def _demand(self, publication: Publication) -> None:
        if publication.kind != "video":
            return
        demand = publication.demand()
        if publication.demanded != (demand,):
            publication.demanded = (demand,)
            self.listener.demand(publication.peer.room_id, publication.id, demand)
