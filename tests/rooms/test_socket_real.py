"""What only a real server shows: sockets that are closed by the room, over TCP, by Daphne."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed

from rooms import consumers
from tests.e2e.crowd import Guest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def guest(server: Any) -> Iterator[Guest]:
    room = server.manage("room", "create", "Sockets", "--open")
    found = Guest(room["join_url"], "Zoë")
    yield found
    found.close()


def closed(guest: Guest) -> int:
    """The code the server closed with, within a few seconds."""
    with pytest.raises(ConnectionClosed) as caught:
        listen(guest)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code


def listen(guest: Guest) -> None:
    while True:
        guest.events.append(json.loads(guest._socket.recv(timeout=5)))


def test_a_fault_breaks_the_socket_at_once(guest: Guest) -> None:
    guest._socket.send(json.dumps({"id": 99, "type": "fault", "kind": "drop_socket"}))
    assert closed(guest) == consumers.RESTART


def test_who_leaves_is_seen_out(guest: Guest) -> None:
    assert "ok" in guest.request("leave")
    assert closed(guest) == 1000


def test_a_frame_too_large_closes_the_socket(guest: Guest) -> None:
    """A machine under load may see the connection reset before it has read the code."""
    guest._socket.send("x" * 600_000)
    with pytest.raises(ConnectionClosed) as caught:
        listen(guest)
    assert caught.value.rcvd is None or caught.value.rcvd.code == consumers.TOO_BIG


def test_a_frame_of_two_mebibytes_is_not_even_read(guest: Guest) -> None:
    with contextlib.suppress(ConnectionClosed):
        guest._socket.send("x" * 2 * 1024 * 1024)
    with pytest.raises(ConnectionClosed):
        listen(guest)


def test_a_flood_is_shown_out(guest: Guest) -> None:
    for number in range(500):
        guest._socket.send(json.dumps({"id": number, "type": "ping"}))
    assert closed(guest) == 1000


def test_when_the_node_is_killed_people_are_told_and_enter_the_next(server: Any) -> None:
    room = server.manage("room", "create", "Sockets", "--open")
    guest = Guest(room["join_url"], "Zoë")
    server.kill("node")
    with pytest.raises(ConnectionClosed):
        listen(guest)
    assert (guest.events[-1]["action"], guest.events[-1]["reason"]) == ("reconnect", "node_lost")
    server.start("node")
    again = Guest(room["join_url"], "Zoë")  # tries again while no node is there, as the browser does
    assert again.welcome["state"] == "in"
    again.close()
    guest.close()
