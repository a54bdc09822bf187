"""From a page, the API or the worker into a room that lives on a node: end it, change it, ask after it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar

from asgiref.sync import async_to_sync

from media.node.link import CallFailed, LinkBroken
from rooms.errors import NobodyMeets
from rooms.hub import close_hub, hub
from rooms.refusals import RoomEnded, RoomUnavailable
from rooms.selectors import active_meeting
from rooms.services.entering import facts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from organisations.policies import Actor
    from rooms.models import Room

Found = TypeVar("Found")

logger = logging.getLogger(__name__)


def end(room: Room) -> bool:
    """End its meeting for all. False when nobody meets, or the node can't be reached."""

    async def ask() -> bool:
        return await hub().end(room.slug)

    return active_meeting(room) is not None and bool(_reached(room, ask))


def adopt(room: Room) -> bool:
    """Settings that were changed hold at once for those inside; without it, from the next one who enters."""
    facts = facts_of(room)

    async def ask() -> bool:
        return await hub().adopt(facts)

    return active_meeting(room) is not None and bool(_reached(room, ask))


def act(room: Room, actor: Actor, message: Any) -> None:
    """What a host does with those inside. Raises NobodyMeets, Refused, RoomUnavailable."""

    async def ask() -> None:
        await hub().act(room.slug, actor, message)

    _answered(room, ask)


def overview(room: Room, actor: Actor) -> dict[str, Any]:
    """Who is inside, who waits, what is sent. Raises NobodyMeets, Refused, RoomUnavailable."""

    async def ask() -> dict[str, Any]:
        return await hub().overview(room.slug, actor)

    return _answered(room, ask)


def _answered(room: Room, ask: Callable[[], Awaitable[Found]]) -> Found:
    """Asked of the node: people wait in a lobby before any meeting is on."""
    try:
        return async_to_sync(ask)()
    except RoomEnded as gone:
        raise NobodyMeets from gone
    except (LinkBroken, CallFailed, TimeoutError) as error:
        logger.warning("the room's node was not reached room=%s: %s", room.slug, error)
        raise RoomUnavailable from error


def lives(room: Room) -> bool | None:
    """Whether a node holds it now; None when no node can be reached. For the worker, which keeps no links."""
    facts = facts_of(room)  # which change nothing there: the node has them already

    async def ask() -> bool:
        try:
            return await hub().adopt(facts)
        finally:
            await close_hub()

    return _reached(room, ask)


def _reached(room: Room, ask: Callable[[], Awaitable[bool]]) -> bool | None:
    try:
        return async_to_sync(ask)()
    except (LinkBroken, CallFailed) as error:
        logger.warning("the room's node was not reached room=%s: %s", room.slug, error)
        return None
