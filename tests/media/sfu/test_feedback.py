"""RTCP through the real server: what is asked for, what is passed on, and in whose numbers."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from bench.load import Client
from media.sfu import feedback, transport
from media.sfu.forwarder import Forwarder, Stream, Subscription
from media.sfu.keyframes import Wishes
from media.sfu.layers import Estimates, LossCap
from media.sfu.peer import Peer
from media.sfu.publication import Publication
from media.sfu.room import RANK_MS, Room
from media.sfu.server import Sfu
from media.sfu.shapes import Offer, PublishSection, ReceiveSection
from tests.media.sfu.aiortc_peer import Recorder


class Wire:
    """A peer's side of the server without encryption: keeps the RTCP that is sent to it."""

    def __init__(self, name: str) -> None:
        self.id, self.connected, self.address = name, True, ("127.0.0.1", 1)
        self.streams: dict[int, Stream] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.rtcp: list[Any] = []
        self.estimates = Estimates()
        self.dtls = self.sfu = self.port = self
        self.loss = 0.0

    def protect_rtcp(self, data: bytes) -> bytes:
        return data

    def send(self, data: bytes, _address: object) -> None:
        self.rtcp += transport.parse_rtcp(data)

    def of(self, kind: Any) -> list[Any]:
        return [packet for packet in self.rtcp if isinstance(packet, kind)]


class Scene:
    """ada sends three layers, bob is sent the highest."""

    def __init__(self) -> None:
        self.ada, self.bob = Wire("ada"), Wire("bob")
        self.told: list[tuple[str | None, str]] = []
        self.camera = Publication(
            self.ada, "camera", "0", "video", tell=lambda _s, rid, reason: self.told.append((rid, reason))
        )
        self.camera.height, self.camera.rids = 720, ("q", "h", "f")
        for ssrc, rid in ((1, "q"), (2, "h"), (3, "f")):
            stream = Stream(self.camera, rid, ssrc, "VP8", "VP8", {})
            stream.alive_ms, stream.max_seq, stream.first_seq = 1_000, 10, 10
            self.camera.streams[rid] = self.ada.streams[ssrc] = stream
        self.subscription = Subscription(self.bob, self.camera, "0", {"VP8": 96}, {}, LossCap(2))
        self.subscription.tx, self.subscription.wanted_height = object(), 720
        self.bob.subscriptions["0"] = self.subscription
        self.camera.subscriptions.append(self.subscription)
        self.follow("f")

    def follow(self, rid: str) -> None:
        stream = self.camera.streams[rid]
        self.subscription.leave()
        self.subscription.current = stream
        stream.subscribers.setdefault(self.subscription.key, []).append(self.subscription)

    def from_bob(self, data: bytes, now_ms: int = 1_000) -> None:
        assert feedback.receive(self.bob, data, NoResend(), now_ms)  # type: ignore[arg-type]


class NoResend:
    def resend(self, *_: Any) -> int:
        return 0


@pytest.fixture
def scene():
    return Scene()


def loss_report(ssrc: int, fraction: float, lsr: int = 0, dlsr: int = 0) -> bytes:
    return transport.receiver_report(
        [
            transport.ReportBlock(
                ssrc=ssrc, fraction_lost=int(fraction * 256), packets_lost=0, highest_sequence=0, jitter=0,
                lsr=lsr, dlsr=dlsr,
            )
        ]
    )  # fmt: skip


def test_a_keyframe_wish_reaches_the_sender_of_that_layer_and_not_too_often(scene):
    for now_ms in range(1_000, 2_000, 20):
        scene.from_bob(transport.pli(scene.subscription.ssrc), now_ms)
    asked = scene.ada.of(transport.PayloadFeedback)
    assert len(asked) == 2
    assert {packet.media_ssrc for packet in asked} == {3}


def test_a_wish_for_somebody_elses_stream_reaches_nobody(scene):
    scene.from_bob(transport.pli(scene.subscription.ssrc ^ 1))
    assert scene.ada.rtcp == []


def test_what_is_missing_is_asked_for_four_times_and_given_up(scene):
    stream = scene.ada.streams[3]
    for seq in (11, 12, 14):
        stream.track(seq, 0, 1, 1_000)
    for now_ms in range(1_000, 3_000, 10):
        feedback.ask_again(scene.ada, now_ms)
    asked = scene.ada.of(transport.TransportFeedback)
    assert [packet.lost for packet in asked] == [[13]] * 4
    assert not stream.missing


