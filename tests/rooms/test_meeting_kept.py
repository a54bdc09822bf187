"""A whole meeting, from page to socket to node and back into the database, on the real PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections
from django.test import Client

from accounts.models import User
from organisations.policies import Role
from rooms import hub as hubs
from rooms.models import Attendance, ChatLine, Meeting
from tests.rooms.office import Office, room
from tests.rooms.test_consumers import Browser, Node

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from rooms.models import Room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
async def real_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    env = replace(settings.ENV, node_link=f"unix:{tmp_path / 'node.sock'}", media_udp_port=0)
    monkeypatch.setattr(settings, "ENV", env, raising=False)
    found = Node(env)
    await found.start()
    yield found
    await hubs.close_hub()
    await found.end()
    await sync_to_async(connections.close_all)()  # the thread's own, else the database can't be dropped


def _office() -> tuple[Room, Client, Client]:
    office = Office()
    ada, bob = office.person("ada", at=office.libraries, role=Role.HOST), office.person("bob", at=office.libraries)
    here = room(organisation=office.libraries, owner=ada)
    clients = Client(), Client()
    for client, person in zip(clients, (ada, bob), strict=True):
        client.force_login(person)
    return here, *clients


def _ticket(client: Client, here: Room) -> str:
    answer = client.post(f"/rooms/{here.slug}/enter", {"name": "", "passcode": ""})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["ticket"])


def _suspend_bob() -> None:
    """As the office's people page does it: in a thread of its own, by the channel layer."""
    User.objects.filter(username="bob").update(is_active=False)
    bob = str(User.objects.get(username="bob").public_id)
    layer = get_channel_layer()
    assert layer is not None
    async_to_sync(layer.group_send)(hubs.SUSPENDED, {"type": "people.suspended", "person": bob})


async def enters(client: Client, here: Room) -> Browser:
    browser = await Browser(slug=here.slug).open()
    issued = await database_sync_to_async(_ticket)(client, here)
    welcome = await browser.ask("hello", versions=[1], ticket=issued)
    assert welcome["ok"]["state"] == "in"
    return browser


async def kept(count: int, what: type) -> None:
    """Until so many rows are there: they come from another thread, over the link."""
    for _ in range(200):
        if await what.objects.acount() >= count:  # type: ignore[attr-defined]
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"fewer than {count} of {what}")


async def test_who_came_what_was_said_and_when_it_ended_is_kept(real_node: Node) -> None:
    here, ada_client, bob_client = await database_sync_to_async(_office)()
    ada = await enters(ada_client, here)
    bob = await enters(bob_client, here)
    await bob.ask("chat.send", text="for the minutes")
    await bob.ask("leave")
    await ada.ask("moderate.end")
    await kept(2, Attendance)
    await kept(1, ChatLine)
    for _ in range(200):
        if await Meeting.objects.filter(ended_at__isnull=False).aexists():
            break
        await asyncio.sleep(0.02)
    meeting = await Meeting.objects.aget()
    assert meeting.ended_at is not None
    stays = {stay.name: stay async for stay in Attendance.objects.all()}
    assert set(stays) == {"Ada", "Bob"}
    assert (stays["Bob"].reason, stays["Ada"].role) == ("left", "host")
    assert all(stay.left_at is not None and stay.person_id is not None for stay in stays.values())
    assert (await ChatLine.objects.aget()).text == "for the minutes"


async def test_a_suspended_account_gets_in_by_no_ticket(real_node: Node) -> None:
    here, ada_client, bob_client = await database_sync_to_async(_office)()
    await enters(ada_client, here)
    issued = await database_sync_to_async(_ticket)(bob_client, here)
    await database_sync_to_async(_suspend_bob)()
    browser = await Browser(slug=here.slug).open()
    answer = await browser.ask("hello", versions=[1], ticket=issued)
    assert answer["error"]["code"] == "ticket.invalid"


async def test_a_suspended_person_is_out_of_the_meeting_within_two_seconds(real_node: Node) -> None:
    here, ada_client, bob_client = await database_sync_to_async(_office)()
    ada = await enters(ada_client, here)
    bob = await enters(bob_client, here)
    async with asyncio.timeout(2):
        await database_sync_to_async(_suspend_bob)()
        assert (await bob.event("goodbye"))["reason"] == "suspended"
        assert (await ada.event("participant.left"))["reason"] == "removed"
