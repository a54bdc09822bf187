"""One participant's connection: ICE agent, DTLS, what it sends and what it is sent."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from media.sfu import rtp
from media.sfu.forwarder import Stream, Subscription
from media.sfu.ice import CONSENT_MS, Agent
from media.sfu.layers import Estimates
from media.sfu.shapes import Drop
from media.sfu.transport import Dtls

if TYPE_CHECKING:
    from collections.abc import Callable

    from media.sfu.ice import Port
    from media.sfu.publication import Publication
    from media.sfu.sdp import Codec, Described, Section
    from media.sfu.shapes import Address, Listener
    from media.sfu.transport import Certificate

logger = logging.getLogger(__name__)

ADDRESSES = 8  # that one peer may be reached from; the oldest is forgotten
FRESH_MS = 10_000  # who checked this lately keeps the address against others
ALLOWANCE = 4_000  # datagrams of SRTP and SRTCP one peer may send in a second; three layers and a screen are 1,000
BEGIN_MS = 500  # a layer's stream may be replaced by another SSRC or codec this often
REPORTERS = 64  # SSRCs of RTCP alone that one connection may have
SSRCS = 1_000  # that one connection may bring in all its time
STREAMS = 24  # SSRCs one peer may bring at a time: three layers of several pictures, and voices


class Host(Protocol):
    """The server a peer belongs to, as much of it as a peer needs."""

    port: Port
    certificate: Certificate
    listener: Listener
    clock: Callable[[], int]

    def peer_lost(self, peer: Peer, reason: str) -> None: ...

    def drop_publication(self, peer: Peer, publication: Publication) -> None: ...


class Peer:
    """Made by its first offer. `Sfu` owns it; the port's datagrams come to `datagram` and `media`."""

    def __init__(self, sfu: Host, room_id: str, peer_id: str, offer: Described, now_ms: int) -> None:
        self.sfu, self.room_id, self.id = sfu, room_id, peer_id
        self.fingerprints = offer.fingerprints
        self.agent = Agent(offer.ufrag)
        self.old_agent: Agent | None = None  # valid until the new one is
        sfu.port.add(self.agent, self)
        self.address: Address | None = None
        self.checked_ms = now_ms
        self.connected = self.closed = False
        self.publications: dict[str, Publication] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.sections: dict[str, Section] = {}
        self.streams: dict[int, Stream] = {}
        self._ssrcs: set[int] = set()  # of every stream there ever was
        self._reporters: set[int] = set()
        self.extension_ids: dict[str, int] = {}
        self.estimates = Estimates()
        self.measured_ms = now_ms
        self.loss = 0.0  # 0..1, on the way to it
        self.allowance = ALLOWANCE
        self.dtls = Dtls(sfu.certificate, self._send, self._dtls_closed)
        self._handshake: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # ------------------------------------------------------------ ICE and DTLS

    def offered(self, offer: Described) -> None:
        """A later offer of the same connection: sections, and perhaps new ICE credentials (a restart)."""
        if offer.ufrag != self.agent.remote_ufrag:
            if self.old_agent is not None:
                self.sfu.port.remove(self.old_agent)
            self.old_agent, self.agent = self.agent, Agent(offer.ufrag)
            self.sfu.port.add(self.agent, self)
        self.sections = {section.mid: section for section in offer.sections}
        for section in offer.sections:
            self.extension_ids.update(section.extensions)

    def admits(self, address: Address) -> bool:
        """Whether `address` may become ours: a participant with valid credentials and a forged source address must
        not take the place of another who is there."""
        holder = self.sfu.port.by_address.get(address)
        if holder is None or holder is self or not isinstance(holder, Peer):
            return True
        return self.sfu.clock() - holder.checked_ms >= FRESH_MS

    def validated(self, address: Address, agent: Agent, nominated: bool) -> None:
        """An authenticated check came from `address`."""
        self.checked_ms = self.sfu.clock()
        by_address = self.sfu.port.by_address
        if by_address.get(address) is not self:
            by_address[address] = self
            own = [a for a, owner in by_address.items() if owner is self]
            if len(own) > ADDRESSES:
                del by_address[next(a for a in own if a not in {self.address, address})]
        if agent is self.old_agent and self.address is not None:
            return
        if self.address is None or (nominated and address != self.address):
            self.address = address
            for subscription in self.subscriptions.values():
                subscription.address = address
        if nominated and agent is self.agent and self.old_agent is not None:
            self.sfu.port.remove(self.old_agent)
            self.old_agent = None
            self._drop_other_addresses()
        if self._handshake is None:
            self._handshake = asyncio.create_task(self._shake_hands())

    def _drop_other_addresses(self) -> None:
        by_address = self.sfu.port.by_address
        for address in [a for a, owner in by_address.items() if owner is self and a != self.address]:
            del by_address[address]

    def datagram(self, data: bytes) -> None:
        if not self.dtls.feed(data):
            self.sfu.port.drops[Drop.QUEUE_FULL] += 1

    def _send(self, data: bytes) -> None:
        if self.address is not None:
            self.sfu.port.send(data, self.address)

    async def _shake_hands(self) -> None:
        if not await self.dtls.start(self.fingerprints):
            if not self.closed:
                logger.info("no DTLS room=%s peer=%s", self.room_id, self.id)
                self.sfu.peer_lost(self, "dtls")
            return
        if self.closed:
            return
        self.connected = True
        for subscription in self.subscriptions.values():
            self.arm(subscription)
        logger.info("connected room=%s peer=%s srtp=%s", self.room_id, self.id, self.dtls.profile)
        self.sfu.listener.peer_connected(self.room_id, self.id)

    def _dtls_closed(self) -> None:
        if not self.closed:
            self.sfu.peer_lost(self, "closed")

    def expired(self, now_ms: int) -> bool:
        return now_ms - self.checked_ms > CONSENT_MS

    def close(self) -> None:
        if self.closed:
            return
        self.closed, self.connected = True, False
        for publication in tuple(self.publications.values()):
            self.sfu.drop_publication(self, publication)
        for subscription in tuple(self.subscriptions.values()):
            self.drop_subscription(subscription)
        self.streams.clear()
        self.sfu.port.forget(self)
        stopping = asyncio.create_task(self.dtls.stop())
        self._tasks.add(stopping)
        stopping.add_done_callback(self._tasks.discard)
        if self._handshake is not None and not self._handshake.done():
            self._handshake.cancel()

    # ------------------------------------------------------------ what it is sent

    def arm(self, subscription: Subscription) -> None:
        """From now on packets can be sent by it."""
        subscription.tx, subscription.address = self.dtls.tx, self.address
        subscription.publication.choose(subscription, self.sfu.clock())

    def drop_subscription(self, subscription: Subscription) -> None:
        subscription.leave()
        self.subscriptions.pop(subscription.mid, None)
        self.dtls.forget_tx(subscription.ssrc)
        if subscription in subscription.publication.subscriptions:
            subscription.publication.subscriptions.remove(subscription)

    def measure(self, now_ms: int) -> None:
        """Once a second: bitrates and losses, and packets too old to be asked for again go."""
        passed_ms = max(1, now_ms - self.measured_ms)
        self.measured_ms, self.allowance = now_ms, ALLOWANCE
        everything: list[Stream | Subscription] = [*self.subscriptions.values(), *self.streams.values()]
        for counted in everything:
            counted.bitrate_bps = (counted.octets - counted.octets_before) * 8000 // passed_ms
            counted.octets_before = counted.octets
        for subscription in self.subscriptions.values():
            subscription.age()
            video = subscription.publication.kind == "video" and subscription.current is not None
            if video and subscription.cap.report(subscription.loss, now_ms):
                subscription.publication.choose(subscription, now_ms)
        self.loss = max((s.loss for s in self.subscriptions.values() if s.current is not None), default=0.0)

    # ------------------------------------------------------------ what it sends

    def stream_of(self, ssrc: int, packet: memoryview, found: dict[int, tuple[int, int]], now_ms: int) -> Stream | None:
        """The stream a new SSRC belongs to: by MID and RID (RFC 8843, 9.2; RFC 8852), else by the SSRC that the
        offer announced, else by being the only section of its kind."""
        if len(self.streams) >= STREAMS or (len(self._ssrcs) >= SSRCS and ssrc not in self._ssrcs):
            return None
        section = self._section_of(ssrc, packet, found)
        if section is None:
            return None
        publication = next((p for p in self.publications.values() if p.mid == section.mid), None)
        codec = section.codecs.get(packet[1] & 0x7F)
        if publication is None or codec is None:
            return None
        rid = self._text(rtp.RID, packet, found)
        if section.rids and rid not in section.rids:
            return None  # layers are told apart by their names alone
        return self._begin(publication, rid, ssrc, codec, now_ms)

    def recoded(self, stream: Stream, codec: Codec, now_ms: int) -> Stream | None:
        """The same SSRC goes on with another codec; its names are not on the packets any more. None: too soon."""
        return self._begin(stream.publication, stream.rid, stream.ssrc, codec, now_ms)

    def unwanted(self, ssrc: int) -> None:
        """Authentic, but nobody's stream. Of those that were one once the keys' state stays: they may come again."""
        if ssrc not in self._ssrcs:
            self.dtls.forget_rx(ssrc)

    def reported(self, ssrc: int) -> None:
        """Authentic RTCP came from this SSRC."""
        if ssrc not in self.streams and ssrc not in self._reporters:
            if len(self._reporters) < REPORTERS:
                self._reporters.add(ssrc)
            else:
                self.unwanted(ssrc)

    def _begin(self, publication: Publication, rid: str, ssrc: int, codec: Codec, now_ms: int) -> Stream | None:
        old = publication.streams.get(rid)
        if old is not None:  # the sender began anew under another SSRC, or with another codec
            if now_ms - old.began_ms < BEGIN_MS:
                return None
            self.streams.pop(old.ssrc, None)
        stream = Stream(publication, rid, ssrc, codec.name, codec.key, self.extension_ids)
        publication.streams[rid] = self.streams[ssrc] = stream
        self._ssrcs.add(ssrc)
        publication.codec = codec.name
        stream.alive_ms = stream.began_ms = now_ms
        for subscription in tuple(publication.subscriptions):
            if old is not None and old in (subscription.current, subscription.target):
                subscription.leave()
            publication.choose(subscription, now_ms)
        return stream

    def _section_of(self, ssrc: int, packet: memoryview, found: dict[int, tuple[int, int]]) -> Section | None:
        mid = self._text(rtp.MID, packet, found)
        if mid:
            return self.sections.get(mid)
        sending = [self.sections[p.mid] for p in self.publications.values() if p.mid in self.sections]
        announced = [s for s in sending if ssrc in s.ssrcs]
        if announced:
            return announced[0]
        fitting = [s for s in sending if packet[1] & 0x7F in s.codecs]
        return fitting[0] if len(fitting) == 1 else None

    def _text(self, uri: str, packet: memoryview, found: dict[int, tuple[int, int]]) -> str:
        place = found.get(self.extension_ids.get(uri, 0))
        if place is None:
            return ""
        value: bytes = bytes(packet[place[0] : place[0] + place[1]])
        return value.decode("ascii", "replace")


def same_connection(peer: Peer, offer: Described) -> bool:
    """A new certificate means a new RTCPeerConnection: nothing of the old one can go on."""
    return {f for _, f in peer.fingerprints} == {f for _, f in offer.fingerprints}
