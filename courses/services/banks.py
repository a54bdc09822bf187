"""Questions are kept, edited by a new version, copied, retired, deleted where nobody used them; files come in whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import QuestionUsed
from courses.models import Asked, Question, QuestionVersion, QuizPart
from courses.questions.shapes import MARK
from courses.questions.stored import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from accounts.models import User
    from courses.models import QuestionBank
    from courses.questions.shapes import Question as Shape


@transaction.atomic
def keep(
    *, bank: QuestionBank, shape: Shape, by: User | None, now: datetime, question: Question | None = None
) -> Question:
    """A new question, or a new version of one: attempts that were made keep the version they were made of."""
    if question is None:
        row, number = Question(bank=bank), 1
    else:
        row = Question.objects.select_for_update().get(pk=question.pk)
        newest = row.newest
        if newest.data == to_json(shape):
            return row
        number = newest.number + 1
    row.name, row.kind, row.category = shape.name, shape.kind.value, shape.category
    row.words, row.changed = MARK.sub("…", shape.text.words)[:4000], now
    row.save()
    QuestionVersion.objects.create(question=row, number=number, data=to_json(shape), by=by, made_at=now)
    return row


@transaction.atomic
def bring_in(*, bank: QuestionBank, shapes: Sequence[Shape], by: User, now: datetime) -> int:
    """All of them; the caller read the whole file without a fault."""
    for shape in shapes:
        keep(bank=bank, shape=shape, by=by, now=now)
    return len(shapes)


def duplicate(*, question: Question, name: str, by: User, now: datetime) -> Question:
    shape = replace(question.newest.shape, name=name, ref="")
    return keep(bank=question.bank, shape=shape, by=by, now=now)


def retire(*, question: Question, retired: bool) -> None:
    """Asked nowhere from now on; what was asked stays as it was."""
    Question.objects.filter(pk=question.pk).update(retired=retired)


def used(question: Question) -> bool:
    return (
        QuizPart.objects.filter(question=question).exists() or Asked.objects.filter(version__question=question).exists()
    )


@transaction.atomic
def delete(*, question: Question) -> None:
    """Raises QuestionUsed."""
    row = Question.objects.select_for_update().get(pk=question.pk)
    if used(row):
        raise QuestionUsed
    row.delete()
