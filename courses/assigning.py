"""An assignment's way from draft to accepted, its due time and its points: decisions only, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


# What was accepted stays so: the completion stands on it. A wrong figure is put right in the gradebook, on record.
NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.RETURNED, State.ACCEPTED}),
    State.RETURNED: frozenset({State.SUBMITTED}),
    State.ACCEPTED: frozenset(),
}


def before(state: State) -> frozenset[State]:
    """The states that `state` may be reached from."""
    return frozenset(each for each, to in NEXT.items() if state in to)


def writable(state: State) -> bool:
    """Text and files may be changed as long as they can still be handed in."""
    return State.SUBMITTED in NEXT[state]


class Why(StrEnum):
    """Why something is not taken."""

    STATE = "state"
    LATE = "late"
    EMPTY = "empty"


def due(
    *, at: datetime | None, days: int | None, starts_on: date, class_due_on: date | None, zone: tzinfo
) -> datetime | None:
    """The lesson's own moment, else its days after the class begins, else the class's last day; to the end of a day."""
    if at is not None:
        return at
    day = starts_on + timedelta(days=days) if days is not None else class_due_on
    return datetime.combine(day, time(23, 59, 59), zone) if day else None


def late(state: State, *, now: datetime, due_at: datetime | None) -> bool:
    """What was returned is asked for again, and is not late by that."""
    return state is State.DRAFT and due_at is not None and now > due_at


def refused(
    state: State, *, now: datetime, due_at: datetime | None, late_allowed: bool, text: str, files: int
) -> Why | None:
    """Why this can't be handed in; None: it can."""
    if not writable(state):
        return Why.STATE
    if late(state, now=now, due_at=due_at) and not late_allowed:
        return Why.LATE
    return None if text.strip() or files else Why.EMPTY


@dataclass(frozen=True, slots=True)
class Level:
    title: str
    points: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    title: str
    levels: tuple[Level, ...]

    @property
    def most(self) -> int:
        return max((level.points for level in self.levels), default=0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion as it was judged, with the words it had then."""

    criterion: str
    level: str
    points: int
    most: int
    comment: str = ""


def worth(criteria: Sequence[Criterion], points: int) -> int:
    """The most that can be had: a rubric's own sum, else what the author said."""
    return sum(each.most for each in criteria) if criteria else points


def judge(criteria: Sequence[Criterion], chosen: Sequence[int | None], comments: Sequence[str]) -> list[Judged]:
    """Criteria without a chosen level are left out. Raises IndexError for a level that is not there."""
    rows = []
    for criterion, number, comment in zip(criteria, chosen, comments, strict=True):
        if number is None:
            continue
        if not 0 <= number < len(criterion.levels):
            raise IndexError(number)
        level = criterion.levels[number]
        rows.append(Judged(criterion.title, level.title, level.points, criterion.most, comment.strip()))
    return rows


def total(rows: Sequence[Judged]) -> Decimal:
    return Decimal(sum(row.points for row in rows))
