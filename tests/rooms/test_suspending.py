"""Whoever is suspended is out of the meeting: by the office's page and by the Studio's, with a real node."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from accounts.models import User
from tests.rooms.test_meeting_kept import _office, enters, real_node

if TYPE_CHECKING:
    from tests.rooms.test_consumers import Node

__all__ = ["real_node"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.usefixtures("built"),
]


def _by_the_page() -> int:
    root = Client()
    root.force_login(User.objects.create_superuser("root", "root@example.org", None))
    bob = User.objects.get(username="bob")
    return root.post(f"/organisations/people/{bob.public_id}/suspend/", {"reason": "shouted"}).status_code


def _by_the_studio() -> int:
    root = Client()
    root.force_login(User.objects.create_superuser("root", "root@example.org", None))
    bob = User.objects.get(username="bob")
    unticked = {"username": "bob", "email": bob.email, "first_name": "Bob", "last_name": "Lindqvist"}
    return root.post(f"/studio/users/edit/{bob.pk}/", unticked).status_code


@pytest.mark.parametrize("way", [_by_the_page, _by_the_studio])
async def test_the_meeting_ends_for_whoever_is_suspended(real_node: Node, way) -> None:
    here, ada_client, bob_client = await database_sync_to_async(_office)()
    ada = await enters(ada_client, here)
    bob = await enters(bob_client, here)
    assert await database_sync_to_async(way)() == 302
    async with asyncio.timeout(10):
        assert (await bob.event("goodbye"))["reason"] == "suspended"
        assert (await ada.event("participant.left"))["reason"] == "removed"
