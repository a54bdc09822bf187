"""A meeting over a lossy Wi-Fi: what two real browsers still see and hear of a third while packets are lost.

    ./stoa bench loss [--json]

ada sends three layers and her voice; bob's line loses packets both ways, cem's does not. Everything runs in a network
namespace of its own, in which the kernel (nftables) drops the packets: no root is needed where the kernel lets users
make namespaces. Needs unshare, nft and Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from bench import voice
from media.sfu.server import Sfu
from media.sfu.shapes import RIDS, Offer, PublishSection, ReceiveSection

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage",
]  # fmt: skip
HEIGHT = 540
LONG, SHORT = {5: 10.0, 10: 10.0, 20: 15.0}, {5: 4.0, 10: 4.0, 20: 8.0}  # percent lost → for how many seconds
NFT = shutil.which("nft") or shutil.which("nft", path="/usr/sbin:/sbin")  # not on every user's path
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
PAGE = """<!doctype html><video id=v autoplay muted playsinline></video><audio id=a autoplay></audio>
<canvas id=c width=960 height=540></canvas><script>
async function publish() {
  const ink = c.getContext('2d'); let n = 0;
  const draw = () => { n += 7; ink.fillStyle = `hsl(${n % 360} 80% 50%)`; ink.fillRect(n % 900, n * 3 % 500, 60, 60); };
  setInterval(draw, 1000 / 15);
  const pc = window.P = new RTCPeerConnection();
  const sendEncodings = [['q', 4, 150e3], ['h', 2, 400e3], ['f', 1, 900e3]]
    .map(([rid, by, maxBitrate]) => ({ rid, scaleResolutionDownBy: by, maxBitrate }));
  const video = pc.addTransceiver(c.captureStream(15).getVideoTracks()[0], { direction: 'sendonly', sendEncodings });
  video.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter((c) => c.mimeType == 'video/VP8'));
  const all = video.sender.getParameters();
  all.degradationPreference = 'maintain-resolution';  // a busy machine gives up pictures, not layers
  await video.sender.setParameters(all);
  const voice = await navigator.mediaDevices.getUserMedia({ audio: true });
  pc.addTransceiver(voice.getAudioTracks()[0], { direction: 'sendonly' });
  await pc.setLocalDescription(); return pc.localDescription.sdp;
}
async function receive() {
  const pc = window.P = new RTCPeerConnection();
  pc.ontrack = (e) => { (e.track.kind == 'video' ? v : a).srcObject = new MediaStream([e.track]); };
  for (const kind of ['video', 'audio']) pc.addTransceiver(kind, { direction: 'recvonly' });
  await pc.setLocalDescription(); return pc.localDescription.sdp;
}
const answer = (sdp) => P.setRemoteDescription({ type: 'answer', sdp });
async function seen() {
  const found = { frames: 0, frozen_s: 0, samples: 0, concealed: 0, packets: 0, keyframes_asked: 0, asked_again: 0 };
  for (const s of (await P.getStats()).values()) {
    if (s.type != 'inbound-rtp') continue;
    if (s.kind == 'video') {
      found.frames = s.framesDecoded || 0;
      found.frozen_s = s.totalFreezesDuration || 0; found.keyframes_asked = s.pliCount || 0;
      found.asked_again = s.nackCount || 0;
    } else {
      found.samples = s.totalSamplesReceived || 0; found.packets = s.packetsReceived || 0;
      found.concealed = (s.concealedSamples || 0) - (s.silentConcealedSamples || 0);
    }
  }
  return found;
}
</script>"""


def missing() -> str:
    """What this machine lacks, "" when the loss can be made here."""
    for program, there in (("unshare", shutil.which("unshare")), ("nft", NFT)):
        if not there:
            return f"there is no {program} on this machine"
    probe = "add table inet t; add chain inet t c { type filter hook input priority 0; }; "
    rule = "add rule inet t c udp dport 9 numgen random mod 100 < 1 drop"
    done = subprocess.run(["unshare", "-rn", str(NFT), probe + rule], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"the kernel makes no namespace with loss: {done.stderr.strip()[:200]}"


def inside(*words: str) -> list[str]:
    """The command of the measurement in its own namespace."""
    return ["unshare", "-rn", sys.executable, "-m", "bench.loss", "--inside", *words]


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        fcntl.ioctl(door, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def lose(percent: int, port: int) -> None:
    """From now on the kernel drops this much of what comes from and goes to `port`; 0 ends it."""
    rules = ["add table inet wifi", "delete table inet wifi"]
    if percent:
        rules += ["add table inet wifi", "add chain inet wifi air { type filter hook input priority 0; }"]
        chance = f"numgen random mod 100 < {percent} drop"
        rules += [f"add rule inet wifi air udp {way} {port} {chance}" for way in ("dport", "sport")]
    subprocess.run([str(NFT), "; ".join(rules)], check=True)


class Told:
    """The server's listener: which layer each is sent."""

    def __init__(self) -> None:
        self.layers: dict[str, str | None] = {}
        self.reasons: dict[str, str] = {}

    def forwarding(self, _room: str, peer: str, _publication: str, rid: str | None, reason: str) -> None:
        self.layers[peer], self.reasons[peer] = rid, reason

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


