"""What a report adds up. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Figures:
    """Sums over enrolments; shares are made of sums, so that they are right for every group."""

    enrolled: int = 0
    completed: int = 0
    started: int = 0  # began and did not complete
    watched_s: int = 0
    attended_s: int = 0
    present: int = 0
    expected: int = 0  # at live sessions, who was excused left out
    scores: float = 0.0  # percent, summed
    scored: int = 0  # quizzes with a score

    def add(self, other: Figures) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    @property
    def not_started(self) -> int:
        return max(0, self.enrolled - self.completed - self.started)

    @property
    def begun_or_done(self) -> int:
        return self.completed + self.started

    @property
    def share(self) -> int | None:
        """Percent completed; 100 only when everybody has."""
        return self.completed * 100 // self.enrolled if self.enrolled else None

    @property
    def hours(self) -> str:
        return f"{(self.watched_s + self.attended_s) / 3600:.1f}"

    @property
    def attendance(self) -> int | None:
        return self.present * 100 // self.expected if self.expected else None

    @property
    def score(self) -> str:
        return f"{self.scores / self.scored:.1f}" if self.scored else ""


def total(rows: Iterable[Figures]) -> Figures:
    found = Figures()
    for row in rows:
        found.add(row)
    return found


def shown(value: float | str | None) -> str:
    """As it stands in a cell, on the page and in the files."""
    return "" if value is None else str(value)


def cells(figures: Figures) -> list[str]:
    return [
        shown(value)
        for value in (
            figures.enrolled,
            figures.completed,
            figures.started,
            figures.not_started,
            figures.share,
            figures.hours,
            figures.attendance,
            figures.score,
        )
    ]
