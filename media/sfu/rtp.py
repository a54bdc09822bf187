"""RTP headers as bytes: what the hot path reads and writes. Pure."""

from __future__ import annotations

import struct

HEADER = struct.Struct("!BBHII")  # RFC 3550, 5.1
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"  # RFC 6464
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"  # RFC 8843
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"  # RFC 8852
ORIENTATION = "urn:3gpp:video-orientation"  # 3GPP TS 26.114
DEPENDENCY = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
FORWARDED = (AUDIO_LEVEL, ORIENTATION, DEPENDENCY)


class Malformed(ValueError):
    """Not an RTP packet, or one whose lengths lie."""


def payload_at(packet: memoryview, n: int) -> int:
    """Where the payload begins. Raises Malformed."""
    b0 = packet[0]
    at = 12 + 4 * (b0 & 15)
    if b0 >> 6 != 2 or at > n:
        raise Malformed
    if b0 & 0x10:
        if at + 4 > n:
            raise Malformed
        at += 4 + 4 * (packet[at + 2] << 8 | packet[at + 3])
        if at > n:
            raise Malformed
    return at


def extensions(packet: memoryview, n: int) -> dict[int, tuple[int, int]]:
    """id → (where the value begins, its length), of one- and two-byte headers. RFC 8285. Empty when there are none."""
    found: dict[int, tuple[int, int]] = {}
    b0 = packet[0]
    if not b0 & 0x10:
        return found
    at = 12 + 4 * (b0 & 15)
    if at + 4 > n:
        return found
    profile = packet[at] << 8 | packet[at + 1]
    end = min(at + 4 + 4 * (packet[at + 2] << 8 | packet[at + 3]), n)
    at += 4
    if profile == 0xBEDE:
        while at < end:
            head = packet[at]
            if head == 0:
                at += 1
                continue
            if head >> 4 == 15:
                break
            length = (head & 15) + 1
            if at + 1 + length > end:
                break
            found[head >> 4] = (at + 1, length)
            at += 1 + length
    elif profile & 0xFFF0 == 0x1000:
        while at + 1 < end:
            head = packet[at]
            if head == 0:
                at += 1
                continue
            length = packet[at + 1]
            if at + 2 + length > end:
                break
            found[head] = (at + 2, length)
            at += 2 + length
    return found


def pack_extensions(values: list[tuple[int, bytes]]) -> bytes:
    """The whole extension block, one-byte headers where they fit, else two-byte ones. Empty for no values."""
    if not values:
        return b""
    if all(0 < i < 15 and 0 < len(value) <= 16 for i, value in values):
        body, profile = b"".join(bytes([i << 4 | len(v) - 1]) + v for i, v in values), 0xBEDE
    else:
        body, profile = b"".join(bytes([i, len(v)]) + v for i, v in values), 0x1000
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", profile, len(body) // 4) + body


def ahead(seq: int, last: int) -> int:
    """How far 16-bit `seq` is ahead of `last`: -32768..32767. RFC 1982."""
    return ((seq - last + 0x8000) & 0xFFFF) - 0x8000
