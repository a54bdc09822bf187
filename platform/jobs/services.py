"""Start, take, finish, fail, cancel and retry jobs. Each move is a compare-and-set; losing it is a normal answer."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django_tasks import task_backends

from jobs import registry, states
from jobs.errors import JobOver
from jobs.models import Attempt, Job, Periodic
from jobs.states import LEASE, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User

logger = logging.getLogger(__name__)

KEPT = timedelta(days=90)
KEPT_ALONE = timedelta(days=2)  # what nobody asked for and went well: some of it runs every minute


def start(*, kind: str, args: Mapping[str, Any], owner: User | None, now: datetime, label: str = "") -> Job:
    """Queue work; it begins once the surrounding transaction is committed. Raises UnknownKind."""
    registry.find(kind)
    with transaction.atomic():
        job = Job.objects.create(kind=kind, label=label[:200], args=dict(args), owner=owner, created=now, due=now)
        _enqueue(job)
    logger.info("queued job=%s kind=%s", job.public_id, kind)
    return job


def _enqueue(job: Job) -> None:
    """The queue's row is written in the same transaction as the job's, so neither is there without the other."""
    task = registry.one_task()
    later = task.using(run_after=job.due) if job.due > job.created else task
    task_backends["default"].enqueue(later, [job.pk, job.attempt + 1], {})


def _move(job: Job, to: State, *, now: datetime, **fields: Any) -> bool:
    """Raises nothing: False when somebody else moved the job first, or the table NEXT forbids the move."""
    was = State(job.state)
    if to not in states.NEXT[was]:
        return False
    if to in states.OVER:
        fields |= {"finished": now, "leased_until": None}
    with transaction.atomic():
        moved = Job.objects.filter(pk=job.pk, state=was, attempt=job.attempt).update(state=to, **fields) == 1
        if moved and was is State.RUNNING:
            Attempt.objects.filter(job=job, number=job.attempt, ended=None).update(
                ended=now, outcome=to, error=str(fields.get("error", ""))
            )
        if moved:
            job.refresh_from_db()
            if to is State.QUEUED:
                _enqueue(job)
    return moved


def take(*, pk: int, attempt: int, worker: str, now: datetime) -> Job | None:
    """Attempt number `attempt` at this job, for this worker alone; None when it is somebody else's or over."""
    with transaction.atomic():
        waiting = Job.objects.filter(pk=pk, state=State.QUEUED, attempt=attempt - 1)
        won = waiting.update(
            state=State.RUNNING, attempt=attempt, started=now, leased_until=now + LEASE, done=0, text="", error=""
        )
        if won != 1:
            return None
        job = Job.objects.select_related("owner").get(pk=pk)
        Attempt.objects.create(job=job, number=attempt, worker=worker, began=now)
    return job


def beat(job: Job, *, now: datetime, **fields: Any) -> bool:
    """The worker lives and still has the job."""
    held = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)
    return held.update(leased_until=now + LEASE, **fields) == 1


def finish(job: Job, *, result: Mapping[str, Any] | None, now: datetime) -> bool:
    return _move(job, State.READY, now=now, done=1, result=dict(result) if result is not None else None)


def fail(job: Job, *, error: str, for_people: str, now: datetime, again: bool = True) -> bool:
    """Tries left: queued again after a pause. None left: failed, with words for people."""
    kind = registry.find(job.kind)
    if again and job.attempt < kind.tries:
        due = now + states.pause(job.attempt, kind.first_pause)
        moved = _move(job, State.QUEUED, now=now, due=due, leased_until=None, error=for_people[:300])
    else:
        moved = _move(job, State.FAILED, now=now, error=for_people[:300])
    if moved:
        Attempt.objects.filter(job=job, number=job.attempt).update(error=error)
    logger.info("attempt failed job=%s attempt=%d state=%s", job.public_id, job.attempt, job.state)
    return moved


def cancel(job: Job, *, now: datetime) -> None:
    """Raises JobOver. Running work notices when it next says how far it is."""
    for _again in range(3):  # it may begin or be tried again meanwhile
        if _move(job, State.CANCELLED, now=now):
            logger.info("cancelled job=%s", job.public_id)
            return
        job.refresh_from_db()
        if job.over:
            break
    raise JobOver


def retry(job: Job, *, now: datetime) -> None:
    """A failed job from the beginning. Raises JobOver when it did not fail."""
    if not _move(job, State.QUEUED, now=now, due=now, finished=None, done=0, text=""):
        raise JobOver


def pick_up(*, now: datetime) -> int:
    """Give the jobs of workers that died to others. Says how many there were."""
    found = 0
    for job in Job.objects.filter(state=State.RUNNING, leased_until__lt=now).select_related("owner"):
        logger.warning("its worker is gone job=%s attempt=%d", job.public_id, job.attempt)
        found += fail(job, error="the worker was not heard of any more", for_people="", now=now)
    return found


def run_due(*, now: datetime) -> list[Job]:
    """Start periodic work that is due. Runs that were missed while nothing ran are not made up for."""
    begun = []
    for kind in registry.periodic():
        row, _made = Periodic.objects.get_or_create(kind=kind.name, defaults={"due": now})
        if row.due > now or kind.every is None:
            continue
        with transaction.atomic():
            if Periodic.objects.filter(pk=row.pk, due=row.due).update(due=now + kind.every) == 1:
                begun.append(start(kind=kind.name, args={}, owner=None, now=now))
    return begun


def tick(*, now: datetime) -> None:
    """What a worker does every few seconds beside its work."""
    pick_up(now=now)
    run_due(now=now)


def tidy(*, now: datetime) -> int:
    """Forget jobs that were over long ago."""
    old = Q(state__in=states.OVER, finished__lt=now - KEPT)
    alone = Q(state=State.READY, owner=None, finished__lt=now - KEPT_ALONE)
    gone, _each = Job.objects.filter(old | alone).delete()
    return gone
