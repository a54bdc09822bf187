"""Quizzes as they are read: what a quiz draws, what a learner sees of an attempt, scores of a class."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from courses import quizzing
from courses.errors import NoSuchAttempt
from courses.models import Asked, Attempt, CourseClass, Enrolment, Question, QuestionVersion, QuizLesson
from courses.models.classes import day_ends
from courses.questions.grading import as_decimal, said
from courses.questions.responses import solution
from courses.questions.shapes import Kind
from courses.questions.shown import Shown, shown
from courses.quizzing import Draw, Try
from courses.selectors.courses import learner
from organisations.models import Organisation
from organisations.policies import Actor, Scope, may

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from courses.questions.shapes import Question as Shape

State = Attempt.State


def parts_of(lesson: QuizLesson) -> list[Draw]:
    """What the quiz draws from. What was retired is asked nowhere."""
    found = []
    for part in lesson.parts.select_related("question"):
        if part.question is not None:
            found.append(Draw(() if part.question.retired else (part.question_id,), fixed=True))
        elif part.bank_id is not None:
            pool = of_category(Question.objects.filter(bank=part.bank_id, retired=False), part.category)
            ids = pool.exclude(kind=Kind.DESCRIPTION.value).values_list("pk", flat=True)
            found.append(Draw(tuple(ids), part.count))
    return found


def of_category(questions: QuerySet[Question], category: str) -> QuerySet[Question]:
    """This category and those below it; all without one."""
    wanted = category.strip().strip("/")
    if not wanted:
        return questions
    return questions.filter(Q(category=wanted) | Q(category__startswith=f"{wanted}/"))


def writes_in(actor: Actor) -> list[int]:
    """The organisations whose questions somebody writes."""
    rows = Organisation.objects.order_by("path").values_list("pk", "path")
    return [pk for pk, path in rows if may(actor, "question.edit", Scope(path=path))]


def newest_versions(questions: Iterable[int]) -> dict[int, QuestionVersion]:
    newest = QuestionVersion.objects.filter(question=OuterRef("question")).order_by("-number").values("number")[:1]
    rows = QuestionVersion.objects.filter(question__in=list(questions), number=Subquery(newest))
    return {row.question_id: row for row in rows}


def presented(attempt: Attempt, asked: Asked) -> Shown:
    """What a learner's browser gets of a question: the same at every look."""
    shape: Shape = asked.version.shape
    if not attempt.shuffle_answers and hasattr(shape, "shuffle"):
        shape = replace(shape, shuffle=False)  # type: ignore[call-arg]
    return shown(shape, f"{attempt.seed}:{asked.place}")


def end_of(attempt: Attempt) -> datetime | None:
    return quizzing.ends(attempt.deadline, attempt.enrolment.course_class.ends_at)


def tries_of(enrolment: Enrolment, lesson: QuizLesson) -> list[Attempt]:
    return list(Attempt.objects.filter(enrolment=enrolment, lesson=lesson.translation_key).order_by("number"))


def attempt_for(user: User, key: UUID) -> tuple[Attempt, bool]:
    """An attempt that one may see, and whether as somebody who teaches. Raises NoSuchAttempt."""
    rows = Attempt.objects.select_related("enrolment__person", "enrolment__course_class__course__organisation", "page")
    attempt = rows.filter(pk=key).first()
    if attempt is None:
        raise NoSuchAttempt
    course = attempt.enrolment.course_class.course
    actor = learner(user, course)
    owner = str(attempt.enrolment.person.public_id)
    if not may(actor, "attempt.see", Scope(path=course.scope.path, owner=owner, key=course.key)):
        raise NoSuchAttempt
    return attempt, may(actor, "attempt.mark", course.scope) and attempt.enrolment.person_id != user.pk


def own_attempt(user: User, key: UUID) -> Attempt:
    """To answer it. Raises NoSuchAttempt for everybody else's."""
    attempt, _teaches = attempt_for(user, key)
    if attempt.enrolment.person_id != user.pk:
        raise NoSuchAttempt
    return attempt


@dataclass(frozen=True, slots=True)
class Paper:
    """A question of an open attempt: nothing in here is a secret."""

    place: int
    shown: Shown
    response: Any