def test_lips_match_the_senders_report_comes_in_the_subscribers_timestamps(scene):
    scene.subscription.ts = 5_000
    report = transport.sender_report(3, "ada", ntp=7 << 32, rtp_timestamp=0xFFFFFFFF, packets=1, octets=2)
    assert feedback.receive(scene.ada, report, NoResend(), 1_000)  # type: ignore[arg-type]
    [found] = scene.bob.of(transport.SenderReport)
    assert found.ssrc == scene.subscription.ssrc
    assert found.sender_info.rtp_timestamp == 4_999
    assert found.sender_info.ntp_timestamp == 7 << 32


def test_only_those_who_are_sent_a_layer_hear_its_reports(scene):
    report = transport.sender_report(1, "ada", ntp=7 << 32, rtp_timestamp=1, packets=1, octets=2)
    feedback.receive(scene.ada, report, NoResend(), 1_000)  # type: ignore[arg-type]
    assert scene.bob.rtcp == []


def test_the_round_trip_is_measured_by_our_own_clock(scene):
    report = transport.sender_report(3, "ada", ntp=0x1234_5678_9ABC_DEF0, rtp_timestamp=1, packets=1, octets=2)
    feedback.receive(scene.ada, report, NoResend(), 1_000)  # type: ignore[arg-type]
    half_second = 65536 // 2
    scene.from_bob(loss_report(scene.subscription.ssrc, 0, lsr=0x5678_9ABC, dlsr=half_second), 1_580)
    assert scene.subscription.rtt_ms == 80


def a_second_of_bob(scene: Scene, sent: int, now_ms: int) -> None:
    scene.subscription.packets += sent
    scene.bob.measured_ms = now_ms - 1_000
    Peer.measure(scene.bob, now_ms)  # type: ignore[arg-type]


def test_lasting_loss_costs_a_layer(scene):
    for now_ms in (1_000, 2_000):
        scene.from_bob(loss_report(scene.subscription.ssrc, 0.25), now_ms)
        a_second_of_bob(scene, 100, now_ms)
    assert scene.subscription.target is scene.camera.streams["h"]
    assert scene.subscription.current is scene.camera.streams["f"], "until the keyframe comes"


def test_loss_that_sending_again_mended_costs_a_layer_too(scene):
    """Browsers report nothing lost then: what came the second time counts as received."""
    forwarder = Forwarder(None, lambda *_: None, Counter(), 1_356)  # type: ignore[arg-type]
    scene.subscription.address = ("127.0.0.1", 1)
    for now_ms in (1_000, 2_000):
        scene.subscription.cache = dict.fromkeys(range(100), b"sent")
        forwarder.resend(scene.subscription, list(range(20)))
        forwarder.resend(scene.subscription, list(range(20)))  # lost once more: no other packets
        scene.from_bob(loss_report(scene.subscription.ssrc, 0.0), now_ms)
        a_second_of_bob(scene, 100, now_ms)
        assert scene.subscription.loss == pytest.approx(0.2, abs=0.02)
    assert scene.subscription.target is scene.camera.streams["h"]


def test_what_the_sender_lost_costs_its_receivers_no_layer(scene):
    forwarder = Forwarder(None, lambda *_: None, Counter(), 1_356)  # type: ignore[arg-type]
    scene.subscription.address = ("127.0.0.1", 1)
    for now_ms in (1_000, 2_000, 3_000):
        scene.subscription.cache = dict.fromkeys(range(20, 100), b"sent")
        forwarder.resend(scene.subscription, list(range(20)))  # they never came here
        scene.from_bob(loss_report(scene.subscription.ssrc, 0.2), now_ms)
        a_second_of_bob(scene, 80, now_ms)
    assert scene.subscription.target is None
    assert scene.subscription.loss < 0.02


def test_a_voice_is_told_the_loss_of_whoever_hears_it_worst(scene):
    voice = Stream(Publication(scene.ada, "voice", "1", "audio", tell=lambda *_: None), "", 9, "opus", "opus", {})
    scene.ada.streams = {9: voice}
    voice.track(10, 0, 1, 1_000)
    hearing = Subscription(scene.bob, voice.publication, "1", {"opus": 111}, {}, LossCap(0))
    hearing.current, voice.subscribers[hearing.key] = voice, [hearing]
    for lost, told in ((0.0, 0), (0.1, 25), (0.9, 51)):
        scene.bob.loss = lost
        scene.ada.rtcp.clear()
        feedback.report(scene.ada, 1_500)
        [block] = scene.ada.of(transport.ReceiverReport)[0].reports
        assert block.fraction_lost == told
        assert block.packets_lost == 0, "its bitrate has no reason to fall"


