"""How fast is too fast: a bucket that fills with time and is emptied by use."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bucket:
    """Holds `most` tokens, gains `per_second`; begins full. The clock only has to go forward."""

    most: int
    per_second: float
    level: float = field(init=False)
    at_ms: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.level = float(self.most)

    def take(self, now_ms: int, tokens: float = 1) -> bool:
        """Whether there were enough; takes nothing if not."""
        if self.at_ms is not None:
            gained = max(0, now_ms - self.at_ms) / 1000 * self.per_second
            self.level = min(float(self.most), self.level + gained)
        self.at_ms = now_ms
        if self.level < tokens:
            return False
        self.level -= tokens
        return True
