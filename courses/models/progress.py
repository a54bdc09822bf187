"""What was watched, as evidence: spans are written once and never changed; figures are made of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.classes import Enrolment
from media.assets.models import Asset


class Watched(models.Model):
    """One enrolment's seconds of one lesson's media. `lesson` is the page's translation key: one for all languages.

    The rule that was agreed is kept here; another media file in the lesson begins another row.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="watched")
    lesson = models.UUIDField()
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    duration_s = models.FloatField()
    share = models.PositiveSmallIntegerField()
    audio_only = models.BooleanField(default=False)
    no_seek = models.BooleanField(default=False)
    ranges = models.JSONField(default=list)  # [[from, to], …] whole seconds, merged
    seconds = models.PositiveIntegerField(default=0)
    position_s = models.FloatField(default=0)  # where to go on
    changed = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson", "asset"], name="courses_watched_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson} {self.seconds}s"


class Viewing(models.Model):
    """A player opened by one person for one lesson: spans of the same one are numbered."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    watched = models.ForeignKey(Watched, models.PROTECT, related_name="viewings")
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)


class WatchSpan(models.Model):
    """What a player claimed, and how much of it counted. Only ever added."""

    viewing = models.ForeignKey(Viewing, models.PROTECT, related_name="spans")
    sequence = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()  # within the report
    claimed_from_s = models.FloatField()
    claimed_to_s = models.FloatField()
    speed = models.FloatField()
    hidden = models.BooleanField()
    counted_from = models.PositiveIntegerField()
    counted_to = models.PositiveIntegerField()
    why = models.CharField(max_length=10, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewing", "sequence", "number"], name="courses_span_once"),
            models.CheckConstraint(
                condition=models.Q(counted_to__gte=models.F("counted_from")), name="courses_span_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewing_id} #{self.sequence}"


class WatchClock(models.Model):
    """Up to when a person's real time is spent, whatever number of players they have open."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="watch_clock"
    )
    spent_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.spent_until}"


class Completion(models.Model):
    """A lesson done, once for each enrolment. Quizzes and assignments add theirs."""

    class How(models.TextChoices):
        WATCHED = "watched", _("Watched")
        READ = "read", _("Read")
        ATTENDED = "attended", _("Attended")
        PASSED = "passed", _("Passed")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions")
    lesson = models.UUIDField()
    how = models.CharField(max_length=10, choices=How.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="courses_completion_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson} {self.how}"


class Note(models.Model):
    """A private note at a moment of a lesson: nobody else reads it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="lesson_notes")
    lesson = models.UUIDField()
    at_s = models.FloatField()
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["at_s", "pk"]
        indexes = [models.Index(fields=["person", "lesson"])]

    def __str__(self) -> str:
        return self.text[:40]
