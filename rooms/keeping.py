"""Records of a live room, as they arrive from the node, to be kept. Each may arrive twice."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from rooms.models import Meeting, Room
from rooms.services import meetings

logger = logging.getLogger(__name__)


def keep(slug: str, kind: str, record: dict[str, Any]) -> None:
    """A record of a room that is no more, or of a kind that is unknown, is told in the log and let go."""
    room = Room.objects.filter(slug=slug).first()
    if room is None:
        logger.warning("record of an unknown room=%s kind=%s", slug, kind)
        return
    now = datetime.fromtimestamp(record["at_ms"] / 1000, UTC)
    key = record["meeting"]
    if kind == "MeetingOpened":
        meetings.open_meeting(room=room, key=key, now=now)
        return
    meeting = room.meetings.filter(key=key).first() or meetings.open_meeting(room=room, key=key, now=now)
    about = {name: value for name, value in record.items() if name not in {"at_ms", "meeting"}}
    _keep(meeting, kind, about, now)


def _keep(meeting: Meeting, kind: str, about: dict[str, Any], now: datetime) -> None:
    if kind == "MeetingClosed":
        meetings.close_meeting(meeting=meeting, now=now)
    elif kind == "Joined":
        meetings.record_join(meeting=meeting, now=now, **about)
    elif kind == "Left":
        meetings.record_leave(meeting=meeting, now=now, **about)
    elif kind == "Said":
        meetings.record_chat(meeting=meeting, now=now, **about)
    else:
        logger.error("record of an unknown kind=%s", kind)