def papers(attempt: Attempt) -> list[Paper]:
    rows = attempt.asked.select_related("version")
    return [Paper(row.place, presented(attempt, row), row.response) for row in rows]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A question of a closed attempt. Below `response` all is empty for whom it is not revealed."""

    place: int
    shown: Shown
    response: Any
    asked: int | None = None
    points: Decimal | None = None
    most: Decimal | None = None
    state: str = ""
    parts: dict[str, str] | None = None  # state by choice, pair, item, gap
    feedback: tuple[str, ...] = ()  # HTML, clean
    solution: Any = None
    comment: str = ""
    marked_by: str = ""


def revealed(attempt: Attempt, *, now: datetime) -> bool:
    held = attempt.enrolment.course_class
    due = day_ends(held.due_on) if held.due_on else held.ends_at
    return attempt.state != State.OPEN and quizzing.reveals(attempt.reveal, now=now, due=due)


def review(attempt: Attempt, *, full: bool) -> list[Reviewed]:
    """Raises NoSuchAttempt for one that is open: there is nothing to see before it is handed in."""
    if attempt.state == State.OPEN:
        raise NoSuchAttempt
    rows = attempt.asked.select_related("version", "marked_by")
    return [_reviewed(attempt, row) if full else _veiled(attempt, row) for row in rows]


def _veiled(attempt: Attempt, row: Asked) -> Reviewed:
    # What a person wrote about it is theirs to read; it names no right answer that they didn't choose to name.
    return Reviewed(row.place, presented(attempt, row), row.response)


def _reviewed(attempt: Attempt, row: Asked) -> Reviewed:
    shape, graded = row.version.shape, row.grade or {}
    told = tuple(said(shape, key).html for key in graded.get("feedback", ()))
    return Reviewed(
        place=row.place,
        shown=presented(attempt, row),
        response=row.response,
        asked=row.pk,
        points=row.points,
        most=as_decimal(Fraction(graded.get("most", "0"))),
        state=graded.get("state", ""),
        parts={part["key"]: part["state"] for part in graded.get("parts", ())},
        feedback=tuple(each for each in told if each),
        solution=solution(shape),
        comment=row.comment,
        marked_by=row.marked_by.name if row.marked_by else "",
    )


def waiting(course_class: CourseClass) -> list[Asked]:
    """Answers that a person has to read, the oldest first."""
    rows = Asked.objects.filter(
        attempt__enrolment__course_class=course_class, attempt__state=State.WAITING, points=None, grade__isnull=False
    )
    return list(
        rows.select_related("attempt__enrolment__person", "version").order_by("attempt__submitted_at", "place", "pk")
    )


@dataclass(frozen=True, slots=True)
class Score:
    """What one enrolment reached in one quiz lesson. See `scores`."""

    enrolment: int
    lesson: UUID
    state: str  # "final", "waiting" (for a teacher), "open" (in progress): of the attempt that counts, else the newest
    attempts: int
    score: Decimal | None = None
    most: Decimal | None = None
    passed: bool | None = None
    at: datetime | None = None  # handed in
    attempt: UUID | None = None  # the attempt that the figures are from: `courses:attempt-review`


def scores(course_class: CourseClass) -> list[Score]:
    """For the gradebook: a row for each enrolment and quiz lesson that was tried at least once, in one query.

    Best or last attempt by the rule that was agreed when the first one began. `score` of `most` points are exact to
    five places and set when `state` is "final". Who never tried has no row. `lesson` is the page's translation key.
    """
    by: dict[tuple[int, UUID], list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(enrolment__course_class=course_class).order_by("number"):
        by[attempt.enrolment_id, attempt.lesson].append(attempt)
    return [_score(tries) for tries in by.values()]


def score_of(tries: list[Attempt]) -> Score | None:
    """The same for one person's tries at one quiz."""
    return _score(tries) if tries else None


def _score(tries: list[Attempt]) -> Score:
    closed = [Try(each, each.number, _share(each)) for each in tries if each.state != State.OPEN]
    found = quizzing.counting(closed, tries[0].counts)
    counts: Attempt = found.key if found else tries[-1]  # type: ignore[assignment]
    return Score(
        enrolment=counts.enrolment_id,
        lesson=counts.lesson,
        state=counts.state,
        attempts=len(tries),
        score=counts.score,
        most=counts.most,
        passed=counts.passed,
        at=counts.submitted_at,
        attempt=counts.pk,
    )


def _share(attempt: Attempt) -> Fraction | None:
    if attempt.score is None:
        return None
    return Fraction(attempt.score) / Fraction(attempt.most) if attempt.most else Fraction(1)


def quizzes_of(course_class: CourseClass) -> dict[UUID, str]:
    """Titles of the quizzes in a class' course, by translation key, in their order."""
    lessons = QuizLesson.objects.live().descendant_of(course_class.course).order_by("path")
    return dict(lessons.values_list("translation_key", "title"))
