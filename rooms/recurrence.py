"""Rules by which meetings repeat: RFC 5545's RRULE, as far as meetings need it. Pure.

A rule is kept without DTSTART: "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270331T155959Z". It is worked out in the
meeting's own time zone, so that ten o'clock stays ten o'clock when clocks change.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from dateutil.rrule import rrulestr

from rooms.errors import RuleInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 1000  # of COUNT, and of occurrences looked at
# Only what always comes round: other parts can be combined to rules that are searched for ever.
PARTS = {
    "DAILY": {"INTERVAL", "COUNT", "UNTIL"},
    "WEEKLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"},
    "MONTHLY": {"INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "WKST"},
    "YEARLY": {"INTERVAL", "COUNT", "UNTIL"},
}
SHAPES = {
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"[1-9]\d{0,3}"),
    "UNTIL": re.compile(r"\d{8}(T\d{6}Z)?"),
    "BYDAY": re.compile(r"(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU))*"),
    "BYMONTHDAY": re.compile(r"([1-9]|1\d|2[0-8]|-1)(,([1-9]|1\d|2[0-8]|-1))*"),
    "WKST": re.compile(r"MO|SU"),
}


def tidy(text: str, *, zone: tzinfo) -> str:
    """The rule in one spelling, a day as UNTIL made the end of that day. Raises RuleInvalid."""
    parts: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = piece.partition("=")
        if name in parts:
            raise RuleInvalid(f"{name} stands twice.")
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in PARTS:
        raise RuleInvalid("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.")
    for name, value in parts.items():
        if name not in PARTS[frequency] or not SHAPES[name].fullmatch(value):
            raise RuleInvalid(f"{name}={value} can't be used with FREQ={frequency}.")
    if frequency == "WEEKLY" and re.search(r"\d", parts.get("BYDAY", "")):
        raise RuleInvalid("BYDAY of a weekly rule has no numbers.")
    if {"COUNT", "UNTIL"} <= set(parts):
        raise RuleInvalid("COUNT and UNTIL exclude each other.")
    if {"BYDAY", "BYMONTHDAY"} <= set(parts):
        raise RuleInvalid("BYDAY and BYMONTHDAY exclude each other.")
    if int(parts.get("COUNT", 1)) > MOST:
        raise RuleInvalid(f"COUNT is {MOST} at most.")
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], zone).strftime("%Y%m%dT%H%M%SZ")
    return ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items())])


def _until(text: str, zone: tzinfo) -> datetime:
    try:
        if "T" in text:
            return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=zone)
    except ValueError as error:
        raise RuleInvalid(f"UNTIL={text} is no date.") from error
    return day.replace(hour=23, minute=59, second=59).astimezone(UTC)


def occurrences(rule: str, *, first: datetime, zone: tzinfo, after: datetime) -> Iterator[datetime]:
    """Beginnings later than `after`, in order, in UTC. `first` is the earliest, and always one itself."""
    local = first.astimezone(zone).replace(tzinfo=None)
    spoken = re.sub(r"UNTIL=(\w+)", lambda m: f"UNTIL={_local(m[1], zone)}", rule)
    since = after.astimezone(zone).replace(tzinfo=None)
    found = rrulestr(spoken, dtstart=_nearer(rule, local, since))
    if first > after and next(iter(found), None) != local:
        yield first.astimezone(UTC)
    for number, moment in enumerate(found.xafter(since, inc=True)):
        begins = moment.replace(tzinfo=zone).astimezone(UTC)
        if begins > after:
            yield begins
        if number >= MOST:
            return


def _nearer(rule: str, local: datetime, since: datetime) -> datetime:
    """A beginning in step with the first and shortly before `since`: years of days need not be gone through."""
    parts = dict(piece.split("=") for piece in rule.split(";"))
    days = {"DAILY": 1, "WEEKLY": 7}.get(parts["FREQ"])
    if days is None or "COUNT" in parts:
        return local
    step = days * int(parts.get("INTERVAL", 1))
    return local + timedelta(days=max(0, (since - local).days // step - 1) * step)


def _local(until: str, zone: tzinfo) -> str:
    return _until(until, zone).astimezone(zone).strftime("%Y%m%dT%H%M%S")
