"""Why a job can't be what was asked."""

from __future__ import annotations

from kernel.errors import NotFound, StoaError


class NoSuchJob(NotFound):
    code = "job.not_found"
    text = "There is no such job, or it is not yours."


class JobOver(StoaError):
    code = "job.over"
    status = 409
    text = "This job is over already."


class JobStopped(StoaError):
    """Raised inside the work itself: the job was cancelled, or another worker has taken it over. Let it pass."""

    code = "job.stopped"
    status = 409
    text = "This job was stopped."


class UnknownKind(LookupError):
    """No app has registered work under this name."""
