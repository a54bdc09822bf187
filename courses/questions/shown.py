"""What a learner's browser may get of a question: never what is right, what it is worth, what is said about it."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from courses.questions import ids
from courses.questions.answers import ChoiceGap, Gap, NumberGap
from courses.questions.shapes import (
    MARK,
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    Question,
    SingleChoice,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from courses.questions.answers import Answer

Shown = dict[str, Any]


def shown(question: Question, seed: object) -> Shown:
    """JSON of what to ask. The same seed shows the same order; every `html` is safe to put into a page as it is.

    All kinds: `kind`, `html`, `points`. Then by kind: `choices` (single, multiple), `lefts` and `options` (matching),
    `items` (ordering), `units` (number), `lines`, `template` and words (essay), and for a cloze `parts`: its text cut
    at the gaps, `{"html": …}` and `{"gap": "1", "kind": …, …}` in turn.
    """
    base: Shown = {
        "kind": question.kind.value,
        "html": question.text.html,
        "points": str(question.points),
    }
    return base | _more(question, f"{seed}:{question.kind}:{question.text.value}")


@singledispatch
def _more(question: Question, seed: str) -> Shown:
    return {}


@_more.register
def _(question: SingleChoice, seed: str) -> Shown:
    return {"choices": _choices(question.answers, seed if question.shuffle else None)}


@_more.register
def _(question: MultipleChoice, seed: str) -> Shown:
    return {"choices": _choices(question.answers, seed if question.shuffle else None)}


@_more.register
def _(question: Number, seed: str) -> Shown:
    return {"units": [unit.name for unit in question.units]}


@_more.register
def _(question: Matching, seed: str) -> Shown:
    named = ids.lefts(question)
    order = ids.shuffled(named, seed) if question.shuffle else list(named.items())
    return {
        "lefts": [{"id": name, "html": question.pairs[place].left.html} for name, place in order],
        "options": [{"id": name, "text": words} for name, words in ids.shuffled(ids.options(question), seed)],
    }


@_more.register
def _(question: Ordering, seed: str) -> Shown:
    order = ids.shuffled(ids.items(question), seed)
    return {
        "items": [{"id": name, "html": question.items[place].html} for name, place in order],
        "level": question.level,
    }


@_more.register
def _(question: Essay, seed: str) -> Shown:
    return {
        "lines": question.lines,
        "min_words": question.min_words,
        "max_words": question.max_words,
        "template": question.template.words,
    }


@_more.register
def _(question: Cloze, seed: str) -> Shown:
    pieces = MARK.split(question.text.html)
    parts: list[Shown] = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            parts.append({"html": piece})
        elif int(piece) <= len(question.gaps):
            parts.append({"gap": piece} | _gap(question.gaps[int(piece) - 1], f"{seed}:{piece}"))
        else:
            parts.append({"html": f"{{#{piece}}}"})
    return {"parts": parts}


def _gap(gap: Gap, seed: str) -> Shown:
    if isinstance(gap, ChoiceGap):
        return {
            "kind": "multiple" if gap.multiple else "single",
            "look": gap.look.value,
            "choices": _choices(gap.answers, seed if gap.shuffle else None),
        }
    return {"kind": "number" if isinstance(gap, NumberGap) else "short"}


def _choices(answers: tuple[Answer, ...], seed: str | None) -> list[Shown]:
    named: Mapping[str, Answer] = ids.choices(answers)
    order = list(named.items()) if seed is None else ids.shuffled(named, seed)
    return [{"id": name, "html": answer.text.html} for name, answer in order]
