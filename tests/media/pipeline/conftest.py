"""Short clips, made on the spot by the same ffmpeg, once for each test process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from media.pipeline.transcode import ffmpeg

Clip = Callable[..., Path]
# Syllables of a voice-like buzz with pauses: loudness and waveform have something to see.
VOICE = (
    "aevalsrc='0.25*sin(2*PI*140*t+3*sin(2*PI*5*t))*gt(sin(2*PI*2.3*t),-0.2)*gt(sin(2*PI*0.4*t),-0.7)':s=48000:d={s}"
)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
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
        command = [str(ffmpeg()), "-v", "error", "-nostdin"]
        if picture:
            command += ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
        if sound:
            command += ["-f", "lavfi", "-i", VOICE.format(s=seconds)]
        standard = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"] if picture else []
        subprocess.run([*command, *standard, *options, str(path)], check=True, capture_output=True)
        return path

    return make
