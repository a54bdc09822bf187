"""A meeting that is on, over HTTP: who is inside, and what hosts do. The room itself asks whether they may."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest  # noqa: TC002 ninja reads the annotation
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api_auth import account
from organisations.guards import needs
from organisations.selectors import actor_for
from rooms import protocol, reaching, selectors
from rooms.shapes import Capability

router = Router(tags=["meetings"], auth=account)

Source = Literal["camera", "screen"]
SOMEBODY = Field(max_length=64, description="A participant's id, as /live gives it.")


class One(Schema):
    participant: str = SOMEBODY


class OneOrAll(Schema):
    participant: str | None = Field(None, max_length=64, description="Left out: everybody.")


class StopIn(One):
    source: Source


class RoleIn(One):
    role: Literal["cohost", "participant"]


class LockIn(Schema):
    locked: bool


class AllowIn(OneOrAll):
    capability: Capability
    allowed: bool


class WaitingOneOrAll(Schema):
    waiting: str | None = Field(None, max_length=64, description="Left out: everybody who waits.")


class WaitingOne(Schema):
    waiting: str = Field(max_length=64, description="The id of somebody who waits, as /live gives it.")


class PersonOut(Schema):
    id: str
    name: str
    organisation: str
    role: str
    guest: bool
    hand_at_ms: int | None
    connected: bool
    quality: int = Field(description="0 lost, 1 poor, 2 fair, 3 good.")
    capabilities: list[str]


class SentOut(Schema):
    id: str
    participant: str
    source: str
    muted: bool
    codec: str


class WaitingOut(Schema):
    id: str
    name: str
    organisation: str
    guest: bool
    since_ms: int


class StateOut(Schema):
    title: str
    locked: bool
    started_ms: int
    capacity: int
    lobby: bool
    allowed: list[str]
    start_muted: bool


class LiveOut(Schema):
    room: StateOut
    participants: list[PersonOut]
    publications: list[SentOut]
    waiting: list[WaitingOut]


@router.get("/{slug}/live", response=LiveOut, summary="Who is inside, who waits, what is sent")
@needs("room.moderate")
def live(request: HttpRequest, slug: str) -> Any:
    user = request.auth  # type: ignore[attr-defined]
    return reaching.overview(selectors.room_for(user, slug, can="room.moderate"), actor_for(user))


@router.post("/{slug}/live/admit", response={204: None}, summary="Admit one who waits, or all")
@needs("room.moderate")
def admit(request: HttpRequest, slug: str, said: WaitingOneOrAll) -> Any:
    return acted(request, slug, protocol.LobbyAdmit(waiting=said.waiting))


@router.post("/{slug}/live/refuse", response={204: None}, summary="Refuse one who waits")
@needs("room.moderate")
def refuse(request: HttpRequest, slug: str, said: WaitingOne) -> Any:
    return acted(request, slug, protocol.LobbyRefuse(waiting=said.waiting))


@router.post("/{slug}/live/mute", response={204: None}, summary="Mute one microphone, or all; nobody unmutes another")
@needs("room.moderate")
def mute(request: HttpRequest, slug: str, said: OneOrAll) -> Any:
    return acted(request, slug, protocol.ModerateMute(participant=said.participant))


@router.post("/{slug}/live/ask-unmute", response={204: None}, summary="Ask somebody to speak")
@needs("room.moderate")
def ask_unmute(request: HttpRequest, slug: str, said: One) -> Any:
    return acted(request, slug, protocol.ModerateAskUnmute(participant=said.participant))


@router.post("/{slug}/live/stop", response={204: None}, summary="Stop a camera or a share")
@needs("room.moderate")
def stop(request: HttpRequest, slug: str, said: StopIn) -> Any:
    return acted(request, slug, protocol.ModerateStop(participant=said.participant, source=said.source))


@router.post("/{slug}/live/remove", response={204: None}, summary="Remove somebody for the rest of the meeting")
@needs("room.moderate")
def remove(request: HttpRequest, slug: str, said: One) -> Any:
    return acted(request, slug, protocol.ModerateRemove(participant=said.participant))


@router.post("/{slug}/live/lock", response={204: None}, summary="Lock the room, or open it again")
@needs("room.moderate")
def lock(request: HttpRequest, slug: str, said: LockIn) -> Any:
    return acted(request, slug, protocol.ModerateLock(locked=said.locked))


@router.post("/{slug}/live/allow", response={204: None}, summary="Who may use what: one, or all plain participants")
@needs("room.moderate")
def allow(request: HttpRequest, slug: str, said: AllowIn) -> Any:
    message = protocol.ModerateAllow(capability=said.capability, allowed=said.allowed, participant=said.participant)
    return acted(request, slug, message)


@router.post("/{slug}/live/lower-hands", response={204: None}, summary="Lower one hand, or all")
@needs("room.moderate")
def lower_hands(request: HttpRequest, slug: str, said: OneOrAll) -> Any:
    return acted(request, slug, protocol.ModerateLowerHand(participant=said.participant))


@router.post("/{slug}/live/role", response={204: None}, summary="Make somebody a co-host, or take it back")
@needs("room.host")
def role(request: HttpRequest, slug: str, said: RoleIn) -> Any:
    message = protocol.ModerateRole(participant=said.participant, role=said.role)
    return acted(request, slug, message, can="room.host")


def acted(request: HttpRequest, slug: str, message: Any, *, can: str = "room.moderate") -> Any:
    """Raises NoSuchRoom, NotAllowed, NobodyMeets, Refused, RoomUnavailable."""
    user = request.auth  # type: ignore[attr-defined]
    reaching.act(selectors.room_for(user, slug, can=can), actor_for(user), message)
    return Status(204, None)
