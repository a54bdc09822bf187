"""Classes take attendance from meetings: courses know no rooms, rooms no courses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from courses import attendance
from courses.attendance import Stay
from rooms.models import Attendance

if TYPE_CHECKING:
    from datetime import datetime


def connect() -> None:
    attendance.told_by(stays)


def stays(room: str, begin: datetime, end: datetime) -> list[Stay]:
    """Guests have no account and no enrolment: they are left out."""
    rows = Attendance.objects.filter(meeting__room__slug=room, joined_at__lt=end, person__isnull=False)
    rows = rows.filter(Q(left_at=None) | Q(left_at__gt=begin))
    return [Stay(row.person_id, row.joined_at, row.left_at) for row in rows if row.person_id is not None]
