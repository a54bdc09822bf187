"""Courses over HTTP: what the pages do, for programs. Described at /api/docs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest  # noqa: TC002 ninja reads the annotation
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from accounts.api_auth import account
from courses.errors import NoSuchCourse
from courses.models import CourseClass
from courses.selectors import courses, learning
from courses.services import enrolling
from kernel import clock
from organisations.guards import needs
from organisations.policies import may

router = Router(tags=["courses"], auth=account)


class CourseOut(Schema):
    key: str
    title: str
    summary: str
    language: str
    organisation: str | None
    url: str | None


class MineOut(Schema):
    class_id: int
    course: str
    class_title: str
    state: str
    lessons: int
    done: int
    due_on: str | None
    completed_at: str | None


class EnrolledOut(Schema):
    class_id: int
    state: str


def asker(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


@router.get("", response=list[CourseOut], summary="The courses that you may see")
@needs("course.list")
def list_courses(request: HttpRequest, q: str = "", language: str = "en") -> Any:
    found = courses.catalogue(asker(request), language=language, sought=q[:80])
    return [
        {
            "key": str(each.translation_key),
            "title": each.title,
            "summary": each.summary,
            "language": each.locale.language_code,
            "organisation": each.organisation.slug if each.organisation else None,
            "url": each.get_url(request),
        }
        for each in found
    ]


@router.get("/mine", response=list[MineOut], summary="Your classes and how far you are")
@needs("course.mine")
def my_courses(request: HttpRequest) -> Any:
    rows = learning.mine(asker(request), now=clock.now())
    return [
        {
            "class_id": each.enrolment.course_class_id,
            "course": each.course.title,
            "class_title": each.enrolment.course_class.title,
            "state": each.enrolment.state,
            "lessons": len(each.outline.steps),
            "done": each.outline.done,
            "due_on": str(each.enrolment.course_class.due_on or "") or None,
            "completed_at": each.enrolment.completed_at.isoformat() if each.enrolment.completed_at else None,
        }
        for each in rows
    ]


@router.post("/classes/{int:pk}/enrol", response=EnrolledOut, summary="Enrol yourself, or wait for a place")
@needs("class.enrol")
def enrol(request: HttpRequest, pk: int) -> Any:
    user = asker(request)
    found = get_object_or_404(CourseClass.objects.select_related("course"), pk=pk)
    if not may(courses.learner(user, found.course), "course.see", found.course.scope):
        raise NoSuchCourse
    row = enrolling.enrol(course_class=found, person=user, by=user, now=clock.now())
    return {"class_id": pk, "state": row.state}
