"""What a learner has on the desk for an assignment, and what waits for a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch
from django.utils import timezone

from courses import assigning
from courses.assigning import State
from courses.errors import NoSuchWork
from courses.models import AssignmentLesson, CourseClass, Enrolment, Submission, Work, WorkFile
from courses.models.classes import today
from courses.selectors.courses import learner
from courses.selectors.learning import in_language
from organisations.policies import Scope, may

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from courses.selectors.learning import Mine

VERSIONS = Prefetch("submissions", Submission.objects.select_related("review__by").prefetch_related("files"))


@dataclass(frozen=True, slots=True)
class Desk:
    """A learner's own view of an assignment."""

    work: Work | None
    files: Sequence[WorkFile]  # of the draft
    versions: Sequence[Submission]  # the newest first
    due_at: datetime | None
    late: bool
    writable: bool
    closed: bool  # the time is over, and late work is not taken

    @property
    def returned(self) -> bool:
        return self.work is not None and self.work.state == State.RETURNED


def desk(enrolment: Enrolment, lesson: AssignmentLesson, *, due_at: datetime | None, now: datetime) -> Desk:
    work = (
        Work.objects.filter(enrolment=enrolment, lesson=lesson.translation_key)
        .prefetch_related(VERSIONS, "files")
        .first()
    )
    state = State(work.state) if work else State.DRAFT
    late = assigning.late(state, now=now, due_at=due_at)
    closed = late and not lesson.late_allowed
    return Desk(
        work=work,
        files=[file for file in work.files.all() if file.in_draft] if work else [],
        versions=list(reversed(work.submissions.all())) if work else [],
        due_at=due_at,
        late=late,
        writable=assigning.writable(state) and not closed,
        closed=closed,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """One work in a teacher's queue, with its newest version."""

    work: Work
    version: Submission
    title: str


def queue(held: CourseClass) -> list[Waiting]:
    """What was handed in in a class: what waits, the oldest first; then the rest, the newest first."""
    titles = titles_of(held)
    works = (
        Work.objects.filter(enrolment__course_class=held, lesson__in=titles, submissions__isnull=False)
        .select_related("enrolment__person")
        .prefetch_related("submissions")
        .distinct()
    )
    rows = [Waiting(work, list(work.submissions.all())[-1], titles[work.lesson]) for work in works]
    rows.sort(key=lambda row: row.version.at)
    waiting = [row for row in rows if row.work.state == State.SUBMITTED]
    return waiting + [row for row in reversed(rows) if row.work.state != State.SUBMITTED]


@dataclass(frozen=True, slots=True)
class Asked:
    """An assignment that somebody has still to hand in."""

    lesson: AssignmentLesson
    held: CourseClass
    at: datetime
    returned: bool


def asked_of(user: User, rows: Sequence[Mine], *, now: datetime) -> list[Asked]:
    """What is open, not handed in and due some time, the first due first. One query more, whatever their number."""
    works = Work.objects.filter(enrolment__person=user).values_list("enrolment", "lesson", "state")
    states = {(enrolment, lesson): State(state) for enrolment, lesson, state in works}
    found = []
    for row in rows:
        held = row.enrolment.course_class
        if row.enrolment.state != Enrolment.State.ACTIVE or held.over(today(now)):
            continue
        for step in row.outline.steps:
            lesson = step.lesson
            if not isinstance(lesson, AssignmentLesson) or step.closed:
                continue
            state = states.get((row.enrolment.pk, lesson.translation_key), State.DRAFT)
            at = due_of(lesson, held)
            if at is not None and assigning.writable(state):
                found.append(Asked(lesson, held, at, state is State.RETURNED))
    return sorted(found, key=lambda each: each.at)


def due_of(lesson: AssignmentLesson, held: CourseClass) -> datetime | None:
    return assigning.due(
        at=lesson.due_at,
        days=lesson.due_days,
        starts_on=held.starts_on,
        class_due_on=held.due_on,
        zone=timezone.get_default_timezone(),
    )


def titles_of(held: CourseClass) -> dict[UUID, str]:
    """In the reader's language where the course has it."""
    titles: dict[UUID, str] = {}
    for course in (held.course, in_language(held.course)):
        titles |= dict(AssignmentLesson.objects.descendant_of(course).values_list("translation_key", "title"))
    return titles


def submission_for(user: User, pk: int, *, can: str) -> Submission:
    """Raises NoSuchWork, also for who may not see it."""
    rows = Submission.objects.select_related(
        "work__enrolment__person", "work__enrolment__course_class__course__organisation"
    )
    found: Submission | None = rows.filter(pk=pk).first()
    if found is None or not allowed(user, found.work.enrolment, can):
        raise NoSuchWork
    return found


def file_for(user: User, key: UUID, *, can: str) -> WorkFile:
    """A file of a draft is its writer's alone until it is handed in. Raises NoSuchWork."""
    rows = WorkFile.objects.select_related(
        "work__enrolment__person", "work__enrolment__course_class__course__organisation"
    )
    found = rows.filter(key=key).first()
    if found is None or not allowed(user, found.work.enrolment, can):
        raise NoSuchWork
    if found.work.enrolment.person_id != user.pk and not found.submissions.exists():
        raise NoSuchWork
    return found


def allowed(user: User, enrolment: Enrolment, verb: str) -> bool:
    course = enrolment.course_class.course
    scope = Scope(path=course.scope.path, owner=str(enrolment.person.public_id), key=course.key)
    return may(learner(user, course), verb, scope)


def lesson_of(work: Work) -> AssignmentLesson:
    """The assignment as it stands in the class's own course. Raises NoSuchWork."""
    twins = AssignmentLesson.objects.filter(translation_key=work.lesson)
    own = twins.descendant_of(work.enrolment.course_class.course)
    lesson: AssignmentLesson | None = own.first() or twins.first()
    if lesson is None:
        raise NoSuchWork
    return lesson
