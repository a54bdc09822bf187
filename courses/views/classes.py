"""Classes: enrol and leave, set one up, who is in it, a list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.errors import NoSuchCourse
from courses.forms import ClassForm, TableForm
from courses.models import CourseClass, CoursePage, Enrolment
from courses.selectors.courses import demand, learner, outline
from courses.selectors.spot_checks import may_draw
from courses.services import enrolling, lists
from kernel import clock, ids
from organisations import tables
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

KEPT_S = 3600


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
        return redirect("courses:class", pk=saved.pk)
    context = {"form": form, "course": course, "row": row}
    return render(request, "courses/class_form.html", context, status=422 if request.method == "POST" else 200)


@needs("class.manage")
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _managed(request, pk), TableForm())


def _detail(request: HttpRequest, found: CourseClass, form: TableForm, status: int = 200, **more: Any) -> HttpResponse:
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
        "form": form,
        "checks": may_draw(person(request), found.course.scope.path),
        **more,
    }
    return render(request, "courses/class.html", context, status=status)


@needs("class.manage")
@login_required
@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A list of people: named faults, or one more click."""
    found = _managed(request, pk)
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, found, form, 422)
    file = form.cleaned_data["file"]
    try:
        rows = tables.read(file, file.name or "")
    except (tables.TableUnreadable, tables.TableTooLarge) as refusal:
        form.add_error("file", _(refusal.text))
        return _detail(request, found, form, 422)
    plan = lists.plan(rows, course_class=found, by=person(request), now=clock.now())
    token = ids.token()
    if plan.sound:
        cache.set(_kept(request, token), (found.pk, rows), KEPT_S)
    return _detail(request, found, form, 200 if plan.sound else 422, plan=plan, token=token)


@needs("class.manage")
@login_required
@require_POST
def carry_out(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    found = _managed(request, pk)
    kept = cache.get(_kept(request, token))
    if kept is None or kept[0] != found.pk:
        messages.error(request, _("This list waited too long. Nothing was changed; hand it in again."))
        return redirect("courses:class", pk=pk)
    plan = lists.carry_out(kept[1], course_class=found, by=person(request), now=clock.now())
    if not plan.sound:
        return _detail(request, found, TableForm(), 422, plan=plan, token=token)
    cache.delete(_kept(request, token))
    messages.success(
        request,
        _("Done: %(new)d enrolled, %(waiting)d waiting.") % {"new": plan.new, "waiting": plan.waiting},
    )
    return redirect("courses:class", pk=pk)


def _managed(request: HttpRequest, pk: int) -> CourseClass:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    if not may(learner(request.user, found.course), "class.manage", found.course.scope):
        raise NoSuchCourse
    return found


def _home(request: HttpRequest, found: CourseClass) -> str:
    return str(found.course.localized.get_url(request) or "/courses/")


def _kept(request: HttpRequest, token: str) -> str:
    return f"class-list:{request.user.pk}:{token}"
