"""Rooms over HTTP: what the pages do, for programs. Described at /api/docs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from accounts.api_auth import account, anybody
from kernel import clock, ids
from kernel.errors import NotAllowed
from organisations.guards import needs
from organisations.models import Organisation
from organisations.policies import may
from organisations.selectors import actor_for
from rooms import attendance, guests, reaching, selectors
from rooms.api_shapes import (
    Ended,
    EnterIn,
    EnterOut,
    InvitationOut,
    InviteIn,
    MeetingOut,
    NextOut,
    RoomIn,
    RoomOut,
    RoomsOut,
    StayOut,
)
from rooms.errors import NoSuchRoom, SettingsInvalid
from rooms.models import Attendance, Invitation, Room
from rooms.services import entering, invitations
from rooms.services.rooms import Settings, archive_room, change_room, create_room
from web import ratelimit

if TYPE_CHECKING:
    from accounts.models import User

MOST = 100  # rows of one answer
ENTRIES_PER_ADDRESS = (300, 60)
INVITATIONS_PER_PERSON = (500, 24 * 60 * 60)


router = Router(tags=["rooms"], auth=account)
open_router = Router(tags=["rooms"], auth=anybody)


def asker(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


# ---------------------------------------------------------------- rooms


@router.get("", response=RoomsOut, summary="The rooms that you may see")
@needs("room.list")
def list_rooms(request: HttpRequest, limit: int = Query(50, ge=1, le=MOST), offset: int = Query(0, ge=0)) -> Any:  # type: ignore[type-arg]
    rooms = selectors.rooms_visible(asker(request)).order_by("title", "pk")
    return {"rooms": [shown(room) for room in rooms[offset : offset + limit]], "total": rooms.count()}


@router.post("", response={201: RoomOut}, summary="Make a room")
@needs("room.create")
def make_room(request: HttpRequest, said: RoomIn) -> Any:
    user = asker(request)
    given = settings_of(said, user)
    if "title" not in given:
        raise SettingsInvalid("title: a room needs one.")
    organisation = given.get("organisation")
    if organisation is None:
        choices = selectors.organisations_to_create_in(user)
        if not choices and not user.is_superuser:
            raise NotAllowed
        given["organisation"] = choices[0] if choices else None
    return Status(201, shown(create_room(settings=Settings(owner=user, **given), now=clock.now())))


@router.get("/next", response=list[NextOut], summary="What is planned, the soonest first")
@needs("room.list")
def next_meetings(request: HttpRequest, limit: int = Query(10, ge=1, le=MOST)) -> Any:  # type: ignore[type-arg]
    found = selectors.next_meetings(asker(request), now=clock.now(), limit=limit)
    return [
        {
            "slug": each.room.slug,
            "title": each.room.title,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "live": each.live,
            "join_url": each.room.join_url,
        }
        for each in found
    ]


@router.get("/{slug}", response=RoomOut, summary="One room")
@needs("room.see")
def read_room(request: HttpRequest, slug: str) -> Any:
    return shown(room_for(request, slug, can="room.see"))


@router.patch("/{slug}", response=RoomOut, summary="Change settings; those inside are told at once")
@needs("room.change")
def patch_room(request: HttpRequest, slug: str, said: RoomIn) -> Any:
    room = room_for(request, slug, can="room.change")
    before = room.sequence
    given = settings_of(said, asker(request))
    changed = change_room(room=room, settings=Settings(**given), now=clock.now())
    if changed.sequence != before:
        invitations.tell_invited(room=changed, kind="changed", now=clock.now())
    reaching.adopt(changed)
    return shown(changed)


@router.delete("/{slug}", response={204: None}, summary="Close the room; its records stay")
@needs("room.change")
def close_room(request: HttpRequest, slug: str) -> Any:
    room = room_for(request, slug, can="room.change")
    if archive_room(room=room, now=clock.now()):
        invitations.tell_invited(room=room, kind="cancelled", now=clock.now())
        reaching.end(room)
    return Status(204, None)


# ---------------------------------------------------------------- meetings


@open_router.post("/{slug}/enter", response=EnterOut, summary="A ticket for the room's socket; guests too")
@needs("room.open")
def enter(request: HttpRequest, slug: str, said: EnterIn) -> Any:
    address = str(request.META.get("REMOTE_ADDR", ""))
    ratelimit.hit(f"enter:{slug}:{address}", *ENTRIES_PER_ADDRESS)
    user = asker(request)
    room = selectors.room_for(user, slug, can="room.open", invitation=said.invitation)
    guest = guests.read(said.guest) or guests.Guest(ids.token())
    actor = selectors.actor_at(user, room, invitation=said.invitation)
    ticket, name = entering.issue_ticket(
        room=room,
        user=user,
        actor=actor,
        name=said.name,
        passcode=said.passcode,
        guest=guest.id,
        organisation=selectors.organisation_of(user),
        address=address,
        now=clock.now(),
    )
    public = urlsplit(settings.ENV.public_address)
    return {
        "ticket": ticket,
        "name": name,
        "ws_url": f"{'wss' if public.scheme == 'https' else 'ws'}://{public.netloc}/ws/rooms/{slug}/",
        "guest": "" if actor.person else guests.write(guests.Guest(guest.id, name)),
    }


@router.get("/{slug}/people", response=list[StayOut], summary="Who is inside now")
@needs("room.see")
def people(request: HttpRequest, slug: str) -> Any:
    meeting = selectors.active_meeting(room_for(request, slug, can="room.see"))
    return [stay_of(each) for each in selectors.inside(meeting)] if meeting else []


@router.get("/{slug}/meetings", response=list[MeetingOut], summary="The meetings held, with everybody's stays")
@needs("room.moderate")
def meetings(
    request: HttpRequest,
    slug: str,
    limit: int = Query(20, ge=1, le=MOST),  # type: ignore[type-arg]
    offset: int = Query(0, ge=0),  # type: ignore[type-arg]
) -> Any:
    room = room_for(request, slug, can="room.moderate")
    return [
        {
            "key": each.key,
            "started_at": each.started_at,
            "ended_at": each.ended_at,
            "attendance": [stay_of(stay) for stay in each.attendance.select_related("person")],
        }
        for each in room.meetings.all()[offset : offset + limit]
    ]


@router.get("/{slug}/attendance.csv", summary="Everybody's stays as a table")
@needs("room.moderate")
def attendance_table(request: HttpRequest, slug: str) -> Any:
    room = room_for(request, slug, can="room.moderate")
    stays = Attendance.objects.filter(meeting__room=room).select_related("meeting")
    return HttpResponse(attendance.table(stays), content_type="text/csv; charset=utf-8")


@router.post("/{slug}/end", response=Ended, summary="End the meeting for all")
@needs("room.host")
def end(request: HttpRequest, slug: str) -> Any:
    return {"ended": reaching.end(room_for(request, slug, can="room.host"))}


# ---------------------------------------------------------------- invitations


@router.get("/{slug}/invitations", response=list[InvitationOut], summary="Who is invited")
@needs("room.moderate")
def list_invitations(request: HttpRequest, slug: str) -> Any:
    return list(room_for(request, slug, can="room.moderate").invitations.filter(withdrawn_at=None))


@router.post("/{slug}/invitations", response={201: InvitationOut}, summary="Invite by mail")
@needs("room.change")
def invite(request: HttpRequest, slug: str, said: InviteIn) -> Any:
    user = asker(request)
    room = room_for(request, slug, can="room.change")
    ratelimit.hit(f"invite:{user.pk}", *INVITATIONS_PER_PERSON)
    made = invitations.invite(
        room=room,
        email=said.email,
        name=said.name,
        cohost=said.cohost,
        language=said.language,
        by=user,
        now=clock.now(),
    )
    return Status(201, made)


@router.delete("/{slug}/invitations/{int:pk}", response={204: None}, summary="Take an invitation back")
@needs("room.change")
def withdraw(request: HttpRequest, slug: str, pk: int) -> Any:
    found = Invitation.objects.filter(room=room_for(request, slug, can="room.change"), pk=pk).first()
    if found is None:
        raise NoSuchRoom
    invitations.withdraw(invitation=found, now=clock.now())
    return Status(204, None)


# ---------------------------------------------------------------- between shapes and rows


def room_for(request: HttpRequest, slug: str, *, can: str) -> Room:
    return selectors.room_for(asker(request), slug, can=can)


def settings_of(said: RoomIn, user: User) -> dict[str, Any]:
    """Only what was said. Raises NotAllowed for an organisation where this person makes no rooms."""
    given = {name: value for name, value in said.model_dump(exclude_unset=True).items() if value is not None}
    if "organisation" in given:
        found = Organisation.objects.filter(slug=given["organisation"]).first()
        actor = actor_for(user)
        if found is None or not may(actor, "room.create", Room(organisation=found).scope):
            raise NotAllowed
        given["organisation"] = found
    moment = given.get("starts_at")
    if moment is not None and moment.tzinfo is None:
        raise SettingsInvalid("starts_at: say the offset from UTC, such as 2026-11-26T14:30:00+08:00.")
    return given


def shown(room: Room) -> dict[str, Any]:
    names = set(RoomOut.model_fields) - {"organisation", "owner", "has_passcode", "live"}
    return {
        **{name: getattr(room, name) for name in names},
        "organisation": room.organisation.slug if room.organisation else None,
        "owner": str(room.owner.public_id) if room.owner else None,
        "has_passcode": bool(room.passcode_hash),
        "live": selectors.active_meeting(room) is not None,
    }


def stay_of(stay: Attendance) -> dict[str, Any]:
    names = set(StayOut.model_fields) - {"person"}
    person = stay.person
    return {
        **{name: getattr(stay, name) for name in names},
        "person": str(person.public_id) if person else None,
    }
