"""What an asset may be, and what it may become. Pure."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    UPLOADING = "uploading"
    QUEUED = "queued"
    WORKING = "working"
    PLAYABLE = "playable"
    READY = "ready"
    FAILED = "failed"
    REFUSED = "refused"


_FROM_WORK = frozenset({State.PLAYABLE, State.READY, State.FAILED, State.REFUSED, State.QUEUED, State.WORKING})

NEXT: dict[State, frozenset[State]] = {
    State.UPLOADING: frozenset({State.QUEUED, State.REFUSED}),
    State.QUEUED: frozenset({State.WORKING, State.FAILED, State.REFUSED}),
    # Working again: another worker began anew. Queued: the disk is full, or everything is made once more.
    State.WORKING: _FROM_WORK,
    State.PLAYABLE: _FROM_WORK,
    State.READY: frozenset({State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED}),
    State.REFUSED: frozenset(),
}
BUSY = frozenset({State.QUEUED, State.WORKING, State.PLAYABLE})


def before(to: State) -> frozenset[State]:
    """From where an asset may become `to`."""
    return frozenset(state for state, following in NEXT.items() if to in following)
