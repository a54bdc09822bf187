"""A list of people that somebody handed in for a class."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.classes import CourseClass


class ClassList(models.Model):
    """It is looked at, then, after a click, taken whole; forgotten after a day."""

    class Stage(models.TextChoices):
        LOOKING = "looking", _("Looking at the table")
        REFUSED = "refused", _("Refused")
        SOUND = "sound", _("In order")
        WRITING = "writing", _("Being taken in")
        DONE = "done", _("Done")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course_class = models.ForeignKey(CourseClass, models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10)  # the reader's, for what is said about the rows
    data = models.BinaryField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.LOOKING)
    refusal = models.CharField(max_length=300, blank=True)
    faults = models.JSONField(default=list)  # [row, column, value, reason], the first of them
    faults_count = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    there = models.PositiveIntegerField(default=0)
    progress = models.CharField(max_length=200, blank=True)  # where its job is told of
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.stage})"
