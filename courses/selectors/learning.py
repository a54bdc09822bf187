"""What somebody learns: their courses, what is due, where they stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import get_language

from courses.models import (
    CoursePage,
    Enrolment,
    Lesson,
    LiveSession,
    Note,
    Presence,
    VideoLesson,
    Viewing,
    Watched,
    WatchSpan,
)
from courses.selectors.courses import Outline, one_of_each, outline

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import User
    from courses.models import LiveLesson


@dataclass(frozen=True, slots=True)
class Mine:
    enrolment: Enrolment
    course: CoursePage
    outline: Outline


@dataclass(frozen=True, slots=True)
class GoOn:
    """A lesson begun and not completed."""

    lesson: Lesson
    course: CoursePage
    watched: Watched

    @property
    def share(self) -> int:
        return min(100, round(100 * self.watched.seconds / max(1.0, self.watched.duration_s)))

    @property
    def portion(self) -> float:
        return self.share / 100


def mine(user: User, *, now: datetime) -> list[Mine]:
    rows = (
        Enrolment.objects.filter(person=user)
        .exclude(state=Enrolment.State.LEFT)
        .select_related("course_class__course__organisation", "course_class__course__locale")
        .order_by("-course_class__starts_on", "-pk")
    )
    found = []
    for row in rows:
        course = in_language(row.course_class.course)
        found.append(Mine(row, course, outline(course, row, now=now)))
    return found


def in_language(course: CoursePage) -> CoursePage:
    """The reader's translation of a course, where there is one."""
    both = CoursePage.objects.live().filter(translation_key=course.translation_key).select_related("locale")
    return next(iter(one_of_each(list(both), get_language() or "en")), course)


def go_on(user: User, *, limit: int = 3) -> list[GoOn]:
    """The lessons somebody stopped in, the newest first."""
    rows = (
        Watched.objects.filter(enrolment__person=user, enrolment__state=Enrolment.State.ACTIVE, seconds__gt=0)
        .select_related("enrolment__course_class__course")
        .order_by("-changed")[: limit * 4]
    )
    found: list[GoOn] = []
    for row in rows:
        if row.enrolment.completions.filter(lesson=row.lesson).exists():
            continue
        course = in_language(row.enrolment.course_class.course)
        lesson = VideoLesson.objects.live().descendant_of(course).filter(translation_key=row.lesson).first()
        if lesson is not None and len(found) < limit:
            found.append(GoOn(lesson, course, row))
    return found


def sessions_of(enrolment: Enrolment, lesson: LiveLesson) -> QuerySet[LiveSession]:
    """When the learner's class meets for a lesson; `mine`: what was taken of their attendance."""
    own = Prefetch("presences", Presence.objects.filter(enrolment=enrolment), to_attr="mine")
    rows = LiveSession.objects.filter(course_class=enrolment.course_class_id, lesson=lesson.translation_key)
    return rows.prefetch_related(own)


def notes_of(user: User, lesson: UUID) -> list[dict[str, Any]]:
    rows = Note.objects.filter(person=user, lesson=lesson)
    return [{"id": row.pk, "at_s": row.at_s, "text": row.text} for row in rows]


def trace(watched: Watched) -> list[tuple[Viewing, list[WatchSpan]]]:
    """Every span a figure is made of, by the player that reported it."""
    viewings = watched.viewings.order_by("started_at").prefetch_related("spans")
    return [(each, sorted(each.spans.all(), key=lambda span: (span.sequence, span.number))) for each in viewings]
