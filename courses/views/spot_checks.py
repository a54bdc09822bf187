"""Spot checks of reading notes: drawn, marked, proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.errors import NoSuchWork, NothingToDraw
from courses.grading_forms import DrawForm, MarkForm
from courses.models import CourseClass, SpotCheck
from courses.models.classes import today
from courses.selectors import spot_checks
from courses.services import reading
from kernel import clock
from kernel.errors import NotAllowed
from organisations import sheets
from organisations.guards import needs
from organisations.views import person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@needs("check.draw")
@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The checks of one's places, and a new one: of an organisation, or of a class (`?class=`)."""
    who, now = person(request), clock.now()
    places = spot_checks.places_for(who)
    held = _held(request)
    if held is None and not places.exists():
        raise NotAllowed
    first = {"since": today(now).replace(day=1), "until": today(now)}
    form = DrawForm(places, held, request.POST or None, initial=first)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            percent = said["unit"] == "percent"
            try:
                made = reading.draw(
                    organisation=said.get("organisation"),
                    course_class=held,
                    since=said["since"],
                    until=said["until"],
                    number=None if percent else said["size"],
                    percent=said["size"] if percent else None,
                    by=who,
                    now=now,
                )
            except NothingToDraw as refusal:
                status = refusal.status
                form.add_error(None, _(refusal.text))
            else:
                return redirect("courses:check", key=made.key)
    rows = spot_checks.checks_for(who)
    if held is not None:
        rows = rows.filter(course_class=held)
    context = {"rows": rows[:100], "form": form, "held": held}
    return render(request, "courses/checks/list.html", context, status=status)


@needs("check.draw")
@login_required
@require_GET
def detail(request: HttpRequest, key: UUID) -> HttpResponse:
    check = spot_checks.check_for(person(request), key)
    context: dict[str, Any] = {"check": check, "drawn": spot_checks.sample(check), "form": MarkForm()}
    if "repeat" in request.GET and check.frozen_at:
        context["proof"] = spot_checks.proof(check)
    return render(request, "courses/checks/detail.html", context)


@needs("check.draw")
@login_required
@require_POST
def mark(request: HttpRequest, key: UUID, note: UUID) -> HttpResponse:
    """Only what was drawn is marked."""
    check = spot_checks.check_for(person(request), key)
    row = next((each.note for each in spot_checks.sample(check) if each.note and each.note.key == note), None)
    if row is None:
        raise NoSuchWork
    form = MarkForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        reading.mark(
            spot_check=check, note=row, mark=said["mark"], comment=said["comment"], by=person(request), now=clock.now()
        )
        messages.success(request, _("Marked."))
    else:
        messages.error(request, _("Nothing was changed: choose a mark."))
    return redirect(f"{check_address(check)}#note-{note}")


def check_address(check: SpotCheck) -> str:
    return f"/courses/checks/{check.key}/"


@needs("check.draw")
@login_required
@require_GET
def table(request: HttpRequest, key: UUID, kind: str) -> HttpResponse:
    """The sample with its marks."""
    check = spot_checks.check_for(person(request), key)
    rows = [
        [
            _("Place in the draw"),
            _("Name"),
            _("Class"),
            _("Lesson"),
            _("Handed in"),
            _("Mark"),
            _("Comment"),
            _("Marked by"),
            _("Key and SHA-256"),
        ]
    ]
    for each in spot_checks.sample(check):
        note, found = each.note, each.mark
        rows.append(
            [
                str(each.number),
                note.enrolment.person.name if note else "",
                str(note.enrolment.course_class) if note else "",
                each.lesson,
                note.submitted_at.isoformat(timespec="seconds") if note and note.submitted_at else "",
                str(found.get_mark_display()) if found else "",
                found.comment if found else "",
                found.by.name if found and found.by else "",
                each.line,
            ]
        )
    return sheets.download(rows, kind=kind, name=f"spot-check-{check.pk}")


@needs("check.draw")
@login_required
@require_GET
def population(request: HttpRequest, key: UUID) -> HttpResponse:
    """The list that was drawn from, byte for byte as its fingerprint was made."""
    check = spot_checks.check_for(person(request), key)
    text = "".join(f"{line}\n" for line in check.population)
    headers = {
        "Content-Disposition": f'attachment; filename="population-{check.pk}.txt"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _held(request: HttpRequest) -> CourseClass | None:
    """Raises NoSuchWork where the person may not draw."""
    number = request.GET.get("class", "")
    if not number.isdecimal():
        return None
    held = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=int(number[:9]))
    if not spot_checks.may_draw(person(request), held.course.scope.path):
        raise NoSuchWork
    return held
