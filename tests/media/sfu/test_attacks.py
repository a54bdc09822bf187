"""What strangers and ill-willed participants try on the media port, while others go on."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from aiortc.rtcdtlstransport import RTCCertificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.load import Client
from media.sfu import feedback, sdp
from media.sfu.ice import CONSENT_MS, Agent, Port
from media.sfu.server import Sfu
from media.sfu.shapes import Drop, Offer, OfferRefused, PublishSection, ReceiveSection
from media.sfu.transport import StunClass, StunMessage, StunMethod, parse_stun
from tests.media.sfu.aiortc_peer import Recorder

PROFILE = "AEAD_AES_128_GCM"
CLIENT_HELLO = bytes.fromhex("16feff0000000000000000003f010000330000000000000033fefd") + bytes(50)
FATAL_ALERT = bytes.fromhex("15feff000000000000000000020228")


CLIENTS: list[Client] = []  # of the running test


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
    for client in CLIENTS:
        await client.close()
    CLIENTS.clear()
    await server.close()


async def join(sfu: Sfu, name: str, *, publish: bool = True, receive: tuple[str, ...] = ()) -> Client:
    client = Client(name, PROFILE)
    CLIENTS.append(client)
    offer = Offer(
        number=1,
        sdp=client.offer(publish, len(receive)),
        publish=[PublishSection(mid="0", publication_id=name, kind="video", height=180)] if publish else [],
        receive=[ReceiveSection(mid=str(publish + n), publication_id=p) for n, p in enumerate(receive)],
    )
    answer = await sfu.answer("room", name, offer)
    for publication in receive:
        sfu.want("room", name, publication, 180, 0)
    await asyncio.wait_for(client.connect(answer.sdp), 10)
    return client


async def until(true, what: str) -> None:
    try:
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110 datagrams set no event
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"never: {what}")


def check(ufrag: str, password: str, *, user: str | None = None, nominate: bool = True) -> bytes:
    made = StunMessage(message_method=StunMethod.BINDING, message_class=StunClass.REQUEST)
    made.attributes["USERNAME"] = user if user is not None else ufrag
    made.attributes["PRIORITY"] = 1
    if nominate:
        made.attributes["USE-CANDIDATE"] = None
    made.add_message_integrity(password.encode())
    made.add_fingerprint()
    return bytes(made)


async def test_a_third_socket_stops_nobody_from_connecting(sfu):
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    async def attack() -> None:
        while True:
            for datagram in (CLIENT_HELLO, FATAL_ALERT):
                stranger.sendto(datagram, ("127.0.0.1", sfu.port.port))
            await asyncio.sleep(0.0005)  # the threat is 20 a second; so some fall into every handshake

    attacking = asyncio.create_task(attack())
    clients = [await join(sfu, f"peer-{n}") for n in range(6)]
    await until(lambda: len(sfu.listener.of("connected")) == 6, "six connected")
    attacking.cancel()
    assert all(client.dtls.state == "connected" for client in clients)
    assert sfu.port.drops[Drop.UNKNOWN_ADDRESS] > 5
    stranger.close()


async def test_a_certificate_other_than_the_one_announced_is_refused(sfu):
    client = Client("ada", PROFILE)
    other = RTCCertificate.generateCertificate()
    lie = next(f.value for f in other.getFingerprints() if f.algorithm == "sha-256")
    text = client.offer(True, 0).replace(client.offer(True, 0).split("sha-256 ")[1].split("\r")[0], lie)
    answer = await sfu.answer("room", "ada", Offer(number=1, sdp=text))
    connecting = asyncio.create_task(client.connect(answer.sdp))
    await until(lambda: sfu.listener.of("disconnected"), "thrown out")
    connecting.cancel()
    assert sfu.listener.of("disconnected") == [("disconnected", "room", "ada", "dtls")]
    assert not sfu.listener.of("connected")


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("{ours}:{theirs}", "wrong-password-of-enough-chars"),
        ("{ours}:other", None),
        ("{ours}", None),
        ("x:{theirs}", None),
    ],
)
async def test_a_check_counts_only_with_the_whole_name_and_the_password(sfu, user, password):
    client = Client("ada", PROFILE)
    await sfu.answer("room", "ada", Offer(number=1, sdp=client.offer(True, 0)))
    agent = sfu._rooms["room"].peers["ada"].agent
    name = user.format(ours=agent.ufrag, theirs=client.ufrag)
    sfu.port._stun(check("", password or agent.password, user=name), ("127.0.0.1", 5))
    assert sfu.port.drops[Drop.STUN_REFUSED] == 1
    assert not sfu.port.by_address
    sfu.port._stun(check("", agent.password, user=f"{agent.ufrag}:{client.ufrag}"), ("127.0.0.1", 5))
    assert ("127.0.0.1", 5) in sfu.port.by_address


async def test_a_forged_source_address_does_not_take_another_participants_place(sfu):
    clock: Clock = sfu.clock
    ada = await join(sfu, "ada")
    address = ada.socket.getsockname()
    eve = Client("eve", PROFILE)
    await sfu.answer("room", "eve", Offer(number=1, sdp=eve.offer(True, 0)))
    agent = sfu._rooms["room"].peers["eve"].agent
    forged = check("", agent.password, user=f"{agent.ufrag}:{eve.ufrag}")
    sfu.port._stun(forged, address)
    assert sfu.port.by_address[address] is sfu._rooms["room"].peers["ada"]
    clock.now_ms += CONSENT_MS // 2
    sfu.port._stun(forged, address)
    assert sfu.port.by_address[address] is sfu._rooms["room"].peers["eve"], "a place that nobody holds is free"


async def test_one_participant_is_remembered_at_few_addresses(sfu):
    client = Client("ada", PROFILE)
    await sfu.answer("room", "ada", Offer(number=1, sdp=client.offer(True, 0)))
    agent = sfu._rooms["room"].peers["ada"].agent
    for port in range(1, 100):
        sfu.port._stun(check("", agent.password, user=f"{agent.ufrag}:{client.ufrag}"), ("127.0.0.1", port))
    assert len(sfu.port.by_address) <= 8
    assert sfu._rooms["room"].peers["ada"].address in sfu.port.by_address


async def test_who_no_longer_checks_is_gone_after_half_a_minute(sfu):
    await join(sfu, "ada")
    await until(lambda: sfu.listener.of("connected"), "connected")
    sfu.clock.now_ms += CONSENT_MS + 1
    await until(lambda: sfu.listener.of("disconnected"), "lost")
    assert sfu.listener.of("disconnected") == [("disconnected", "room", "ada", "consent")]
    assert sfu.stats("room", "ada") is None
    assert not sfu._rooms


async def test_who_goes_leaves_a_line_that_tells_how_it_was(sfu, caplog):
    caplog.set_level("INFO", "media.sfu.stats")
    ada = await join(sfu, "ada")
    await join(sfu, "bob", publish=False, receive=("ada",))
    await until(lambda: ada.send_packet() or sfu.sent > 3, "pictures")
    for name in ("bob", "ada"):
        sfu.remove_peer("room", name)
    received, sent = (r.getMessage() for r in caplog.records if r.name == "media.sfu.stats")
    assert "received room=room peer=bob publications=1 packets=" in received
    assert "sent room=room peer=ada publication=ada codec=VP8" in sent


async def test_an_ice_restart_keeps_the_old_address_until_the_new_is_nominated(sfu):
    ada = await join(sfu, "ada")
    await until(lambda: sfu.listener.of("connected"), "connected")
    peer = sfu._rooms["room"].peers["ada"]
    old_agent, old_address, old_ufrag = peer.agent, peer.address, ada.ufrag
    ada.ufrag = "newufrag"
    answer = await sfu.answer(
        "room", "ada",
        Offer(number=2, sdp=ada.offer(True, 0), publish=[PublishSection(mid="0", publication_id="ada", kind="video")]),
    )  # fmt: skip
    assert not answer.began
    assert peer.agent is not old_agent
    assert f"a=ice-ufrag:{peer.agent.ufrag}" in answer.sdp
    sfu.port._stun(check("", old_agent.password, user=f"{old_agent.ufrag}:{old_ufrag}"), old_address)
    assert sfu.port.by_address[old_address] is peer, "the old one still counts"
    name, new = f"{peer.agent.ufrag}:newufrag", ("127.0.0.1", 7)
    sfu.port._stun(check("", peer.agent.password, user=name, nominate=False), new)
    assert peer.address == old_address
    sfu.port._stun(check("", peer.agent.password, user=name), new)
    assert peer.address == new
    assert old_address not in sfu.port.by_address
    assert old_agent.ufrag not in sfu.port._by_ufrag
    assert sfu._rooms["room"].peers["ada"] is peer, "no new DTLS"


@pytest.fixture(scope="module")
def idle_port():
    class Nobody:
        def admits(self, _):
            return True

        def validated(self, *_):
            pytest.fail("noise was taken for a check")

        def datagram(self, _):
            return None

    port = Port("127.0.0.1", 0, media=lambda *_: None)
    port.add(Agent("theirs"), Nobody())
    return port


@given(st.binary(max_size=1500))
def test_any_datagram_from_a_stranger_is_dropped_and_counted(idle_port, data):
    before = idle_port.drops.total()
    idle_port._other(data, ("127.0.0.1", 5), None)
    assert idle_port.drops.total() == before + 1


@given(st.integers(0, 90), st.integers(0, 255))
def test_a_check_with_any_byte_changed_is_refused(idle_port, at, value):
    agent, _ = next(iter(idle_port._by_ufrag.values()))
    good = bytearray(check("", agent.password, user=f"{agent.ufrag}:theirs", nominate=False))
    end = len(good) - 8  # the fingerprint behind the integrity is its own check
    if at >= end or good[at] == value:
        return
    good[at] = value
    before = idle_port.drops.total()
    idle_port._other(bytes(good), ("127.0.0.1", 5), None)
    assert idle_port.drops.total() == before + 1


async def test_broken_srtp_and_rtcp_disturb_nobody(sfu):
    ada = await join(sfu, "ada")
    bob = await join(sfu, "bob", publish=False, receive=("ada",))
    await until(lambda: ada.send_packet() or sfu.sent > 3, "pictures")
    for n in range(300):
        ada.socket.send(bytes([0x80, 96 + n % 128]) + bytes([n % 256]) * (n % 200))
        ada.socket.send(bytes([128 + n % 64]))
    await until(lambda: sfu.port.drops[Drop.NOT_AUTHENTIC] > 100, "the noise")
    before = sfu.sent
    await until(lambda: ada.send_packet() or sfu.sent > before + 3, "pictures go on")
    bob.drain()
    assert bob.received > 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_rtcp_is_survived(data):
    class Nobody:
        subscriptions: dict[str, object] = {}
        streams: dict[int, object] = {}
        estimates = None

    feedback.receive(Nobody(), data, None, 0)  # type: ignore[arg-type]


@given(st.binary(max_size=40))
def test_any_bandwidth_estimate_is_survived(fci):
    class Nobody:
        subscriptions: dict[str, object] = {}

    feedback._estimate(Nobody(), fci, 0)  # type: ignore[arg-type]


@given(st.text(max_size=400))
def test_any_text_for_an_offer_is_refused_by_name(text):
    with pytest.raises(OfferRefused):
        sdp.read(text)


@given(
    st.integers(0, 30), st.sampled_from(["", "a=mid:0", "m=video 9", "a=ssrc:x y", "a=extmap:999 u", "a=rid:q send"])
)
def test_an_offer_with_a_line_broken_is_answered_or_refused(at, line):
    lines = OFFER.split("\r\n")
    lines.insert(at % len(lines), line)
    with contextlib.suppress(OfferRefused):
        sdp.read("\r\n".join(lines))


OFFER = "\r\n".join(
    [
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0", "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendonly", "a=rtcp-mux", "a=ice-ufrag:abcd", "a=ice-pwd:" + "p" * 22,
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32), "a=setup:active", "a=rtpmap:96 VP8/90000", "",
    ]
)  # fmt: skip


def test_a_stopped_section_stays_stopped():
    stopped = sdp.read(OFFER.replace("m=video 9", "m=video 0"))
    assert stopped.sections[0].rejected
    bundled = sdp.read(OFFER.replace("m=video 9", "m=video 0").replace("a=mid:0", "a=mid:0\r\na=bundle-only"))
    assert not bundled.sections[0].rejected


def test_our_answer_to_a_check_proves_that_we_know_the_password():
    agent = Agent("theirs")
    said: list[bytes] = []

    class Somebody:
        def admits(self, _):
            return True

        def validated(self, *_):
            return None

    port = Port("127.0.0.1", 0, media=lambda *_: None)
    port.send = lambda data, _: said.append(data)  # type: ignore[method-assign]
    port.add(agent, Somebody())
    port._stun(check("", agent.password, user=f"{agent.ufrag}:theirs"), ("127.0.0.1", 5))
    answer = parse_stun(said[0])
    assert answer.check_message_integrity(agent.password.encode())
    assert answer.attributes["XOR-MAPPED-ADDRESS"] == ("127.0.0.1", 5)
