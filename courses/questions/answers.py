"""What an answer to a question is, and a gap in a text: the parts of `shapes`, each sure of itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from courses.questions.errors import BadQuestion
from courses.questions.texts import NOTHING, Text, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")
MAX_ANSWERS = 100
MAX_POINTS = 1000
MAX_LINE = 1_000  # a short answer, an option to match
MAX_NUMBER = Decimal("1e30")
PLACES = Decimal("1e-15")


class Look(StrEnum):
    """How the choices of a gap are laid out."""

    MENU = "menu"
    COLUMN = "column"
    ROW = "row"


def weight(value: Fraction | Decimal | int | str) -> Fraction:
    """A weight in its one form: seven decimal places, or the simple fraction that those mean (0.3333 is 1/3)."""
    try:
        exact = Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise BadQuestion("weight.number", weight=value) from error
    rounded = Fraction(round(exact * 10**7), 10**7)
    simple = rounded.limit_denominator(20)
    return simple if abs(simple - rounded) <= Fraction(4, 10**5) else rounded


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice."""

    text: Text
    weight: Fraction = Fraction(0)
    feedback: Text = NOTHING

    def __post_init__(self) -> None:
        _set_weight(self, self.weight)
        if not self.text:
            raise BadQuestion("answer.empty")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A short answer; `*` stands for any characters, `\\*` for a star."""

    text: str
    weight: Fraction = Fraction(1)
    feedback: Text = NOTHING

    def __post_init__(self) -> None:
        _set_weight(self, self.weight)
        object.__setattr__(self, "text", line(self.text))
        if not self.text:
            raise BadQuestion("answer.empty")


@dataclass(frozen=True, slots=True)
class Value:
    """A number that is right within `tolerance`; without a `value` it is any other number, or none."""

    value: Decimal | None
    tolerance: Decimal = Decimal(0)
    weight: Fraction = Fraction(1)
    feedback: Text = NOTHING

    def __post_init__(self) -> None:
        _set_weight(self, self.weight)
        if self.value is not None:
            object.__setattr__(self, "value", number(self.value))
        object.__setattr__(self, "tolerance", number(self.tolerance))
        if self.tolerance < 0 or (self.value is None and self.tolerance):
            raise BadQuestion("number.tolerance", tolerance=self.tolerance)


@dataclass(frozen=True, slots=True)
class Unit:
    """How many of them make one of what the answer is in: 100 of `cm` for an answer in metres."""

    name: str
    count: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name))
        object.__setattr__(self, "count", number(self.count))
        if not self.name or self.count <= 0 or self.name[0].isdigit():
            raise BadQuestion("number.unit", unit=self.name)


@dataclass(frozen=True, slots=True)
class Pair:
    left: Text
    right: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "right", line(self.right))
        if not self.left or not self.right:
            raise BadQuestion("matching.empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceGap:
    answers: tuple[Answer, ...]
    weight: int = 1
    look: Look = Look.MENU
    multiple: bool = False
    shuffle: bool = False

    def __post_init__(self) -> None:
        _gap(self.weight)
        count(self.answers, 1)
        if self.multiple:
            sum_is_full(self.answers)
        else:
            one_is_full(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortGap:
    answers: tuple[Pattern, ...]
    weight: int = 1
    case: bool = False

    def __post_init__(self) -> None:
        _gap(self.weight)
        count(self.answers, 1)
        one_is_full(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGap:
    answers: tuple[Value, ...]
    weight: int = 1

    def __post_init__(self) -> None:
        _gap(self.weight)
        count(self.answers, 1)
        one_is_full([answer for answer in self.answers if answer.value is not None])


Gap = ChoiceGap | ShortGap | NumberGap


def line(value: str, longest: int = MAX_LINE) -> str:
    """One line without anything around it. Raises BadQuestion when it is too long."""
    flat = " ".join(tidy(value).split())
    if len(flat) > longest:
        raise BadQuestion("text.long", length=len(flat))
    return flat


def number(value: Decimal) -> Decimal:
    """A finite number of sane size, in its one form."""
    if not value.is_finite() or abs(value) > MAX_NUMBER:
        raise BadQuestion("number.range", number=value)
    if value and abs(value) < PLACES:
        raise BadQuestion("number.range", number=value)
    plain = value.normalize()
    return plain if plain else Decimal(0)


def _set_weight(owner: Answer | Pattern | Value, value: Fraction) -> None:
    tidied = weight(value)
    if not -1 <= tidied <= 1:
        raise BadQuestion("weight.range", weight=value)
    object.__setattr__(owner, "weight", tidied)


def _gap(share: int) -> None:
    if not 1 <= share <= MAX_POINTS:
        raise BadQuestion("cloze.weight", weight=share)


def count(things: tuple[object, ...], least: int) -> None:
    if not least <= len(things) <= MAX_ANSWERS:
        raise BadQuestion("answers.count", count=len(things), least=least, most=MAX_ANSWERS)


def some(things: list[T]) -> list[T]:
    """Not so many that making answers of them takes long. Raises BadQuestion."""
    if len(things) > 2 * MAX_ANSWERS:  # pairs, and options that belong to none
        raise BadQuestion("answers.count", count=len(things), least=1, most=MAX_ANSWERS)
    return things


def one_is_full(answers: Iterable[Answer | Pattern | Value]) -> None:
    if not any(answer.weight == 1 for answer in answers):
        raise BadQuestion("answers.none_right")


def sum_is_full(answers: Iterable[Answer]) -> None:
    total = sum((max(answer.weight, Fraction(0)) for answer in answers), Fraction(0))
    if total < 1:
        raise BadQuestion("answers.sum", percent=f"{float(total):.1%}")
