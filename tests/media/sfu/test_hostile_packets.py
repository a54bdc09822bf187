"""A participant with valid keys sends what it likes: nothing of it may stop the port."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sfu import rtp
from media.sfu.peer import BEGIN_MS
from media.sfu.server import Sfu
from media.sfu.shapes import Offer, PublishSection, ReceiveSection
from tests.media.sfu.aiortc_peer import Recorder


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
async def sfu():
    server = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=Recorder(), clock=Clock())
    await server.start()
    yield server
    await server.close()


class Unencrypted:
    """SRTP that believes everything: what a participant with valid keys can send."""

    def __init__(self) -> None:
        self.incoming, self.outgoing = memoryview(bytearray(2048)), memoryview(bytearray(2048))
        self.out, self.out_length = None, [0]
        self.tx = self.rx = object()

    def unprotect(self, _handle, data: bytes) -> int:
        self.incoming[: len(data)] = data
        return len(data)

    def protect(self, *_) -> int:
        return 0

    def unprotect_rtcp(self, data: bytes) -> bytes:
        return data

    def protect_rtcp(self, data: bytes) -> bytes:
        return data


KEYFRAME = b"\x90\xc0\x80\x01\x01\x00"  # of VP8, with picture id and TL0PICIDX
EXTENSIONS = st.dictionaries(
    st.sampled_from([1, 2, 3, 4, 5]), st.one_of(st.sampled_from([b"0", b"q", b"f"]), st.binary(min_size=1, max_size=16))
)


@st.composite
def packets(draw: Any) -> bytes:
    """RTP and RTCP from quite right to noise."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=200))
    payload_type = draw(st.sampled_from([96, 98, 102, 45, 111, 200, 201, 205, 206]))
    block = rtp.pack_extensions(list(draw(EXTENSIONS).items()))
    first = 0x80 | (0x10 if block else 0) | draw(st.sampled_from([0, 0x20, 1, 15]))
    seq = draw(st.one_of(st.integers(0, 65535), st.integers(100, 400)))
    ts, ssrc = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 6))
    begins = draw(st.sampled_from([b"", KEYFRAME, b"\x88\x05", b"\x65", b"\x18"]))
    return rtp.HEADER.pack(first, payload_type, seq, ts, ssrc) + block + begins + draw(st.binary(max_size=60))


ALL_CODECS = "\r\n".join(
    [
        "m=video 9 UDP/TLS/RTP/SAVPF 96 98 102 45", "c=IN IP4 0.0.0.0", "a=mid:{mid}", "a={direction}",
        "a=ice-ufrag:abcd", "a=ice-pwd:" + "p" * 22, "a=fingerprint:sha-256 " + ":".join(["{byte}"] * 32),
        "a=setup:active", "a=rtpmap:96 VP8/90000", "a=rtpmap:98 VP9/90000", "a=rtpmap:102 H264/90000",
        "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f", "a=rtpmap:45 AV1/90000",
        f"a=extmap:1 {rtp.AUDIO_LEVEL}", f"a=extmap:2 {rtp.MID}", f"a=extmap:3 {rtp.RID}",
        f"a=extmap:4 {rtp.ORIENTATION}", f"a=extmap:5 {rtp.DEPENDENCY}",
        "{rids}",
    ]
)  # fmt: skip


async def test_whatever_an_authenticated_participant_sends_the_port_goes_on(sfu):
    head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    rids = "a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;f\r\n"
    ada = head + ALL_CODECS.format(mid="0", direction="sendonly", rids=rids, byte="AA")
    bob = head + ALL_CODECS.format(mid="0", direction="recvonly", rids="", byte="BB")
    camera = PublishSection(mid="0", publication_id="camera", kind="video", height=720)
    await sfu.answer("room", "ada", Offer(number=1, sdp=ada, publish=[camera]))
    watched = [ReceiveSection(mid="0", publication_id="camera")]
    await sfu.answer("room", "bob", Offer(number=1, sdp=bob, receive=watched))
    peers = sfu._rooms["room"].peers
    sfu._srtp = plain = Unencrypted()
    sfu._forwarder._buffers, sfu._forwarder._sendto = plain, lambda *_: None
    sfu.port.send = lambda *_: None
    for peer in peers.values():
        peer.dtls.tx, peer.dtls.rx, peer.connected, peer.address = plain.tx, plain.rx, True, ("127.0.0.1", 1)
        peer.dtls.forget_rx = peer.dtls.forget_tx = lambda _ssrc: None
        peer.dtls.unprotect_rtcp, peer.dtls.protect_rtcp = plain.unprotect_rtcp, plain.protect_rtcp
        for subscription in peer.subscriptions.values():
            peer.arm(subscription)
    sfu.want("room", "bob", "camera", 720)

    for seq in range(100, 110):  # something right first
        for ssrc, rid in ((1, b"q"), (2, b"f")):
            head_and_rid = rtp.HEADER.pack(0x90, 96, seq, 3000 * seq, ssrc) + rtp.pack_extensions([(3, rid)])
            sfu._media(peers["ada"], head_and_rid + KEYFRAME)
    before = sfu.sent
    unknown = rtp.HEADER.pack(0x80, 13, 110, 0, 2) + b"comfort noise"
    sfu._media(peers["ada"], unknown)
    sfu.clock.now_ms += BEGIN_MS
    other_codec = rtp.HEADER.pack(0x80, 98, 111, 0, 2) + b"\x88\x05\x00"
    sfu._media(peers["ada"], other_codec)
    assert peers["ada"].streams[2].rid == "f", "the name is not on every packet"
    assert peers["ada"].streams[2].name == "VP9"

    @settings(max_examples=400, deadline=None)
    @given(st.sampled_from(["ada", "bob"]), packets())
    def attack(name: str, data: bytes) -> None:
        sfu.clock.now_ms += 20
        for peer in peers.values():
            peer.checked_ms = sfu.clock.now_ms
        sfu._media(peers[name], data)
        sfu._ticks += 1
        sfu._tick_room("room", sfu._rooms["room"], sfu.clock.now_ms)  # `tick` would only log what goes wrong
        assert len(peers[name].streams) <= 24

    attack()
    assert 0 < before < sfu.sent, "some of it was right, and was forwarded"
