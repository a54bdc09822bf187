"""What the HTTP API of rooms takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

Access = Literal["link", "signed_in", "members", "admitted"]
Schedule = Literal["open", "once", "recurring"]


class RoomIn(Schema):
    """What is left out stays, or is as usual."""

    title: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=2000)
    organisation: str | None = Field(None, description="The organisation's slug.")
    access: Access | None = Field(None, description="Who enters without asking.")
    lobby: bool | None = Field(None, description="Others may wait until a host admits them.")
    passcode: str | None = Field(None, max_length=64, description="Empty: none.")
    start_muted: bool | None = None
    capacity: int | None = Field(None, ge=2, le=500)
    may_microphone: bool | None = None
    may_camera: bool | None = None
    may_share: bool | None = None
    may_chat: bool | None = None
    may_private_chat: bool | None = None
    may_react: bool | None = None
    may_rename: bool | None = None
    schedule: Schedule | None = None
    starts_at: datetime | None = Field(None, description="With its offset from UTC.")
    duration_min: int | None = Field(None, ge=5, le=1440)
    timezone: str | None = Field(None, description="Such as Asia/Shanghai; repetitions are worked out in it.")
    rule: str | None = Field(None, max_length=200, description="RFC 5545, such as FREQ=WEEKLY;BYDAY=MO.")


class RoomOut(Schema):
    slug: str
    title: str
    description: str
    organisation: str | None
    owner: str | None
    access: Access
    lobby: bool
    has_passcode: bool
    start_muted: bool
    capacity: int
    allowed: list[str]
    schedule: Schedule
    starts_at: datetime | None
    duration_min: int
    timezone: str
    rule: str
    live: bool
    join_url: str
    created_at: datetime
    changed_at: datetime


class RoomsOut(Schema):
    rooms: list[RoomOut]
    total: int


class EnterIn(Schema):
    name: str = Field("", max_length=200)
    passcode: str = Field("", max_length=200)
    guest: str = Field("", max_length=500, description="What an earlier answer gave: the same guest comes again.")
    invitation: str = Field("", max_length=64, description="The token of a mailed link.")


class EnterOut(Schema):
    ticket: str = Field(description="For `hello` on the socket; good once, for a minute.")
    name: str
    ws_url: str
    guest: str


class StayOut(Schema):
    participant: str
    name: str
    organisation: str
    person: str | None = Field(description="The account's public id, none for a guest.")
    role: str
    joined_at: datetime
    left_at: datetime | None
    reason: str


class MeetingOut(Schema):
    key: str
    started_at: datetime
    ended_at: datetime | None
    attendance: list[StayOut]


class InviteIn(Schema):
    email: str = Field(max_length=254)
    name: str = Field("", max_length=120)
    cohost: bool = False
    language: Literal["en", "zh-hans"] = "en"


class InvitationOut(Schema):
    id: int
    email: str
    name: str
    cohost: bool
    language: str
    invited_at: datetime


class NextOut(Schema):
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    live: bool
    join_url: str


class Ended(Schema):
    ended: bool
