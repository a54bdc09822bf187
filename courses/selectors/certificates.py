"""Which certificates there are, and who may have one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses import numbering
from courses.models import Certificate, CertificateRule, CourseClass, Enrolment
from courses.selectors.grades import book

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in a class, and their certificate."""

    enrolment: Enrolment
    certificate: Certificate | None  # the newest
    may_have: bool


def by_number(typed: str) -> Certificate | None:
    number = numbering.tidy(typed)
    return Certificate.objects.filter(number=number).first() if number else None


def own(person: User) -> QuerySet[Certificate]:
    return Certificate.objects.filter(enrolment__person=person)


def rule_of(held: CourseClass) -> CertificateRule:
    return CertificateRule.objects.filter(course_class=held).first() or CertificateRule(course_class=held)


def earned(enrolment: Enrolment, *, now: datetime) -> bool:
    """Completed, and well enough where the class asks for that."""
    if enrolment.completed_at is None:
        return False
    least = rule_of(enrolment.course_class).least
    if least is None:
        return True
    lines = book(enrolment.course_class, now=now, only=enrolment).lines
    total = lines[0].row.total if lines else None
    return total is not None and total >= least


def standings(held: CourseClass, *, now: datetime) -> list[Standing]:
    """Everybody who is or was in the class and has or may have one. The number of queries does not depend on them."""
    newest: dict[int, Certificate] = {}
    for each in Certificate.objects.filter(enrolment__course_class=held).order_by("issued_at", "pk"):
        newest[each.enrolment_id] = each
    least = rule_of(held).least
    totals = {line.enrolment.pk: line.row.total for line in book(held, now=now).lines} if least is not None else {}
    rows = held.enrolments.select_related("person").order_by("person__display_name", "person__username")
    found = []
    for row in rows:
        total = totals.get(row.pk)
        well = least is None or (total is not None and total >= least)
        certificate = newest.get(row.pk)
        if row.state == Enrolment.State.ACTIVE or certificate is not None:
            found.append(Standing(row, certificate, row.completed_at is not None and well))
    return found
