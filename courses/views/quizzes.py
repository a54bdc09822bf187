"""Taking a quiz: begin, answer, hand in, look at it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses import quizforms, quizzing
from courses.errors import AttemptClosed, AttemptMoved, NotEnrolled
from courses.models import Attempt, Enrolment, QuizLesson
from courses.models.classes import today
from courses.selectors import quizzes
from courses.selectors.courses import counting_in, demand
from courses.services import quizzes as taking
from kernel import clock, ids
from organisations.guards import needs
from organisations.views import person
from web import ratelimit
from web.refusals import wants_json

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SAVES = (120, 60)  # of one person in a minute


def desk(enrolment: Enrolment | None, page: QuizLesson) -> dict[str, Any]:
    """What the lesson's page says about the quiz and one's tries at it."""
    now = clock.now()
    tries = _tries(enrolment, page, now)
    going = next((each for each in tries if each.state == Attempt.State.OPEN), None)
    live = enrolment is not None and not enrolment.course_class.over(today(now))
    return {
        "questions": sum(len(draw.pool) if draw.fixed else draw.count for draw in quizzes.parts_of(page)),
        "tries": tries,
        "open": going if live else None,
        "score": quizzes.score_of([each for each in tries if each.state != Attempt.State.OPEN]),
        "may_start": live and going is None and quizzing.may_try(used=len(tries), allowed=page.attempts),
        "left": max(0, page.attempts - len(tries)) if page.attempts else None,
    }


def _tries(enrolment: Enrolment | None, page: QuizLesson, now: datetime) -> list[Attempt]:
    if enrolment is None:
        return []
    tries = quizzes.tries_of(enrolment, page)
    closed = [each for each in tries if each.state == Attempt.State.OPEN and taking.settle(key=each.pk, now=now)]
    return quizzes.tries_of(enrolment, page) if closed else tries


@needs("attempt.start")
@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    lesson = get_object_or_404(QuizLesson.objects.live(), pk=pk)
    enrolment = counting_in(request.user, lesson.course, now=clock.now())
    demand(request.user, lesson.course, "attempt.start")
    attempt = taking.start(enrolment=enrolment, lesson=lesson, now=clock.now())
    return redirect("courses:attempt", key=attempt.pk)


@needs("attempt.answer")
@login_required
@never_cache
@require_GET
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    taking.settle(key=key, now=clock.now())
    attempt = quizzes.own_attempt(person(request), key)
    if attempt.state != Attempt.State.OPEN:
        return redirect("courses:attempt-review", key=key)
    if attempt.enrolment.state != Enrolment.State.ACTIVE:
        raise NotEnrolled
    papers = quizzes.papers(attempt)
    end = quizzes.end_of(attempt)
    context = {
        "attempt": attempt,
        "course": attempt.enrolment.course_class.course.localized,
        "papers": numbered([quizforms.laid(each.place, each.shown, each.response) for each in papers]),
        "end": end if attempt.deadline is not None else None,
        "remaining_s": max(0, int((end - clock.now()).total_seconds())) if end and attempt.deadline else None,
        "sequence": attempt.sequence + 1,
        "token": ids.token(),
    }
    return render(request, "courses/quiz/take.html", context)


@needs("attempt.answer")
@login_required
@require_POST
def save(request: HttpRequest, key: UUID) -> HttpResponse:
    """While somebody writes, or by the button of a page without a script."""
    ratelimit.hit(f"quiz-save:{request.user.pk}", *SAVES)
    attempt = taking.save(person=person(request), key=key, now=clock.now(), **_said(request, key))
    if not wants_json(request):
        messages.success(request, _("Your answers are saved. You can go on on any device."))
        return redirect("courses:attempt", key=key)
    end = quizzes.end_of(attempt) if attempt.deadline else None
    left = max(0, int((end - clock.now()).total_seconds())) if end else None
    return JsonResponse({"sequence": attempt.sequence, "remaining": left})


@needs("attempt.answer")
@login_required
@require_POST
def submit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Once; again leads to the same result, and too late to what was saved in time."""
    try:
        attempt = taking.submit(person=person(request), key=key, now=clock.now(), **_said(request, key))
    except AttemptMoved as moved:
        messages.error(request, _(moved.text))
        return redirect("courses:attempt", key=key)
    except AttemptClosed:
        attempt = quizzes.own_attempt(person(request), key)
    if attempt.closed_by == Attempt.Closed.TIME:
        messages.warning(request, _("Time was over. What was saved in time was handed in."))
    return redirect("courses:attempt-review", key=key)


@needs("attempt.see")
@login_required
@never_cache
@require_GET
def review(request: HttpRequest, key: UUID) -> HttpResponse:
    now = clock.now()
    taking.settle(key=key, now=now)
    attempt, teaches = quizzes.attempt_for(person(request), key)
    if attempt.state == Attempt.State.OPEN and attempt.enrolment.person_id == request.user.pk:
        return redirect("courses:attempt", key=key)
    full = teaches or quizzes.revealed(attempt, now=now)
    context = {
        "attempt": attempt,
        "course": attempt.enrolment.course_class.course.localized,
        "held": attempt.enrolment.course_class,
        "teaches": teaches,
        "full": full,
        "rows": numbered([reviewed(each, full=full) for each in quizzes.review(attempt, full=full)]),
    }
    return render(request, "courses/quiz/review.html", context)


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Words between questions have no number."""
    number = 0
    for row in rows:
        number += row["kind"] != "description"
        row["number"] = number
    return rows


def reviewed(row: quizzes.Reviewed, *, full: bool) -> dict[str, Any]:
    """One question for the page: the answer given, and with `full` the right one beside it."""
    kind, parts = row.shown["kind"], row.parts or {}
    data: dict[str, Any] = {"row": row, "kind": kind, "shown": row.shown, "typed": ""}
    if kind in {"single", "multiple", "ordering"}:
        data["lines"] = quizforms.words(row.shown, row.response)
        data["right_lines"] = quizforms.words(row.shown, row.solution) if full else []
    elif kind == "matching":
        right = {each["id"]: each["text"] for each in quizforms.pairs(row.shown, row.solution)} if full else {}
        data["pairs"] = [
            {**each, "right": right.get(each["id"], ""), "state": parts.get(each["id"], "")}
            for each in quizforms.pairs(row.shown, row.response)
        ]
    elif kind == "cloze":
        data["filled"] = quizforms.filled(row.shown, row.response)
        data["right_filled"] = quizforms.filled(row.shown, row.solution) if full else []
    elif kind == "true_false":
        named = {True: _("True"), False: _("False")}
        data["typed"] = named.get(row.response, "")
        data["right_typed"] = named.get(row.solution, "") if full else ""
    else:
        data["typed"] = row.response or ""
        data["right_typed"] = row.solution or "" if full else ""
    return data


def _said(request: HttpRequest, key: UUID) -> dict[str, Any]:
    attempt = quizzes.own_attempt(person(request), key)
    try:
        sequence = int(request.POST["sequence"])
        base = int(request.POST["base"]) if "base" in request.POST else None
    except (KeyError, ValueError) as error:
        raise BadRequest from error
    if not 0 < sequence < 2**31:
        raise BadRequest
    shown = {each.place: each.shown for each in quizzes.papers(attempt)}
    answers = quizforms.read_all(shown, request.POST.getlist)
    return {"sequence": sequence, "base": base, "page": request.POST.get("page", "")[:36], "answers": answers}
