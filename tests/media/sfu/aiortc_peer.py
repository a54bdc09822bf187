"""A stock aiortc peer that speaks to the forwarding server directly; stands for somebody else's client."""

from __future__ import annotations

import asyncio
from typing import Any

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer

from media.sfu.shapes import Offer, PublishSection, ReceiveSection

aioice.ice.get_host_addresses = lambda *_, **__: ["127.0.0.1"]


class Recorder:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def peer_connected(self, *rest: Any) -> None:
        self.events.append(("connected", *rest))

    def peer_disconnected(self, *rest: Any) -> None:
        self.events.append(("disconnected", *rest))

    def speakers(self, *rest: Any) -> None:
        self.events.append(("speakers", *rest))

    def forwarding(self, *rest: Any) -> None:
        self.events.append(("forwarding", *rest))

    def demand(self, *rest: Any) -> None:
        self.events.append(("demand", *rest))

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [event for event in self.events if event[0] == kind]


class AiortcPeer:
    def __init__(self, sfu: Any, room: str, name: str) -> None:
        self.sfu, self.room, self.name = sfu, room, name
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.publish: list[tuple[Any, str, str]] = []
        self.receive: list[tuple[Any, str]] = []
        self.frames = {"audio": 0, "video": 0}
        self.number = 0
        self._tasks: list[asyncio.Task[None]] = []
        self.pc.on("track", self._track)

    def send(self, kind: str, publication: str, track: Any) -> None:
        self.publish.append((self.pc.addTransceiver(track, direction="sendonly"), publication, kind))

    def want(self, kind: str, publication: str) -> None:
        self.receive.append((self.pc.addTransceiver(kind, direction="recvonly"), publication))

    async def offer(self) -> Any:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        self.number += 1
        answer = await self.sfu.answer(
            self.room,
            self.name,
            Offer(
                number=self.number,
                sdp=self.pc.localDescription.sdp,
                publish=[PublishSection(mid=t.mid, publication_id=p, kind=k) for t, p, k in self.publish],
                receive=[ReceiveSection(mid=t.mid, publication_id=p) for t, p in self.receive],
            ),
        )
        await self.pc.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        return answer

    def _track(self, track: Any) -> None:
        async def pump() -> None:
            while True:
                await track.recv()
                self.frames[track.kind] += 1

        self._tasks.append(asyncio.create_task(pump()))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.pc.close()


def clip(size: str = "320x180", rate: int = 15) -> MediaPlayer:
    """A moving picture; small, for it is decoded and encoded here in software."""
    return MediaPlayer(f"testsrc2=size={size}:rate={rate}", format="lavfi")


def tone() -> MediaPlayer:
    return MediaPlayer("sine=frequency=440", format="lavfi")
