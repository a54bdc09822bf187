"""Classes: enrol and leave, set one up, who is in it, a list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.errors import NoSuchCourse
from courses.forms import ClassForm, TableForm
from courses.models import CourseClass, CoursePage, Enrolment
from courses.selectors.courses import demand, learner, outline
from courses.selectors.spot_checks import may_draw
from courses.services import enrolling
from kernel import clock
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@needs("class.enrol")
@login_required
@require_POST
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CourseClass.objects.select_related("course"), pk=pk)
    if not may(learner(request.user, found.course), "course.see", found.course.scope):
        raise NoSuchCourse
    row = enrolling.enrol(course_class=found, person=person(request), by=person(request), now=clock.now())
    if row.state == Enrolment.State.WAITING:
        messages.success(request, _("You are on the waiting list of %(name)s.") % {"name": found.title})
    else:
        messages.success(request, _("You are enrolled in %(name)s.") % {"name": found.title})
    return redirect(_home(request, found))


@needs("course.mine")
@login_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Enrolment, course_class=pk, person=person(request))
    enrolling.leave(enrolment=row, by=person(request), now=clock.now())
    messages.success(request, _("You left %(name)s. What you learned stays on record.") % {"name": row.course_class})
    return redirect(_home(request, row.course_class))


@needs("class.manage")
@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, course: int) -> HttpResponse:
    page = get_object_or_404(CoursePage, pk=course)
    demand(request.user, page, "class.manage")
    return _edit(request, page, CourseClass(course=page, created=clock.now()))


@needs("class.manage")
@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    return _edit(request, found.course, found)


def _edit(request: HttpRequest, course: CoursePage, row: CourseClass) -> HttpResponse:
    form = ClassForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        saved.teachers.set(form.cleaned_data["teacher_names"])
        enrolling.refill(course_class=saved, now=clock.now())
        return redirect("courses:class", pk=saved.pk)
    context = {"form": form, "course": course, "row": row}
    return render(request, "courses/class_form.html", context, status=422 if request.method == "POST" else 200)


@needs("class.manage")
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    rows = found.enrolments.select_related("person").prefetch_related("completions", "watched")
    lessons = {step.lesson.translation_key: step for step in outline(found.course, None, now=clock.now()).steps}
    people = [
        {
            "row": row,
            "done": sum(each.lesson in lessons for each in row.completions.all()),
            "watched": [
                {"row": each, "number": lessons[each.lesson].number}
                for each in row.watched.all()
                if each.lesson in lessons
            ],
        }
        for row in rows.order_by("state", "person__display_name")
    ]
    context = {
        "found": found,
        "course": found.course,
        "people": people,
        "of": len(lessons),
        "form": TableForm(),
        "checks": may_draw(person(request), found.course.scope.path),
    }
    return render(request, "courses/class.html", context)


def _managed(request: HttpRequest, pk: int) -> CourseClass:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    if not may(learner(request.user, found.course), "class.manage", found.course.scope):
        raise NoSuchCourse
    return found


def _home(request: HttpRequest, found: CourseClass) -> str:
    return str(found.course.localized.get_url(request) or "/courses/")
