"""The pages of a course and of a lesson; Wagtail finds the page, these decide what its reader gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.template.response import TemplateResponse

from courses.errors import LessonNotOpen, NoSuchCourse, NotEnrolled
from courses.models import (
    AssignmentLesson,
    CoursePage,
    Enrolment,
    Lesson,
    LiveLesson,
    QuizLesson,
    VideoLesson,
    Watched,
    pauses,
)
from courses.models.classes import today as site_day
from courses.selectors.courses import Outline, classes_of, enrolment_in, learner, outline, sends_people
from courses.selectors.learning import notes_of, sessions_of
from courses.services.watching import open_player
from courses.views import assignments, quizzes, reading_notes
from kernel import clock
from media.assets.selectors import playback
from organisations.policies import may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def course(request: HttpRequest, page: CoursePage) -> HttpResponse:
    now = clock.now()
    actor = learner(request.user, page)
    if not previewed(request) and not may(actor, "course.see", page.scope):
        return refused(request)
    enrolment = enrolment_in(request.user, page, now=now)
    today = site_day(now)
    classes = [each for each in classes_of(page).prefetch_related("teachers") if not each.over(today)]
    mine: dict[int, Enrolment] = {}
    if request.user.is_authenticated:
        rows = Enrolment.objects.filter(course_class__in=classes, person=request.user)
        mine = {row.course_class_id: row for row in rows}
    context = {
        "page": page,
        "outline": outline(page, enrolment, now=now),
        "enrolment": enrolment,
        "classes": [
            {
                "row": each,
                "mine": mine.get(each.pk),
                "open": each.open_for_enrolment(today),
                "taken": each.enrolments.filter(state="active").count(),
            }
            for each in classes
        ],
        "learns": may(actor, "course.learn", page.scope),
        "may_enrol": may(actor, "class.enrol", page.scope),
        "manages": may(actor, "class.manage", page.scope),
        "writes": may(actor, "question.edit", page.scope),
        "sends": sends_people(request.user),
    }
    return TemplateResponse(request, "courses/course.html", context)


def lesson(request: HttpRequest, page: Lesson) -> HttpResponse:
    now = clock.now()
    page = page.specific
    whole = page.course
    actor = learner(request.user, whole)
    if not previewed(request) and not may(actor, "course.learn", whole.scope):
        if not may(actor, "course.see", whole.scope):
            return refused(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise NotEnrolled
    enrolment = None if previewed(request) else enrolment_in(request.user, whole, now=now)
    steps = outline(whole, enrolment, now=now)
    here = next((step for step in steps.steps if step.lesson.pk == page.pk), None)
    manages = previewed(request) or may(actor, "class.manage", whole.scope)
    if here is not None and here.closed and not manages:
        raise LessonNotOpen
    context: dict[str, Any] = {
        "page": page,
        "course": whole,
        "outline": steps,
        "here": here,
        "enrolment": enrolment,
        "over": enrolment is not None and enrolment.course_class.over(site_day(now)),
        **around(steps, here),
    }
    if isinstance(page, VideoLesson) and page.asset is not None:
        context["player"] = player(request, page, enrolment)
    if isinstance(page, AssignmentLesson):
        context["desk"] = assignments.shown(enrolment, page)
    if isinstance(page, QuizLesson):
        context["quiz"] = quizzes.desk(enrolment, page)
    context["reading"] = reading_notes.shown(enrolment, page)
    if isinstance(page, LiveLesson) and enrolment is not None:
        context |= {"sessions": sessions_of(enrolment, page), "now": now}
    return TemplateResponse(request, "courses/lesson.html", context)


def player(request: HttpRequest, page: VideoLesson, enrolment: Enrolment | None) -> dict[str, Any]:
    """All that `<stoa-player>` needs. Without an enrolment nothing is reported."""
    now = clock.now()
    if page.asset is None:
        raise NoSuchCourse
    found = playback(page.asset, now=now)
    data: dict[str, Any] = {
        "hls": found.hls_url,
        "poster": found.poster_url,
        "storyboard": found.storyboard_url,
        "duration": found.duration,
        "title": page.title,
        "state": found.state,
        "complete": found.complete,
        "audio": found.kind == "audio",
        "tracks": [
            {"kind": each.kind, "language": each.language, "label": each.label, "url": each.url}
            for each in found.tracks
        ],
        "noSeek": page.no_seek,
        "page": page.pk,
        "pauses": pauses.asked(page.pauses),
        "audioOnly": page.audio_only,
        "lesson": str(page.translation_key),
        "notes": notes_of(request.user, page.translation_key) if request.user.is_authenticated else [],
    }
    if enrolment is not None and found.hls_url and not enrolment.course_class.over(site_day(now)):
        viewing = open_player(enrolment=enrolment, lesson=page, now=now)
        row: Watched = viewing.watched
        data |= {
            "viewing": str(viewing.pk),
            "position": row.position_s,
            "seconds": row.seconds,
            "reached": max([end for _start, end in row.ranges], default=0),
            "share": row.share,
            "noSeek": row.no_seek,  # as it was when they began
        }
    return data


def around(steps: Outline, here: Any) -> dict[str, Any]:
    """The lessons before and after."""
    if here is None:
        return {"before": None, "after": None}
    every = steps.steps
    at = every.index(here)
    return {"before": every[at - 1] if at else None, "after": every[at + 1] if at + 1 < len(every) else None}


def previewed(request: HttpRequest) -> bool:
    """In the Studio, as a learner sees it; Wagtail asked for the right to edit."""
    return bool(getattr(request, "is_preview", False))


def refused(request: HttpRequest) -> HttpResponse:
    """A stranger may sign in; for all others the course is not there."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise NoSuchCourse
