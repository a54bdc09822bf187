"""RTCP both ways: reports and requests to senders, and what subscribers ask for. RFC 3550, 4585, 5104."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from media.sfu import keyframes, transport

if TYPE_CHECKING:
    from media.sfu.forwarder import Forwarder, Stream, Subscription
    from media.sfu.peer import Peer

REMB_BPS = 8_000_000  # what a sender may climb to; its own loss reports hold it back
NACK_TRIES, NACK_EVERY_MS = 4, 80
REPORT_BLOCKS = 31
SENDER_REPORT_MS = 100  # each costs a packet to every subscriber; browsers send one a second
FRACTION_MOST = 51  # of 255: a fifth. More redundancy than this costs the voice too much of its own bits


def report(peer: Peer, now_ms: int) -> None:
    """Receiver reports on everything the peer sends, and how much it may send."""
    if not peer.connected or not peer.streams:
        return
    streams = list(peer.streams.values())
    for first in range(0, len(streams), REPORT_BLOCKS):
        blocks = [_block(stream, now_ms) for stream in streams[first : first + REPORT_BLOCKS]]
        send(peer, transport.receiver_report(blocks))
    pictures = [s.ssrc for s in streams if s.read is not None]
    if pictures:
        send(peer, transport.remb(REMB_BPS, pictures))


def _block(stream: Stream, now_ms: int) -> Any:
    """RFC 3550, 6.4.1 and A.3."""
    expected, received = stream.expected(), stream.received()
    expected_now, received_now = expected - stream.expected_before, received - stream.received_before
    stream.expected_before, stream.received_before = expected, received
    lost_now = expected_now - received_now
    fraction = 0 if expected_now <= 0 or lost_now <= 0 else min(255, (lost_now << 8) // expected_now)
    if stream.read is None:
        fraction = max(fraction, _worst_heard(stream))
    delay = (now_ms - stream.last_sr_ms) * 65536 // 1000 if stream.last_sr else 0
    return transport.ReportBlock(
        ssrc=stream.ssrc,
        fraction_lost=fraction,
        packets_lost=max(-0x800000, min(0x7FFFFF, expected - received)),
        highest_sequence=stream.extended & 0xFFFFFFFF,
        jitter=int(stream.jitter),
        lsr=stream.last_sr,
        dlsr=delay & 0xFFFFFFFF,
    )


def _worst_heard(stream: Stream) -> int:
    """The share of a voice lost on the way to whoever hears it worst, of 255.

    The voice's encoder judges by this field how much redundancy it adds (Opus's forward error correction), and can't
    know of losses behind us. Its sender's bitrate follows the cumulative count, which stays our own.
    """
    lost = max((s.peer.loss for group in stream.subscribers.values() for s in group), default=0.0)
    return min(FRACTION_MOST, int(lost * 256))


def ask_again(peer: Peer, now_ms: int) -> None:
    """NACKs for what is missing, and the keyframes that somebody waits for."""
    for stream in peer.streams.values():
        if keyframes.due(stream, now_ms):
            send(peer, transport.pli(stream.ssrc))
        if not stream.missing or stream.read is None:
            continue
        lost = []
        for seq, state in list(stream.missing.items()):
            if now_ms - state[1] < NACK_EVERY_MS:
                continue
            if state[0] >= NACK_TRIES:
                del stream.missing[seq]
                continue
            state[0] += 1
            state[1] = now_ms
            lost.append(seq)
        if lost:
            send(peer, transport.nack(stream.ssrc, sorted(lost)[:64]))


def send(peer: Peer, packet: bytes) -> None:
    if peer.connected and peer.address is not None:
        peer.sfu.port.send(peer.dtls.protect_rtcp(packet), peer.address)


def receive(peer: Peer, data: bytes, forwarder: Forwarder, now_ms: int) -> bool:
    """RTCP from `peer`. False when it can't be read; nothing of it counts then."""
    try:
        packets = transport.parse_rtcp(data)
    except Exception:  # noqa: BLE001 authenticated but malformed: whatever the parser meets
        return False
    by_ssrc = {s.ssrc: s for s in peer.subscriptions.values()}
    for packet in packets:
        if isinstance(packet, transport.SenderReport):
            _sender_report(peer, packet, now_ms)
            _reports(packet.reports, by_ssrc, now_ms)
        elif isinstance(packet, transport.ReceiverReport):
            _reports(packet.reports, by_ssrc, now_ms)
        elif isinstance(packet, transport.TransportFeedback) and packet.fmt == transport.NACK:
            subscription = by_ssrc.get(packet.media_ssrc)
            if subscription is not None:
                forwarder.resend(subscription, packet.lost)
        elif isinstance(packet, transport.PayloadFeedback) and packet.fmt == transport.REMB:
            _estimate(peer, packet.fci, now_ms)
        elif isinstance(packet, transport.PayloadFeedback) and packet.fmt in {transport.PLI, transport.FIR}:
            wanted = [packet.media_ssrc]
            if packet.fmt == transport.FIR:  # RFC 5104, 4.3.1: the SSRCs stand in the entries
                wanted = [int.from_bytes(packet.fci[i : i + 4], "big") for i in range(0, len(packet.fci), 8)]
            for ssrc in wanted:
                found = by_ssrc.get(ssrc)
                stream = None if found is None else found.target or found.current
                if found is not None and stream is not None and stream.read is not None and found.wishes.heard(now_ms):
                    stream.pli_wanted = True
                    ask_again(stream.publication.peer, now_ms)
    return True


