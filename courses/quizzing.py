"""How a quiz is taken: who may try again, until when, what is drawn, what counts. Decisions only."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GRACE = timedelta(seconds=5)  # for the way from the browser to here
MOST_QUESTIONS = 200


class Reveal(StrEnum):
    """When a learner sees points, right answers and feedback."""

    ATTEMPT = "attempt"
    DUE = "due"
    NEVER = "never"


class Counts(StrEnum):
    """Which of several attempts counts."""

    BEST = "best"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Draw:
    """A part of a quiz: one question (`fixed`), or `count` out of a pool."""

    pool: tuple[int, ...]
    count: int = 1
    fixed: bool = False


def drawn(parts: Sequence[Draw], *, seed: int, shuffle: bool) -> list[int]:
    """Which questions, in which order. The same seed draws the same; nothing is asked twice.

    A pool too small gives what it has. Fixed questions come before chance: what stands fixed in one part is not
    drawn in another.
    """
    dice = random.Random(seed)  # noqa: S311 a draw that can be repeated, no secret
    fixed = {each for part in parts if part.fixed for each in part.pool}
    taken: list[int] = []
    for part in parts:
        free = [each for each in sorted(set(part.pool)) if each not in taken and (part.fixed or each not in fixed)]
        taken += free if part.fixed else dice.sample(free, min(part.count, len(free)))
    del taken[MOST_QUESTIONS:]
    if shuffle:
        dice.shuffle(taken)
    return taken


def may_try(*, used: int, allowed: int) -> bool:
    return allowed == 0 or used < allowed


def ends(deadline: datetime | None, class_end: datetime | None) -> datetime | None:
    """When an attempt is over: by its own time or with the class, whatever comes first."""
    return min((each for each in (deadline, class_end) if each is not None), default=None)


def over(now: datetime, end: datetime | None) -> bool:
    """What was under way when the time ended still arrives."""
    return end is not None and now > end + GRACE


def passes(score: Fraction, most: Fraction, pass_mark: int) -> bool:
    """Exactly: two thirds of 3 are 2. A quiz without points is passed by handing it in."""
    return score * 100 >= pass_mark * most


def reveals(rule: str, *, now: datetime, due: datetime | None) -> bool:
    """May a learner see points, right answers and feedback of a closed attempt?"""
    if rule == Reveal.ATTEMPT:
        return True
    return rule == Reveal.DUE and due is not None and now >= due


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt as far as scores need it; `share` None: not graded yet."""

    key: object
    number: int
    share: Fraction | None


def counting(tries: Iterable[Try], rule: str) -> Try | None:
    """Of the closed attempts the one that counts: the best graded one (of equals the first), or the last one.

    None while the last one, where the last one counts, waits to be graded.
    """
    if rule == Counts.LAST:
        last = max(tries, key=lambda each: each.number, default=None)
        return last if last is not None and last.share is not None else None
    graded = [(each.share, -each.number, each) for each in tries if each.share is not None]
    return max(graded, key=lambda each: each[:2])[2] if graded else None


def newer(sequence: int, page: str, *, base: int | None, kept: int, kept_page: str) -> bool | None:
    """True: save it. False: it was here before. None: another page or device saved since this one was opened.

    Each page numbers what it sends, from one after the number that was kept when it was opened (its `base`).
    """
    if page == kept_page:
        return sequence > kept
    return True if (sequence - 1 if base is None else base) == kept and sequence > kept else None
