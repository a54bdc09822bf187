"""Certificates: what was earned, frozen as it was issued. A row is never deleted; revoking says when and why."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.classes import CourseClass, Enrolment


class CertificateRule(models.Model):
    """When a class's certificates are issued by themselves."""

    course_class = models.OneToOneField(CourseClass, models.CASCADE, primary_key=True, related_name="certificate_rule")
    by_itself = models.BooleanField(
        _("issue a certificate to everybody who completes the class"),
        default=True,
    )
    least = models.PositiveSmallIntegerField(
        _("percent of the gradebook's total that are needed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Empty: completing every lesson is enough."),
    )

    def __str__(self) -> str:
        return str(self.course_class_id)


class Certificate(models.Model):
    """One person completed one class. Names stay as they were on that day."""

    number = models.CharField(max_length=20, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    language = models.CharField(max_length=10)
    person_name = models.CharField(max_length=200)
    course_title = models.CharField(max_length=255)
    class_title = models.CharField(max_length=120)
    organisation_name = models.CharField(max_length=200)
    minutes = models.PositiveIntegerField()  # of the course, as its lessons say
    completed_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(revoked_at=None), name="courses_certificate_one_that_holds"
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def holds(self) -> bool:
        return self.revoked_at is None

    @property
    def hours(self) -> float:
        """Rounded to halves, and never nothing."""
        return max(1, (self.minutes + 15) // 30) / 2
