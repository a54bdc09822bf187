"""Picture and sound stay together: a flash and a click at the same moment, whatever the file brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import pytest

from tests.media.pipeline.conftest import X264, make, run_ffmpeg

if TYPE_CHECKING:
    from pathlib import Path

AT_S = 2.0
FLASH = f"color=c=black:s=320x180:r=30:d=4,drawbox=c=white:t=fill:enable='between(t,{AT_S},{AT_S}+0.3)'"
CLICK = f"aevalsrc='{{volume}}*sin(2*PI*1000*t)*between(t,{AT_S},{AT_S}+0.3)+0.0005*sin(2*PI*200*t)':s=48000:d=4"
# People notice sound that comes 45 ms too early or 125 ms too late (ITU-R BT.1359). One picture lasts 33 ms.
APART_S = 0.04


def flash_s(playlist: Path) -> float:
    with av.open(str(playlist)) as opened:
        for frame in opened.decode(video=0):
            if bytes(frame.planes[0])[frame.planes[0].line_size * 90 + 160] > 120:
                assert frame.time is not None
                return frame.time
    raise AssertionError("no flash")


def click_s(playlist: Path) -> float:
    with av.open(str(playlist)) as opened:
        for frame in opened.decode(audio=0):
            samples = memoryview(bytes(frame.planes[0])).cast("f")
            loud = next((n for n in range(frame.samples) if abs(samples[n]) > 0.1), None)
            if loud is not None:
                assert frame.time is not None
                return frame.time + loud / frame.sample_rate
    raise AssertionError("no click")


@pytest.mark.parametrize("volume", [0.05, 0.9])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.mp4", ()),
        ("fits.mp4", ("-g", "30", "-b:v", "200k", "-bf", "2", "-preset", "veryfast")),
        ("camera.ts", ("-muxdelay", "1.4")),
        ("browser.webm", ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus")),
        ("old.avi", ("-c:v", "mpeg4", "-c:a", "mp3")),
    ],
)
def test_a_flash_and_its_click_come_together(
    tmp_path: Path, name: str, options: tuple[str, ...], volume: float
) -> None:
    source = tmp_path / name
    inputs = ("-f", "lavfi", "-i", FLASH, "-f", "lavfi", "-i", CLICK.format(volume=volume))
    run_ffmpeg(*inputs, *X264, *options, source)
    made = make(source, tmp_path / "made")
    seen_s, heard_s = flash_s(made.pictures()[0]), click_s(made.into / "sound/index.m3u8")
    assert seen_s == pytest.approx(heard_s, abs=APART_S)
    assert seen_s == pytest.approx(1 + AT_S, abs=0.06)


@pytest.mark.parametrize(("late", "shift_s"), [("sound", 0.5), ("picture", 0.5)])
def test_a_track_that_begins_late_keeps_its_place(tmp_path: Path, late: str, shift_s: float) -> None:
    run_ffmpeg("-f", "lavfi", "-i", FLASH, *X264, tmp_path / "picture.mkv")
    run_ffmpeg("-f", "lavfi", "-i", CLICK.format(volume=0.5), "-c:a", "pcm_s16le", tmp_path / "sound.mkv")
    inputs: list[str | Path] = []
    for track in ("picture", "sound"):
        inputs += ["-itsoffset", str(shift_s if track == late else 0), "-i", tmp_path / f"{track}.mkv"]
    run_ffmpeg(*inputs, "-c", "copy", tmp_path / "late.mkv")
    made = make(tmp_path / "late.mkv", tmp_path / "made")
    apart_s = flash_s(made.pictures()[0]) - click_s(made.into / "sound/index.m3u8")
    assert apart_s == pytest.approx(shift_s if late == "picture" else -shift_s, abs=APART_S)
