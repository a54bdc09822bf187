"""The one door to aiortc, aioice and pylibsrtp, private names included. Versions are pinned; a test asserts each name.

DTLS 1.2 with SRTP keys (RFC 5764) over whatever carries datagrams, and SRTP (RFC 3711, 7714) into reused buffers.
"""

from __future__ import annotations

import asyncio
import logging
from socket import htonl
from typing import TYPE_CHECKING, Any

from aioice import stun
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)
from pylibsrtp import Error as SrtpError
from pylibsrtp._binding import ffi
from pylibsrtp._binding import lib as _lib

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

SRTP_LONGEST = 1356  # pylibsrtp's buffer less the trailer: longer packets can't be protected
BUFFER = 2048
DTLS_QUEUE = 64  # datagrams; a flood fills it and is dropped


class Certificate:
    """This process's DTLS identity. One for all peers: making a key for each would cost a join 1 ms and buy nothing."""

    def __init__(self) -> None:
        self.own = RTCCertificate.generateCertificate()
        self.sha256 = next(f.value for f in self.own.getFingerprints() if f.algorithm == "sha-256")


class _Pipe:
    """What RTCDtlsTransport needs of the transport below it."""

    role = "controlled"
    state = "completed"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(DTLS_QUEUE)
        self._send_datagram = send

    async def _recv(self) -> bytes:
        data = await self.queue.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._send_datagram(data)


class Dtls:
    """One DTLS association, we as server; afterwards the SRTP handles of both directions."""

    def __init__(self, certificate: Certificate, send: Callable[[bytes], None], closed: Callable[[], None]) -> None:
        self._pipe = _Pipe(send)
        self._closed = closed
        self._transport = RTCDtlsTransport(self._pipe, [certificate.own])  # type: ignore[arg-type]
        self._transport._set_role("server")
        self.rx: Any = None  # srtp_t handles, None until the handshake is done
        self.tx: Any = None
        self.profile = ""
        self._task: asyncio.Task[bool] | None = None

    def feed(self, data: bytes) -> bool:
        """A DTLS datagram from a validated address. False when the queue is full."""
        try:
            self._pipe.queue.put_nowait(data)
        except asyncio.QueueFull:
            return False
        return True

    async def start(self, fingerprints: Sequence[tuple[str, str]]) -> bool:
        """The handshake. True when it succeeded and the peer's certificate equals the SDP's fingerprint."""
        transport = self._transport
        await transport.start(RTCDtlsParameters([RTCDtlsFingerprint(a, v) for a, v in fingerprints]))
        if transport._state is not State.CONNECTED:
            return False
        self._in, self._out = transport._rx_srtp, transport._tx_srtp
        self.rx, self.tx = self._in._srtp[0], self._out._srtp[0]
        self.profile = transport._ssl.get_selected_srtp_profile().decode() if transport._ssl else ""
        transport.on("statechange", self._changed)
        return True

    def _changed(self) -> None:
        if self._transport._state is State.CLOSED:
            self._closed()

    def unprotect_rtcp(self, data: bytes) -> bytes | None:
        try:
            return bytes(self._in.unprotect_rtcp(data))
        except (SrtpError, ValueError):
            return None

    def protect_rtcp(self, data: bytes) -> bytes:
        return bytes(self._out.protect_rtcp(data))

    def forget_rx(self, ssrc: int) -> None:
        """libsrtp keeps a context for every SSRC it ever saw, without end: those that nobody wants must go."""
        if self.rx is not None:
            _lib.srtp_remove_stream(self.rx, htonl(ssrc))

    def forget_tx(self, ssrc: int) -> None:
        """Nothing will be sent by `ssrc` again: under the same number that would repeat a nonce."""
        if self.tx is not None:
            _lib.srtp_remove_stream(self.tx, htonl(ssrc))

    async def stop(self) -> None:
        self._transport.remove_all_listeners()
        await self._transport.stop()
        self.rx = self.tx = None


class Srtp:
    """The buffers that every packet of this process passes through; used by one thread only.

    `incoming` holds the packet after `unprotect`; `outgoing` is written and then protected in place.
    """

    __slots__ = ("_in", "_in_length", "incoming", "out", "out_length", "outgoing", "protect")

    def __init__(self) -> None:
        self._in, self._in_length = ffi.new("char[]", BUFFER), ffi.new("int *")
        self.incoming = memoryview(ffi.buffer(self._in))
        # The hot path calls `protect(handle, out, out_length)` itself: a method in between costs a tenth of a packet.
        self.out, self.out_length = ffi.new("char[]", BUFFER), ffi.new("int *")
        self.outgoing = memoryview(ffi.buffer(self.out))
        self.protect = _lib.srtp_protect

    def unprotect(self, handle: Any, data: bytes) -> int:
        """Length of the packet now in `incoming`, or 0 when it is not authentic."""
        n = len(data)
        if n > BUFFER:
            return 0
        length = self._in_length
        length[0] = n
        self.incoming[:n] = data
        return 0 if _lib.srtp_unprotect(handle, self._in, length) else int(length[0])


# ---------------------------------------------------------------- STUN, as it is

StunMessage = stun.Message
StunClass = stun.Class
StunMethod = stun.Method
parse_stun = stun.parse_message

# ---------------------------------------------------------------- RTCP

parse_rtcp = RtcpPacket.parse
unpack_remb = unpack_remb_fci
FIR, PLI, REMB, NACK = RTCP_PSFB_FIR, RTCP_PSFB_PLI, RTCP_PSFB_APP, RTCP_RTPFB_NACK
SenderReport, ReceiverReport = RtcpSrPacket, RtcpRrPacket
PayloadFeedback, TransportFeedback, Bye = RtcpPsfbPacket, RtcpRtpfbPacket, RtcpByePacket
ReportBlock = RtcpReceiverInfo


def pli(media_ssrc: int) -> bytes:
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=media_ssrc))


def nack(media_ssrc: int, lost: list[int]) -> bytes:
    return bytes(RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=1, media_ssrc=media_ssrc, lost=lost))


def remb(bitrate_bps: int, ssrcs: list[int]) -> bytes:
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=pack_remb_fci(bitrate_bps, ssrcs)))


def receiver_report(blocks: list[RtcpReceiverInfo]) -> bytes:
    return bytes(RtcpRrPacket(ssrc=1, reports=blocks))


def sender_report(ssrc: int, cname: str, *, ntp: int, rtp_timestamp: int, packets: int, octets: int) -> bytes:
    info = RtcpSenderInfo(
        ntp_timestamp=ntp,
        rtp_timestamp=rtp_timestamp,
        packet_count=packets & 0xFFFFFFFF,
        octet_count=octets & 0xFFFFFFFF,
    )
    items = [(1, cname.encode())]  # RFC 3550, 6.5.1: CNAME
    return bytes(RtcpSrPacket(ssrc=ssrc, sender_info=info)) + bytes(
        RtcpSdesPacket(chunks=[RtcpSourceInfo(ssrc=ssrc, items=items)])
    )
