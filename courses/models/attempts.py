"""Taking a quiz, as evidence: what was asked, answered and earned, by the rules as they were when it began."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.banks import QuestionVersion
from courses.models.classes import Enrolment
from courses.models.quizzes import COUNTS, REVEALS, QuizLesson


class Attempt(models.Model):
    """One person's one try. `lesson` is the page's translation key: tries count together in all languages."""

    class State(models.TextChoices):
        OPEN = "open", _("In progress")
        WAITING = "waiting", _("Waiting for a teacher")
        FINAL = "final", _("Graded")

    class Closed(models.TextChoices):
        PERSON = "person", _("Handed in")
        TIME = "time", _("Time was over")

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    lesson = models.UUIDField()
    # In the language it was begun in.
    page = models.ForeignKey(QuizLesson, models.SET_NULL, related_name="+", null=True)
    title = models.CharField(max_length=255)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # The rules as agreed.
    pass_mark = models.PositiveSmallIntegerField()
    reveal = models.CharField(max_length=10, choices=REVEALS)
    counts = models.CharField(max_length=10, choices=COUNTS)
    shuffle_answers = models.BooleanField()
    seed = models.BigIntegerField()
    started_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)  # by the time limit alone; the class' end is the class'
    # What was saved: the newest number, and which open page sent it.
    sequence = models.PositiveIntegerField(default=0)
    saved_from = models.CharField(max_length=36, blank=True)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=10, choices=Closed.choices, blank=True)
    score = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    most = models.DecimalField(max_digits=12, decimal_places=5)
    passed = models.BooleanField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson", "number"], name="courses_attempt_once"),
            models.UniqueConstraint(
                fields=["enrolment", "lesson"], condition=Q(state="open"), name="courses_attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None) | Q(~Q(state="open"), submitted_at__isnull=False),
                name="courses_attempt_closed_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(state="final", score__isnull=False, passed__isnull=False)
                | Q(~Q(state="final"), score=None, passed=None),
                name="courses_attempt_scored_when_final",
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"])]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"

    @property
    def percent(self) -> int | None:
        """Rounded down: 59.9 is no 60."""
        if self.score is None:
            return None
        return int(self.score * 100 / self.most) if self.most else 100


class Asked(models.Model):
    """A question of an attempt, its answer and what that earned."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="asked")
    place = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    response = models.JSONField(null=True)
    grade = models.JSONField(null=True)  # courses.questions.grading.Grade, when the attempt was closed
    points = models.DecimalField(max_digits=12, decimal_places=5, null=True)  # None: not graded yet
    comment = models.TextField(blank=True, max_length=4000)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["attempt", "place"], name="courses_asked_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.place}"
