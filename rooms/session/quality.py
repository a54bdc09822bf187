"""One person's connection as a mark from 0 to 3, that does not flicker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rooms.protocol import ReportQuality

LOST, POOR, FAIR, GOOD = 0, 1, 2, 3
WORSE_AFTER, BETTER_AFTER = 2, 3  # reports in a row


def mark_of(report: ReportQuality) -> int:
    """Anchors: ITU G.114 for delay; loss above 2 %, jitter above 30 ms are heard."""
    loss = max(report.loss_up_permille, report.loss_down_permille)
    if loss > 80 or report.round_trip_ms > 800 or report.jitter_ms > 100:
        return POOR
    if loss > 20 or report.round_trip_ms > 400 or report.jitter_ms > 30:
        return FAIR
    return GOOD


@dataclass(slots=True)
class Quality:
    mark: int = GOOD
    _pulls: int = 0  # reports in a row on the same side of the mark; below zero: worse

    def report(self, report: ReportQuality) -> bool:
        """Whether the mark changed."""
        found = mark_of(report)
        if found == self.mark:
            self._pulls = 0
            return False
        step = 1 if found > self.mark else -1
        self._pulls = step if self._pulls * step < 0 else self._pulls + step
        if -WORSE_AFTER < self._pulls < BETTER_AFTER:
            return False
        self.mark, self._pulls = found, 0
        return True

    def lost(self) -> bool:
        changed, self.mark, self._pulls = self.mark != LOST, LOST, 0
        return changed

    def back(self) -> bool:
        """The connection is there again: fair until reports say better."""
        if self.mark != LOST:
            return False
        self.mark = FAIR
        return True
