"""Live sessions: planned, attended, corrected; one's calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import ics
from courses.errors import NoSuchCourse
from courses.forms import CorrectionForm, SessionForm
from courses.models import CalendarFeed, CourseClass, LiveLesson, LiveSession, Presence
from courses.selectors.courses import learner
from courses.services import sessions
from kernel import clock
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest


@needs("class.manage")
@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    _demand(request, found)
    return _edit(request, LiveSession(course_class=found), _("New live session"))


@needs("class.manage")
@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _session(request, pk), _("Change the live session"))


def _edit(request: HttpRequest, session: LiveSession, heading: str) -> HttpResponse:
    form = SessionForm(request.POST or None, instance=session)
    if request.method == "POST" and form.is_valid():
        return redirect("courses:session", pk=form.save().pk)
    context = {"form": form, "course": session.course_class.course, "row": None, "heading": heading}
    return render(request, "courses/class_form.html", context, status=422 if request.method == "POST" else 200)


@needs("class.manage")
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    rows = session.presences.select_related("enrolment__person").prefetch_related("changes__by")
    context = {
        "session": session,
        "rows": rows.order_by("enrolment__person__display_name"),
        "form": CorrectionForm(),
        "course": session.course_class.course,
        "lesson": LiveLesson.objects.filter(translation_key=session.lesson).first() if session.lesson else None,
    }
    return render(request, "courses/session.html", context)


@needs("class.manage")
@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    there = sessions.take(session=_session(request, pk), now=clock.now())
    messages.success(request, _("Attendance was taken: %(n)d were there.") % {"n": there})
    return redirect("courses:session", pk=pk)


@needs("class.manage")
@login_required
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    presence = get_object_or_404(Presence.objects.select_related("enrolment"), pk=pk)
    session = _session(request, presence.session_id)
    form = CorrectionForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        sessions.correct(
            presence=presence, state=said["state"], reason=said["reason"], by=person(request), now=clock.now()
        )
    else:
        messages.error(request, _("Nothing was changed: a correction needs a reason."))
    return redirect("courses:session", pk=session.pk)


@needs("course.mine")
@login_required
@require_POST
def new_feed(request: HttpRequest) -> HttpResponse:
    sessions.feed_for(person(request), anew=True)
    messages.success(request, _("Your calendar has a new address; the old one no longer works."))
    return redirect("courses:mine")


@needs("course.feed")
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Calendar programs do not sign in: the address is the key."""
    row = CalendarFeed.objects.select_related("person").filter(token=token, person__is_active=True).first()
    if row is None:
        raise NoSuchCourse
    body = ics.feed(row.person, site=settings.ENV.public_address, now=clock.now())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"})


def _demand(request: HttpRequest, found: CourseClass) -> None:
    if not may(learner(request.user, found.course), "class.manage", found.course.scope):
        raise NoSuchCourse


def _session(request: HttpRequest, pk: int) -> LiveSession:
    rows = LiveSession.objects.select_related("course_class__course__organisation")
    session = get_object_or_404(rows, pk=pk)
    _demand(request, session.course_class)
    return session
