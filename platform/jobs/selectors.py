"""Whose job is it, and how does it stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.errors import NoSuchJob
from jobs.models import Job
from organisations.policies import may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from accounts.models import User


def job_for(user: User | AnonymousUser, public_id: UUID, *, can: str) -> Job:
    """Raises NoSuchJob, also where it is somebody else's."""
    job = Job.objects.select_related("owner").filter(public_id=public_id).first()
    if job is None or not may(actor_for(user), can, job.scope):
        raise NoSuchJob
    return job


def jobs_of(user: User) -> QuerySet[Job]:
    return Job.objects.filter(owner=user).order_by("-created")


def told(job: Job, now: datetime) -> dict[str, Any]:
    """What `<stoa-job>` is told: see docs/jobs.md."""
    return {
        "id": str(job.public_id),
        "title": str(job.title),
        "label": job.label,
        "state": job.state,
        "state_text": job.get_state_display(),
        "done": round(job.done, 4),
        "text": job.text,
        "time_left_s": job.time_left_s(now),
        "error": job.error,
        "result": job.result,
        "over": job.over,
        "attempt": job.attempt,
    }
