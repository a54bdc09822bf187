"""Who may take a document of the Studio: whoever may read one of the pages that it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, ReferenceIndex

from courses.models import CoursePage, FileLesson, Lesson
from courses.selectors.courses import enrolment_in, learner, outline
from organisations.policies import may

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from django.contrib.auth.models import AnonymousUser
    from wagtail.documents.models import Document

    from accounts.models import User


def may_take(user: User | AnonymousUser, document: Document, *, now: datetime) -> bool:
    """What stands on no page is for the Studio's people: a link to it may be guessed."""
    places = list(_places(document))
    if not places:
        return bool(user.has_perm("wagtailadmin.access_admin"))
    return any(_may_read(user, place, now) for place in places)


def may_open(user: User | AnonymousUser, lesson: Lesson, *, now: datetime) -> bool:
    """Whether the lesson's page would be shown to them."""
    course = lesson.course
    actor = learner(user, course)
    if may(actor, "class.manage", course.scope):
        return True
    if not lesson.live or not may(actor, "course.learn", course.scope):
        return False
    steps = outline(course, enrolment_in(user, course, now=now), now=now).steps
    return any(step.lesson.pk == lesson.pk and not step.closed for step in steps)


def _places(document: Document) -> Iterator[Any]:
    """Pages, and what else refers to it. The worker keeps the index; a file lesson says it itself, at once."""
    yield from FileLesson.objects.filter(file=document)
    kind = ContentType.objects.get_for_model(document)
    found = ReferenceIndex.objects.filter(to_content_type=kind, to_object_id=str(document.pk))
    rows = set(found.values_list("base_content_type", "object_id"))
    page_kind = ContentType.objects.get_for_model(Page).pk
    yield from Page.objects.filter(pk__in=[pk for base, pk in rows if base == page_kind]).specific()
    yield from (row for row in rows if row[0] != page_kind)


def _may_read(user: User | AnonymousUser, place: Any, now: datetime) -> bool:
    if isinstance(place, Lesson):
        return may_open(user, place, now=now)
    if isinstance(place, CoursePage):
        wanted = "course.see" if place.live else "class.manage"
        return may(learner(user, place), wanted, place.scope)
    if isinstance(place, Page):
        return bool(place.live or place.permissions_for_user(user).can_edit())
    return True
