"""Live sessions of a class, who was there, and what was corrected by hand."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models.classes import CourseClass, Enrolment


class LiveSession(models.Model):
    """A class meets. `room` is the meeting room's name in its address; courses know no more of rooms."""

    course_class = models.ForeignKey(CourseClass, models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.SlugField(_("meeting room"), max_length=40, blank=True)
    share = models.PositiveSmallIntegerField(
        _("percent to be there"), default=75, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    lesson = models.UUIDField(null=True, blank=True)  # completed by who was there

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="courses_session_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return self.title


class Presence(models.Model):
    """One person at one session: what the meeting shows, and what was said by hand, which wins."""

    class State(models.TextChoices):
        PRESENT = "present", _("Present")
        ABSENT = "absent", _("Absent")
        EXCUSED = "excused", _("Excused")

    session = models.ForeignKey(LiveSession, models.PROTECT, related_name="presences")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="presences")
    seconds = models.PositiveIntegerField(default=0)  # by the meeting's joins and leaves
    state = models.CharField(max_length=10, choices=State.choices)
    by_hand = models.BooleanField(default=False)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="courses_presence_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state}"


class PresenceChange(models.Model):
    """A correction by hand. Only ever added."""

    presence = models.ForeignKey(Presence, models.PROTECT, related_name="changes")
    was = models.CharField(max_length=10)
    became = models.CharField(max_length=10)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class CalendarFeed(models.Model):
    """The secret in the address of somebody's calendar; another one takes the old address out of use."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="course_calendar"
    )
    token = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return str(self.person_id)
