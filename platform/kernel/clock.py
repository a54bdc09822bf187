"""The one place that reads a clock. Rules take `now` as an argument; edges ask here."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def monotonic_ms() -> int:
    """Milliseconds on a clock that never goes back; its zero means nothing."""
    return time.monotonic_ns() // 1_000_000
