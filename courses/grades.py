"""A class's gradebook as figures: decisions only, no I/O.

A figure has points out of the most. The total is the weighted mean of the shares in percent, over the figures that
are there; a class may count what is missing as nothing reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HUNDRED = Decimal(100)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # "lesson:<uuid>", "attendance", "watched"
    title: str
    kind: str  # "quiz", "assignment", "attendance", "watched"
    out_of: Decimal
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Figure:
    points: Decimal
    out_of: Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """What counts, what was worked out, and whether somebody said otherwise."""

    column: Column
    points: Decimal | None
    out_of: Decimal
    computed: Decimal | None
    by_hand: bool = False

    @property
    def shown(self) -> str:
        """The one figure that the page, the CSV and the XLSX have."""
        return "" if self.points is None else short(self.points)


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    total: Decimal | None  # percent
    graded: int

    @property
    def shown_total(self) -> str:
        return "" if self.total is None else short(self.total)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)


def short(value: Decimal) -> str:
    """One place behind the point, none where it is zero."""
    text = f"{rounded(value):f}"
    return text.removesuffix(".0")


def percent(part: int, of: int) -> Figure | None:
    return Figure(rounded(Decimal(part) * 100 / of), HUNDRED) if of else None


def row(
    columns: Sequence[Column],
    figures: Mapping[str, Figure],
    overrides: Mapping[str, Decimal],
    *,
    missing_counts: bool = False,
) -> Row:
    """An override is in the column's points and wins over what was worked out."""
    cells = []
    for column in columns:
        figure = figures.get(column.key)
        out_of = figure.out_of if figure else column.out_of
        computed = rounded(figure.points) if figure else None
        by_hand = column.key in overrides
        points = rounded(overrides[column.key]) if by_hand else computed
        cells.append(Cell(column, points, column.out_of if by_hand else out_of, computed, by_hand))
    return Row(tuple(cells), total(cells, missing_counts=missing_counts), sum(c.points is not None for c in cells))


def total(cells: Sequence[Cell], *, missing_counts: bool = False) -> Decimal | None:
    """Percent with one place; None where nothing with a weight is there."""
    reached = weights = Decimal(0)
    for cell in cells:
        if cell.column.weight <= 0 or cell.out_of <= 0 or (cell.points is None and not missing_counts):
            continue
        reached += (cell.points or Decimal(0)) / cell.out_of * cell.column.weight
        weights += cell.column.weight
    return rounded(reached / weights * 100) if weights else None
