"""Real Chromium at the forwarding server itself, without rooms: simulcast, layers, and every codec."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from media.sfu.server import Sfu
from media.sfu.shapes import Offer, PublishSection, ReceiveSection
from tests.conftest import CHROMIUM, FLAGS
from tests.media.sfu.aiortc_peer import Recorder

PAGE = """<!doctype html><video id=v autoplay muted playsinline></video>
<canvas id=c width=960 height=540></canvas><script>
const kinds = (codec) => RTCRtpSender.getCapabilities('video').codecs.filter((c) => c.mimeType == 'video/' + codec);
async function publish(codec, layers) {
  const ink = c.getContext('2d'); let n = 0;
  const draw = () => { n += 7; ink.fillStyle = `hsl(${n % 360} 80% 50%)`; ink.fillRect(n % 900, n * 3 % 500, 60, 60); };
  setInterval(draw, 66);
  const track = c.captureStream(15).getVideoTracks()[0];
  const mode = codec == 'VP9' || codec == 'AV1' ? { scalabilityMode: 'L1T1' } : {};
  const all = [['q', 4, 150e3], ['h', 2, 400e3], ['f', 1, 900e3]].slice(0, layers);
  const sendEncodings = all.map(([rid, by, maxBitrate]) => ({ rid, scaleResolutionDownBy: by, maxBitrate, ...mode }));
  const pc = window.P = new RTCPeerConnection();
  const t = pc.addTransceiver(track, { direction: 'sendonly', sendEncodings });
  t.setCodecPreferences(kinds(codec));
  await pc.setLocalDescription(); return pc.localDescription.sdp;
}
async function receive(codec) {
  const pc = window.P = new RTCPeerConnection();
  pc.ontrack = (e) => { v.srcObject = new MediaStream([e.track]); };
  pc.addTransceiver('video', { direction: 'recvonly' }).setCodecPreferences(kinds(codec));
  await pc.setLocalDescription(); return pc.localDescription.sdp;
}
const answer = (sdp) => P.setRemoteDescription({ type: 'answer', sdp });
async function seen() {
  for (const s of (await P.getStats()).values())
    if (s.type == 'inbound-rtp') return { frames: s.framesDecoded || 0, height: s.frameHeight || 0 };
  return { frames: 0, height: 0 };
}
</script>"""


@pytest.fixture
async def sfu():
    server = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=Recorder())
    await server.start()
    yield server
    await server.close()


@pytest.fixture
async def chromium():
    if CHROMIUM is None:
        pytest.fail("browser tests need Chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


async def page_of(chromium: Any) -> Page:
    page: Page = await chromium.new_page()

    async def fulfil(route: Any) -> None:
        await route.fulfill(body=PAGE, content_type="text/html")

    await page.route("http://localhost/**", fulfil)
    await page.goto("http://localhost/x")
    return page


async def connect(sfu: Sfu, page: Page, name: str, call: str) -> None:
    sdp = await page.evaluate(call)
    sending = name == "ada"
    offer = Offer(
        number=1,
        sdp=sdp,
        publish=[PublishSection(mid="0", publication_id="camera", kind="video", height=540)] if sending else [],
        receive=[] if sending else [ReceiveSection(mid="0", publication_id="camera")],
    )
    answer = await sfu.answer("room", name, offer)
    assert not answer.refused
    await page.evaluate("(sdp) => answer(sdp)", answer.sdp)


async def until(true: Any, what: str, limit_s: float = 25) -> Any:
    """Polls: nothing tells when another process decoded a picture."""
    last: Any = None
    try:
        async with asyncio.timeout(limit_s):
            while not (last := await true()):  # noqa: ASYNC110 another process sets no event
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"never: {what}")
    return last


def arriving(sfu: Sfu) -> set[str]:
    stats = sfu.stats("room", "ada")
    return {p.rid for p in stats.publications if p.packets > 5} if stats else set()


@pytest.mark.browser
async def test_simulcast_climbs_to_three_layers_and_the_height_follows_the_wish(sfu, chromium):
    ada, bob = await page_of(chromium), await page_of(chromium)
    await connect(sfu, ada, "ada", "publish('VP8', 3)")
    await connect(sfu, bob, "bob", "receive('VP8')")
    sfu.want("room", "bob", "camera", 135, 1)

    async def climbed() -> bool:
        return arriving(sfu) == {"q", "h", "f"}

    await until(climbed, "three layers")
    for height in (135, 540, 270, 135):
        sfu.want("room", "bob", "camera", height, 1)

        async def shown(height: int = height) -> Any:
            found = await bob.evaluate("seen()")
            return found if found["height"] == height else None

        before = await until(shown, f"a picture {height} pixels high")

        async def goes_on(frames: int = before["frames"]) -> bool:
            return bool((await bob.evaluate("seen()"))["frames"] > frames + 5)

        await until(goes_on, f"more pictures at {height}")
    rids = [event[4] for event in sfu.listener.of("forwarding") if event[2] == "bob" and event[5] == "wanted"]
    assert rids[-3:] == ["f", "h", "q"], json.dumps(rids)
    sfu.want("room", "bob", "camera", 0, 1)
    assert sfu.listener.of("forwarding")[-1][4:] == (None, "paused")


@pytest.mark.browser
@pytest.mark.parametrize("codec", ["VP9", "H264", "AV1"])
async def test_every_codec_is_decoded_at_the_other_side(sfu, chromium, codec):
    ada, bob = await page_of(chromium), await page_of(chromium)
    await connect(sfu, ada, "ada", f"publish('{codec}', 1)")
    await connect(sfu, bob, "bob", f"receive('{codec}')")
    sfu.want("room", "bob", "camera", 540, 1)

    async def decoded() -> bool:
        return bool((await bob.evaluate("seen()"))["frames"] > 8)

    await until(decoded, f"pictures in {codec}")
    stats = sfu.stats("room", "bob")
    assert stats is not None
    assert stats.subscriptions[0].codec == codec
