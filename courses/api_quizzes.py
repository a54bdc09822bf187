"""Quizzes over HTTP: begin, save, hand in, review, for programs. The rules are those of the pages.

An answer is the JSON that `courses.questions.responses` describes; questions come as `courses.questions.shown` lets
them out, without anything that tells what is right.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 ninja reads the annotation
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from accounts.api_auth import account
from courses.errors import AttemptClosed
from courses.models import Attempt, QuizLesson
from courses.selectors import quizzes
from courses.selectors.courses import counting_in, demand
from courses.services import quizzes as taking
from kernel import clock
from organisations.guards import needs
from web import ratelimit

router = Router(tags=["quizzes"], auth=account)
SAVES = (120, 60)  # of one person in a minute, pages and programs together


class QuestionOut(Schema):
    place: int
    shown: dict[str, Any]
    response: Any = None


class AttemptOut(Schema):
    key: UUID
    title: str
    number: int
    state: str
    started_at: str
    ends_at: str | None
    sequence: int
    submitted_at: str | None
    closed_by: str
    score: str | None
    most: str
    percent: int | None
    passed: bool | None


class PaperOut(AttemptOut):
    questions: list[QuestionOut]


class AnswersIn(Schema):
    """`sequence` counts up with each save; a program that goes on after another page says the last one as `base`."""

    sequence: int = Field(ge=1, lt=2**31)
    base: int | None = None
    program: str = Field("api", max_length=36)
    answers: dict[int, Any]


class ReviewedOut(Schema):
    place: int
    shown: dict[str, Any]
    response: Any = None
    points: str | None = None
    most: str | None = None
    state: str = ""
    parts: dict[str, str] | None = None
    feedback: list[str] = []
    solution: Any = None
    comment: str = ""


class ReviewOut(AttemptOut):
    revealed: bool
    questions: list[ReviewedOut]


def _person(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


def _told(attempt: Attempt) -> dict[str, Any]:
    end = quizzes.end_of(attempt)
    return {
        "key": attempt.pk,
        "title": attempt.title,
        "number": attempt.number,
        "state": attempt.state,
        "started_at": attempt.started_at.isoformat(),
        "ends_at": end.isoformat() if end else None,
        "sequence": attempt.sequence,
        "submitted_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
        "closed_by": attempt.closed_by,
        "score": None if attempt.score is None else str(attempt.score),
        "most": str(attempt.most),
        "percent": attempt.percent,
        "passed": attempt.passed,
    }


def _paper(attempt: Attempt) -> dict[str, Any]:
    papers = quizzes.papers(attempt)
    return _told(attempt) | {
        "questions": [{"place": each.place, "shown": each.shown, "response": each.response} for each in papers]
    }


@router.post("/quizzes/{int:pk}/attempts", response=PaperOut, summary="Begin an attempt, or go on with the open one")
@needs("attempt.start")
def start(request: HttpRequest, pk: int) -> Any:
    """`pk` is the lesson's number, as in the address of its page in the Studio."""
    lesson = get_object_or_404(QuizLesson.objects.live(), pk=pk)
    enrolment = counting_in(_person(request), lesson.course, now=clock.now())
    demand(_person(request), lesson.course, "attempt.start")
    return _paper(taking.start(enrolment=enrolment, lesson=lesson, now=clock.now()))


@router.get("/attempts/{uuid:key}", response=PaperOut, summary="The questions of your open attempt, and your answers")
@needs("attempt.answer")
def paper(request: HttpRequest, key: UUID) -> Any:
    taking.settle(key=key, now=clock.now())
    attempt = quizzes.own_attempt(_person(request), key)
    if attempt.state != Attempt.State.OPEN:
        raise AttemptClosed
    return _paper(attempt)


@router.post("/attempts/{uuid:key}/answers", response=AttemptOut, summary="Keep answers")
@needs("attempt.answer")
def save(request: HttpRequest, key: UUID, said: AnswersIn) -> Any:
    ratelimit.hit(f"quiz-save:{_person(request).pk}", *SAVES)
    return _told(
        taking.save(
            person=_person(request), key=key, sequence=said.sequence, base=said.base, page=said.program,
            answers=said.answers, now=clock.now(),
        )
    )  # fmt: skip


@router.post("/attempts/{uuid:key}/submit", response=AttemptOut, summary="Hand in; what is to count was saved before")
@needs("attempt.answer")
def submit(request: HttpRequest, key: UUID) -> Any:
    """Once. Again, or too late: what the attempt came to."""
    return _told(taking.submit(person=_person(request), key=key, now=clock.now()))


@router.get("/attempts/{uuid:key}/review", response=ReviewOut, summary="A closed attempt, as far as its rules show it")
@needs("attempt.see")
def review(request: HttpRequest, key: UUID) -> Any:
    now = clock.now()
    taking.settle(key=key, now=now)
    attempt, teaches = quizzes.attempt_for(_person(request), key)
    full = teaches or quizzes.revealed(attempt, now=now)
    rows = quizzes.review(attempt, full=full)
    return _told(attempt) | {
        "revealed": full,
        "questions": [
            {
                "place": row.place,
                "shown": row.shown,
                "response": row.response,
                "points": None if row.points is None else str(row.points),
                "most": None if row.most is None else str(row.most),
                "state": row.state,
                "parts": row.parts,
                "feedback": list(row.feedback),
                "solution": row.solution,
                "comment": row.comment,
            }
            for row in rows
        ],
    }
