"""From a page or the API into a room that lives on a node now: end it, or bring it new settings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync

from media.node.link import CallFailed, LinkBroken
from rooms.hub import hub
from rooms.selectors import active_meeting
from rooms.services.entering import facts_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rooms.models import Room

logger = logging.getLogger(__name__)


def end(room: Room) -> bool:
    """End its meeting for all. False when nobody meets, or the node can't be reached."""

    async def ask() -> bool:
        return await hub().end(room.slug)

    return _reached(room, ask)


def adopt(room: Room) -> bool:
    """Settings that were changed hold at once for those inside; without it, from the next one who enters."""
    facts = facts_of(room)

    async def ask() -> bool:
        return await hub().adopt(facts)

    return _reached(room, ask)


def _reached(room: Room, ask: Callable[[], Awaitable[bool]]) -> bool:
    if active_meeting(room) is None:
        return False
    try:
        return async_to_sync(ask)()
    except (LinkBroken, CallFailed) as error:
        logger.warning("the room's node was not told room=%s: %s", room.slug, error)
        return False
