"""What a response earns: exact fractions, part by part, and which feedback goes with it.

Nothing that a browser sends stops it. Several choices add up, never below nothing; matching earns by pair, an order as
its question says, a cloze by the weights of its gaps. An essay waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from courses.questions import compare, ids, orders
from courses.questions.answers import ChoiceGap, Gap, NumberGap, ShortGap
from courses.questions.errors import BadResponse
from courses.questions.responses import tidy
from courses.questions.shapes import (
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    Question,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from courses.questions.texts import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from courses.questions.answers import Answer
    from courses.questions.responses import Response

NONE, ALL = Fraction(0), Fraction(1)


class State(StrEnum):
    BLANK = "blank"
    WRONG = "wrong"
    PARTLY = "partly"
    RIGHT = "right"
    BY_HAND = "by_hand"  # somebody has to read it


@dataclass(frozen=True, slots=True)
class Part:
    """What one choice, pair, item or gap earned, as a share of the question; a wrong choice may be negative."""

    key: str
    earned: Fraction
    state: State


@dataclass(frozen=True, slots=True)
class Grade:
    """`feedback` has keys for `said`: what to tell this person, once they may see it."""

    points: Fraction
    most: Fraction
    state: State
    parts: tuple[Part, ...] = ()
    feedback: tuple[str, ...] = ()

    @property
    def needs_hand(self) -> bool:
        return self.state is State.BY_HAND

    def to_json(self) -> dict[str, Any]:
        parts = [{"key": part.key, "earned": str(part.earned), "state": part.state.value} for part in self.parts]
        return {
            "points": str(self.points),
            "most": str(self.most),
            "state": self.state.value,
            "parts": parts,
            "feedback": list(self.feedback),
        }


@dataclass(frozen=True, slots=True)
class _Earned:
    share: Fraction
    parts: tuple[Part, ...] = ()
    keys: tuple[str, ...] = ()


def grade(question: Question, response: object) -> Grade:
    """Any JSON: what doesn't fit the question is wrong, what is empty is blank."""
    try:
        answered = tidy(question, response)
    except BadResponse:
        return _grade(question, State.WRONG, _Earned(NONE))
    if answered is None:
        return _grade(question, State.BLANK, _Earned(NONE))
    earned = _earned(question, answered)
    if isinstance(question, Essay):
        return _grade(question, State.BY_HAND, earned)
    return _grade(question, _state(earned.share), earned)


def said(question: Question, key: str) -> Text:
    """The words behind a key of `Grade.feedback`; nothing for a key that there isn't."""
    if key in {"feedback", "right", "partly", "wrong"}:
        return getattr(question, key)  # type: ignore[no-any-return]
    if isinstance(question, TrueFalse):
        return {"true": question.if_true, "false": question.if_false}.get(key, NOTHING)
    place, gap, rest = key.partition(":")
    if isinstance(question, Cloze) and gap and place.isdigit() and 1 <= int(place) <= len(question.gaps):
        return _of_answer(question.gaps[int(place) - 1], rest)
    return _of_answer(question, key)


