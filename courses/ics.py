"""Somebody's sessions and due dates as a calendar feed. RFC 5545."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event

from courses.models import CourseClass, Enrolment, LiveSession

if TYPE_CHECKING:
    from accounts.models import User


def feed(person: User, *, site: str, now: datetime) -> bytes:
    """Of the classes this person is in or teaches. `site` is the address that everything hangs on."""
    whole = Calendar()
    whole.add("prodid", "-//Stoa//Courses//EN")
    whole.add("version", "2.0")
    learns = CourseClass.objects.filter(enrolments__person=person, enrolments__state=Enrolment.State.ACTIVE)
    classes = (learns | CourseClass.objects.filter(teachers=person)).distinct()
    for session in LiveSession.objects.filter(course_class__in=classes).select_related("course_class__course"):
        event = _event(f"session-{session.pk}@{site}", session.title, session.course_class, now)
        event.add("dtstart", session.starts_at)
        event.add("dtend", session.ends_at)
        if session.room:
            event.add("location", f"{site}/rooms/{session.room}/")
        whole.add_component(event)
    for each in learns.exclude(due_on=None).select_related("course"):
        event = _event(f"due-{each.pk}@{site}", each.course.title, each, now)
        event.add("dtstart", each.due_on)
        event.add("dtend", each.due_on + timedelta(days=1) if each.due_on else each.due_on)
        whole.add_component(event)
    text: bytes = whole.to_ical()
    return text


def _event(uid: str, title: str, course_class: CourseClass, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("summary", f"{course_class.course.title}: {title}" if title != course_class.course.title else title)
    event.add("description", course_class.title)
    return event
