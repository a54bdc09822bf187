"""Weights and figures by hand: kept with who said it, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.services import audit
from courses.errors import NoSuchWork
from courses.models import GradeOverride, GradeRules
from courses.selectors.grades import book

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from accounts.models import User
    from courses.models import CourseClass, Enrolment


@transaction.atomic
def weigh(
    *, course_class: CourseClass, weights: Mapping[str, Decimal], missing_counts: bool, by: User, now: datetime
) -> None:
    kept = {key: format(weight.normalize(), "f") for key, weight in weights.items()}
    before = GradeRules.objects.select_for_update().filter(course_class=course_class).first()
    was = {"weights": before.weights, "missing_counts": before.missing_counts} if before else {}
    GradeRules.objects.update_or_create(
        course_class=course_class, defaults={"weights": kept, "missing_counts": missing_counts, "changed": now}
    )
    audit(
        by=by, act="grade.weigh", subject=f"class {course_class.pk}", now=now, was=was, weights=kept,
        missing_counts=missing_counts,
    )  # fmt: skip


@transaction.atomic
def override(
    *, enrolment: Enrolment, column: str, points: Decimal | None, reason: str, by: User, now: datetime
) -> GradeOverride:
    """Another row each time; without points the figure is again what was worked out. Raises NoSuchWork, ValueError."""
    line = book(enrolment.course_class, now=now, only=enrolment).lines[0]
    cell = next((each for each in line.row.cells if each.column.key == column), None)
    if cell is None:
        raise NoSuchWork
    if points is not None and not 0 <= points <= cell.column.out_of:
        raise ValueError(points)
    row = GradeOverride.objects.create(
        enrolment=enrolment, column=column, was=cell.shown, points=points, reason=reason[:200], by=by, at=now
    )
    audit(
        by=by, act="grade.override", subject=enrolment.person.username, now=now, course_class=enrolment.course_class_id,
        column=column, was=cell.shown, points=None if points is None else str(points), reason=reason[:200],
    )  # fmt: skip
    return row
