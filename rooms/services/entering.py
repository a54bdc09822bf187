"""From the room's page into the room: name, passcode, right, ticket."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import check_password

from kernel import ids
from kernel.errors import NotAllowed
from organisations.policies import Actor, may
from rooms import policies, tickets
from rooms.errors import NameRequired, PasscodeRequired, PasscodeWrong, RoomClosed
from rooms.models.room import spoken
from rooms.session.entering import tidy
from rooms.shapes import IceServer
from rooms.ticket import RoomFacts, Ticket
from web import ratelimit

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from organisations.models import Organisation
    from rooms.models import Room

WRONG_PER_ADDRESS = (10, 5 * 60)  # passcodes, and seconds
WRONG_PER_ROOM = (200, 60 * 60)
RELAY_LASTS_S = 12 * 60 * 60


def issue_ticket(
    *,
    room: Room,
    user: User | AnonymousUser,
    actor: Actor,
    name: str,
    passcode: str,
    guest: str,
    organisation: Organisation | None,
    address: str,
    now: datetime,
) -> tuple[str, str]:
    """A signed ticket, and the name it bears. `guest` is the lasting id of somebody without an account.

    Raises RoomClosed, NotAllowed, NameRequired, PasscodeRequired, PasscodeWrong, TooMany.
    """
    if room.archived_at is not None:
        raise RoomClosed
    scope = room.scope
    if not may(actor, "room.enter", scope) and "ask" not in scope.facts:
        raise NotAllowed
    if not actor.grants and not may(actor, "room.moderate", scope):  # who is invited needs no passcode
        check_passcode(room=room, passcode=passcode, address=address)
    shown = tidy(user.name if user.is_authenticated else name)  # an account comes under its own name
    if not shown:
        raise NameRequired
    ticket = Ticket(
        id=ids.token(),
        name=shown,
        actor=actor,
        guest="" if actor.person else guest,
        organisation=spoken(organisation),
        colour=ids.colour(actor.person or guest),
        room=facts_of(room),
        ice_servers=relays(actor.person or guest, now=now),
    )
    return tickets.issue(ticket), shown


def check_passcode(*, room: Room, passcode: str, address: str) -> None:
    """Only wrong ones are counted, so that a whole office may come from one address."""
    if not room.passcode_hash:
        return
    if not passcode:
        raise PasscodeRequired
    here, everywhere = f"passcode:{room.slug}:{address}", f"passcode:{room.slug}"
    ratelimit.check(here, WRONG_PER_ADDRESS[0])
    ratelimit.check(everywhere, WRONG_PER_ROOM[0])
    if check_password(passcode, room.passcode_hash):
        return
    ratelimit.hit(here, *WRONG_PER_ADDRESS)
    ratelimit.hit(everywhere, *WRONG_PER_ROOM)
    raise PasscodeWrong


def facts_of(room: Room) -> RoomFacts:
    """The room as the live room is to know it."""
    return RoomFacts(
        slug=room.slug,
        title=room.title,
        organisation=room.organisation.name if room.organisation else "",  # one for all, whoever enters last
        path=room.scope.path,
        owner=room.scope.owner,
        access=room.who_enters.value,
        lobby=policies.somebody_waits(room.who_enters, lobby=room.lobby),
        start_muted=room.start_muted,
        capacity=room.capacity,
        allowed=room.allowed,
        changed_ms=int(room.changed_at.timestamp() * 1000),
    )


def relays(who: str, *, now: datetime) -> tuple[IceServer, ...]:
    """TURN servers with credentials that expire, as coturn's `use-auth-secret` makes them."""
    env = settings.ENV
    if not env.turn_urls:
        return ()
    if not env.turn_secret:
        return (IceServer(urls=env.turn_urls),)
    username = f"{int(now.timestamp()) + RELAY_LASTS_S}:{who[:40]}"
    mac = hmac.new(env.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
    return (IceServer(urls=env.turn_urls, username=username, credential=base64.b64encode(mac).decode()),)
