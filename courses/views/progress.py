"""What players and readers report, notes, and where a figure comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from courses.errors import LessonNotOpen, NoSuchViewing, NotEnrolled
from courses.models import ArticleLesson, Completion, FileLesson, Lesson, Note, VideoLesson, Watched
from courses.models.pauses import answered
from courses.selectors.courses import counting_in, learner, outline
from courses.selectors.documents import may_open
from courses.selectors.learning import notes_of, trace
from courses.services import watching
from courses.watched import Span
from kernel import clock
from kernel.errors import NotAllowed
from organisations.guards import needs
from organisations.policies import Scope, may
from organisations.views import person
from web import ratelimit

if TYPE_CHECKING:
    from django.http import HttpRequest

REPORTS = (120, 60)  # of one person in a minute
MOST_BYTES = 32_768
MOST_NOTES = 500


@needs("progress.report")
@login_required
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Spans of one player. As a form field `report` when the page is left, where no header can be sent."""
    ratelimit.hit(f"watched:{request.user.pk}", *REPORTS)
    said = _said(request)
    try:
        spans = [
            Span(float(each["from"]), float(each["to"]), float(each.get("speed", 1)), bool(each.get("hidden")))
            for each in said["spans"][: watching.MOST_SPANS]
        ]
        key, sequence = UUID(str(said["viewing"])), int(said["sequence"])
        position = float(said.get("position", 0))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadRequest from error
    if not 0 <= sequence < 2**31:
        raise BadRequest
    told = watching.report(
        person=person(request), key=key, sequence=sequence, spans=spans, position_s=position, now=clock.now()
    )
    return JsonResponse(told.shown())


@needs("course.mine")
@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """An article or a file was read, says who read it."""
    lesson = get_object_or_404(Lesson.objects.live(), pk=pk).specific
    if not isinstance(lesson, ArticleLesson | FileLesson) or lesson.notes_least:
        raise NotAllowed  # a reading note says it instead
    enrolment = counting_in(request.user, lesson.course, now=clock.now())
    steps = outline(lesson.course, enrolment, now=clock.now())
    here = next((step for step in steps.steps if step.lesson.pk == lesson.pk), None)
    if here is None or here.closed:
        raise LessonNotOpen
    watching.complete(enrolment=enrolment, lesson=lesson.translation_key, how=Completion.How.READ, now=clock.now())
    return redirect(lesson.get_url(request))


@needs("course.mine")
@login_required
@require_POST
def answer_pause(request: HttpRequest, pk: int, name: UUID) -> JsonResponse:
    """A question that paused the video: which answers are right is told to who has answered."""
    ratelimit.hit(f"paused:{request.user.pk}", *REPORTS)
    lesson = get_object_or_404(VideoLesson.objects.live(), pk=pk)
    if not may_open(request.user, lesson, now=clock.now()):
        raise NotEnrolled
    chosen = _said(request).get("chosen")
    if not isinstance(chosen, list) or not chosen:
        raise BadRequest
    told = answered(lesson.pauses, str(name), [str(each) for each in chosen])
    if told is None:
        raise NoSuchViewing
    return JsonResponse(told.shown())


@needs("note.keep")
@login_required
@require_POST
def add_note(request: HttpRequest, lesson: UUID) -> HttpResponse:
    """Answers with all of one's notes of this lesson."""
    said = _said(request)
    text = str(said.get("text", "")).strip()[:2000]
    at_s = said.get("at", 0)
    if not isinstance(at_s, int | float) or not 0 <= at_s < 1e6:
        raise BadRequest
    if text and Note.objects.filter(person=person(request), lesson=lesson).count() < MOST_NOTES:
        Note.objects.create(person=person(request), lesson=lesson, at_s=at_s, text=text, written_at=clock.now())
    return JsonResponse({"notes": notes_of(person(request), lesson)})


@needs("note.keep")
@login_required
@require_POST
def drop_note(request: HttpRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(Note, pk=pk, person=person(request))
    note.delete()
    return JsonResponse({"notes": notes_of(person(request), note.lesson)})


@needs("progress.trace")
@login_required
@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The spans a figure is made of, for who watched, who teaches and who checks."""
    rows = Watched.objects.select_related("enrolment__person", "enrolment__course_class__course", "asset")
    watched = rows.filter(pk=pk).first()
    if watched is None:
        raise NoSuchViewing
    course = watched.enrolment.course_class.course
    owner = str(watched.enrolment.person.public_id)
    scope = Scope(path=course.scope.path, owner=owner, key=course.key)
    if not may(learner(request.user, course), "progress.trace", scope):
        raise NoSuchViewing
    lesson = Lesson.objects.filter(translation_key=watched.lesson).first()
    reported = [(viewing, spans) for viewing, spans in trace(watched) if spans]
    context = {"watched": watched, "lesson": lesson, "viewings": reported, "course": course}
    return render(request, "courses/evidence.html", context)


def _said(request: HttpRequest) -> dict[str, Any]:
    body = request.POST["report"].encode() if "report" in request.POST else request.body
    if len(body) > MOST_BYTES:
        raise BadRequest
    try:
        said = json.loads(body)
    except ValueError as error:
        raise BadRequest from error
    if not isinstance(said, dict):
        raise BadRequest
    return said
