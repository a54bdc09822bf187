"""Invitations as calendar programs understand them. RFC 5545, RFC 5546."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

if TYPE_CHECKING:
    from datetime import datetime

    from rooms.models import Invitation, Room

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


def calendar(
    *, room: Room, method: Method, organiser: str, host: str, now: datetime, invitation: Invitation | None = None
) -> bytes:
    """The planned meeting, or its cancellation. `organiser` is the address that mails come from, `host` the site's.

    The UID never changes, SEQUENCE grows with every change: programs replace what they have.
    """
    if room.starts_at is None:
        raise ValueError("an open-ended room has no calendar entry")
    event = Event()
    event.add("uid", f"{room.slug}@{host}")
    event.add("sequence", room.sequence)
    event.add("dtstamp", now)
    begins = room.starts_at.astimezone(room.zone)
    event.add("dtstart", begins)
    event.add("dtend", begins + room.duration)
    if room.rule:
        event.add("rrule", vRecur.from_ical(room.rule))
    event.add("summary", room.title)
    link = invitation.url if invitation else room.join_url
    event.add("description", f"{room.description}\n\n{link}".strip())
    event.add("location", link)
    event.add("url", link)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _person(organiser, room.owner.name if room.owner else ""))
    if invitation is not None:
        attendee = _person(invitation.email, invitation.name)
        attendee.params["role"] = vText("REQ-PARTICIPANT")
        attendee.params["partstat"] = vText("NEEDS-ACTION")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    whole = Calendar()
    whole.add("prodid", "-//Stoa//Rooms//EN")
    whole.add("version", "2.0")
    whole.add("method", method)
    whole.add_component(event)
    whole.add_missing_timezones()
    text: bytes = whole.to_ical()
    return text


def _person(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["cn"] = vText(name.replace('"', "'"))
    return address