def as_decimal(value: Fraction, places: int = 5) -> Decimal:
    """For a column of decimals: rounded half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _grade(question: Question, state: State, earned: _Earned) -> Grade:
    share = min(max(earned.share, NONE), ALL)
    outcome = {State.RIGHT: "right", State.PARTLY: "partly", State.WRONG: "wrong", State.BLANK: "wrong"}.get(state, "")
    keys = [*earned.keys, outcome, "feedback"]
    told = tuple(key for key in dict.fromkeys(keys) if key and said(question, key))
    return Grade(share * question.points, question.points, state, earned.parts, told)


def _state(share: Fraction) -> State:
    if share >= 1:
        return State.RIGHT
    return State.PARTLY if share > 0 else State.WRONG


def _of_answer(thing: Question | Gap, key: str) -> Text:
    if isinstance(thing, SingleChoice | MultipleChoice | ChoiceGap):
        answer = ids.choices(thing.answers).get(key)
        return answer.feedback if answer else NOTHING
    if isinstance(thing, ShortText | ShortGap | Number | NumberGap) and key.isdigit() and key.isascii():
        return thing.answers[int(key)].feedback if int(key) < len(thing.answers) else NOTHING
    return NOTHING


@singledispatch
def _earned(question: Question | Gap, answered: Response) -> _Earned:
    return _Earned(NONE)


@_earned.register(SingleChoice)
def _(question: SingleChoice, answered: str) -> _Earned:
    return _chosen(question.answers, [answered])


@_earned.register(MultipleChoice)
def _(question: MultipleChoice, answered: list[str]) -> _Earned:
    return _chosen(question.answers, answered)


@_earned.register(ChoiceGap)
def _(question: ChoiceGap, answered: list[str] | str) -> _Earned:
    return _chosen(question.answers, [answered] if isinstance(answered, str) else answered)


@_earned.register(TrueFalse)
def _(question: TrueFalse, answered: bool) -> _Earned:
    return _Earned(Fraction(answered is question.answer), keys=("true" if answered else "false",))


@_earned.register(ShortText)
@_earned.register(ShortGap)
def _(question: ShortText | ShortGap, answered: str) -> _Earned:
    place = compare.best(answered, question.answers, case=question.case)
    return _Earned(NONE) if place is None else _Earned(question.answers[place].weight, keys=(str(place),))


@_earned.register(Number)
@_earned.register(NumberGap)
def _(question: Number | NumberGap, answered: str) -> _Earned:
    units = question.units if isinstance(question, Number) else ()
    place = compare.closest(answered, question.answers, units)
    return _Earned(NONE) if place is None else _Earned(question.answers[place].weight, keys=(str(place),))


@_earned.register(Matching)
def _(question: Matching, answered: dict[str, str]) -> _Earned:
    options, each = ids.options(question), Fraction(1, len(question.pairs))
    parts = []
    for left, place in ids.lefts(question).items():
        right = left in answered and options[answered[left]] == question.pairs[place].right
        state = State.RIGHT if right else State.WRONG if left in answered else State.BLANK
        parts.append(Part(left, each * right, state))
    return _sum(parts)


@_earned.register(Ordering)
def _(question: Ordering, answered: list[str]) -> _Earned:
    places = _alike(question, [ids.items(question)[name] for name in answered])
    count = len(places)
    parts = (
        Part(name, Fraction(place == item, count), State.RIGHT if place == item else State.WRONG)
        for place, (name, item) in enumerate(zip(answered, places, strict=True))
    )
    return _Earned(orders.share(places, question.grading), tuple(parts))


@_earned.register(Cloze)
def _(question: Cloze, answered: dict[str, Response]) -> _Earned:
    total = sum(gap.weight for gap in question.gaps)
    parts, keys = [], []
    for place, gap in enumerate(question.gaps, 1):
        if str(place) not in answered:
            parts.append(Part(str(place), NONE, State.BLANK))
            continue
        earned = _earned(gap, answered[str(place)])
        share = min(max(earned.share, NONE), ALL)
        parts.append(Part(str(place), share * gap.weight / total, _state(share)))
        keys += [f"{place}:{key}" for key in earned.keys]
    return _Earned(sum((part.earned for part in parts), NONE), tuple(parts), tuple(keys))


def _chosen(answers: tuple[Answer, ...], names: Iterable[str]) -> _Earned:
    named = ids.choices(answers)
    parts = [Part(name, named[name].weight, _state(named[name].weight)) for name in names]
    earned = _sum(parts)
    return _Earned(earned.share, earned.parts, tuple(part.key for part in parts))


def _sum(parts: list[Part]) -> _Earned:
    return _Earned(sum((part.earned for part in parts), NONE), tuple(parts))


def _alike(question: Ordering, places: list[int]) -> list[int]:
    """Items of the same words are the same to whoever orders them: the first one met counts as the first of them."""
    groups: dict[Text, list[int]] = {}
    for place, item in enumerate(question.items):
        groups.setdefault(item, []).append(place)
    turns = {item: iter(found) for item, found in groups.items()}
    return [next(turns[question.items[place]]) for place in places]
