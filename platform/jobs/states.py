"""What a job may be, what it may become, and when it is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


NEXT: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    # Back to queued: tried again after an error, or taken from a worker that died.
    State.RUNNING: frozenset({State.READY, State.FAILED, State.CANCELLED, State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.READY: frozenset(),
    State.CANCELLED: frozenset(),
}
OVER = frozenset({State.READY, State.FAILED, State.CANCELLED})

LEASE = timedelta(seconds=60)  # a worker that was not heard of for so long is taken for dead
BEAT_S = 15
LEAST_DONE = 0.02  # below this a guess of the time left would be noise


def pause(attempt: int, first: timedelta) -> timedelta:
    """How long to wait after failed attempt 1, 2, 3 …: four times longer each time, at most an hour."""
    return min(first * int(4 ** (attempt - 1)), timedelta(hours=1))


def time_left_s(*, done: float, started: datetime | None, now: datetime) -> int | None:
    """Seconds to go if work goes on as it did; None while that can't be said. `done` is 0..1."""
    if started is None or not LEAST_DONE <= done < 1:
        return None
    return round((now - started).total_seconds() * (1 - done) / done)
