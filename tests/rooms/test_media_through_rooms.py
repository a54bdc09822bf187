"""Stock aiortc peers meet as browsers do: ticket, socket, web process, link, node, forwarding server."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.media.sfu.aiortc_peer import clip, tone
from tests.rooms.people import ADA, BOB, EVE, GUEST, MONDAY, ticket, with_
from tests.rooms.test_consumers import Browser, Node, node

if TYPE_CHECKING:
    from collections.abc import Callable

    from rooms.ticket import Ticket

__all__ = ["node"]

LOOK_S = 0.02


class Caller(Browser):
    """A browser with a peer connection. Its reader keeps every event and counts decoded frames."""

    def __init__(self) -> None:
        super().__init__()
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.pc.on("track", self._track)
        self.number = 0
        self.decoded = {"audio": 0, "video": 0}
        self.sending: list[tuple[Any, str]] = []
        self.receiving: list[tuple[Any, str]] = []
        self.pumps: list[asyncio.Task[None]] = []
        self.you = ""

    def _track(self, track: Any) -> None:
        async def pump() -> None:
            with contextlib.suppress(MediaStreamError):  # the track's end
                while True:
                    await track.recv()
                    self.decoded[track.kind] += 1

        self.pumps.append(asyncio.create_task(pump()))

    async def meet(self, given: Ticket) -> dict[str, Any]:
        await self.open()
        welcome = await self.enter(given)
        self.you = welcome["ok"]["you"] if "ok" in welcome else ""
        return welcome

    def send(self, source: str, track: Any) -> None:
        self.sending.append((self.pc.addTransceiver(track, direction="sendonly"), source))

    def receive(self, kind: str, publication: str) -> None:
        self.receiving.append((self.pc.addTransceiver(kind, direction="recvonly"), publication))

    async def offer(self) -> dict[str, Any]:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        self.number += 1
        answer = await self.ask(
            "offer",
            number=self.number,
            sdp=self.pc.localDescription.sdp,
            publish=[{"mid": t.mid, "source": source} for t, source in self.sending],
            receive=[{"mid": t.mid, "publication": publication} for t, publication in self.receiving],
        )
        if "ok" in answer:
            await self.pc.setRemoteDescription(RTCSessionDescription(answer["ok"]["sdp"], "answer"))
        return answer

    async def added(self, source: str) -> str:
        """The id of the next publication of this kind that somebody else begins."""
        while True:
            found = (await self.event("publication.added"))["publication"]
            if found["source"] == source and found["participant"] != self.you:
                return str(found["id"])

    async def leave(self) -> None:
        for pump in self.pumps:
            pump.cancel()
        await self.pc.close()


async def until(true: Callable[[], bool], what: str, limit_s: float = 20) -> None:
    """Polls, for what is waited for happens in another library's threads."""
    for _ in range(int(limit_s / LOOK_S)):
        if true():
            return
        await asyncio.sleep(LOOK_S)
    pytest.fail(f"never: {what}")


async def test_what_ada_sends_bob_sees_and_hears_until_she_is_muted_and_stopped(node: Node) -> None:
    ada, bob = Caller(), Caller()
    await ada.meet(ticket(ADA))
    await bob.meet(ticket(BOB))
    bob.send("microphone", tone().audio)
    bob.send("camera", clip().video)
    own = (await bob.offer())["ok"]["publications"]
    assert len(own) == 2
    voice, picture = await ada.added("microphone"), await ada.added("camera")
    ada.receive("audio", voice)
    ada.receive("video", picture)
    assert (await ada.offer())["ok"]["refused"] == {}
    assert "ok" in await ada.ask("want", publication=picture, max_height_px=180)
    await until(lambda: ada.decoded["video"] > 5 and ada.decoded["audio"] > 5, "pictures and sound")
    assert (await ada.event("speakers"))["speakers"][0][0] == bob.you
    assert (await bob.event("demand"))["publication"] == picture

    await ada.ask("moderate.mute", participant=bob.you)
    assert (await bob.event("stopped"))["source"] == "microphone"
    await ada.ask("moderate.stop", participant=bob.you, source="camera")
    assert (await bob.event("stopped"))["source"] == "camera"
    assert (await ada.event("publication.changed"))["publication"]["muted"] is True
    await until(lambda: _still(ada), "silence and a still picture")

    assert "ok" in await bob.ask("mute", publication=voice, muted=False)
    heard = ada.decoded["audio"]
    await until(lambda: ada.decoded["audio"] > heard + 5, "sound again")
    for caller in (ada, bob):
        await caller.leave()


_counts: dict[int, tuple[int, int]] = {}


def _still(caller: Caller) -> bool:
    """Whether nothing was decoded since the last look that was at least ten looks ago."""
    looks, before = _counts.get(id(caller), (0, -1))
    now = sum(caller.decoded.values())
    _counts[id(caller)] = (looks + 1, now) if now == before else (0, now)
    return looks > 10


async def test_who_waits_or_was_removed_gets_no_media(node: Node) -> None:
    admitted = with_(access="admitted", lobby=True)
    ada, eve = Caller(), Caller()
    await ada.meet(ticket(ADA, admitted))
    ada.send("camera", clip().video)
    picture = next(iter((await ada.offer())["ok"]["publications"].values()))
    assert (await eve.meet(ticket(GUEST, admitted, guest="g")))["ok"]["state"] == "waiting"
    eve.receive("video", picture)
    assert (await eve.offer())["error"]["code"] == "not_allowed"

    await ada.ask("lobby.admit")
    await eve.event("lobby.admitted")
    eve.number += 1
    assert "ok" in await eve.offer()
    await eve.ask("want", publication=picture, max_height_px=180)
    await until(lambda: eve.decoded["video"] > 3, "pictures")
    await ada.ask("moderate.remove", participant=eve.you)
    assert (await eve.event("goodbye"))["reason"] == "removed"
    await until(lambda: _still(eve), "no more pictures")
    for caller in (ada, eve):
        await caller.leave()


async def test_an_offer_that_is_none_is_answered_so(node: Node) -> None:
    ada = Caller()
    await ada.meet(ticket(ADA))
    for sdp in ("", "v=0", "hello", "v=0\r\n" * 1000):
        ada.number += 1
        answer = await ada.ask("offer", number=ada.number, sdp=sdp)
        assert answer["error"]["code"] == "offer.invalid"
    assert "ok" in await ada.ask("ping")
    await ada.leave()


def test_eve_is_a_stranger_here() -> None:
    assert not any(MONDAY.path.startswith(role.path) for role in EVE.roles)
