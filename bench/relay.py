"""Clients of the aiortc relay: whole RTCPeerConnections. The time of sending is drawn into each picture as stripes."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction
from typing import Any

import aioice.ice
import av
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription, VideoStreamTrack

aioice.ice.get_host_addresses = lambda *_, **__: ["127.0.0.1"]
WIDTH, HEIGHT, FPS, BITS = 320, 180, 10, 16
STRIPE = WIDTH // BITS


class Stamped(VideoStreamTrack):
    """Grey pictures with sixteen stripes: the clock's milliseconds in binary."""

    def __init__(self) -> None:
        super().__init__()
        self._n = 0
        self._began = time.monotonic()

    async def recv(self) -> av.VideoFrame:
        self._n += 1
        await asyncio.sleep(max(0.0, self._began + self._n / FPS - time.monotonic()))
        now_ms = time.monotonic_ns() // 1_000_000 & 0xFFFF
        line = b"".join((b"\xd0" if now_ms >> bit & 1 else b"\x30") * STRIPE for bit in range(BITS))
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        pad = frame.planes[0].line_size - WIDTH
        frame.planes[0].update((line + bytes(pad)) * HEIGHT)
        for plane in frame.planes[1:]:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts, frame.time_base = self._n * 90_000 // FPS, Fraction(1, 90_000)
        return frame


def read_stamp(frame: av.VideoFrame) -> int:
    plane = frame.planes[0]
    middle = bytes(plane)[plane.line_size * (HEIGHT // 2) :]
    return sum(1 << bit for bit in range(BITS) if middle[bit * STRIPE + STRIPE // 2] > 0x80)


async def join_relay(server: Any, senders: int, receivers: int, *, mesh: bool) -> tuple[list[int], str, Any]:
    """Latencies (filled while it runs), the SRTP profile, and how to end."""
    latencies_ns: list[int] = []
    tasks: list[asyncio.Task[None]] = []
    connections: list[RTCPeerConnection] = []
    vp8 = [c for c in RTCRtpSender.getCapabilities("video").codecs if c.mimeType == "video/VP8"]

    async def join(name: str, publish: bool, wanted: list[str], measuring: bool) -> None:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connections.append(connection)
        if publish:
            connection.addTransceiver(Stamped(), direction="sendonly").setCodecPreferences(vp8)
        for _ in wanted:
            connection.addTransceiver("video", direction="recvonly").setCodecPreferences(vp8)

        def track(found: Any) -> None:
            async def pump() -> None:
                while True:
                    frame = await found.recv()
                    if measuring:
                        passed_ms = (time.monotonic_ns() // 1_000_000 - read_stamp(frame)) & 0xFFFF
                        latencies_ns.append(passed_ms * 1_000_000)

            tasks.append(asyncio.create_task(pump()))

        connection.on("track", track)
        await connection.setLocalDescription(await connection.createOffer())
        answer = await server.ask(do="join", name=name, receive=wanted, sdp=connection.localDescription.sdp)
        await connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    names = [f"s{n}" for n in range(senders)]
    for name in names:
        await join(name, True, [], False)
    await asyncio.sleep(1)
    for n in range(receivers):
        wanted = [name for name in names if name != f"s{n}"] if mesh else names
        await join(f"r{n}", False, wanted, n == receivers - 1)

    async def close() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*(connection.close() for connection in connections))

    return latencies_ns, "AEAD_AES_256_GCM", close
