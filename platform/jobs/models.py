"""Long work as rows: a job, each attempt at it, and when periodic work is next due."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jobs import registry, states
from jobs.errors import UnknownKind
from organisations.policies import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise


class Job(models.Model):
    """One piece of work somebody waits for. Its state moves by compare-and-set on (state, attempt)."""

    class State(models.TextChoices):
        QUEUED = states.State.QUEUED.value, _("Waiting")
        RUNNING = states.State.RUNNING.value, _("Running")
        READY = states.State.READY.value, _("Done")
        FAILED = states.State.FAILED.value, _("Failed")
        CANCELLED = states.State.CANCELLED.value, _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=200, blank=True)  # what this one is about: a file's name, a person's
    args = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs", null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)  # also the fence: who holds an older number has lost the job
    done = models.FloatField(default=0)  # 0..1
    text = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField()
    due = models.DateTimeField()
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(done__gte=0, done__lte=1), name="jobs_job_done_is_a_share"),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(leased_until__isnull=False),
                name="jobs_job_running_has_a_lease",
            ),
        ]
        indexes = [models.Index(fields=["state", "leased_until"]), models.Index(fields=["owner", "-created"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.public_id])

    @property
    def title(self) -> StrOrPromise:
        try:
            return registry.find(self.kind).title
        except UnknownKind:  # registered by a version of Stoa that ran here once
            return self.kind

    @property
    def scope(self) -> Scope:
        return Scope(owner=str(self.owner.public_id) if self.owner else None, key=f"job:{self.public_id}")

    @property
    def over(self) -> bool:
        return self.state in states.OVER

    def time_left_s(self, now: datetime) -> int | None:
        running = self.state == states.State.RUNNING
        return states.time_left_s(done=self.done, started=self.started, now=now) if running else None


class Attempt(models.Model):
    """Evidence: who tried, when, and how it ended. Only ever added to and closed."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=80)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)  # the state it led to
    error = models.TextField(blank=True)  # for administrators

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="jobs_attempt_once")]

    def __str__(self) -> str:
        return f"{self.job_id}#{self.number}"


class Periodic(models.Model):
    """When periodic work is next due. Whoever moves `due` on starts the run: once, however many workers."""

    kind = models.CharField(max_length=60, unique=True)
    due = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind
