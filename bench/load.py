"""Load for the forwarding server: clients that speak ICE, DTLS and SRTP and nothing they need not."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
import time
from typing import Any

from aioice import stun
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from aiortc.sdp import SessionDescription

PROFILES = {"AEAD_AES_128_GCM": [SRTP_AEAD_AES_128_GCM], "AES128_CM_SHA1_80": [SRTP_AES128_CM_SHA1_80]}
CERTIFICATE = RTCCertificate.generateCertificate()
PAYLOAD = 1_188  # 1,200 bytes with the header
# A VP8 keyframe's first bytes, so that forwarding begins at any packet: descriptor S=1, then P=0. RFC 7741.
HEAD = b"\x10\x00\x00\x00\x9d\x01\x2a\x40\x01\xb4\x00"


class Client:
    """One socket, one remote candidate; controlling."""

    role = "controlling"
    state = "completed"

    def __init__(self, name: str, profile: str) -> None:
        self.name = name
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(("127.0.0.1", 0))
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self.socket.setsockopt(socket.SOL_SOCKET, option, 1 << 22)
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(12)
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.checked = asyncio.Event()
        self.remote: tuple[str, int] = ("", 0)
        self.dtls = RTCDtlsTransport(self, [CERTIFICATE])  # type: ignore[arg-type]
        self.dtls._srtp_profiles = PROFILES[profile]
        self.dtls._set_role("client")
        self.ssrc = secrets.randbits(31)
        self.seq = 0
        self.received = 0
        self.latencies_ns: list[int] = []
        self.measuring = False
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._handshake_readable)

    def offer(self, publish: bool, receive: int) -> str:
        """An SDP offer: one VP8 section to send by, `receive` to receive by."""
        fingerprint = next(f.value for f in CERTIFICATE.getFingerprints() if f.algorithm == "sha-256")
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
        directions = (["sendonly"] if publish else []) + ["recvonly"] * receive
        lines.append("a=group:BUNDLE " + " ".join(str(n) for n in range(len(directions))))
        for mid, direction in enumerate(directions):
            lines += [
                "m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", f"a={direction}", "a=rtcp-mux",
                f"a=ice-ufrag:{self.ufrag}", f"a=ice-pwd:{self.password}", f"a=fingerprint:sha-256 {fingerprint}",
                "a=setup:active", "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli",
            ]  # fmt: skip
            if direction == "sendonly":
                lines.append(f"a=ssrc:{self.ssrc} cname:{self.name}")
        return "\r\n".join(lines) + "\r\n"

    async def connect(self, answer: str) -> None:
        media = SessionDescription.parse(answer).media[0]
        self.remote = ("127.0.0.1", media.port)
        for _ in range(50):
            check = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
            check.attributes["USERNAME"] = f"{media.ice.usernameFragment}:{self.ufrag}"
            check.attributes["PRIORITY"] = 1862270975
            check.attributes["ICE-CONTROLLING"] = 1
            check.attributes["USE-CANDIDATE"] = None
            check.add_message_integrity(media.ice.password.encode())
            check.add_fingerprint()
            self.socket.sendto(bytes(check), self.remote)
            try:
                await asyncio.wait_for(self.checked.wait(), 0.2)
                break
            except TimeoutError:
                continue
        fingerprints = [RTCDtlsFingerprint(f.algorithm, f.value) for f in media.dtls.fingerprints]
        await self.dtls.start(RTCDtlsParameters(fingerprints))
        if self.dtls.state != "connected":
            raise ConnectionError(self.name)
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.connect(self.remote)

    async def close(self) -> None:
        await self.dtls.stop()
        await asyncio.sleep(0)  # lets its reader end
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.close()

    async def _recv(self) -> bytes:
        return await self.queue.get()

    async def _send(self, data: bytes) -> None:
        self.socket.sendto(data, self.remote)

    def _handshake_readable(self) -> None:
        while True:
            try:
                data = self.socket.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if data[0] < 4:
                self.checked.set()
            elif data[0] < 64:
                self.queue.put_nowait(data)

    def send_packet(self) -> None:
        """A packet that carries the time it was sent."""
        self.seq = (self.seq + 1) & 0xFFFF
        header = struct.pack("!BBHII", 0x80, 0x80 | 96, self.seq, self.seq * 3000 & 0xFFFFFFFF, self.ssrc)
        stamp = struct.pack("!Q", time.monotonic_ns())
        packet = header + HEAD + stamp + bytes(PAYLOAD - len(HEAD) - len(stamp))
        try:
            self.socket.send(self.dtls._tx_srtp.protect(packet))
        except (BlockingIOError, ConnectionRefusedError):
            return

    def drain(self, limit: int = 4_000) -> None:
        """Reads what came; decrypts only where latency is measured."""
        receive = self.socket.recv
        for _ in range(limit):
            try:
                data = receive(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if len(data) < 200 or 191 < data[1] < 224:
                continue
            self.received += 1
            if not self.measuring:
                continue
            now = time.monotonic_ns()
            plain: Any = self.dtls._rx_srtp.unprotect(data)
            at = 12 + (4 + 4 * int.from_bytes(plain[14:16], "big") if plain[0] & 0x10 else 0) + len(HEAD)
            self.latencies_ns.append(now - struct.unpack_from("!Q", plain, at)[0])
