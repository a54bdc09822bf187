"""From a page into a room that lives on a node: a real node, a real link."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings

from config.node import serve
from media.node.link import LinkBroken
from rooms import hub as hubs
from rooms import reaching
from rooms.services import meetings
from tests.rooms.office import NOW, room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from rooms.models import Room


@pytest.fixture
async def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    from tests import services

    port = services.free_port(services.socket.SOCK_DGRAM)
    env = replace(settings.ENV, node_link=f"unix:{tmp_path / 'n.sock'}", media_udp_port=port, redis_url="")
    monkeypatch.setattr(settings, "ENV", env)
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(serve(env, stop=stop, ready=ready))
    await asyncio.wait_for(ready.wait(), 10)
    yield
    await hubs.close_hub()
    stop.set()
    await running


@database_sync_to_async
def meeting_in() -> Room:
    council = room()
    meetings.open_meeting(room=council, key="m1", now=NOW)
    return council


@pytest.mark.django_db(transaction=True)
async def test_a_room_that_nobody_entered_lives_nowhere(node: None) -> None:
    council = await meeting_in()
    assert await database_sync_to_async(reaching.lives)(council) is False
    assert await database_sync_to_async(reaching.end)(council) is False
    assert await database_sync_to_async(reaching.adopt)(council) is False


@pytest.mark.django_db
def test_where_nobody_meets_no_node_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*args: Any) -> None:
        raise AssertionError("a node was asked")

    monkeypatch.setattr(reaching, "hub", asked)
    council = room()
    assert (reaching.end(council), reaching.adopt(council)) == (False, False)


@pytest.mark.django_db
def test_a_node_that_can_not_be_reached_is_no_proof_of_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        async def adopt(self, facts: Any) -> bool:
            raise LinkBroken("no media node can be found")

    monkeypatch.setattr(reaching, "hub", Unreachable)
    assert reaching.lives(room()) is None
