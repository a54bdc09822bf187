"""Dates that come near: told once each to who is in the class."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from courses.models import CourseClass, Enrolment, LiveSession, Notice
from courses.models.classes import today
from courses.reminding import reminds
from courses.services.notices import notify

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any

    from django.db.models import QuerySet

A_DAY = timedelta(days=1)


def remind(*, now: datetime) -> int:
    """Of first days, of days to complete until, of live sessions. How many were told."""
    day = today(now)
    told = 0
    for held in CourseClass.objects.filter(Q(starts_on__gte=day) | Q(due_on__gte=day), remind_days__gt=0):
        if reminds(held.starts_on, today=day, days_before=held.remind_days):
            told += _of_day(held, "start", held.starts_on, now)
        if held.due_on and reminds(held.due_on, today=day, days_before=held.remind_days):
            told += _of_day(held, "due", held.due_on, now)
    for session in LiveSession.objects.filter(starts_at__gt=now, starts_at__lte=now + A_DAY):
        told += _of_session(session, now)
    return told


SUBJECTS = {
    "start": _("%(course)s begins on %(day)s"),
    "due": _("%(course)s: complete it until %(day)s"),
}
TEXTS = {
    "start": _("Your class %(name)s of the course %(course)s begins on %(day)s."),
    "due": _("In your class %(name)s of the course %(course)s there are lessons that you have until %(day)s for."),
}


def _of_day(held: CourseClass, kind: str, day: date, now: datetime) -> int:
    """A date that was moved is another one."""
    key = f"{held.pk}:{day.isoformat()}"
    rows = _not_told(held, kind, key)
    if kind == "due":
        rows = rows.filter(completed_at=None)
    told = 0
    for row in rows:
        with override(row.person.language or settings.LANGUAGE_CODE):
            words = {"name": held.title, "course": held.course.title, "day": date_format(day)}
        told += notify(
            row.person, kind=kind, key=key, subject=SUBJECTS[kind], text=TEXTS[kind], now=now, **_where(), **words
        )
    return told


def _of_session(session: LiveSession, now: datetime) -> int:
    key = f"{session.pk}:{session.starts_at.isoformat()}"
    held = session.course_class
    told = 0
    for row in _not_told(held, "session", key):
        with override(row.person.language or settings.LANGUAGE_CODE):
            local = timezone.localtime(session.starts_at, timezone.get_default_timezone())
            words = {"name": session.title, "course": held.course.title, "when": date_format(local, "DATETIME_FORMAT")}
        told += notify(
            row.person,
            kind="session",
            key=key,
            subject=_("%(name)s begins at %(when)s"),
            text=_("%(name)s of the course %(course)s takes place: it begins at %(when)s."),
            now=now,
            **_where(f"/rooms/{session.room}/" if session.room else ""),
            **words,
        )
    return told


def _not_told(held: CourseClass, kind: str, key: str) -> QuerySet[Enrolment, Enrolment]:
    told = Notice.objects.filter(kind=kind, key=key).values("person")
    rows = held.enrolments.filter(state=Enrolment.State.ACTIVE, person__is_active=True).exclude(person__in=told)
    return rows.select_related("person")


def _where(path: str = "") -> dict[str, Any]:
    return {"path": path or reverse("courses:mine")}
