"""Into a class, onto its waiting list, and out again."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.services import audit
from courses.errors import CourseBefore, EnrolmentClosed
from courses.models import CourseClass, CoursePage, Enrolment
from courses.models.classes import today
from courses.selectors.courses import learner
from courses.services.notices import notify
from kernel.errors import NotAllowed
from organisations.models import Membership, Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

State = Enrolment.State


@transaction.atomic
def enrol(*, course_class: CourseClass, person: User, by: User, now: datetime, tell: bool = True) -> Enrolment:
    """A place, or the next one on the waiting list. Raises NotAllowed, EnrolmentClosed, CourseBefore.

    Who is in already stays so. One's own request obeys the class's deadline; who manages the class may go beyond it.
    """
    course = course_class.course
    manages = may(learner(by, course), "class.manage", course.scope)
    if not manages:
        _may_enrol(person, by, course)
        if not course_class.open_for_enrolment(today(now)):
            raise EnrolmentClosed
    if _missing(person, course):
        raise CourseBefore
    held = CourseClass.objects.select_for_update().get(pk=course_class.pk)  # places are given one at a time
    row = Enrolment.objects.filter(course_class=held, person=person).first()
    if row is not None and row.state != State.LEFT:
        return row
    taken = held.enrolments.filter(state=State.ACTIVE).count()
    waiting = held.enrolments.filter(state=State.WAITING).exists()
    state = State.WAITING if held.places and (taken >= held.places or waiting) else State.ACTIVE
    row, _made = Enrolment.objects.update_or_create(
        course_class=held,
        person=person,
        defaults={"state": state, "since": now, "asked_at": now, "by": by, "organisation": home_of(person, course)},
    )
    audit(by=by, act="class.enrol", subject=person.username, now=now, course_class=held.pk, state=str(state))
    if tell and by.pk != person.pk:
        _tell(row, held, "enrolled" if state == State.ACTIVE else "waiting", now)
    return row


def home_of(person: User, course: CoursePage) -> Organisation | None:
    """Where reports count this person: of their organisations the one nearest to the course's."""
    rows = Membership.objects.filter(person=person).select_related("organisation").order_by("since", "pk")
    path = course.organisation.path if course.organisation else ""

    def shared(row: Membership) -> int:
        pairs = zip(row.organisation.path, path, strict=False)
        alike = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return alike // int(Organisation.steplen)  # whole steps: neighbours' numbers may begin alike

    return max(rows, key=shared).organisation if rows else None


@transaction.atomic
def leave(*, enrolment: Enrolment, by: User, now: datetime) -> None:
    """What was watched stays on record; the first who waits gets the place. Raises NotAllowed."""
    held = CourseClass.objects.select_for_update().get(pk=enrolment.course_class_id)
    if by.pk != enrolment.person_id and not may(learner(by, held.course), "class.manage", held.course.scope):
        raise NotAllowed
    Enrolment.objects.filter(pk=enrolment.pk).update(state=State.LEFT, since=now)
    audit(by=by, act="class.leave", subject=enrolment.person.username, now=now, course_class=held.pk)
    fill(course_class=held, now=now)


def fill(*, course_class: CourseClass, now: datetime) -> int:
    """Free places go to who waits longest. Called with the class's row locked."""
    waiting = course_class.enrolments.filter(state=State.WAITING).order_by("asked_at", "pk")
    taken = course_class.enrolments.filter(state=State.ACTIVE).count()
    free = max(0, course_class.places - taken) if course_class.places else waiting.count()
    chosen = list(waiting.select_related("person")[:free])
    for row in chosen:
        Enrolment.objects.filter(pk=row.pk).update(state=State.ACTIVE, since=now)
        _tell(row, course_class, "place", now)
    return len(chosen)


@transaction.atomic
def refill(*, course_class: CourseClass, now: datetime) -> int:
    """After the number of places was changed."""
    return fill(course_class=CourseClass.objects.select_for_update().get(pk=course_class.pk), now=now)


TOLD = {
    "enrolled": (
        _("You were enrolled in %(course)s"),
        _("You were enrolled in the class %(name)s of the course %(course)s."),
    ),
    "waiting": (
        _("You are on the waiting list of %(course)s"),
        _("You were put on the waiting list of the class %(name)s of the course %(course)s."),
    ),
    "place": (
        _("You have a place in %(course)s"),
        _("A place became free: you are now in the class %(name)s of the course %(course)s."),
    ),
}


def _tell(row: Enrolment, held: CourseClass, kind: str, now: datetime) -> None:
    subject, text = TOLD[kind]
    notify(
        row.person,
        kind=kind,
        key=f"{held.pk}:{row.since.isoformat()}",
        subject=subject,
        text=text,
        path=reverse("courses:mine"),
        now=now,
        name=held.title,
        course=held.course.title,
    )


def _may_enrol(person: User, by: User, course: CoursePage) -> None:
    """Oneself where the course is for one; somebody else as editor of an organisation of theirs."""
    if not may(actor_for(person), "class.enrol", course.scope):
        raise NotAllowed
    if by.pk == person.pk:
        return
    paths = Membership.objects.filter(person=person).values_list("organisation__path", flat=True)
    if not any(may(actor_for(by), "person.enrol", Scope(path=path)) for path in paths):
        raise NotAllowed


def _missing(person: User, course: CoursePage) -> bool:
    wanted = {each.translation_key for each in course.prerequisites.all()}
    if not wanted:
        return False
    finished = Enrolment.objects.filter(person=person, course_class__course__translation_key__in=wanted).exclude(
        completed_at=None
    )
    return wanted - set(finished.values_list("course_class__course__translation_key", flat=True)) != set()
