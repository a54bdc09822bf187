"""Finds out what a file is before anything else touches it, and refuses what can't be used."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path, PurePath
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from media.pipeline import containers, runner
from media.pipeline.errors import (
    REFUSALS,
    CutOff,
    EmptyFile,
    Failed,
    NotMedia,
    PlaylistFile,
    TooLong,
    TooMuchWork,
    WrongExtension,
)
from media.pipeline.shapes import AudioFacts, Facts, VideoFacts

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = Path(__file__).with_name("look.py")
# Reading 100 GB from a slow disk takes its time; thinking about it must not.
LIMITS = runner.Limits(wall_s=1800, cpu_s=300, memory_bytes=4 << 30, file_bytes=0)
MOST_HOURS = 12.0


def probe(
    path: Path, *, name: str = "", most_hours: float = MOST_HOURS, cancelled: Callable[[], bool] = lambda: False
) -> Facts:
    """What is inside. `name` is what the file was called when it came; by default that of `path`.

    Raises a Refused that says what is wrong with the file.
    """
    path = path.resolve()
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise EmptyFile
    if containers.is_list(start):
        raise PlaylistFile
    if containers.promised_bytes(start) > path.stat().st_size * 1.02 + 4096:
        raise CutOff
    facts = _facts(_look(path, start, cancelled))
    _same_ending(name or path.name, facts.container)
    if facts.duration_s > most_hours * 3600:
        raise TooLong(hours=round(most_hours))
    return facts


def _look(path: Path, start: bytes, cancelled: Callable[[], bool]) -> dict[str, Any]:
    said: list[str] = []
    command = [sys.executable, "-I", str(LOOK), str(path), containers.WHITELIST]
    needs = [
        Path(sys.prefix).resolve(),
        Path(sys.base_prefix).resolve(),
        Path(sys.executable).resolve(),
        LOOK,
        *_homes(),
    ]
    try:
        runner.run(
            command, cwd=Path(gettempdir()), limits=LIMITS, read=[path], run=needs, line=said.append,
            cancelled=cancelled,
        )  # fmt: skip
    except Failed as failed:
        if (failed.exit_status or 0) < 0 or "MemoryError" in failed.said:
            raise TooMuchWork from failed  # a trap for the decoder: it crashed or ate its memory
        raise
    answer: dict[str, Any] = json.loads(said[-1])
    if "facts" in answer:
        return dict(answer["facts"])
    if code := answer["refused"]:
        raise REFUSALS[code](**answer["params"])
    raise CutOff if containers.looks_like_media(start) else NotMedia


def _homes() -> list[Path]:
    """Where the interpreter reads its libraries: a virtual environment links to more than its own folder."""
    return [Path(entry).resolve() for entry in sys.path if entry and "site-packages" in entry]


def _facts(raw: dict[str, Any]) -> Facts:
    video, audio = raw.pop("video"), raw.pop("audio")
    if video:
        video["rate"] = Fraction(video["rate"])
    return Facts(**raw, video=VideoFacts(**video) if video else None, audio=AudioFacts(**audio) if audio else None)


def _same_ending(name: str, container: str) -> None:
    """Refuse a file whose ending promises another kind of file. An unknown ending promises nothing."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    inside = containers.BY_DEMUXER.get(container)
    if inside and ending and containers.BY_ENDING.get(ending, inside) is not inside:
        raise WrongExtension(extension=ending, found=inside.spoken, better=inside.endings[0])
