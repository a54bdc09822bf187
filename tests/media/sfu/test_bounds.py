"""What one participant can make the server keep or do is bounded, however ill-willed the participant."""

from __future__ import annotations

import signal
import struct
from types import SimpleNamespace

import pytest

from bench.load import HEAD
from media.sfu import feedback, rtp, sdp, transport
from media.sfu.forwarder import ASKED, CACHE_OCTETS, RESENDS
from media.sfu.peer import ALLOWANCE, BEGIN_MS, SSRCS
from media.sfu.server import Sfu
from media.sfu.shapes import Drop, Offer, OfferRefused, PublishSection
from rooms.shapes import Sdp
from tests.media.sfu.aiortc_peer import Recorder
from tests.media.sfu.test_attacks import CLIENTS, OFFER, Clock, join, until
from tests.media.sfu.test_feedback import NoResend, Scene
from tests.media.sfu.test_forwarder import World, vp8


@pytest.fixture
async def sfu():
    server = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=Recorder(), clock=Clock())
    await server.start()
    yield server
    for client in CLIENTS:
        await client.close()
    CLIENTS.clear()
    await server.close()


@pytest.fixture
def hang():
    """What is tested takes no time at all, or minutes."""

    def give_up(*_: object) -> None:
        pytest.fail("it hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def section(mid: int, *lines: str) -> str:
    body = OFFER[OFFER.index("m=") :].replace("a=mid:0", f"a=mid:{mid}")
    return body + "".join(line + "\r\n" for line in lines)


def offer(*sections: str) -> str:
    return OFFER[: OFFER.index("m=")] + "".join(sections)


def test_the_offer_of_a_full_grid_is_read():
    """Chromium's sections are up to 6,000 characters each: 49 pictures and 49 voices are 290,000."""
    one = [f"a=rtcp-fb:96 something long enough to fill it {n}" for n in range(90)]
    text = offer(*(section(mid, *one) for mid in range(98)))
    assert len(text) > 290_000
    assert len(sdp.read(text).sections) == 98
    longest = Sdp.__metadata__[0].most
    assert longest <= sdp.LONGEST, "what signalling lets through is not refused here"


@pytest.mark.parametrize(
    "line", ["a=fmtp:96 " + "a" * 30_000, "a=fmtp:96 x=" + " " * 30_000 + "y", "a=mid:" + "m" * 30_000]
)
@pytest.mark.usefixtures("hang")
def test_no_line_of_an_offer_takes_longer_than_its_length(line):
    with pytest.raises(OfferRefused):
        sdp.read(offer(*(section(mid % 20, line) for mid in range(17)), section(0)))


@pytest.mark.parametrize(
    "text",
    [
        offer(*(section(mid) for mid in range(sdp.SECTIONS + 1))),
        offer(section(0, *["a=ssrc:1 cname:x"] * 3_000)),
        OFFER.replace("v=0", "v=0\r\na=x:" + "x" * 40_000),
        OFFER.replace("m=video 9", "m=video 999999"),
        OFFER.replace("a=ice-ufrag:abcd", "a=ice-ufrag:" + "a" * 300),
    ],
)
def test_an_offer_beyond_bounds_is_refused(text):
    with pytest.raises(OfferRefused):
        sdp.read(text)


def test_numbers_that_fit_no_packet_are_not_read():
    text = OFFER.replace("SAVPF 96", "SAVPF 96 128 200 256 300").replace(
        "a=rtpmap:96 VP8/90000",
        "\r\n".join(f"a=rtpmap:{pt} VP8/90000" for pt in (96, 128, 200, 256, 300))
        + f"\r\na=extmap:0 {rtp.AUDIO_LEVEL}\r\na=extmap:256 {rtp.ORIENTATION}\r\na=extmap:999 {rtp.DEPENDENCY}"
        + f"\r\na=extmap:255 {rtp.RID}\r\na=extmap:7 urn:of-no-use",
    )
    [found] = sdp.read(text).sections
    assert list(found.codecs) == [96]
    assert found.extensions == {rtp.RID: 255}


def test_a_picture_is_no_voice_and_a_voice_no_picture():
    text = OFFER.replace("VP8/90000", "opus/48000/2")
    assert sdp.read(text).sections[0].rejected


async def test_one_section_carries_one_publication(sfu):
    both = [PublishSection(mid="0", publication_id=name, kind="video") for name in ("camera", "other")]
    answer = await sfu.answer("room", "ada", Offer(number=1, sdp=OFFER, publish=both))
    assert answer.refused == {"0": "section.unknown"}
    assert list(sfu._rooms["room"].publications) == ["camera"]


async def test_what_a_peers_offers_name_does_not_pile_up(sfu):
    for number in range(20):
        text = OFFER + "".join(f"a=extmap:{n + 1} urn:{number}:{n}\r\n" for n in range(50))
        await sfu.answer("room", "ada", Offer(number=number, sdp=text))
    assert len(sfu._rooms["room"].peers["ada"].extension_ids) <= len(sdp.KNOWN)


def known(handle: object, ssrc: int) -> bool:
    """Whether libsrtp keeps a context for the SSRC; forgets it."""
    return transport._lib.srtp_remove_stream(handle, transport.htonl(ssrc)) == 0


async def test_ssrcs_that_nobody_wants_leave_nothing_in_libsrtp(sfu):
    ada = await join(sfu, "ada")
    bob = await join(sfu, "bob", publish=False, receive=("ada",))
    await until(lambda: ada.send_packet() or sfu.sent > 3, "pictures")
    peer = sfu._rooms["room"].peers["ada"]
    own = ada.ssrc
    dropped = sfu.port.drops[Drop.UNKNOWN_STREAM]
    for n in range(50):
        head = struct.pack("!BBHII", 0x80, 13, n, 0, 1_000 + n)
        ada.socket.send(ada.dtls._tx_srtp.protect(head + HEAD))
    await until(lambda: sfu.port.drops[Drop.UNKNOWN_STREAM] >= dropped + 50, "fifty strangers")
    for n in range(200):
        report = b"\x80\xc9\x00\x01" + struct.pack("!I", 5_000 + n)  # an empty receiver report
        ada.socket.send(ada.dtls._tx_srtp.protect_rtcp(report))
    before = sfu.sent
    await until(lambda: ada.send_packet() or sfu.sent > before + 3, "pictures go on")
    assert not any(known(peer.dtls.rx, 1_000 + n) for n in range(50))
    assert sum(known(peer.dtls.rx, 5_000 + n) for n in range(200)) <= 64
    assert known(peer.dtls.rx, own)
    tx, [subscription] = peer.dtls.tx, sfu._rooms["room"].peers["bob"].subscriptions.values()
    tx = sfu._rooms["room"].peers["bob"].dtls.tx
    subscription.peer.drop_subscription(subscription)
    assert not known(tx, subscription.ssrc)
    assert bob.name


async def test_a_flood_is_cut_at_what_any_client_sends(sfu):
    await join(sfu, "ada")
    await until(lambda: sfu.listener.of("connected"), "connected")
    peer = sfu._rooms["room"].peers["ada"]
    packet = struct.pack("!BBHII", 0x80, 13, 1, 0, 77) + HEAD
    unprotected: list[int] = []

    def unprotect(_handle: object, data: bytes) -> int:
        unprotected.append(1)
        return len(data) if authentic else 0

    real, authentic = sfu._srtp, False
    sfu._srtp = SimpleNamespace(unprotect=unprotect, incoming=memoryview(packet))
    for _ in range(ALLOWANCE + 10):
        sfu._media(peer, packet)
    assert peer.allowance > 0, "a stranger who forges the address can't use it up"
    authentic = True
    unprotected.clear()
    for _ in range(2 * ALLOWANCE):
        sfu._media(peer, packet)
    assert len(unprotected) <= ALLOWANCE, "the rest costs no decryption"
    assert sfu.port.drops[Drop.FLOOD] >= ALLOWANCE
    peer.measure(sfu.clock.now_ms + 1_000)
    sfu._media(peer, packet)
    assert len(unprotected) <= ALLOWANCE + 1
    sfu._srtp = real


async def test_a_layer_is_begun_anew_at_a_bearable_pace_and_not_for_ever(sfu):
    await sfu.answer(
        "room", "ada",
        Offer(number=1, sdp=OFFER, publish=[PublishSection(mid="0", publication_id="camera", kind="video")]),
    )  # fmt: skip
    peer = sfu._rooms["room"].peers["ada"]
    packet = memoryview(struct.pack("!BBHII", 0x80, 96, 1, 0, 1) + HEAD)
    begun = [peer.stream_of(ssrc, packet, {}, now_ms=ssrc) for ssrc in range(1, 2 * BEGIN_MS)]
    assert sum(stream is not None for stream in begun) == 2
    assert len(peer.streams) == 1
    begun = [peer.stream_of(ssrc, packet, {}, now_ms=ssrc * BEGIN_MS) for ssrc in range(10, SSRCS + 100)]
    assert begun[-1] is None
    assert len(peer._ssrcs) == SSRCS


async def test_one_rooms_trouble_stops_no_other_rooms_clock(sfu, caplog):
    for room in ("broken", "well"):
        await sfu.answer(room, "ada", Offer(number=1, sdp=OFFER))
    sfu._rooms["broken"].peers["ada"].streams = None
    expires = sfu._rooms["well"].peers["ada"]
    sfu.clock.now_ms += 60_000
    for _ in range(20):
        sfu.tick(sfu.clock.now_ms)
    assert expires.closed
    assert "tick failed room=broken" in caplog.text
    sfu._rooms["broken"].peers["ada"].streams = {}


def test_a_flood_of_sender_reports_reaches_nobody():
    scene = Scene()
    report = transport.sender_report(3, "ada", ntp=7 << 32, rtp_timestamp=1, packets=1, octets=2)
    for _ in range(50):
        feedback.receive(scene.ada, report * 20, NoResend(), 1_000)  # type: ignore[arg-type]
    assert len(scene.bob.of(transport.SenderReport)) == 1


def test_what_is_kept_to_be_sent_again_is_bounded_in_octets():
    world = World()
    low, bob = world.stream("q", 11), world.subscriber("bob")
    world.aim(bob, low)
    for n in range(3_000):
        world.feed(low, n, 0, vp8(n & 0x7FFF, 1, key=n == 0) + bytes(1_000), n)
    assert sum(map(len, bob.cache.values())) + sum(map(len, bob.older.values())) < 2 * CACHE_OCTETS + 3_000
    before = len(world.sent)
    never = [(bob.last_seq + 1 + n) & 0xFFFF for n in range(ASKED)]
    world.forwarder.resend(bob, [*never, bob.last_seq])
    assert len(world.sent) == before, "the rest of an endless wish is not looked at"
    assert RESENDS < ASKED
