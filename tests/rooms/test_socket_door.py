"""The door in front of the socket: only pages of this site may open one."""

from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings

from asgi import application
from tests.rooms.people import MONDAY

# A socket that closes looks after the database connections of its thread: tests before this one may have left some.
pytestmark = pytest.mark.django_db
PATH = f"/ws/rooms/{MONDAY.slug}/"


async def opens(*headers: tuple[bytes, bytes], path: str = PATH) -> bool:
    wire = WebsocketCommunicator(application, path, headers=list(headers))
    connected, _ = await wire.connect()
    if connected:
        await wire.disconnect()
    return bool(connected)


async def test_a_page_of_this_site_opens_a_socket() -> None:
    own = settings.CSRF_TRUSTED_ORIGINS[0].encode()
    assert await opens((b"origin", own))


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"origin", b"null")],
        [(b"origin", b"https://evil.example")],
        [(b"origin", b"http://localhost.evil.example:8000")],
        [(b"origin", b"http://localhost:8001")],
        [(b"origin", b"")],
        [(b"origin", b"\xff\xfe")],
    ],
)
async def test_no_other_page_does(headers: list[tuple[bytes, bytes]]) -> None:
    assert not await opens(*headers)


@pytest.mark.parametrize(
    "path", ["/", "/ws/", "/ws/rooms/", "/ws/rooms/../../etc/", "/ws/rooms/a b/", "/ws/rooms/k7mp"]
)
async def test_another_address_is_refused_quietly(path: str) -> None:
    assert not await opens((b"origin", settings.CSRF_TRUSTED_ORIGINS[0].encode()), path=path)
