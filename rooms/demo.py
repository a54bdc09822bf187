"""Rooms to look at: open, planned, recurring, one with a lobby; in two languages."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from organisations.models import Organisation
from rooms.models import Room
from rooms.models.room import spoken
from rooms.selectors import organisation_of
from rooms.services.meetings import close_meeting, open_meeting, record_join, record_leave
from rooms.services.rooms import Settings, create_room

ZONE = "Asia/Shanghai"


def make(*, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(ZONE)).date()

    def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
        return datetime.combine(today + timedelta(days=days), time(hour, minute), tzinfo=ZoneInfo(ZONE))

    monday = -today.weekday()  # days to this week's Monday
    once: dict[str, Any] = {"schedule": Room.Schedule.ONCE, "timezone": ZONE}
    again: dict[str, Any] = {"schedule": Room.Schedule.RECURRING, "timezone": ZONE}
    _room(now, "office", "grace", "Council secretariat", access="members", description="Always open for a question.")
    _room(now, "office", "ada", "Training plan for 2027: second reading", **once, starts_at=at(16), duration_min=90)
    _room(
        now,
        "libraries",
        "zhoumin",
        "青年会员新人见面会",
        **once,
        starts_at=at(9, days=1),
        access="link",
        start_muted=True,
    )
    _room(
        now,
        "libraries",
        "elena",
        "Editors’ weekly call",
        **again,
        starts_at=at(14, 30, days=monday),
        rule="FREQ=WEEKLY",
    )
    _room(
        now,
        "nurses",
        "jianguo",
        "护士长例会",
        **again,
        starts_at=at(10, days=monday + 2),
        rule="FREQ=WEEKLY;INTERVAL=2",
    )
    _room(now, "waterworks", "priya", "Ask the engineers", access="admitted", lobby=True, may_share=False)
    _room(now, "reading-rooms", "samuel", "Reading circle 读书会", access="link")
    _met("Council secretariat", begun=at(10, days=-1))


def _met(title: str, *, begun: datetime) -> None:
    """A meeting that was held, with who was there."""
    room = Room.objects.filter(title=title).first()
    if room is None or room.meetings.exists():
        return
    meeting = open_meeting(room=room, key="demo", now=begun)
    for number, (who, minutes) in enumerate([("grace", 50), ("wei", 50), ("zhoumin", 12), ("zhoumin", 30), ("", 41)]):
        person = User.objects.filter(username=who).first() if who else None
        came = begun + timedelta(minutes=number * 4)
        record_join(
            meeting=meeting,
            participant=f"demo-{number}",
            person=str(person.public_id) if person else None,
            guest="" if person else "demo",
            name=person.name if person else "Zoë Holm",
            organisation=spoken(organisation_of(person)) if person else "",
            role="host" if who == "grace" else "participant",
            now=came,
        )
        left = min(came + timedelta(minutes=minutes), begun + timedelta(minutes=55))
        record_leave(meeting=meeting, participant=f"demo-{number}", reason="left", now=left)
    close_meeting(meeting=meeting, now=begun + timedelta(minutes=55))


def _room(now: datetime, where: str, owner: str, title: str, **given: Any) -> None:
    """Once: found again by its title and organisation."""
    organisation = Organisation.objects.filter(slug=where).first()
    if organisation is None or Room.objects.filter(title=title, organisation=organisation).exists():
        return
    person = User.objects.filter(username=owner).first()
    create_room(settings=Settings(title=title, organisation=organisation, owner=person, **given), now=now)
