"""Making, changing and closing rooms."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from organisations.models import Organisation
from rooms import recurrence
from rooms.errors import SettingsInvalid
from rooms.models import Room

# What a calendar shows.
TIMES = ("title", "description", "schedule", "starts_at", "duration_min", "timezone", "rule")


class Unchanged:
    """Left as it is."""


UNCHANGED = Unchanged()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What may be set of a room. What isn't given stays, or is the model's default."""

    title: str | Unchanged = UNCHANGED
    description: str | Unchanged = UNCHANGED
    organisation: Organisation | Unchanged | None = UNCHANGED
    owner: User | Unchanged | None = UNCHANGED
    access: str | Unchanged = UNCHANGED
    lobby: bool | Unchanged = UNCHANGED
    passcode: str | Unchanged = UNCHANGED  # "" takes it away
    start_muted: bool | Unchanged = UNCHANGED
    capacity: int | Unchanged = UNCHANGED
    may_microphone: bool | Unchanged = UNCHANGED
    may_camera: bool | Unchanged = UNCHANGED
    may_share: bool | Unchanged = UNCHANGED
    may_chat: bool | Unchanged = UNCHANGED
    may_private_chat: bool | Unchanged = UNCHANGED
    may_react: bool | Unchanged = UNCHANGED
    may_rename: bool | Unchanged = UNCHANGED
    schedule: str | Unchanged = UNCHANGED
    starts_at: datetime | Unchanged | None = UNCHANGED
    duration_min: int | Unchanged = UNCHANGED
    timezone: str | Unchanged = UNCHANGED
    rule: str | Unchanged = UNCHANGED

    def given(self) -> dict[str, Any]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not UNCHANGED}


def create_room(*, settings: Settings, now: datetime) -> Room:
    """Raises SettingsInvalid, RuleInvalid."""
    room = Room(created_at=now, changed_at=now)
    _put(room, settings.given())
    room.save()
    return room


def change_room(*, room: Room, settings: Settings, now: datetime) -> Room:
    """Those inside hear of it by the next ticket. Raises SettingsInvalid, RuleInvalid."""
    given = settings.given()
    with transaction.atomic():
        kept = Room.objects.select_for_update(of=("self",)).select_related("organisation", "owner").get(pk=room.pk)
        before = {name: getattr(kept, name) for name in TIMES}
        _put(kept, given)
        if before != {name: getattr(kept, name) for name in TIMES}:
            kept.sequence += 1
        kept.changed_at = now
        kept.save()
    return kept


def archive_room(*, room: Room, now: datetime) -> bool:
    """Nobody enters any more; what happened in it stays. False when it was closed already."""
    return Room.objects.filter(pk=room.pk, archived_at=None).update(archived_at=now, changed_at=now) == 1


def _put(room: Room, given: dict[str, Any]) -> None:
    passcode = given.pop("passcode", None)
    if passcode is not None:
        room.passcode_hash = make_password(passcode) if passcode else ""
    for name, value in given.items():
        setattr(room, name, value)
    room.title = " ".join(room.title.split())
    _put_schedule(room)
    try:
        room.clean_fields(exclude=("organisation", "owner"))
    except ValidationError as error:
        name, texts = next(iter(error.message_dict.items()))
        raise SettingsInvalid(f"{name}: {texts[0]}") from error


def _put_schedule(room: Room) -> None:
    if room.schedule == Room.Schedule.OPEN:
        room.starts_at, room.rule = None, ""
        return
    if room.starts_at is None:
        raise SettingsInvalid("starts_at: a planned meeting needs a beginning.")
    room.starts_at = room.starts_at.astimezone(UTC)
    room.timezone = room.timezone or settings.TIME_ZONE
    try:
        zone = ZoneInfo(room.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsInvalid(f"timezone: {room.timezone!r} is none.") from error
    room.rule = recurrence.tidy(room.rule, zone=zone) if room.schedule == Room.Schedule.RECURRING else ""
