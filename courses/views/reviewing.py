"""A teacher's queue of what was handed in, and the review of one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.assigning import State
from courses.errors import AlreadyReviewed, NoSuchCourse, NotAllJudged
from courses.grading_forms import ReviewForm
from courses.models import CourseClass
from courses.selectors.assignments import VERSIONS, lesson_of, queue, submission_for
from courses.selectors.courses import learner
from courses.services import assignments
from kernel import clock
from organisations.guards import needs
from organisations.policies import may
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@needs("work.review")
@login_required
@require_GET
def waiting(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=pk)
    if not may(learner(request.user, found.course), "work.review", found.course.scope):
        raise NoSuchCourse
    rows = queue(found)
    context = {
        "found": found,
        "course": found.course.localized,
        "waiting": [row for row in rows if row.work.state == State.SUBMITTED],
        "done": [row for row in rows if row.work.state != State.SUBMITTED],
    }
    return render(request, "courses/assignments/queue.html", context)


@needs("work.review")
@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    version = submission_for(person(request), pk, can="work.review")
    lesson = lesson_of(version.work).localized
    newest = version.work.submissions.order_by("-number").first()
    open_now = newest is not None and newest.pk == version.pk and version.work.state == State.SUBMITTED
    form = ReviewForm(lesson, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            accept = "accept" in request.POST
            try:
                assignments.review(
                    submission=version,
                    lesson=lesson,
                    accept=accept,
                    judged=form.judged(),
                    points=form.cleaned_data.get("points"),
                    comment=form.cleaned_data["comment"],
                    by=person(request),
                    now=clock.now(),
                )
            except (AlreadyReviewed, NotAllJudged) as refusal:
                status = refusal.status
                form.add_error(None, _(refusal.text))
            else:
                messages.success(request, _("Accepted.") if accept else _("Returned for revision."))
                return redirect("courses:works", pk=version.work.enrolment.course_class_id)
    rows = version.work.__class__.objects.filter(pk=version.work_id).prefetch_related(VERSIONS).get().submissions.all()
    context = {
        "version": version,
        "lesson": lesson,
        "course": version.work.enrolment.course_class.course.localized,
        "versions": list(reversed(rows)),
        "shown": next(each for each in rows if each.pk == version.pk),
        "form": form,
        "open": open_now,
    }
    return render(request, "courses/assignments/review.html", context, status=status)
