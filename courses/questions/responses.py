"""What a learner answers: JSON in the one form that is stored and graded, whatever a browser sent.

    single        "id"                      matching      {"left id": "option id"}
    multiple      ["id", …]                 ordering      ["id", …], all of them
    true_false    true                      cloze         {"1": …, "2": …}, by what the gap asks for
    short, number "typed"                   essay         "typed"

Nothing answered is None. Keys, not words: a response stays small.
"""

from __future__ import annotations

import math
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from courses.questions import ids
from courses.questions.answers import ChoiceGap, Gap, NumberGap, ShortGap
from courses.questions.compare import MAX_TYPED, literal
from courses.questions.errors import BadResponse
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
from courses.questions.texts import tidy as one_form

if TYPE_CHECKING:
    from collections.abc import Collection

    from courses.questions.answers import Answer, Pattern

MAX_ESSAY = 100_000  # characters
Response = Any  # JSON of the forms above


def tidy(question: Question, response: object) -> Response:
    """The response in its one form, or None. Raises BadResponse for what no page of ours would send."""
    return None if _blank(response) else _read(question, response)


def solution(question: Question) -> Response:
    """A response that earns all points; None where there is none to give (essay, description)."""
    return _solved(question)


def _blank(response: object) -> bool:
    return response is None or (isinstance(response, str) and not response.strip()) or response in ([], {})


@singledispatch
def _read(question: Question | Gap, response: object) -> Response:
    return None


@_read.register(SingleChoice)
def _(question: SingleChoice, response: object) -> Response:
    return _one(question.answers, response)


@_read.register(MultipleChoice)
def _(question: MultipleChoice, response: object) -> Response:
    return _several(question.answers, response)


@_read.register(ChoiceGap)
def _(question: ChoiceGap, response: object) -> Response:
    return (_several if question.multiple else _one)(question.answers, response)


@_read.register(TrueFalse)
def _(question: TrueFalse, response: object) -> Response:
    said = {"true": True, "false": False}.get(response, response) if isinstance(response, str) else response
    if not isinstance(said, bool):
        raise BadResponse
    return said


@_read.register(ShortText)
@_read.register(ShortGap)
def _(question: ShortText | ShortGap, response: object) -> Response:
    return _typed(response, MAX_TYPED)


@_read.register(Number)
@_read.register(NumberGap)
def _(question: Number | NumberGap, response: object) -> Response:
    if isinstance(response, float) and math.isfinite(response):
        return repr(response)
    if type(response) is int and abs(response) < 10**40:
        return str(response)
    return _typed(response, MAX_TYPED)


@_read.register(Matching)
def _(question: Matching, response: object) -> Response:
    lefts, options = ids.lefts(question), ids.options(question)
    chosen = {left: option for left, option in _mapping(response, lefts).items() if not _blank(option)}
    if any(not isinstance(option, str) or option not in options for option in chosen.values()):
        raise BadResponse
    return chosen or None


@_read.register(Ordering)
def _(question: Ordering, response: object) -> Response:
    named = ids.items(question)
    order = _keys(response, named)
    if len(order) != len(named):
        raise BadResponse
    return order


@_read.register(Cloze)
def _(question: Cloze, response: object) -> Response:
    gaps = {str(place): gap for place, gap in enumerate(question.gaps, 1)}
    given = _mapping(response, gaps)
    read = {key: None if _blank(given[key]) else _read(gap, given[key]) for key, gap in gaps.items() if key in given}
    return {key: value for key, value in read.items() if value is not None} or None


@_read.register(Essay)
def _(question: Essay, response: object) -> Response:
    return _typed(response, MAX_ESSAY)


def _typed(response: object, longest: int) -> str | None:
    if not isinstance(response, str) or len(response) > longest:
        raise BadResponse
    return one_form(response) or None


def _one(answers: tuple[Answer, ...], response: object) -> str:
    if isinstance(response, list) and len(response) == 1:
        response = response[0]
    if not isinstance(response, str) or response not in ids.choices(answers):
        raise BadResponse
    return response


def _several(answers: tuple[Answer, ...], response: object) -> list[str]:
    named = ids.choices(answers)
    chosen = _keys([response] if isinstance(response, str) else response, named)
    return [name for name in named if name in chosen]


def _keys(response: object, known: Collection[str]) -> list[str]:
    if not isinstance(response, list) or len(response) > 4 * len(known):
        raise BadResponse
    if any(not isinstance(key, str) or key not in known for key in response):
        raise BadResponse
    return list(dict.fromkeys(response))


def _mapping(response: object, known: Collection[str]) -> dict[str, object]:
    if not isinstance(response, dict) or any(key not in known for key in response):
        raise BadResponse
    return response


@singledispatch
def _solved(question: Question | Gap) -> Response:
    return None


@_solved.register(SingleChoice)
def _(question: SingleChoice) -> Response:
    return _full(question.answers)


@_solved.register(MultipleChoice)
def _(question: MultipleChoice) -> Response:
    return _all_good(question.answers)


@_solved.register(ChoiceGap)
def _(question: ChoiceGap) -> Response:
    return _all_good(question.answers) if question.multiple else _full(question.answers)


@_solved.register(TrueFalse)
def _(question: TrueFalse) -> Response:
    return question.answer


@_solved.register(ShortText)
@_solved.register(ShortGap)
def _(question: ShortText | ShortGap) -> Response:
    return literal(_worth_all(question.answers).text)


@_solved.register(Number)
@_solved.register(NumberGap)
def _(question: Number | NumberGap) -> Response:
    return next(f"{one.value:f}" for one in question.answers if one.weight == 1 and one.value is not None)


@_solved.register(Matching)
def _(question: Matching) -> Response:
    options = {words: name for name, words in ids.options(question).items()}
    return {left: options[question.pairs[place].right] for left, place in ids.lefts(question).items()}


@_solved.register(Ordering)
def _(question: Ordering) -> Response:
    return list(ids.items(question))


@_solved.register(Cloze)
def _(question: Cloze) -> Response:
    return {str(place): _solved(gap) for place, gap in enumerate(question.gaps, 1)}


def _full(answers: tuple[Answer, ...]) -> str:
    return next(name for name, answer in ids.choices(answers).items() if answer.weight == 1)


def _all_good(answers: tuple[Answer, ...]) -> list[str]:
    return [name for name, answer in ids.choices(answers).items() if answer.weight > 0]


def _worth_all(answers: tuple[Pattern, ...]) -> Pattern:
    return next(answer for answer in answers if answer.weight == 1)
