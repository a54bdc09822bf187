"""When somebody is reminded, and when what waits for them is mailed: decisions only, no I/O."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

HOUR = 7  # of the site's clock: digests go out in the morning
LATE = timedelta(hours=1)  # a single notice whose own job was lost goes with the next round
MONDAY = 0


def reminds(day: date | None, *, today: date, days_before: int) -> bool:
    """From so many days before until the day itself."""
    return day is not None and days_before > 0 and day - timedelta(days=days_before) <= today <= day


def mails_now(choice: str, *, waiting_since: datetime, now: datetime) -> bool:
    """Whether what waits since then goes out in this round. `now` is the site's local time."""
    edge = _last_round(choice, now)
    return edge is not None and waiting_since < edge


def _last_round(choice: str, now: datetime) -> datetime | None:
    """The newest moment at which everything that waited then was to be mailed."""
    if choice == "each":
        return now - LATE
    if choice not in {"daily", "weekly"}:
        return None
    edge = datetime.combine(now.date(), time(HOUR), tzinfo=now.tzinfo)
    if choice == "weekly":
        edge -= timedelta(days=(edge.weekday() - MONDAY) % 7)
    if edge > now:
        edge -= timedelta(days=1 if choice == "daily" else 7)
    return edge
