"""For teachers: a class' scores in its quizzes, and the answers that a person has to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from courses.errors import NoSuchCourse
from courses.models import Asked, CourseClass
from courses.questions.grading import as_decimal
from courses.selectors import quizzes
from courses.selectors.courses import learner
from courses.services import quizzes as taking
from kernel import clock
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from decimal import Decimal

    from django.http import HttpRequest, HttpResponse


class MarkForm(forms.Form):
    points = forms.DecimalField(label=gettext_lazy("Points"), min_value=0, max_digits=12, decimal_places=2)
    comment = forms.CharField(
        label=gettext_lazy("Comment for the learner"), required=False, max_length=4000, widget=forms.Textarea
    )

    def __init__(self, *args: object, most: Decimal, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["points"]
        field.max_value = most  # type: ignore[attr-defined]
        field.validators.append(forms.fields.validators.MaxValueValidator(most))  # type: ignore[attr-defined]
        field.help_text = _("At most %(most)s.") % {"most": f"{most:g}"}
        field.widget.attrs["max"] = f"{most:g}"


@needs("attempt.mark")
@login_required
@require_GET
def results(request: HttpRequest, pk: int) -> HttpResponse:
    held = _taught(request, pk)
    taking.settle_all(now=clock.now())
    titles = quizzes.quizzes_of(held)
    by = {(each.enrolment, each.lesson): each for each in quizzes.scores(held)}
    people = [
        {"name": row.person.name, "cells": [by.get((row.pk, lesson)) for lesson in titles]}
        for row in held.enrolments.select_related("person").order_by("person__display_name", "pk")
    ]
    context = {
        "held": held, "course": held.course, "titles": list(titles.values()), "people": people,
        "waiting": quizzes.waiting(held),
    }  # fmt: skip
    return render(request, "courses/quiz/results.html", context)


@needs("attempt.mark")
@login_required
@require_http_methods(["GET", "POST"])
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Asked.objects.select_related("attempt__enrolment__person", "attempt__enrolment__course_class", "version")
    asked = get_object_or_404(rows, pk=pk)
    held = _taught(request, asked.attempt.enrolment.course_class_id)
    if asked.attempt.enrolment.person_id == request.user.pk:  # nobody grades their own
        raise NoSuchCourse
    shape = asked.version.shape
    form = MarkForm(request.POST or None, most=as_decimal(shape.points))
    if request.method == "POST" and form.is_valid():
        taking.mark(
            answer=asked.pk, by=person(request), points=form.cleaned_data["points"],
            comment=form.cleaned_data["comment"], now=clock.now(),
        )  # fmt: skip
        messages.success(request, _("The answer is graded."))
        return redirect("courses:quiz-results", pk=held.pk)
    context = {
        "asked": asked,
        "attempt": asked.attempt,
        "held": held,
        "course": held.course,
        "shown": quizzes.presented(asked.attempt, asked),
        "notes": getattr(shape, "notes", None),
        "form": form,
    }
    return render(request, "courses/quiz/mark.html", context, status=422 if request.method == "POST" else 200)


def _taught(request: HttpRequest, pk: int) -> CourseClass:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    if not may(learner(request.user, found.course), "attempt.mark", found.course.scope):
        raise NoSuchCourse
    return found
