"""Records of a live room, as they arrive from the node, into the database. Each may arrive twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rooms import codec, services
from rooms.session.effects import Joined, Left, MeetingClosed, MeetingOpened, Said

KINDS: dict[str, type] = {kind.__name__: kind for kind in (MeetingOpened, MeetingClosed, Joined, Left, Said)}


def keep(slug: str, kind: str, record: dict[str, Any]) -> None:
    """Raises MessageMalformed, KeyError for a record there is not."""
    found = codec.read(KINDS[kind], record)
    at = datetime.fromtimestamp(found.at_ms / 1000, UTC)
    match found:
        case MeetingOpened():
            services.open_meeting(slug=slug, meeting=found.meeting, at=at)
        case MeetingClosed():
            services.close_meeting(meeting=found.meeting, at=at)
        case Joined():
            services.record_join(
                meeting=found.meeting,
                participant=found.participant,
                person=found.person,
                guest=found.guest,
                name=found.name,
                organisation=found.organisation,
                role=found.role,
                at=at,
            )
        case Left():
            services.record_leave(
                meeting=found.meeting, participant=found.participant, reason=found.reason, at=at
            )
        case Said():
            services.record_chat(
                meeting=found.meeting,
                message=found.message,
                participant=found.participant,
                person=found.person,
                name=found.name,
                to=found.to,
                to_person=found.to_person,
                text=found.text,
                at=at,
            )
