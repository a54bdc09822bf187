"""What somebody is told by mail: once each, at once or together with others, as they chose."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """`kind` and `key` say what it is about: of one thing a person is told once."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        DROPPED = "dropped", "dropped"  # the person wanted none, or was suspended

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)  # in the person's language
    text = models.TextField()
    path = models.CharField(max_length=300, blank=True)  # where to go on
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created = models.DateTimeField()
    settled = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="courses_notice_once")]
        indexes = [models.Index(fields=["state", "person"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.key}"
