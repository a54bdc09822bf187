"""Stock aiortc peers through the real server: what one sends the others decode."""

from __future__ import annotations

import asyncio

import pytest

from media.sfu.server import Sfu
from tests.media.sfu.aiortc_peer import AiortcPeer, Recorder, clip, tone


@pytest.fixture
async def sfu():
    server = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=Recorder())
    await server.start()
    yield server
    await server.close()


async def until(true, what: str, limit_s: float = 20) -> None:
    """Polls, because what is waited for happens in another library's threads."""
    try:
        async with asyncio.timeout(limit_s):
            while not true():  # noqa: ASYNC110 it happens in aiortc's threads, which set no event
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"never: {what}")


async def test_what_one_sends_two_decode(sfu):
    ada, bob, cem = (AiortcPeer(sfu, "room", name) for name in ("ada", "bob", "cem"))
    ada.send("video", "ada-camera", clip().video)
    ada.send("audio", "ada-voice", tone().audio)
    await ada.offer()
    for peer in (bob, cem):
        peer.want("video", "ada-camera")
        peer.want("audio", "ada-voice")
        await peer.offer()
        sfu.want("room", peer.name, "ada-camera", 180)
    await until(lambda: bob.frames["video"] > 5 and cem.frames["video"] > 5, "pictures at both")
    await until(lambda: bob.frames["audio"] > 10 and cem.frames["audio"] > 10, "sound at both")
    assert sfu.listener.of("connected")
    assert ("demand", "room", "ada-camera", "q") in sfu.listener.events or sfu.listener.of("demand")
    for peer in (ada, bob, cem):
        await peer.close()


async def test_muted_means_no_packet_is_forwarded(sfu):
    ada, bob = AiortcPeer(sfu, "room", "ada"), AiortcPeer(sfu, "room", "bob")
    ada.send("audio", "ada-voice", tone().audio)
    await ada.offer()
    bob.want("audio", "ada-voice")
    await bob.offer()
    await until(lambda: bob.frames["audio"] > 5, "sound")
    sfu.mute("room", "ada-voice", True)
    before = sfu.sent
    arrived = sfu.stats("room", "ada").publications[0].packets
    await until(lambda: sfu.port.drops["muted"] > 20, "dropped packets")
    assert sfu.sent == before
    assert sfu.stats("room", "ada").publications[0].packets == arrived
    sfu.mute("room", "ada-voice", False)
    await until(lambda: sfu.sent > before + 10, "sound again")
    for peer in (ada, bob):
        await peer.close()


async def test_a_removed_peer_is_sent_nothing_more(sfu):
    ada, bob = AiortcPeer(sfu, "room", "ada"), AiortcPeer(sfu, "room", "bob")
    ada.send("audio", "ada-voice", tone().audio)
    await ada.offer()
    bob.want("audio", "ada-voice")
    await bob.offer()
    await until(lambda: bob.frames["audio"] > 5, "sound")
    sfu.remove_peer("room", "bob")
    before = sfu.sent
    arrived = sfu.stats("room", "ada").publications[0].packets
    await until(lambda: sfu.stats("room", "ada").publications[0].packets > arrived + 20, "ada goes on")
    assert sfu.sent == before
    for peer in (ada, bob):
        await peer.close()
