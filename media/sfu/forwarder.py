"""The hot path: one packet in, one for each subscriber out. Plain functions over bytes, no awaits, nothing decoded.

A `Stream` is what arrives under one SSRC. A `Subscription` is what one subscriber is sent of one publication: always
one SSRC with continuous sequence numbers, timestamps and picture ids, whatever stream it is fed from.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Protocol

from media.sfu import rtp
from media.sfu.codecs import CLOCKS, NOTHING, READERS, Marks
from media.sfu.keyframes import Wishes
from media.sfu.layers import Line
from media.sfu.shapes import Address, Drop

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping

    from media.sfu.layers import LossCap
    from media.sfu.shapes import Reason

CACHE_OCTETS = 400_000  # kept for NACK in each of two generations at most: a second or more of 3 Mbit/s
ASKED = 512  # sequence numbers of one NACK that are looked at
RESENDS = 400  # packets sent again to one subscription in a second, at most
MISSING = 256  # sequence numbers remembered as lost, at most
JUMP = 3_000  # RFC 3550, A.1: further ahead than this is a new beginning
ALIVE_MS = 1_500
_pad = bytes(12)


class Buffers(Protocol):
    """`transport.Srtp`, as much of it as is needed here."""

    outgoing: memoryview
    out: Any
    out_length: Any
    protect: Callable[[Any, Any, Any], int]


class Stream:
    """One incoming SSRC, and the counters its receiver reports are made of. RFC 3550, 6.4 and A.8."""

    __slots__ = (
        "alive_ms", "began_ms", "bitrate_bps", "cycles", "expected_before", "extension_ids", "extra", "first_seq",
        "height", "jitter", "key", "last_sr", "last_sr_ms", "last_ts", "max_seq", "missing", "name",
        "octets", "octets_before", "packets", "pli_ms", "pli_wanted", "publication", "rate", "read",
        "received_before", "rid", "ssrc", "subscribers", "transit", "waiting",
    )  # fmt: skip

    def __init__(self, publication: Any, rid: str, ssrc: int, name: str, key: str, ids: Mapping[str, int]) -> None:
        self.publication, self.rid, self.ssrc, self.name, self.key = publication, rid, ssrc, name, key
        self.rate = CLOCKS[name] // 1000
        self.read = READERS.get(name)
        self.extension_ids = tuple((uri, ids[uri]) for uri in rtp.FORWARDED if uri in ids)
        self.height = 0
        self.first_seq = self.max_seq = -1
        self.cycles = self.packets = self.octets = self.extra = 0
        self.expected_before = self.received_before = self.octets_before = self.bitrate_bps = 0
        self.jitter = 0.0
        self.transit: int | None = None
        self.alive_ms = self.began_ms = self.last_ts = 0
        self.missing: dict[int, list[int]] = {}  # seq → [tries, last asked ms]
        self.last_sr, self.last_sr_ms = 0, 0
        self.pli_ms, self.pli_wanted = -10_000, False
        self.subscribers: dict[tuple[int, ...], list[Subscription]] = {}
        self.waiting: list[Subscription] = []

    def track(self, seq: int, ts: int, octets: int, now_ms: int) -> bool:
        """Counts a packet. True when it is the newest so far, False when it comes late."""
        self.packets += 1
        self.octets += octets
        self.alive_ms = now_ms
        if self.first_seq < 0:
            self.first_seq = self.max_seq = seq
            self.last_ts = ts
            return True
        gap = rtp.ahead(seq, self.max_seq)
        if gap <= 0:
            if gap < -JUMP:
                self._restart(seq)
                return True
            self.missing.pop(seq, None)
            return False
        if gap > 1:
            if gap > JUMP:
                self._restart(seq)
                return True
            for lost in range(max(1, gap - MISSING), gap):
                self.missing[(self.max_seq + lost) & 0xFFFF] = [0, 0]
            while len(self.missing) > MISSING:
                del self.missing[next(iter(self.missing))]
        if seq < self.max_seq:
            self.cycles += 0x10000
        self.max_seq, self.last_ts = seq, ts
        transit = (now_ms * self.rate - ts) & 0xFFFFFFFF
        if self.transit is not None:
            off = abs(((transit - self.transit + 0x80000000) & 0xFFFFFFFF) - 0x80000000)
            if off < 90_000:
                self.jitter += (off - self.jitter) / 16
        self.transit = transit
        return True

    def _restart(self, seq: int) -> None:
        self.first_seq = self.max_seq = seq
        self.cycles = self.expected_before = self.received_before = 0
        self.extra = self.packets - 1
        self.missing.clear()

    @property
    def extended(self) -> int:
        return self.cycles + self.max_seq

    def expected(self) -> int:
        return self.extended - self.first_seq + 1

    def received(self) -> int:
        return self.packets - self.extra


class Subscription:
    """What one peer is sent of one publication."""

    __slots__ = (
        "address", "bitrate_bps", "cache", "cached_until", "cap", "current", "dependency", "ids", "jitter", "key",
        "last_dep", "last_ms", "last_pid", "last_seq", "last_tl0", "last_ts", "line", "loss", "mid", "octets",
        "octets_before", "older", "packets", "packets_before", "payload_types", "peer", "pid", "publication",
        "reason_told", "resent", "rid_told", "rtt_ms", "seq", "sr_sent", "ssrc", "start_seq", "target", "tl0", "ts",
        "tx", "wanted_height", "wishes",
    )  # fmt: skip

    def __init__(
        self,
        peer: Any,
        publication: Any,
        mid: str,
        payload_types: Mapping[str, int],
        ids: Mapping[str, int],
        cap: LossCap,
    ) -> None:
        self.peer, self.publication, self.mid = peer, publication, mid
        self.payload_types = payload_types
        self.ids = ids
        self.key = tuple(ids.get(uri, 0) for uri in rtp.FORWARDED)  # equal keys share one rewritten packet
        self.ssrc = secrets.randbits(31) | 1
        self.tx: Any = None
        self.address: Address | None = None
        self.current: Stream | None = None
        self.target: Stream | None = None
        # Offsets from the stream's numbers to ours, and the last of ours.
        self.seq = self.ts = self.pid = self.tl0 = self.dependency = 0
        self.last_seq, self.last_ts, self.last_ms = secrets.randbits(14), secrets.randbits(31), 0
        self.last_pid, self.last_tl0, self.last_dep = (
            secrets.randbits(14),
            secrets.randbits(7),
            secrets.randbits(15),
        )
        self.start_seq = 0
        # What was sent, by sequence number, in two generations; None for sound, which is not sent again.
        self.cache: dict[int, bytes] | None = {} if publication.kind == "video" else None
        self.older: dict[int, bytes] = {}
        self.cached_until = CACHE_OCTETS
        self.resent = self.rtt_ms = 0
        self.sr_sent = (0, 0)  # middle of the NTP time of the last sender report, our clock's ms when it left
        self.packets = self.packets_before = self.octets = self.octets_before = self.bitrate_bps = 0
        self.line, self.loss, self.jitter = Line(), 0.0, 0
        self.wishes = Wishes()
        self.wanted_height = 0 if publication.kind == "video" else 1
        self.cap = cap
        self.rid_told: str | None = None
        self.reason_told: Reason | None = None

    def feed_from(
        self, stream: Stream, seq: int, ts: int, marks: Marks, payload: memoryview, dep: int, now_ms: int
    ) -> None:
        """From this packet on `stream` is the source; our numbers go on where they were."""
        self.leave()
        self.current, self.target = stream, None
        self.start_seq = seq
        self.seq = (self.last_seq + 1 - seq) & 0xFFFF
        passed = max(1, now_ms - self.last_ms) * stream.rate if self.last_ms else 0
        self.ts = (self.last_ts + passed - ts) & 0xFFFFFFFF
        if marks.picture_id_at >= 0:
            self.pid = (self.last_pid + 1 - read_picture_id(payload, marks)) & 0x7FFF
        if marks.tl0_at >= 0:
            self.tl0 = (self.last_tl0 + 1 - payload[marks.tl0_at]) & 0xFF
        self.dependency = (self.last_dep + 1 - dep) & 0xFFFF
        stream.subscribers.setdefault(self.key, []).append(self)

    def age(self) -> None:
        """A second has passed: its loss counts, and of what was sent the generation before the last goes."""
        self.resent = 0
        self.loss = self.line.second(self.packets - self.packets_before)
        self.packets_before = self.packets
        self.turn_cache()

    def turn_cache(self) -> None:
        if self.cache is not None:
            self.older, self.cache = self.cache, {}
            self.cached_until = self.octets + CACHE_OCTETS

    def leave(self) -> None:
        """No longer fed, nor waiting to be."""
        if self.current is not None:
            group = self.current.subscribers.get(self.key)
            if group is not None and self in group:
                group.remove(self)
                if not group:
                    del self.current.subscribers[self.key]
            self.current = None
        self.stop_waiting()

    def stop_waiting(self) -> None:
        if self.target is not None:
            if self in self.target.waiting:
                self.target.waiting.remove(self)
            self.target = None


def read_picture_id(payload: memoryview, marks: Marks) -> int:
    at = marks.picture_id_at
    if at + 1 < len(payload) and marks.picture_id_long:
        return (payload[at] & 0x7F) << 8 | payload[at + 1]
    return payload[at] & 0x7F


class Forwarder:
    """Forwards packets of streams to their subscribers, through one pair of buffers."""

    def __init__(self, buffers: Buffers, sendto: Callable[[Any, Any], Any], drops: Counter[Drop], longest: int) -> None:
        self._buffers, self._sendto, self._drops, self._longest = buffers, sendto, drops, longest
        self.sent = 0

    def forward(
        self,
        stream: Stream,
        packet: memoryview,
        n: int,
        at: int,
        found: Mapping[int, tuple[int, int]],
        now_ms: int,
    ) -> bool:
        """Sends `packet[:n]`, whose payload begins at `at`, to everybody. True when it began a keyframe."""
        _, b1, seq, ts, _ = rtp.HEADER.unpack_from(packet)
        newest = stream.track(seq, ts, n - at, now_ms)
        payload = packet[at:n]
        read = stream.read
        marks = read(payload) if read is not None else NOTHING
        values: dict[str, bytes] = {}
        dep = -1
        if found:
            for uri, number in stream.extension_ids:
                place = found.get(number)
                if place is not None:
                    values[uri] = bytes(packet[place[0] : place[0] + place[1]])
            descriptor = values.get(rtp.DEPENDENCY)
            if descriptor is not None and len(descriptor) >= 3:
                dep = descriptor[1] << 8 | descriptor[2]
        if marks.keyframe:
            stream.pli_wanted = False  # whoever wished for one is served
        if stream.waiting and newest and (marks.keyframe or read is None):
            for subscription in tuple(stream.waiting):
                subscription.feed_from(stream, seq, ts, marks, payload, dep, now_ms)
                subscription.publication.switched(subscription)
        for key, group in stream.subscribers.items():
            self._send(
                stream,
                group,
                key,
                values,
                payload,
                packet[0] & 0x20,
                b1 & 0x80,
                seq,
                ts,
                marks,
                dep,
                newest,
                now_ms,
            )
        return marks.keyframe

    def _send(
        self, stream: Stream, group: list[Subscription], key: tuple[int, ...], values: dict[str, bytes],
        payload: memoryview, padding: int, marker: int, seq: int, ts: int, marks: Marks, dep: int, newest: bool,
        now_ms: int,
    ) -> None:  # fmt: skip
        block = b""
        dep_at = 0
        if values:
            rows = [
                (number, values[uri])
                for uri, number in zip(rtp.FORWARDED, key, strict=True)
                if number and uri in values
            ]
            block = rtp.pack_extensions(rows)
            if dep >= 0 and rows and rows[-1][0] == key[-1]:
                # The descriptor is the last value: its frame number stands right behind its first byte.
                dep_at = 12 + 4 + sum(len(v) + (1 if block[0] == 0xBE else 2) for _, v in rows) - len(rows[-1][1]) + 1
        source = b"".join((_pad, block, payload))
        size = len(source)
        if size > self._longest:
            self._drops[Drop.TOO_LONG] += 1
            return
        b0 = 0x80 | padding | (0x10 if block else 0)
        base = 12 + len(block)
        pid_at = base + marks.picture_id_at if marks.picture_id_at >= 0 else 0
        tl0_at = base + marks.tl0_at if marks.tl0_at >= 0 else 0
        pid = read_picture_id(payload, marks) if pid_at else 0
        tl0 = payload[marks.tl0_at] if tl0_at else 0
        buffers = self._buffers
        out, protect, c, length, sendto, pack = (
            buffers.outgoing, buffers.protect, buffers.out, buffers.out_length, self._sendto, rtp.HEADER.pack_into,
        )  # fmt: skip
        stream_key = stream.key
        for s in group:
            if s.tx is None or (not newest and rtp.ahead(seq, s.start_seq) < 0):
                continue
            out_seq = (seq + s.seq) & 0xFFFF
            out_ts = (ts + s.ts) & 0xFFFFFFFF
            out[:size] = source
            pack(out, 0, b0, marker | s.payload_types[stream_key], out_seq, out_ts, s.ssrc)
            if pid_at:
                number = (pid + s.pid) & 0x7FFF
                if marks.picture_id_long:
                    out[pid_at], out[pid_at + 1] = 0x80 | number >> 8, number & 0xFF
                else:
                    out[pid_at] = number & 0x7F
                if newest:
                    s.last_pid = number
            if tl0_at:
                level = out[tl0_at] = (tl0 + s.tl0) & 0xFF
                if newest:
                    s.last_tl0 = level
            if dep_at:
                frame = (dep + s.dependency) & 0xFFFF
                out[dep_at], out[dep_at + 1] = frame >> 8, frame & 0xFF
                if newest:
                    s.last_dep = frame
            if newest:
                s.last_seq, s.last_ts, s.last_ms = out_seq, out_ts, now_ms
            length[0] = size
            if protect(s.tx, c, length):
                self._drops[Drop.NOT_AUTHENTIC] += 1
                continue
            ready = out[: length[0]]
            s.packets += 1
            s.octets += size
            if s.cache is not None:
                s.cache[out_seq] = bytes(ready)
                if s.octets > s.cached_until:
                    s.turn_cache()
            try:
                sendto(ready, s.address)
                self.sent += 1
            except BlockingIOError:
                self._drops[Drop.SOCKET_FULL] += 1
            except OSError:
                self._drops[Drop.UNKNOWN_ADDRESS] += 1

    def resend(self, subscription: Subscription, lost: list[int]) -> int:
        """Answers a NACK with the very bytes that were sent (never a second encryption under one number)."""
        again = 0
        cache = subscription.cache
        if cache is None or subscription.address is None:
            return 0
        for seq in lost[:ASKED]:
            kept = cache.get(seq) or subscription.older.get(seq)
            subscription.line.asked(seq, kept is not None)
            if kept is None:
                continue
            if subscription.resent >= RESENDS:
                self._drops[Drop.QUEUE_FULL] += 1
                break
            subscription.resent += 1
            try:
                self._sendto(kept, subscription.address)
                again += 1
            except OSError:
                self._drops[Drop.SOCKET_FULL] += 1
        return again
