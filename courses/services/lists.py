"""A list of people into a class: first what is wrong with each row, then all of it or nothing.

Columns: username, or email.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CourseClass, Enrolment
from courses.selectors.courses import learner, own_people
from courses.services.enrolling import enrol
from kernel.errors import StoaError
from organisations.importing import Fault, Row
from organisations.policies import may

if TYPE_CHECKING:
    from datetime import datetime


class Undo(Exception):
    """Takes back what the dry run did."""


@dataclass(slots=True)
class Plan:
    """What the list would do."""

    rows: Sequence[Row]
    faults: list[Fault] = field(default_factory=list)
    new: int = 0
    waiting: int = 0
    there: int = 0  # are in the class already

    @property
    def sound(self) -> bool:
        return not self.faults


def plan(rows: Sequence[Row], *, course_class: CourseClass, by: User, now: datetime) -> Plan:
    """The dry run: really done, by the very same rules, and taken back."""
    try:
        with transaction.atomic():
            found = _do(rows, course_class, by, now, tell=False)
            raise Undo
    except Undo:
        return found


@transaction.atomic
def carry_out(rows: Sequence[Row], *, course_class: CourseClass, by: User, now: datetime) -> Plan:
    """All rows or none: a plan with faults has changed nothing."""
    found = _do(rows, course_class, by, now, tell=True)
    if not found.sound:
        transaction.set_rollback(True)
    return found


def _do(rows: Sequence[Row], course_class: CourseClass, by: User, now: datetime, *, tell: bool) -> Plan:
    found = Plan(rows)
    if not rows or not {"username", "email"} & set(rows[0]):
        found.faults.append(Fault(1, "username", "", _("The table needs a column username or email, and rows.")))
        return found
    names = [row.get("username", "").lower() for row in rows]
    mails = [row["email"].lower() for row in rows if row.get("email")]
    # Who enrols only people of their own learns nothing here of others: not even whether there are such.
    manages = may(learner(by, course_class.course), "class.manage", course_class.course.scope)
    known = User.objects.all() if manages else own_people(by)
    people = {user.username.lower(): user for user in known.annotate(n=Lower("username")).filter(n__in=names)}
    people |= {user.email.lower(): user for user in known.annotate(n=Lower("email")).filter(n__in=mails)}
    seen: dict[int, int] = {}
    for number, row in enumerate(rows, 2):
        column = "username" if row.get("username") else "email"
        value = row.get(column, "")
        person = people.get(value.lower())
        if person is None:
            found.faults.append(Fault(number, column, value[:80], _("Nobody here has this user name or address.")))
            continue
        if person.pk in seen:
            reason = _("The same person stands in row %(row)d.") % {"row": seen[person.pk]}
            found.faults.append(Fault(number, column, value[:80], reason))
            continue
        seen[person.pk] = number
        there = course_class.enrolments.filter(person=person).exclude(state=Enrolment.State.LEFT).exists()
        try:
            with transaction.atomic():
                made = enrol(course_class=course_class, person=person, by=by, now=now, tell=tell)
        except StoaError as refusal:
            found.faults.append(Fault(number, column, value[:80], _(refusal.text)))
            continue
        if there:
            found.there += 1
        elif made.state == Enrolment.State.WAITING:
            found.waiting += 1
        else:
            found.new += 1
    return found
