"""The hot path without encryption: what subscribers are sent is one unbroken stream, wherever it comes from."""

from __future__ import annotations

import itertools
from collections import Counter
from types import SimpleNamespace

import pytest

from media.sfu import rtp
from media.sfu.forwarder import RESENDS, Forwarder, Stream, Subscription
from media.sfu.keyframes import EVERY_MS, due
from media.sfu.layers import LossCap
from media.sfu.shapes import Drop

IDS = {rtp.ORIENTATION: 3, rtp.AUDIO_LEVEL: 1, rtp.DEPENDENCY: 5}


class Plain:
    """Buffers that encrypt nothing."""

    def __init__(self) -> None:
        self.outgoing = memoryview(bytearray(2048))
        self.out, self.out_length = None, [0]

    def protect(self, _handle, _out, _length) -> int:
        return 0


class World:
    """One camera with layers, subscribers, and everything that was sent to them."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, str]] = []
        self.drops: Counter[Drop] = Counter()
        self.forwarder = Forwarder(Plain(), lambda data, to: self.sent.append((bytes(data), to)), self.drops, 1356)
        self.publication = SimpleNamespace(kind="video", switched=lambda _: None)

    def stream(self, rid: str, ssrc: int, name: str = "VP8", key: str = "VP8") -> Stream:
        return Stream(self.publication, rid, ssrc, name, key, IDS)

    def subscriber(self, name: str, payload_types=None, ids=None) -> Subscription:
        made = Subscription(None, self.publication, "0", payload_types or {"VP8": 100}, ids or {}, LossCap(2))
        made.tx, made.address = object(), name
        return made

    def aim(self, subscription: Subscription, stream: Stream) -> None:
        subscription.stop_waiting()
        subscription.target = stream
        stream.waiting.append(subscription)

    def feed(self, stream: Stream, seq: int, ts: int, payload: bytes, now_ms: int, block: bytes = b"") -> None:
        head = rtp.HEADER.pack(0x80 | (0x10 if block else 0), 96, seq & 0xFFFF, ts, stream.ssrc)
        packet = memoryview(head + block + payload)
        at = rtp.payload_at(packet, len(packet))
        self.forwarder.forward(stream, packet, len(packet), at, rtp.extensions(packet, len(packet)), now_ms)


def vp8(picture: int, tl0: int, *, key: bool = False) -> bytes:
    return bytes([0x90, 0xC0, 0x80 | picture >> 8, picture & 0xFF, tl0, 0 if key else 1, 7])


def numbers(packet: bytes) -> tuple[int, int, int, int]:
    """Sequence number, timestamp, picture id, TL0PICIDX."""
    _, _, seq, ts, _ = rtp.HEADER.unpack_from(packet)
    return seq, ts, (packet[14] & 0x7F) << 8 | packet[15], packet[16]


@pytest.fixture
def world():
    return World()


def test_nothing_is_sent_before_a_keyframe(world):
    low, bob = world.stream("q", 11), world.subscriber("bob")
    world.aim(bob, low)
    world.feed(low, 5, 900, vp8(1, 1), 0)
    assert world.sent == []
    world.feed(low, 6, 3900, vp8(2, 2, key=True), 33)
    assert len(world.sent) == 1


@pytest.mark.parametrize("wrap", [0, 65_534])
def test_a_switch_leaves_no_gap_in_any_number(world, wrap):
    low, high, bob = world.stream("q", 11), world.stream("f", 33), world.subscriber("bob")
    world.aim(bob, low)
    for n in range(3):
        world.feed(low, wrap + n, 1000 + 3000 * n, vp8(100 + n, 20 + n, key=n == 0), 1_000 + 33 * n)
    world.aim(bob, high)
    world.feed(high, 700, 55_000, vp8(9, 250), 1_099)  # no keyframe: the low one goes on
    world.feed(low, wrap + 3, 10_000, vp8(103, 23), 1_099)
    for n in range(3):
        world.feed(high, 701 + n, 58_000 + 3000 * n, vp8(10 + n, 251 + n, key=n == 0), 1_132 + 33 * n)
        world.feed(low, wrap + 4 + n, 13_000 + 3000 * n, vp8(104 + n, 24 + n), 1_133 + 33 * n)
    found = [numbers(data) for data, _ in world.sent]
    assert len(found) == 7
    for before, after in itertools.pairwise(found):
        assert rtp.ahead(after[0], before[0]) == 1
        assert 0 < (after[1] - before[1]) & 0xFFFFFFFF < 9_000
        assert (after[2] - before[2]) & 0x7FFF == 1
        assert (after[3] - before[3]) & 0xFF == 1
    assert {rtp.HEADER.unpack_from(data)[4] for data, _ in world.sent} == {bob.ssrc}


def test_every_subscriber_has_its_own_payload_type(world):
    low = world.stream("q", 11)
    for name, number in (("bob", 100), ("cem", 120)):
        world.aim(world.subscriber(name, {"VP8": number}), low)
    world.feed(low, 1, 1, vp8(1, 1, key=True), 0)
    assert {to: data[1] & 0x7F for data, to in world.sent} == {"bob": 100, "cem": 120}


def test_extensions_carry_the_subscribers_ids_or_are_left_out(world):
    low = world.stream("q", 11)
    world.aim(world.subscriber("bob", ids={rtp.ORIENTATION: 9}), low)
    world.aim(world.subscriber("cem"), low)
    block = rtp.pack_extensions([(3, b"\x02"), (12, b"secret")])
    world.feed(low, 1, 1, vp8(1, 1, key=True), 0, block)
    sent = {to: memoryview(data) for data, to in world.sent}
    places = rtp.extensions(sent["bob"], len(sent["bob"]))
    assert {i: bytes(sent["bob"][at : at + n]) for i, (at, n) in places.items()} == {9: b"\x02"}
    assert not sent["cem"][0] & 0x10
    assert b"secret" not in bytes(sent["bob"])


def test_dependency_descriptors_count_on_across_a_switch(world):
    low, high = world.stream("q", 11, "AV1", "AV1/0"), world.stream("f", 33, "AV1", "AV1/0")
    bob = world.subscriber("bob", {"AV1/0": 45}, {rtp.DEPENDENCY: 7})
    frames = []
    for stream, first in ((low, 65_535), (high, 400)):
        world.aim(bob, stream)
        for n in range(2):
            number = (first + n) & 0xFFFF
            block = rtp.pack_extensions([(5, bytes([0xC0, number >> 8, number & 0xFF, 1]))])
            world.feed(stream, first + n, 3000 * n, b"\x18\x0a" if n == 0 else b"\x10\x32", 33 * n, block)
    for data, _ in world.sent:
        view = memoryview(data)
        at, _ = rtp.extensions(view, len(view))[7]
        frames.append(view[at + 1] << 8 | view[at + 2])
    assert [(b - a) & 0xFFFF for a, b in itertools.pairwise(frames)] == [1, 1, 1]


def test_a_lost_packet_leaves_its_number_free_and_fills_it_when_it_comes(world):
    low, bob = world.stream("q", 11), world.subscriber("bob")
    world.aim(bob, low)
    for seq in (10, 12, 11):
        world.feed(low, seq, 0, vp8(1, 1, key=seq == 10), seq)
        if seq == 12:
            assert set(low.missing) == {11}
    seqs = [numbers(data)[0] for data, _ in world.sent]
    assert [rtp.ahead(seq, seqs[0]) for seq in seqs] == [0, 2, 1]
    assert not low.missing


def test_what_came_before_the_switch_is_not_sent_after_it(world):
    low, bob = world.stream("q", 11), world.subscriber("bob")
    world.feed(low, 8, 0, vp8(1, 1), 0)
    world.aim(bob, low)
    world.feed(low, 10, 0, vp8(2, 2, key=True), 0)
    world.feed(low, 9, 0, vp8(1, 1), 0)
    assert len(world.sent) == 1


def test_a_nack_brings_the_very_bytes_again_and_no_more_than_is_bearable(world):
    low, bob = world.stream("q", 11), world.subscriber("bob")
    world.aim(bob, low)
    world.feed(low, 1, 0, vp8(1, 1, key=True), 0)
    first = world.sent.pop()
    seq = numbers(first[0])[0]
    assert world.forwarder.resend(bob, [seq, (seq + 5) & 0xFFFF]) == 1
    assert world.sent == [first]
    for _ in range(2 * RESENDS):
        world.forwarder.resend(bob, [seq] * 17)
    assert len(world.sent) == RESENDS
    bob.age()
    assert world.forwarder.resend(bob, [seq]) == 1, "still there after one second"
    bob.age()
    assert world.forwarder.resend(bob, [seq]) == 0, "gone after two"


def test_a_packet_too_long_to_encrypt_is_counted(world):
    low, bob = world.stream("q", 11), world.subscriber("bob")
    world.aim(bob, low)
    world.feed(low, 1, 0, vp8(1, 1, key=True) + bytes(1400), 0)
    assert world.sent == []
    assert world.drops[Drop.TOO_LONG] == 1


def test_losses_and_jumps_are_remembered_within_bounds(world):
    low = world.stream("q", 11)
    for n in range(40):
        world.feed(low, n * 2_000, 0, vp8(1, 1), n)
    assert len(low.missing) <= 256
    world.feed(low, 40_000, 0, vp8(1, 1), 99)
    assert not low.missing, "a jump is a new beginning"


def test_two_keyframes_a_second_are_asked_for_at_most(world):
    low = world.stream("q", 11)
    asked = 0
    for now_ms in range(0, 2_000, 10):
        low.pli_wanted = True
        asked += due(low, now_ms)
    assert asked == 2_000 // EVERY_MS


def test_a_wish_that_a_keyframe_served_goes_no_further(world):
    low = world.stream("q", 11)
    low.pli_wanted, low.pli_ms = True, 0
    assert not due(low, EVERY_MS - 1), "one was asked for just now"
    world.feed(low, 1, 0, vp8(1, 1, key=True), EVERY_MS - 1)
    assert not due(low, EVERY_MS)
