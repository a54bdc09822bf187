"""Taking a quiz: begin, save, hand in, be graded. All time is the server's; who closes an attempt closes it once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from courses import quizzing
from courses.errors import (
    AttemptClosed,
    AttemptMoved,
    ClassOver,
    LessonNotOpen,
    NoMoreAttempts,
    NoSuchAttempt,
    NotEnrolled,
    NotGradedByHand,
    QuizEmpty,
)
from courses.models import Asked, Attempt, Completion, Enrolment
from courses.models.classes import today
from courses.questions.grading import as_decimal, grade
from courses.questions.responses import tidy
from courses.selectors.courses import outline
from courses.selectors.quizzes import newest_versions, parts_of
from courses.services.watching import complete

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from uuid import UUID

    from accounts.models import User
    from courses.models import QuizLesson

Answers = dict[int, Any]  # by place: JSON as courses.questions.responses has it
State = Attempt.State


def start(*, enrolment: Enrolment, lesson: QuizLesson, now: datetime) -> Attempt:
    """A new attempt, or the one that is open.

    Raises NotEnrolled, ClassOver, LessonNotOpen, NoMoreAttempts, QuizEmpty.
    """
    tries = Attempt.objects.filter(enrolment=enrolment, lesson=lesson.translation_key)
    for key in list(tries.filter(state=State.OPEN).values_list("pk", flat=True)):
        settle(key=key, now=now)  # before the enrolment is locked: who closes locks the other way round
    return _start(enrolment, lesson, now=now)


@transaction.atomic
def _start(enrolment: Enrolment, lesson: QuizLesson, *, now: datetime) -> Attempt:
    # One start of a person at a time; the constraints hold it even without this.
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    enrolment = locked.select_related("course_class__course").get(pk=enrolment.pk)
    if enrolment.state != Enrolment.State.ACTIVE:
        raise NotEnrolled
    if enrolment.course_class.over(today(now)):
        raise ClassOver
    here = [step for step in outline(lesson.course, enrolment, now=now).steps if step.lesson.pk == lesson.pk]
    if not here or here[0].closed:
        raise LessonNotOpen
    earlier = list(Attempt.objects.filter(enrolment=enrolment, lesson=lesson.translation_key))
    for each in earlier:
        if each.state == State.OPEN:
            return each
    if not quizzing.may_try(used=len(earlier), allowed=lesson.attempts):
        raise NoMoreAttempts
    seed = secrets.randbits(62)
    chosen = quizzing.drawn(parts_of(lesson), seed=seed, shuffle=lesson.shuffle_questions)
    if not chosen:
        raise QuizEmpty
    versions = newest_versions(chosen)
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        lesson=lesson.translation_key,
        page=lesson,
        title=lesson.title,
        number=len(earlier) + 1,
        pass_mark=lesson.pass_mark,
        reveal=lesson.reveal,
        counts=lesson.counts,
        shuffle_answers=lesson.shuffle_answers,
        seed=seed,
        started_at=now,
        deadline=now + timedelta(minutes=lesson.time_limit) if lesson.time_limit else None,
        most=as_decimal(sum((versions[each].shape.points for each in chosen), Fraction(0))),
    )
    Asked.objects.bulk_create(
        Asked(attempt=attempt, place=place, version=versions[each]) for place, each in enumerate(chosen, 1)
    )
    return attempt


def save(
    *, person: User, key: UUID, sequence: int, page: str, answers: Answers, now: datetime, base: int | None = None
) -> Attempt:
    """Keep answers. What was here before changes nothing; see `quizzing.newer` for the numbers.

    Raises NoSuchAttempt, AttemptClosed, AttemptMoved, NotEnrolled; BadResponse and NoSuchQuestion for no answer of it.
    """
    settle(key=key, now=now)  # on its own: closing stays done although the save is refused
    with transaction.atomic():
        attempt = _locked(person, key)
        if attempt.state != State.OPEN or _over(attempt, now):
            raise AttemptClosed
        _keep(attempt, sequence=sequence, page=page, base=base, answers=answers, now=now)
    return attempt


def submit(
    *,
    person: User,
    key: UUID,
    now: datetime,
    sequence: int = 0,
    page: str = "",
    base: int | None = None,
    answers: Answers | None = None,
) -> Attempt:
    """Hand in, once: who hands in again gets what it was. Too late: closed with what was saved in time.

    Raises NoSuchAttempt, AttemptMoved, NotEnrolled, BadResponse.
    """
    settle(key=key, now=now)
    with transaction.atomic():
        attempt = _locked(person, key)
        if attempt.state == State.OPEN:
            if _over(attempt, now):
                raise AttemptClosed
            if answers is not None:
                _keep(attempt, sequence=sequence, page=page, base=base, answers=answers, now=now)
            _close(attempt, by=Attempt.Closed.PERSON, at=now)
    return attempt


@transaction.atomic
def settle(*, key: UUID, now: datetime) -> bool:
    """Close an attempt whose time is over; True when it was this call that did."""
    attempt = Attempt.objects.select_for_update().filter(pk=key, state=State.OPEN).first()
    return attempt is not None and _settled(attempt, now=now)


def settle_all(*, now: datetime) -> int:
    """Whatever is open although its time is over. The job's work; pages do it for what they show."""
    late = Q(deadline__lt=now - quizzing.GRACE) | Q(enrolment__course_class__ends_on__lt=today(now))
    keys = Attempt.objects.filter(late, state=State.OPEN).values_list("pk", flat=True)
    return sum(settle(key=key, now=now) for key in list(keys))