def _reports(blocks: list[Any], by_ssrc: dict[int, Subscription], now_ms: int) -> None:
    for block in blocks:
        subscription = by_ssrc.get(block.ssrc)
        if subscription is None:
            continue
        subscription.line.reported(block.fraction_lost / 256)
        subscription.jitter = block.jitter
        middle, left_ms = subscription.sr_sent
        if block.lsr and block.lsr == middle:
            # RFC 3550, 6.4.1, but by our clock: the NTP time in the report is the sender's.
            subscription.rtt_ms = max(0, now_ms - left_ms - block.dlsr * 1000 // 65536)


def _estimate(peer: Peer, fci: bytes, now_ms: int) -> None:
    """The subscriber's own estimate of its line: when it says that the line is full, the dearest picture shrinks."""
    try:
        estimate_bps, _ = transport.unpack_remb(fci)
    except (ValueError, IndexError, struct.error):
        return
    pictures = [s for s in peer.subscriptions.values() if s.publication.kind == "video" and s.current is not None]
    if not pictures or not peer.estimates.report(estimate_bps, sum(s.bitrate_bps for s in pictures), now_ms):
        return
    for subscription in sorted(pictures, key=lambda s: -s.bitrate_bps):
        index = subscription.publication.index_of(subscription.current)
        if subscription.cap.below(index, now_ms):
            subscription.publication.choose(subscription, now_ms)
            return


def _sender_report(peer: Peer, packet: Any, now_ms: int) -> None:
    """Passed on to each subscriber in the subscriber's own timestamps, so that lips match. RFC 3550, 6.4.1."""
    stream = peer.streams.get(packet.ssrc)
    if stream is None or (stream.last_sr and now_ms - stream.last_sr_ms < SENDER_REPORT_MS):
        return
    info = packet.sender_info
    stream.last_sr, stream.last_sr_ms = (info.ntp_timestamp >> 16) & 0xFFFFFFFF, now_ms
    for group in stream.subscribers.values():
        for subscription in group:
            if subscription.peer.connected:
                subscription.sr_sent = (stream.last_sr, now_ms)
                send(
                    subscription.peer,
                    transport.sender_report(
                        subscription.ssrc,
                        peer.id,
                        ntp=info.ntp_timestamp,
                        rtp_timestamp=(info.rtp_timestamp + subscription.ts) & 0xFFFFFFFF,
                        packets=subscription.packets,
                        octets=subscription.octets,
                    ),
                )
