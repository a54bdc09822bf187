"""Real clips through the real ffmpeg."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import pytest

from media.pipeline import Options, Result, transcode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def make(source: Path, into: Path, **wanted: Any) -> tuple[Result, list[Result], list[tuple[float, str]]]:
    """The result, what was told to be playable before, and the progress."""
    into.mkdir(exist_ok=True)
    told: list[Result] = []
    steps: list[tuple[float, str]] = []
    options = Options(**{"preset": "ultrafast", **wanted})
    result = transcode(
        source, into, options=options, progress=lambda share, what: steps.append((share, what)),
        cancelled=lambda: False, playable=told.append,
    )  # fmt: skip
    return result, told, steps


def keyframes(playlist: Path) -> list[float]:
    with av.open(str(playlist)) as opened:
        stream = opened.streams.video[0]
        return [
            round(float(p.pts * p.time_base), 3) for p in opened.demux(stream) if p.pts is not None and p.is_keyframe
        ]


@pytest.fixture(scope="module")
def lecture(clip: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    into = tmp_path_factory.mktemp("lecture")
    return into, make(clip("lecture.mp4", "-g", "300", size="1280x720", seconds=9), into)[0]


def test_keyframes_are_at_equal_times_in_all_rungs(lecture: tuple[Path, Result]) -> None:
    into, result = lecture
    times = [keyframes(into / made.name) for made in result.of("playlist") if made.width]
    assert len(times) == 3
    assert times[0] == times[1] == times[2]
    assert [round(b - a, 3) for a, b in zip(times[0], times[0][1:], strict=False)] == [2.0] * 4
