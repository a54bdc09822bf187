"""From a browser's socket through the web process and the link to a living room, and back."""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings

from config.node import serve
from rooms import hub as hubs
from rooms import tickets
from rooms.routing import websocket_urlpatterns
from tests.rooms.people import ADA, BOB, MONDAY, ticket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from rooms.ticket import Ticket

APPLICATION = URLRouter(websocket_urlpatterns)
_ids = itertools.count(1)


class Browser:
    """One socket, spoken to as the page does."""

    def __init__(self, slug: str = MONDAY.slug) -> None:
        self.wire = WebsocketCommunicator(APPLICATION, f"/ws/rooms/{slug}/")
        self.numbers = itertools.count(1)
        self.frames: list[dict[str, Any]] = []

    async def open(self) -> Browser:
        assert (await self.wire.connect())[0]
        return self

    async def frame(self) -> dict[str, Any]:
        found = json.loads(await self.wire.receive_from(timeout=5))
        self.frames.append(found)
        return found

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of this kind; others on the way are passed over."""
        while True:
            found = await self.frame()
            if found.get("type") == kind:
                return found

    async def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        """The answer to a request."""
        number = next(self.numbers)
        await self.wire.send_to(json.dumps({"id": number, "type": type, **fields}))
        while True:
            found = await self.frame()
            if found.get("re") == number:
                return found

    async def enter(self, given: Ticket) -> dict[str, Any]:
        return await self.ask("hello", versions=[1], ticket=tickets.issue(given))

    async def closed(self) -> int:
        while True:
            found = await self.wire.receive_output(timeout=5)
            if found["type"] == "websocket.close":
                return int(found["code"])
            self.frames.append(json.loads(found["text"]))

    async def close(self) -> None:
        await self.wire.disconnect()


class Node:
    def __init__(self, env: Any) -> None:
        self.env = env

    async def start(self) -> None:
        self.stop, ready = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(serve(self.env, stop=self.stop, ready=ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({waiting, self.task}, return_when=asyncio.FIRST_COMPLETED)
        assert ready.is_set(), self.task.exception()

    async def end(self) -> None:
        self.stop.set()
        await self.task


@pytest.fixture
async def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    env = replace(settings.ENV, node_link=f"unix:{tmp_path / 'node.sock'}", media_udp_port=0, faults=True)
    monkeypatch.setattr(settings, "ENV", env, raising=False)
    found = Node(env)
    await found.start()
    yield found
    await hubs.close_hub()
    await found.end()


async def test_two_people_meet_and_talk(node: Node) -> None:
    ada, bob = await Browser().open(), await Browser().open()
    welcome = await ada.enter(ticket(ADA))
    assert welcome["ok"]["state"] == "in"
    assert [p["name"] for p in welcome["ok"]["snapshot"]["participants"]] == ["Ada"]
    await bob.enter(ticket(BOB))
    assert (await ada.event("participant.joined"))["participant"]["name"] == "Bob"
    await bob.ask("chat.send", text="你好, Ada")
    assert (await ada.event("chat.message"))["message"]["text"] == "你好, Ada"
    await bob.ask("leave")
    assert (await bob.event("goodbye"))["reason"] == "left"
    assert (await ada.event("participant.left"))["reason"] == "left"
    assert await bob.closed() == 1000
