"""Which rooms somebody may know of, and what is going on in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import User
from kernel import ids
from kernel.errors import NotAllowed
from organisations.models import Membership, Organisation
from organisations.policies import Actor, Grant, may
from organisations.selectors import actor_for
from rooms.errors import NoSuchRoom
from rooms.models import Attendance, Invitation, Meeting, Room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AnonymousUser

RUNNING = Q(meetings__ended_at=None) & ~Q(meetings=None)
STEP = Organisation.steplen  # characters of a path for each level of the tree
STILL_SHOWN = timedelta(minutes=15)  # a meeting that should have begun stays in the agenda this long


def is_active(person: str) -> bool:
    """Whether the account with this public id exists and is not suspended."""
    return User.objects.filter(public_id=person, is_active=True).exists()


# ---------------------------------------------------------------- one room


def room_for(user: User | AnonymousUser, slug: str, *, can: str, invitation: str = "") -> Room:
    """The room, if this person may `can` there. `invitation` is the token of a mailed link.

    Raises NoSuchRoom also where the asker may not know of the room, NotAllowed where they may.
    """
    room = Room.objects.select_related("organisation", "owner").filter(slug=slug).first()
    if room is None:
        raise NoSuchRoom
    actor = actor_at(user, room, invitation=invitation)
    if may(actor, can, room.scope):
        return room
    if may(actor, "room.see", room.scope) or may(actor, "room.open", room.scope):
        raise NotAllowed
    raise NoSuchRoom


def actor_at(user: User | AnonymousUser, room: Room, *, invitation: str = "") -> Actor:
    """Who asks, with what this room's invitations grant."""
    actor = actor_for(user)
    invited = room.invitations.filter(withdrawn_at=None)
    grants: set[str] = set()
    if user.is_authenticated and actor.person is not None:
        for cohost in invited.filter(_addressed_to(user)).values_list("cohost", flat=True):
            grants |= {"enter", "cohost"} if cohost else {"enter"}
    if invitation and invited.filter(token=invitation).exists():
        grants.add("enter")
    return replace(actor, grants=tuple(Grant(what, room.key) for what in sorted(grants)))


def is_invitation(slug: str, token: str) -> bool:
    return Invitation.objects.filter(room__slug=slug, token=token, withdrawn_at=None).exists()


def _addressed_to(user: User) -> Q:
    """Invitations to the account, or to an address that the account has confirmed."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list(Lower("email"), flat=True)
    return Q(person=user) | Q(pk__in=Invitation.objects.annotate(low=Lower("email")).filter(low__in=list(confirmed)))


# ---------------------------------------------------------------- many rooms


def rooms_visible(user: User | AnonymousUser) -> QuerySet[Room]:
    """Where this person may `room.see`: as a query what the policy says of each. A test compares."""
    rooms = Room.objects.filter(archived_at=None).select_related("organisation", "owner")
    actor = actor_for(user)
    if actor.person is None or not user.is_authenticated:
        return rooms.none()
    if actor.superuser:
        return rooms
    wanted = Q(owner=user) | Q(pk__in=Invitation.objects.filter(_addressed_to(user), withdrawn_at=None).values("room"))
    for path in {role.path for role in actor.roles}:
        above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
        wanted |= Q(organisation__path__startswith=path)
        wanted |= Q(access=Room.Access.MEMBERS, organisation__path__in=above)
    return rooms.filter(wanted)


def organisations_to_create_in(user: User | AnonymousUser) -> list[Organisation]:
    """Where this person may make rooms, in the order of the tree."""
    actor = actor_for(user)
    if actor.superuser:
        return list(Organisation.objects.all())
    wanted = Q(pk__in=())
    for role in actor.roles:
        wanted |= Q(path__startswith=role.path)
    return [
        found
        for found in Organisation.objects.filter(wanted)
        if may(actor, "room.create", Room(organisation=found).scope)
    ]


def organisation_of(user: User | AnonymousUser) -> Organisation | None:
    """The organisation that stands beside a person's name: the first they belonged to."""
    if not user.is_authenticated:
        return None
    row = Membership.objects.filter(person=user).select_related("organisation").order_by("since", "pk").first()
    return row.organisation if row else None


# ---------------------------------------------------------------- what is going on


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A meeting that goes on now."""

    room: Room
    started_at: datetime
    people: int
    names: tuple[tuple[str, int], ...]  # (name, colour) of the first few


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A meeting that is planned."""

    room: Room
    starts_at: datetime  # in UTC; templates show it in the reader's zone
    ends_at: datetime
    invited: int
    live: bool


def inside(meeting: Meeting) -> QuerySet[Attendance]:
    """Who is in, in order of coming."""
    return meeting.attendance.filter(left_at=None).select_related("person")


def active_meeting(room: Room) -> Meeting | None:
    return room.meetings.filter(ended_at=None).first()


def live_now(user: User | AnonymousUser, *, limit: int = 20) -> list[Live]:
    """Meetings with somebody in them that this person may know of, the longest first."""
    running = (
        Meeting.objects.filter(ended_at=None, room__in=rooms_visible(user))
        .select_related("room__organisation", "room__owner")
        .annotate(people=Count("attendance", filter=Q(attendance__left_at=None)))
        .filter(people__gt=0)
        .order_by("started_at")[:limit]
    )
    return [
        Live(
            room=found.room,
            started_at=found.started_at,
            people=found.people,
            names=tuple((stay.name, colour_of(stay)) for stay in inside(found)[:4]),
        )
        for found in running
    ]


def colour_of(stay: Attendance) -> int:
    """The avatar's ground, as in the room."""
    return stay.person.colour if stay.person else ids.colour(stay.guest or stay.participant)


def next_meetings(user: User | AnonymousUser, *, now: datetime, limit: int = 5) -> list[Next]:
    """What is planned in the rooms this person may know of, repetitions worked out, the soonest first.

    A meeting of which 15 minutes have not yet passed, or that still goes on, counts as next.
    """
    rooms = rooms_visible(user).exclude(schedule=Room.Schedule.OPEN)
    rooms = rooms.filter(Q(schedule=Room.Schedule.RECURRING) | Q(starts_at__gt=now - timedelta(days=1)))
    rooms = rooms.annotate(
        invited=Count("invitations", filter=Q(invitations__withdrawn_at=None), distinct=True),
        live=Count("meetings", filter=RUNNING, distinct=True),
    ).order_by(F("starts_at").asc())
    # Merged as they are worked out: of each room only as many as are shown, and one.
    coming = merge(*(_coming(room, now) for room in rooms), key=lambda each: (each.starts_at, each.room.pk))
    return list(islice(coming, limit))


def _coming(room: Any, now: datetime) -> Iterator[Next]:
    """`room` carries the counts `live` and `invited`."""
    for begins in room.beginnings(now - max(room.duration, STILL_SHOWN)):
        if begins >= now - STILL_SHOWN or room.live:
            yield Next(
                room=room,
                starts_at=begins,
                ends_at=begins + room.duration,
                invited=room.invited,
                live=bool(room.live) and begins <= now + STILL_SHOWN,
            )
