"""Rules of repetition: what is understood, what is refused, and when they come round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from rooms.errors import RuleInvalid
from rooms.recurrence import occurrences, tidy

BERLIN = ZoneInfo("Europe/Berlin")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def days(
    rule: str, first: datetime, *, zone: ZoneInfo = SHANGHAI, after: datetime | None = None, n: int = 4
) -> list[str]:
    """The next beginnings as local times."""
    after = after or first - timedelta(seconds=1)
    found = islice(occurrences(tidy(rule, zone=zone), first=first, zone=zone, after=after), n)
    return [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in found]


def test_ten_o_clock_stays_ten_o_clock_when_clocks_change() -> None:
    first = datetime(2026, 10, 18, 10, 0, tzinfo=BERLIN)
    assert days("FREQ=WEEKLY", first, zone=BERLIN) == ["10-18 10:00", "10-25 10:00", "11-01 10:00", "11-08 10:00"]


def test_the_last_day_is_included_in_the_meetings_own_zone() -> None:
    first = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)
    assert days("FREQ=DAILY;UNTIL=20261125", first) == ["11-23 23:30", "11-24 23:30", "11-25 23:30"]


def test_counting_begins_with_the_first_wherever_one_looks_from() -> None:
    first = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
    later = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    assert days("FREQ=DAILY;COUNT=3", first, after=later) == ["11-25 09:00"]


def test_the_first_meeting_counts_even_where_the_rule_does_not_name_its_day() -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
    assert days("FREQ=WEEKLY;BYDAY=TH", monday, n=3) == ["11-23 09:00", "11-26 09:00", "12-03 09:00"]


def test_the_first_monday_of_the_month_and_its_last_day() -> None:
    first = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
    assert days("FREQ=MONTHLY;BYDAY=1MO", first, n=3) == ["11-02 09:00", "12-07 09:00", "01-04 09:00"]
    last = datetime(2026, 11, 30, 9, 0, tzinfo=SHANGHAI)
    assert days("FREQ=MONTHLY;BYMONTHDAY=-1", last, n=3) == ["11-30 09:00", "12-31 09:00", "01-31 09:00"]


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"]
)
@pytest.mark.parametrize("wkst", ["", ";WKST=SU"])
def test_looking_from_far_ahead_finds_what_going_through_all_finds(rule: str, wkst: str) -> None:
    rule += wkst if "WEEKLY" in rule else ""
    first = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
    whole = list(islice(rrulestr(rule, dtstart=first), 1200))
    for later in range(0, 800, 13):
        after = first + timedelta(days=later, hours=later % 24)
        found = islice(occurrences(rule, first=first, zone=UTC, after=after), 3)
        assert list(found) == [each for each in whole if each > after][:3]


def test_one_spelling() -> None:
    assert tidy(" rrule:freq=weekly;byday=mo,th ", zone=UTC) == "FREQ=WEEKLY;BYDAY=MO,TH"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every week",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=100000",
        "FREQ=DAILY;COUNT=9999",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20271301",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=3",
        "FREQ=DAILY\r\nATTENDEE:mailto:evil@example.org",
        "FREQ=YEARLY;BYEASTER=0",
    ],
)
def test_what_can_not_be_used_is_refused(rule: str) -> None:
    with pytest.raises(RuleInvalid):
        tidy(rule, zone=SHANGHAI)
