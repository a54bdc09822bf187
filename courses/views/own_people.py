"""Somebody's own people into a class: an editor of a member organisation picks them, or hands in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from courses.errors import NoSuchCourse
from courses.forms import TableForm
from courses.models import CourseClass, Enrolment
from courses.selectors.courses import learner, own_people, sends_people, to_enrol
from courses.services.enrolling import enrol
from kernel import clock
from kernel.errors import NotAllowed, StoaError
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SHOWN = 50


def class_to_send_to(request: HttpRequest, pk: int) -> CourseClass:
    """One that they may see. Raises NoSuchCourse, NotAllowed."""
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    actor = learner(request.user, found.course)
    if not may(actor, "course.see", found.course.scope):
        raise NoSuchCourse
    if not may(actor, "class.manage", found.course.scope) and not sends_people(request.user):
        raise NotAllowed
    return found


@needs("person.enrol")
@login_required
@require_http_methods(["GET", "POST"])
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Search and tick; each is enrolled by the rules for each, and refusals are said by name."""
    found = class_to_send_to(request, pk)
    if request.method == "POST":
        _enrol(request, found)
        return redirect("courses:own-people", pk=pk)
    sought = request.GET.get("q", "").strip()[:80]
    people = list(to_enrol(person(request), found, sought=sought)[: SHOWN + 1])
    context = {
        "found": found,
        "course": found.course,
        "people": people[:SHOWN],
        "more": len(people) > SHOWN,
        "sought": sought,
        "inside": found.enrolments.exclude(state=Enrolment.State.LEFT)
        .filter(person__in=own_people(person(request)))
        .select_related("person")
        .order_by("person__display_name")[:SHOWN],
        "form": TableForm(),
    }
    return render(request, "courses/own_people.html", context)


def _enrol(request: HttpRequest, found: CourseClass) -> None:
    chosen = [each for each in request.POST.getlist("person")[:SHOWN] if each.isdecimal() and len(each) < 16]
    done, waiting = 0, 0
    for each in User.objects.filter(pk__in=chosen, is_active=True).order_by("display_name"):
        try:
            row = enrol(course_class=found, person=each, by=person(request), now=clock.now())
        except StoaError as refusal:
            messages.error(request, f"{each.name}: {_(refusal.text)}")
            continue
        done += row.state == Enrolment.State.ACTIVE
        waiting += row.state == Enrolment.State.WAITING
    if done or waiting:
        messages.success(request, _("Done: %(new)d enrolled, %(waiting)d waiting.") % {"new": done, "waiting": waiting})
    elif not chosen:
        messages.warning(request, _("Nobody was ticked."))