class Meeting:
    def __init__(self, sfu: Sfu, told: Told, pages: dict[str, Any], *, estimates: bool) -> None:
        self.estimates = estimates  # whether the browsers' estimates of their lines count too
        self.sfu, self.told, self.pages = sfu, told, pages
        self.ports: dict[str, int] = {}

    async def enter(self, name: str) -> None:
        page = self.pages[name]
        await page.goto("http://localhost/x")
        both = (("0", "camera", "video"), ("1", "voice", "audio"))
        sending = name == "ada"
        offer = Offer(
            number=1,
            sdp=await page.evaluate("publish()" if sending else "receive()"),
            publish=[PublishSection(mid=m, publication_id=p, kind=k, height=HEIGHT) for m, p, k in both if sending],  # type: ignore[arg-type]
            receive=[ReceiveSection(mid=m, publication_id=p) for m, p, _ in both if not sending],
        )
        answer = await self.sfu.answer("room", name, offer)
        if not self.estimates:
            self.sfu._rooms["room"].peers[name].estimates.report = lambda *_: False  # type: ignore[method-assign]
        await page.evaluate("(sdp) => answer(sdp)", answer.sdp)
        self.sfu.want("room", name, "camera", HEIGHT)
        await self.until(lambda: name in self._addresses(), f"{name} connects")
        self.ports[name] = self._addresses()[name][1]

    def _addresses(self) -> dict[str, tuple[str, int]]:
        peers = self.sfu._rooms["room"].peers
        return {name: peer.address for name, peer in peers.items() if peer.connected and peer.address}

    async def until(self, true: Callable[[], bool], what: str, limit_s: float = 30) -> float:
        """Seconds that it took. Raises TimeoutError with `what`."""
        began = monotonic()
        while not true():
            if monotonic() - began > limit_s:
                raise TimeoutError(f"never: {what}; {self.told.layers} {self.told.reasons}")
            await asyncio.sleep(0.05)
        return monotonic() - began

    async def phase(self, name: str, seconds: float) -> dict[str, Any]:
        watching = ("bob", "cem")
        before = {peer: await self.pages[peer].evaluate("seen()") for peer in watching}
        began = monotonic()
        await asyncio.sleep(seconds)
        after = {peer: await self.pages[peer].evaluate("seen()") for peer in watching}
        passed = monotonic() - began
        row: dict[str, Any] = {"phase": name}
        for peer in watching:
            new = {key: after[peer][key] - before[peer][key] for key in after[peer]}
            row[peer] = {
                "fps": round(new["frames"] / passed, 1),
                "frozen_s": round(new["frozen_s"], 2),
                "layer": self.told.layers.get(peer),
                "reason": self.told.reasons.get(peer),
                "asked_again": new["asked_again"],
                "keyframes_asked": new["keyframes_asked"],
                "voice_packets": round(new["packets"] / passed),
                "voice_concealed": round(new["concealed"] / new["samples"], 3) if new["samples"] else None,
            }
        print(json.dumps(row), file=sys.stderr, flush=True)
        return row


async def measure(*, estimates: bool, short: bool, folder: Path) -> list[dict[str, Any]]:
    told = Told()
    sfu = Sfu(host="127.0.0.1", port=0, addresses=["127.0.0.1"], listener=told)
    await sfu.start()
    voice.write(folder / "voice.wav")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    async with async_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={folder / 'voice.wav'}"]
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        pages = {}
        for name in ("ada", "bob", "cem"):
            pages[name] = await browser.new_page()
            await pages[name].route("http://localhost/**", fulfil)
        meeting = Meeting(sfu, told, pages, estimates=estimates)
        for name in pages:
            await meeting.enter(name)
        await meeting.until(lambda: told.layers.get("bob") == told.layers.get("cem") == "f", "the highest layer")
        rows = [await meeting.phase("no loss", 3)]
        for percent, seconds in (SHORT if short else LONG).items():
            lose(percent, meeting.ports["bob"])
            rows.append(await meeting.phase(f"{percent} % lost at bob", seconds))
        lose(0, 0)
        fallen = height(told.layers.get("bob"))
        rises_s = await meeting.until(lambda: height(told.layers.get("bob")) > fallen, "a higher layer again")
        if not short:
            rises_s += await meeting.until(lambda: told.layers.get("bob") == "f", "the highest layer again")
        rows.append({**await meeting.phase("no loss again", 2), "bob_rises_after_s": round(rises_s, 1)})
        lose(10, meeting.ports["ada"])
        rows.append(await meeting.phase("10 % lost at ada", 6))
        lose(0, 0)
        await browser.close()
    await sfu.close()
    return rows


def height(rid: str | None) -> int:
    return RIDS.index(rid) if rid in RIDS else -1


async def fulfil(route: Any) -> None:
    await route.fulfill(body=PAGE, content_type="text/html")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./stoa bench loss", description="What is seen and heard when packets are lost."
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--short", action="store_true", help="less than a minute")
    parser.add_argument("--loss-alone", action="store_true", help="leave the browsers' estimates of their lines out")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if not chosen.inside:
        lacking = missing()
        if lacking:
            sys.exit(lacking)
        sys.exit(subprocess.run(inside(*sys.argv[1:]), cwd=ROOT, check=False).returncode)
    loopback_up()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(estimates=not chosen.loss_alone, short=chosen.short, folder=Path(folder)))
    if chosen.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
