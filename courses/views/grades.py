"""The gradebook of a class, one person's figures and where they come from, tables to take away."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.errors import NoSuchCourse, NoSuchWork
from courses.grading_forms import OverrideForm
from courses.models import CourseClass, Enrolment
from courses.selectors import grades
from courses.selectors.assignments import allowed
from courses.selectors.courses import learner
from courses.services import grades as change
from kernel import clock
from organisations import sheets
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@needs("grade.book")
@login_required
@require_GET
def book(request: HttpRequest, pk: int) -> HttpResponse:
    found = _held(request, pk)
    context = {"found": found, "course": found.course.localized, "book": grades.book(found, now=clock.now())}
    return render(request, "courses/grades/book.html", context)


@needs("grade.book")
@login_required
@require_GET
def table(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = _held(request, pk)
    if kind not in sheets.TYPES:
        raise NoSuchCourse
    rows = grades.book(found, now=clock.now()).table()
    return sheets.download(rows, kind=kind, name=f"gradebook-{found.pk}")


@needs("grade.book")
@login_required
@require_POST
def weigh(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = _held(request, pk), clock.now()
    weights = {}
    for column in grades.book(found, now=now).columns:
        said = request.POST.get(f"weight-{column.key}", "").strip().replace(",", ".")
        if not said.replace(".", "", 1).isdecimal() or not said.isascii() or len(said) > 6:
            messages.error(request, _("Nothing was changed: a weight is a number from 0 to 1000."))
            return redirect("courses:grades", pk=pk)
        weights[column.key] = Decimal(said)
    if any(weight > 1000 for weight in weights.values()):
        messages.error(request, _("Nothing was changed: a weight is a number from 0 to 1000."))
        return redirect("courses:grades", pk=pk)
    missing = "missing_counts" in request.POST
    change.weigh(course_class=found, weights=weights, missing_counts=missing, by=person(request), now=now)
    messages.success(request, _("The weights were saved."))
    return redirect("courses:grades", pk=pk)


@needs("grade.see")
@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's own figures; for who teaches, with the form to put one right."""
    return _one(request, _enrolment(request, pk, "grade.see"), OverrideForm(), 200)


@needs("grade.book")
@login_required
@require_POST
def override(request: HttpRequest, pk: int) -> HttpResponse:
    enrolment = _enrolment(request, pk, "grade.book")
    form = OverrideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: a figure by hand needs a reason."))
        return redirect("courses:grades-of", pk=pk)
    said = form.cleaned_data
    try:
        change.override(
            enrolment=enrolment,
            column=said["column"],
            points=said["points"],
            reason=said["reason"],
            by=person(request),
            now=clock.now(),
        )
    except ValueError:
        messages.error(request, _("Nothing was changed: that is more than can be had."))
    else:
        messages.success(request, _("Saved, and kept on record."))
    return redirect("courses:grades-of", pk=pk)


def _one(request: HttpRequest, enrolment: Enrolment, form: OverrideForm, status: int) -> HttpResponse:
    held = enrolment.course_class
    found = grades.book(held, now=clock.now(), only=enrolment)
    line = found.lines[0]
    titles = {column.key: column.title for column in found.columns}
    context = {
        "enrolment": enrolment,
        "found": held,
        "course": held.course.localized,
        "book": found,
        "line": line,
        "cells": [(cell, line.traces.get(cell.column.key)) for cell in line.row.cells],
        "changes": [(change, titles.get(change.column, change.column)) for change in reversed(line.changes)],
        "form": form,
        "teaches": allowed(person(request), enrolment, "grade.book"),
    }
    return render(request, "courses/grades/one.html", context, status=status)


def _held(request: HttpRequest, pk: int) -> CourseClass:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    if not may(learner(request.user, found.course), "grade.book", found.course.scope):
        raise NoSuchCourse
    return found


def _enrolment(request: HttpRequest, pk: int, verb: str) -> Enrolment:
    rows = Enrolment.objects.select_related("person", "course_class__course__organisation")
    found = rows.filter(pk=pk).first()
    if found is None or not allowed(person(request), found, verb):
        raise NoSuchWork
    return found
