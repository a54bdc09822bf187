"""What a teacher says about a class's gradebook: weights, and figures by hand. Figures by hand are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.classes import CourseClass, Enrolment
from courses.models.kept import Kept


class GradeRules(models.Model):
    """How a class's total is made. A column that is not named weighs 1."""

    course_class = models.OneToOneField(CourseClass, models.CASCADE, primary_key=True, related_name="grade_rules")
    weights = models.JSONField(default=dict)  # {column: "2.5"}
    missing_counts = models.BooleanField(_("what is missing counts as 0"), default=False)
    changed = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.course_class_id)


class GradeOverride(Kept):
    """A figure said by hand; the newest one of a column holds. Without points: back to what was worked out."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="grade_overrides")
    column = models.CharField(max_length=60)
    was = models.CharField(max_length=20, blank=True)  # as it was shown
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.column}"
