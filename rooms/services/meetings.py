"""What the live room tells is kept: meetings, stays, messages. Everything may be told twice, and late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from accounts.models import User
from rooms.models import Attendance, ChatLine, Meeting, Room

if TYPE_CHECKING:
    from datetime import datetime


def open_meeting(*, room: Room, key: str, now: datetime) -> Meeting:
    """The room's meeting of this key. One that was left open, because its node died, ends here.

    Told late, when a newer meeting goes on already, it ended when that began.
    """
    known = room.meetings.filter(key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            active = room.meetings.select_for_update().filter(ended_at=None).first()
            late = active is not None and active.started_at > now
            if active is not None and not late:
                close_meeting(meeting=active, now=now)
            ended_at = active.started_at if active is not None and late else None
            return Meeting.objects.create(room=room, key=key, started_at=now, ended_at=ended_at)
    except IntegrityError:  # another process was told of a meeting in the same moment
        return (
            room.meetings.get(key=key) if room.meetings.filter(key=key).exists() else room.meetings.get(ended_at=None)
        )


def close_meeting(*, meeting: Meeting, now: datetime) -> bool:
    """Everybody who is still in is left with it. False when it was closed already."""
    with transaction.atomic():
        closed = Meeting.objects.filter(pk=meeting.pk, ended_at=None).update(ended_at=now) == 1
        meeting.attendance.filter(left_at=None).update(left_at=now, reason="left")
    return closed


def record_join(
    *,
    meeting: Meeting,
    participant: str,
    person: str | None,
    guest: str,
    name: str,
    organisation: str,
    role: str,
    now: datetime,
) -> Attendance:
    """`person` is an account's public id."""
    stay, _ = Attendance.objects.get_or_create(
        meeting=meeting,
        participant=participant,
        defaults={
            "person": _account(person),
            "guest": guest[:64],
            "name": name[:120],
            "organisation": organisation[:200],
            "role": role,
            "joined_at": now,
            "left_at": max(now, meeting.ended_at) if meeting.ended_at else None,
        },
    )
    return stay


def record_leave(*, meeting: Meeting, participant: str, reason: str, now: datetime) -> bool:
    """False when this stay had ended already, or never began."""
    stays = meeting.attendance.filter(participant=participant, left_at=None)
    return stays.update(left_at=now, reason=reason[:20]) == 1


def record_chat(
    *,
    meeting: Meeting,
    message: str,
    participant: str,
    person: str | None,
    name: str,
    to: str | None,
    to_person: str | None,
    text: str,
    now: datetime,
) -> ChatLine:
    line, _ = ChatLine.objects.get_or_create(
        meeting=meeting,
        message=message,
        defaults={
            "participant": participant,
            "person": _account(person),
            "name": name[:120],
            "to": to or "",
            "to_person": _account(to_person),
            "text": text,
            "sent_at": now,
        },
    )
    return line


def _account(public_id: str | None) -> User | None:
    return User.objects.filter(public_id=public_id).first() if public_id else None
