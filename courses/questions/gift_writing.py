"""Questions as GIFT. What it has no words for is left: clozes, units, and answers that would read as something else.

It has none either for what is said when a question is right, partly right or wrong, for shuffling, and for how long an
essay may be: those are dropped. Moodle XML keeps them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import singledispatch
from typing import TYPE_CHECKING

from courses.questions import formats
from courses.questions.faults import Written
from courses.questions.shapes import (
    Description,
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from courses.questions.answers import Answer, Value
    from courses.questions.texts import Text

CONTROL, MARK = re.compile(r"[\\:#={}~]"), re.compile(r"[\\\]]")
BEFORE = r"\\\g<0>"


class _NoWords(Exception):
    """GIFT can't say it."""


def write(questions: Iterable[Question]) -> Written:
    parts, left, where = [], [], ""
    for question in questions:
        try:
            written = _written(question)
        except _NoWords:
            left.append(question.name)
            continue
        if question.category != where:
            where = question.category
            parts.append(f"$CATEGORY: $course$/top{'/' if where else ''}{where}")
        parts.append(written)
    if left:
        parts.append("\n".join(["// GIFT has no words for:", *(f"// {name}" for name in left)]))
    return Written("".join(f"{part}\n\n" for part in parts), tuple(left))


def _written(question: Question) -> str:
    name, text = _escaped(question.name), f"[{question.text.form}]{_escaped(question.text.value)}"
    if isinstance(question, Description):
        return f"{_comments(question)}::{name}::{text}"
    body = _body(question)
    if question.feedback:
        body = body.removesuffix("\n") + f"\n####{_text(question.feedback, question)}\n"
    return f"{_comments(question)}::{name}::{text}{{{body}}}"


def _comments(question: Question) -> str:
    """Moodle reads the id and the tags; the points are for ourselves."""
    said = [("id", question.ref)] if question.ref else []
    said += [("tag", tag) for tag in question.tags]
    said += [("points", str(question.points))] if question.points != 1 and not isinstance(question, Description) else []
    if not said:
        return ""
    marks = " ".join(f"[{key}:{MARK.sub(BEFORE, words)}]" for key, words in said)
    return f"// {marks}\n"


def _escaped(words: str) -> str:
    return CONTROL.sub(BEFORE, words).replace("\n", "\\n")


def _text(text: Text, question: Question) -> str:
    """With its form where it isn't the question's, or where it begins like something else."""
    said = "" if text.form is question.text.form and not text.value.startswith(("[", "%", "->")) else f"[{text.form}]"
    return said + _escaped(text.value)


def _comment(text: Text, question: Question) -> str:
    return f"#{_text(text, question)}" if text else ""


@singledispatch
def _body(question: Question) -> str:
    raise _NoWords


@_body.register
def _(question: SingleChoice) -> str:
    if all(answer.weight == 1 for answer in question.answers):
        raise _NoWords  # It would read as a short answer.
    return _choices(question, question.answers, "=")


@_body.register
def _(question: MultipleChoice) -> str:
    return _choices(question, question.answers, "~")


def _choices(question: Question, answers: Sequence[Answer], right: str) -> str:
    rows = []
    for answer in answers:
        mark = "=" if right == "=" and answer.weight == 1 else "~"
        share = "" if mark == "=" or not answer.weight else f"%{formats.as_percent(answer.weight)}%"
        rows.append(f"\n\t{mark}{share}{_text(answer.text, question)}{_comment(answer.feedback, question)}")
    return "".join(rows) + "\n"


@_body.register
def _(question: TrueFalse) -> str:
    right, wrong = (question.if_true, question.if_false) if question.answer else (question.if_false, question.if_true)
    said = f"#{_text(wrong, question)}#{_text(right, question)}" if right else _comment(wrong, question)
    return ("TRUE" if question.answer else "FALSE") + said


@_body.register
def _(question: ShortText) -> str:
    if question.case or any("->" in answer.text for answer in question.answers):
        raise _NoWords
    rows = []
    for answer in question.answers:
        form = "[plain]" if answer.text.startswith(("[", "%")) else ""
        share = "" if answer.weight == 1 else f"%{formats.as_percent(answer.weight)}%"
        comment = _comment(answer.feedback, question)
        if "->" in comment:
            raise _NoWords
        rows.append(f"\n\t={share}{form}{_escaped(answer.text)}{comment}")
    return "".join(rows) + "\n"


@_body.register
def _(question: Number) -> str:
    if question.units:
        raise _NoWords
    return (
        "#"
        + "".join(f"\n\t={_value(answer)}{_comment(answer.feedback, question)}" for answer in question.answers)
        + "\n"
    )


def _value(answer: Value) -> str:
    share = "" if answer.weight == Fraction(1) else f"%{formats.as_percent(answer.weight)}%"
    if answer.value is None:
        if answer.weight == 1:
            raise _NoWords
        return f"{share}*"
    return f"{share}{answer.value:f}:{answer.tolerance:f}"


@_body.register
def _(question: Matching) -> str:
    if any("->" in pair.left.value for pair in question.pairs):
        raise _NoWords
    rows = [f"\n\t={_text(pair.left, question)} -> {_escaped(pair.right)}" for pair in question.pairs]
    return "".join(rows + [f"\n\t= -> {_escaped(option)}" for option in question.more]) + "\n"


@_body.register
def _(question: Ordering) -> str:
    how = formats.GRADING_NAMES[question.grading]
    head = f">{len(question.items)} ALL {'HORIZONTAL' if question.level else 'VERTICAL'} {how} SHOW NONE"
    return f"{head}\n" + "".join(f"{_text(item, question)}\n" for item in question.items)


@_body.register
def _(question: Essay) -> str:
    return ""
