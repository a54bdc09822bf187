"""Rooms, the meetings held in them, who was there, what was said, who is invited."""

from __future__ import annotations

from rooms.models.invitation import Invitation
from rooms.models.meeting import Attendance, ChatLine, Meeting
from rooms.models.room import Room

__all__ = ["Attendance", "ChatLine", "Invitation", "Meeting", "Room"]