def test_who_keeps_wishing_for_keyframes_is_heard_less_and_less_often():
    wishes = Wishes()
    heard = [now_ms for now_ms in range(0, 30_000, 10) if wishes.heard(now_ms)]
    assert heard[:5] == [0, 250, 750, 1_750, 3_750]
    assert len(heard) < 12
    assert wishes.heard(45_000)
    assert wishes.heard(45_250), "after calm as at first"


def test_one_subscribers_flood_of_wishes_costs_few_keyframes(scene):
    for now_ms in range(1_000, 61_000, 50):
        scene.from_bob(transport.pli(scene.subscription.ssrc), now_ms)
    assert len(scene.ada.of(transport.PayloadFeedback)) < 20


def test_a_full_line_costs_a_layer(scene):
    scene.subscription.bitrate_bps = 1_500_000
    for now_ms, estimate_bps in ((1_000, 2_000_000), (2_000, 1_200_000), (3_000, 900_000)):
        scene.from_bob(transport.remb(estimate_bps, [scene.subscription.ssrc]), now_ms)
    assert scene.subscription.target is scene.camera.streams["h"]


def test_reports_to_the_sender_tell_its_loss(scene):
    stream = scene.ada.streams[3]
    stream.packets = 1
    for seq in (11, 12, 14):
        stream.track(seq, 0, 1, 1_000)
    feedback.report(scene.ada, 1_500)
    [report] = scene.ada.of(transport.ReceiverReport)
    block = next(b for b in report.reports if b.ssrc == 3)
    assert block.packets_lost == 1
    assert block.fraction_lost == 256 // 5
    assert any(p.fmt == transport.REMB for p in scene.ada.of(transport.PayloadFeedback)), "else Chromium never climbs"


def voices(room: Room, *names: str) -> None:
    for name in names:
        room.publications[name] = Publication(Wire(name), name, "0", "audio", tell=lambda *_: None)


def test_who_begins_to_speak_takes_a_silent_ones_place():
    room = Room()
    voices(room, "ada", "bob", "cem")
    for publication in room.publications.values():
        room.level(publication, 127, 2, 0)
    room.hear(2, 0)
    quiet = next(p for p in room.publications.values() if not p.heard)
    room.level(quiet, 15, 2, RANK_MS - 1)
    assert not quiet.heard, "not at every packet"
    room.level(quiet, 15, 2, RANK_MS)
    assert quiet.heard
    assert sum(p.heard for p in room.publications.values()) == 2


def test_a_voice_without_levels_is_always_heard():
    room = Room()
    voices(room, "ada", "bob", "cem", "other-maker")
    for name in ("ada", "bob", "cem"):
        room.speakers.hear(name, 10, 0)
    room.hear(2, 0)
    assert room.publications["other-maker"].heard


async def test_a_section_can_be_used_again_for_another_publication():
    sfu = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=Recorder())
    await sfu.start()
    bob = Client("bob", "AEAD_AES_128_GCM")
    ssrcs = []
    for number, name in ((1, "ada"), (2, "cem")):
        sender = Client(name, "AEAD_AES_128_GCM")
        sending = [PublishSection(mid="0", publication_id=name, kind="video")]
        await sfu.answer("room", name, Offer(number=1, sdp=sender.offer(True, 0), publish=sending))
        answer = await sfu.answer(
            "room", "bob",
            Offer(number=number, sdp=bob.offer(False, 2), receive=[ReceiveSection(mid="0", publication_id=name)]),
        )  # fmt: skip
        assert f"a=msid:{name} {name}" in answer.sdp
        assert "a=inactive" in answer.sdp, "the section that is in neither list"
        ssrcs.append(sfu._rooms["room"].peers["bob"].subscriptions["0"].ssrc)
        await sender.close()
    assert len(set(ssrcs)) == 2
    assert len(sfu._rooms["room"].publications["ada"].subscriptions) == 0
    await bob.close()
    await sfu.close()
    await asyncio.sleep(0)
