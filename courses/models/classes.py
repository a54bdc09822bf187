"""Who learns a course and when."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.pages import CoursePage
from organisations.models import Organisation

if TYPE_CHECKING:
    from datetime import date


class CourseClass(models.Model):
    """A course held once, for a group: with dates, places, teachers."""

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="classes", verbose_name=_("course"))
    title = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    enrol_until = models.DateField(_("enrol until"), null=True, blank=True)
    due_on = models.DateField(_("complete until"), null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(
        _("days before a date to remind of it"),
        default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("By mail, of the first day and of the day to complete until. 0: never."),
    )
    places = models.PositiveIntegerField(_("places"), default=0, help_text=_("0: as many as want to."))
    self_enrol = models.BooleanField(_("people enrol themselves"), default=True)
    teachers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="teaches", blank=True, verbose_name=_("teachers")
    )
    created = models.DateTimeField()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="courses_class_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def open_for_enrolment(self, today: date) -> bool:
        last = self.enrol_until or self.ends_on
        return self.self_enrol and (last is None or today <= last)

    def over(self, today: date) -> bool:
        return self.ends_on is not None and today > self.ends_on

    @property
    def ends_at(self) -> datetime | None:
        """The last day counts whole, as the site's clock has it."""
        return None if self.ends_on is None else day_ends(self.ends_on)


def day_ends(day: date) -> datetime:
    """The midnight after it, as the site's clock has it."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return midnight.replace(tzinfo=timezone.get_default_timezone())


def today(now: datetime) -> date:
    """The site's: a reader's own time zone moves no last day."""
    return timezone.localdate(now, timezone.get_default_timezone())


class Enrolment(models.Model):
    """One person in one class: one occurrence of learning. Another class begins at nothing."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Enrolled")
        WAITING = "waiting", _("On the waiting list")
        LEFT = "left", _("Left")

    course_class = models.ForeignKey(CourseClass, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    # The person's when they enrolled: reports stay as they were when somebody moves on.
    organisation = models.ForeignKey(Organisation, models.SET_NULL, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=State.choices)
    since = models.DateTimeField()
    asked_at = models.DateTimeField()  # the waiting list's order
    completed_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["course_class", "person"], name="courses_enrolment_once")]
        indexes = [models.Index(fields=["person", "state"])]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.course_class_id}"