@transaction.atomic
def mark(*, answer: int, by: User, points: Decimal, comment: str, now: datetime) -> Attempt:
    """A person's points for what a program can't grade, once; the last one makes the score, and that is final.

    Raises NotGradedByHand.
    """
    found = Asked.objects.select_related("version").filter(pk=answer).first()
    if found is None:
        raise NotGradedByHand
    attempt = Attempt.objects.select_for_update().get(pk=found.attempt_id)
    found.refresh_from_db()
    by_hand = (found.grade or {}).get("state") == "by_hand"
    if attempt.state != State.WAITING or not by_hand or found.marked_at is not None:
        raise NotGradedByHand
    if not 0 <= points <= found.version.shape.points:
        raise NotGradedByHand
    found.points, found.comment, found.marked_by, found.marked_at = points, comment.strip()[:4000], by, now
    found.save(update_fields=["points", "comment", "marked_by", "marked_at"])
    _score(attempt)
    return attempt


def _locked(person: User, key: UUID) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("enrolment__course_class__course")
    attempt = rows.filter(pk=key, enrolment__person=person).first()
    if attempt is None:
        raise NoSuchAttempt
    if attempt.enrolment.state != Enrolment.State.ACTIVE and attempt.state == State.OPEN:
        raise NotEnrolled
    return attempt


def _end(attempt: Attempt) -> datetime | None:
    return quizzing.ends(attempt.deadline, attempt.enrolment.course_class.ends_at)


def _over(attempt: Attempt, now: datetime) -> bool:
    return quizzing.over(now, _end(attempt))


def _settled(attempt: Attempt, *, now: datetime) -> bool:
    end = _end(attempt)
    if end is None or not quizzing.over(now, end):
        return False
    _close(attempt, by=Attempt.Closed.TIME, at=end)
    return True


def _keep(
    attempt: Attempt, *, sequence: int, page: str, base: int | None, answers: Mapping[int, Any], now: datetime
) -> None:
    newer = quizzing.newer(sequence, page, base=base, kept=attempt.sequence, kept_page=attempt.saved_from)
    if newer is None:
        raise AttemptMoved
    if not newer:
        return
    asked = {each.place: each for each in attempt.asked.select_related("version")}
    if any(place not in asked for place in answers):
        raise NoSuchAttempt
    for place, said in answers.items():
        asked[place].response = tidy(asked[place].version.shape, said)
    Asked.objects.bulk_update([asked[place] for place in answers], ["response"])
    attempt.sequence, attempt.saved_from, attempt.saved_at = sequence, page, now
    attempt.save(update_fields=["sequence", "saved_from", "saved_at"])


def _close(attempt: Attempt, *, by: str, at: datetime) -> None:
    """The attempt is locked. Everything that a program can grade is graded now, and that stays.

    Who comes second, where a database has no locks, finds it closed.
    """
    moved = Attempt.objects.filter(pk=attempt.pk, state=State.OPEN).update(
        state=State.WAITING, submitted_at=at, closed_by=by
    )
    if moved != 1:
        attempt.refresh_from_db()
        return
    attempt.state, attempt.submitted_at, attempt.closed_by = State.WAITING, at, by
    asked = list(attempt.asked.select_related("version"))
    for each in asked:
        earned = grade(each.version.shape, each.response)
        each.grade = earned.to_json()
        each.points = None if earned.needs_hand else as_decimal(earned.points)
    Asked.objects.bulk_update(asked, ["grade", "points"])
    _score(attempt)


def _score(attempt: Attempt) -> None:
    """The score, once nothing waits. Who passed completed the lesson when they handed it in."""
    asked = list(attempt.asked.select_related("version"))
    if any(each.points is None for each in asked):
        return
    score = sum((earned(each) for each in asked), Fraction(0))
    most = sum((each.version.shape.points for each in asked), Fraction(0))
    attempt.state, attempt.score = State.FINAL, as_decimal(score)
    attempt.passed = quizzing.passes(score, most, attempt.pass_mark)
    attempt.save(update_fields=["state", "score", "passed"])
    if attempt.passed and attempt.submitted_at is not None:
        complete(
            enrolment=attempt.enrolment,
            lesson=attempt.lesson,
            how=Completion.How.PASSED,
            now=attempt.submitted_at,
        )


def earned(asked: Asked) -> Fraction:
    """Exact where a program graded, as written where a person did."""
    if asked.marked_at is not None or asked.grade is None:
        return Fraction(asked.points or 0)
    return Fraction(asked.grade["points"])
