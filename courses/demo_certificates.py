"""For the demonstration's course: a class that is over, and certificates from it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import User
from courses.models import CourseClass, CoursePage, Enrolment
from courses.services import certificates
from courses.services.enrolling import home_of

if TYPE_CHECKING:
    from datetime import datetime

CLASSES = {"en": "Spring class 2026", "zh-hans": "2026 年春季班"}


def make(course: CoursePage, *, now: datetime) -> None:
    people = {person.username: person for person in User.objects.filter(username__in=("jianguo", "ada"))}
    if len(people) < 2:
        return
    ended = now - timedelta(days=150)
    last = timezone.localdate(ended)
    held = CourseClass.objects.create(
        course=course,
        title=CLASSES[course.locale.language_code],
        starts_on=last - timedelta(days=60),
        ends_on=last,
        self_enrol=False,
        created=ended - timedelta(days=70),
    )
    held.teachers.set(User.objects.filter(username="tan"))
    began = ended - timedelta(days=58)
    for username, before in (("ada", 45), ("jianguo", 3)):
        person, done = people[username], ended - timedelta(days=before)
        row = Enrolment.objects.create(
            course_class=held,
            person=person,
            organisation=home_of(person, course),
            state=Enrolment.State.ACTIVE,
            since=began,
            asked_at=began,
            completed_at=done,
        )
        certificates.issue(enrolment=row, by=held.teachers.first(), now=done)
