"""What somebody watched: decisions only, no I/O. Seconds are buckets; real time is spent once.

A player reports spans of the picture. Each second of the picture that was shown takes real time from the person who
watched: as much as its speed says. Who has none left is not believed, whatever the player says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HIGHEST_SPEED = 2.0
LOWEST_SPEED = 0.25
GRACE_S = 3.0  # of the picture: clocks and networks jitter
MOST_S = 60.0  # real time that one report may claim: a few rounds of the player, so that idling saves nothing up
SLACK_S = 2  # a seek may land so far past what was watched: keyframes
Range = tuple[int, int]  # whole seconds, the end not included


class Why(StrEnum):
    """Why a span counts for less than it claims."""

    COUNTED = ""
    HIDDEN = "hidden"  # the tab was not looked at
    FAST = "fast"  # more than real time allows
    AHEAD = "ahead"  # past what was watched, where that is not allowed
    OVER = "over"  # the class had ended
    NOTHING = "nothing"  # empty, backwards, outside the picture


@dataclass(frozen=True, slots=True)
class Span:
    """Shown from `start_s` to `end_s` of the picture, as the player claims."""

    start_s: float
    end_s: float
    speed: float = 1.0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What was agreed for this lesson; `duration_s` is the server's own."""

    duration_s: float
    share: int = 90  # percent
    audio_only: bool = False
    no_seek: bool = False

    @property
    def buckets(self) -> int:
        return max(1, math.ceil(self.duration_s - 0.5))


@dataclass(frozen=True, slots=True)
class Counted:
    """A span and what became of it."""

    span: Span
    start: int
    end: int  # buckets that count, the end not included
    why: Why


@dataclass(frozen=True, slots=True)
class Outcome:
    ranges: tuple[Range, ...]  # everything watched up to now, merged
    spans: tuple[Counted, ...]
    used_s: float  # real time spent


def count(
    spans: Iterable[Span], *, rules: Rules, ranges: Sequence[Range], elapsed_s: float, over: bool = False
) -> Outcome:
    """Believe as much of `spans` as fits into `elapsed_s` of real time, in their order. `over`: none of it."""
    kept = merge(ranges)
    used, told = 0.0, []
    for span in spans:
        start, end, why = _bounds(span, rules)
        if not why and over:
            end, why = start, Why.OVER
        if not why and rules.no_seek and start > reached(kept) + SLACK_S:
            end, why = start, Why.AHEAD
        if not why:
            speed = min(max(span.speed, LOWEST_SPEED), HIGHEST_SPEED)
            left = max(0.0, (elapsed_s - used) * speed + GRACE_S * speed / HIGHEST_SPEED)
            if _cost(span, start, end) > left:
                end, why = min(end, start + math.floor(left)), Why.FAST
            if end > start:
                cost = end - start if why else _cost(span, start, end)
                used += cost / speed
                kept = merge([*kept, (start, end)])
        told.append(Counted(span, start, max(start, end), why))
    return Outcome(kept, tuple(told), used)


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sorted, without overlap; ranges that touch become one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def seconds(ranges: Iterable[Range]) -> int:
    return sum(end - start for start, end in ranges)


def reached(ranges: Sequence[Range]) -> int:
    """Up to where it was watched from the beginning without a hole worth speaking of."""
    end = 0
    for start, stop in ranges:
        if start > end + SLACK_S:
            break
        end = max(end, stop)
    return end


def complete(ranges: Sequence[Range], rules: Rules) -> bool:
    inside = [(min(start, rules.buckets), min(end, rules.buckets)) for start, end in ranges]
    return seconds(merge(inside)) * 100 >= rules.share * rules.buckets


def _bounds(span: Span, rules: Rules) -> tuple[int, int, Why]:
    """The buckets of a span: ends are rounded, so that spans which touch neither overlap nor leave a hole."""
    numbers = (span.start_s, span.end_s, span.speed)
    if not all(map(math.isfinite, numbers)):
        return 0, 0, Why.NOTHING
    start = min(max(math.floor(span.start_s + 0.5), 0), rules.buckets)
    end = min(max(math.floor(span.end_s + 0.5), 0), rules.buckets)
    if end <= start:
        return start, start, Why.NOTHING
    return (start, start, Why.HIDDEN) if span.hidden and not rules.audio_only else (start, end, Why.COUNTED)


def _cost(span: Span, start: int, end: int) -> float:
    """Seconds of the picture: what was shown, and never less than what would count for it."""
    return max(float(end - start), min(span.end_s, float(end)) - max(span.start_s, float(start)))
