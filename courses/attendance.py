"""Who was there: decisions only, no I/O. Courses know no rooms; config/wiring.py says where stays come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

Source = Callable[[str, datetime, datetime], "Iterable[Stay]"]


@dataclass(frozen=True, slots=True)
class Stay:
    """One person in the room once; `left_at` None: still there."""

    person: int
    joined_at: datetime
    left_at: datetime | None


_sources: list[Source] = []


def told_by(source: Source) -> None:
    """`source(room, begin, end)` gives the stays that touch that time."""
    _sources[:] = [source]


def stays(room: str, begin: datetime, end: datetime) -> list[Stay]:
    return [stay for source in _sources for stay in source(room, begin, end)] if room else []


def seconds_there(stays: Iterable[Stay], *, begin: datetime, end: datetime) -> int:
    """Of one person, within the session. Two devices at once count once."""
    total, until = 0.0, begin
    for stay in sorted(stays, key=lambda each: each.joined_at):
        start, stop = max(stay.joined_at, until), min(stay.left_at or end, end)
        if stop > start:
            total += (stop - start).total_seconds()
            until = stop
    return int(total)


def enough(seconds: int, *, begin: datetime, end: datetime, share: int) -> bool:
    return seconds * 100 >= share * (end - begin).total_seconds()
