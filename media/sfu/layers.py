"""Which simulcast layer a subscriber gets. Pure: measurements and time come in, a choice goes out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media.sfu.shapes import Reason

HEAVY_LOSS, LIGHT_LOSS = 0.10, 0.02
CALM_MS = 8_000  # this long without loss before a higher layer is tried
LONGEST_CALM_MS = 60_000
OVERUSE_MS = 5_000
PATIENCE = 2  # seconds with heavy loss in a row before a layer is given up
POOLED = 3  # seconds whose packets are judged together: of a small layer one second is too few


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as it arrives: `alive` when packets came lately."""

    rid: str
    height: int  # pixels, 0 unknown
    alive: bool


def choose(layers: Sequence[Layer], wanted_height: int, cap: int, muted: bool) -> tuple[int | None, Reason]:
    """Index of the layer to send (lowest first in `layers`), or None; and why not a higher one.

    The smallest layer that is at least as high as the picture is shown, no higher than `cap`, and alive.
    """
    if muted:
        return None, "muted"
    if wanted_height <= 0:
        return None, "paused"
    if not layers:
        return None, "source"
    fits = next((i for i, layer in enumerate(layers) if layer.height >= wanted_height), len(layers) - 1)
    index = min(cap, fits)
    reason: Reason = "bandwidth" if cap < fits else "wanted"
    alive = [i for i, layer in enumerate(layers) if layer.alive]
    if not alive:
        return index, "source"  # nothing came yet: aim there
    best = max((i for i in alive if i <= index), default=alive[0])
    return (best, reason) if best == index else (best, "source")


class Estimates:
    """What a subscriber estimates its line can carry (REMB), listened to only when it tells of congestion.

    Browsers' estimates lag many seconds behind a rate that has risen; only one that falls, and below what is being
    sent, tells that the line is full.
    """

    def __init__(self) -> None:
        self._last_bps = 0
        self._fell_ms: int | None = None

    def report(self, estimate_bps: int, sending_bps: int, now_ms: int) -> bool:
        """True when a layer must be given up: at the second fall within five seconds."""
        falls = estimate_bps < 0.95 * self._last_bps and estimate_bps < 0.95 * sending_bps
        self._last_bps = estimate_bps
        if not falls:
            return False
        again = self._fell_ms is not None and now_ms - self._fell_ms <= OVERUSE_MS
        self._fell_ms = None if again else now_ms
        return again


class Line:
    """What a subscriber's own line loses.

    Browsers' receiver reports hide it: what was lost and then sent again counts as received in them (RFC 3550, A.3).
    So who asks for packets again is judged by that, of what we really sent; the publisher's own losses don't count.
    Who never asks is judged by the reports.
    """

    __slots__ = ("_asked", "_asks", "_reported", "_seconds", "_told")

    def __init__(self) -> None:
        self._seconds: deque[tuple[int, int]] = deque(maxlen=POOLED)
        self._asked: set[int] = set()
        self._asks = False
        self._reported: list[float] = []
        self._told = 0.0

    def asked(self, seq: int, sent: bool) -> None:
        """A packet is asked for again; whether it was `sent` at all."""
        self._asks = True
        if sent:
            self._asked.add(seq)

    def reported(self, fraction: float) -> None:
        self._reported.append(fraction)

    def second(self, sent: int) -> float:
        """The share lost lately, 0..1, when another second has passed in which `sent` packets left."""
        if self._reported:  # of sound a report comes every five seconds: until the next it holds
            self._told = sum(self._reported) / len(self._reported)
        lost = len(self._asked) if self._asks else round(self._told * sent)
        self._asked.clear()
        self._reported.clear()
        self._seconds.append((sent, min(lost, sent)))
        all_sent, all_lost = (sum(column) for column in zip(*self._seconds, strict=True))
        return max(0, all_lost - 1) / all_sent if all_sent else 0.0  # one lost packet is no trend


class LossCap:
    """Falls a layer when much is lost, climbs back carefully: after each failed climb it waits twice as long."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.cap = top
        self._bad = 0
        self._calm_since_ms: int | None = None
        self._calm_needed_ms = CALM_MS
        self._climbed_ms: int | None = None

    def below(self, index: int, now_ms: int) -> bool:
        """The line can't carry the layer `index`. True when the cap moved."""
        lowest = min(self.cap, index)
        if lowest == 0:
            return False
        self._fall(lowest - 1, now_ms)
        return True

    def _fall(self, cap: int, now_ms: int) -> None:
        if self._climbed_ms is not None and now_ms - self._climbed_ms < 2 * self._calm_needed_ms:
            self._calm_needed_ms = min(2 * self._calm_needed_ms, LONGEST_CALM_MS)
        self._bad, self.cap, self._climbed_ms, self._calm_since_ms = 0, cap, None, None

    def report(self, loss: float, now_ms: int) -> bool:
        """Once a second, the share lost, 0..1. True when the cap moved."""
        if loss > HEAVY_LOSS:
            self._calm_since_ms = None
            self._bad += 1
            if self._bad < PATIENCE or self.cap == 0:
                return False
            self._fall(self.cap - 1, now_ms)
            return True
        self._bad = 0
        if loss > LIGHT_LOSS or self.cap == self.top:
            self._calm_since_ms = None
            return False
        if self._calm_since_ms is None:
            self._calm_since_ms = now_ms
        if now_ms - self._calm_since_ms < self._calm_needed_ms:
            return False
        self._calm_since_ms, self.cap, self._climbed_ms = None, self.cap + 1, now_ms
        return True
