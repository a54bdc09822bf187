"""Reading notes, and the spot checks drawn from them. A check and its marks are only ever added."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.classes import CourseClass, Enrolment
from courses.models.kept import Kept
from courses.sampling import RULE
from organisations.models import Organisation


class ReadingNote(models.Model):
    """What somebody wrote about a lesson. Once handed in it is not changed: a check finds what was handed in."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="reading_notes")
    lesson = models.UUIDField()
    text = models.TextField()
    least = models.PositiveIntegerField(default=0)  # characters that were asked for
    changed = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="courses_reading_note_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson}"


class SpotCheck(models.Model):
    """A random sample of reading notes, with all that is needed to draw it again."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    course_class = models.ForeignKey(CourseClass, models.PROTECT, related_name="+", null=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    number = models.PositiveIntegerField(_("how many"), null=True)
    percent = models.PositiveSmallIntegerField(_("percent"), null=True)
    rule = models.CharField(max_length=20, default=RULE)
    seed = models.CharField(max_length=64)
    seeded_at = models.DateTimeField()  # before the population is written down
    frozen_at = models.DateTimeField(null=True)
    population = models.JSONField(default=list)  # lines: key and SHA-256 of the text
    fingerprint = models.CharField(max_length=64, blank=True)
    drawn = models.JSONField(default=list)  # lines in the order they were drawn
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ["-seeded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None) ^ Q(course_class=None), name="courses_spot_check_of_one_place"
            ),
            models.CheckConstraint(condition=Q(number=None) ^ Q(percent=None), name="courses_spot_check_one_size"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class SpotMark(Kept):
    """What a supervisor found in a drawn note; the newest one holds."""

    class Mark(models.TextChoices):
        READ = "read", _("Read, in order")
        GOOD = "good", _("Good")
        POOR = "poor", _("Poor")
        COPIED = "copied", _("Copied")
        OTHER = "other", _("About something else")

    spot_check = models.ForeignKey(SpotCheck, models.PROTECT, related_name="marks")
    note = models.ForeignKey(ReadingNote, models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=10, choices=Mark.choices)
    comment = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.note_id} {self.mark}"
