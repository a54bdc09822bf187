"""When a sender is asked for a keyframe. Pure: time is passed in.

One keyframe costs everybody: browsers make one of every layer, and drop the pictures after it to keep their rate.
"""

from __future__ import annotations

from typing import Protocol

EVERY_MS = 500
FIRST_WAIT_MS, LONGEST_WAIT_MS = 250, 4_000


class Asked(Protocol):
    """A `Stream`, as much of it as is needed here."""

    pli_wanted: bool
    pli_ms: int


class Wishes:
    """One subscriber's wishes for keyframes: who keeps wishing is heard less and less often."""

    __slots__ = ("_heard_ms", "_wait_ms")

    def __init__(self) -> None:
        self._heard_ms, self._wait_ms = -LONGEST_WAIT_MS, 0

    def heard(self, now_ms: int) -> bool:
        """Whether a wish that comes now counts."""
        passed_ms = now_ms - self._heard_ms
        if passed_ms < self._wait_ms:
            return False
        calm = passed_ms > 2 * LONGEST_WAIT_MS
        self._wait_ms = FIRST_WAIT_MS if calm or not self._wait_ms else min(2 * self._wait_ms, LONGEST_WAIT_MS)
        self._heard_ms = now_ms
        return True


def due(stream: Asked, now_ms: int) -> bool:
    """Whether a picture loss indication may go to the sender now: at most two a second for a layer."""
    if not stream.pli_wanted or now_ms - stream.pli_ms < EVERY_MS:
        return False
    stream.pli_wanted, stream.pli_ms = False, now_ms
    return True
