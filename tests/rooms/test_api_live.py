"""Hosts' powers over HTTP, in a meeting that is really on: a node, two sockets, a program with a key."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.crowd import Guest

if TYPE_CHECKING:
    from collections.abc import Iterator


class Program:
    """Calls the API with the session of one of the demonstration people."""

    def __init__(self, server: Any, who: str, slug: str) -> None:
        self._session = server.manage("test_session", who)["session"]
        self._url, self._slug = server.url, slug

    def ask(self, method: str, path: str, **said: Any) -> tuple[int, Any]:
        csrf = "c" * 32
        request = urllib.request.Request(
            f"{self._url}/api/rooms/{self._slug}{path}",
            json.dumps(said).encode() if method == "POST" else None,
            {
                "Content-Type": "application/json",
                "Cookie": f"sessionid={self._session}; csrftoken={csrf}",
                "X-CSRFToken": csrf,
                "Origin": self._url,
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or "null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or "null")

    def does(self, what: str, **said: Any) -> None:
        assert self.ask("POST", f"/live/{what}", **said) == (204, None)

    def live(self) -> Any:
        status, found = self.ask("GET", "/live")
        assert status == 200, found
        return found


@pytest.fixture
def council(server: Any) -> dict[str, Any]:
    return dict(server.manage("room", "create", "By program", "--open", "--owner", "grace"))


@pytest.fixture
def zoe(council: dict[str, Any]) -> Iterator[Guest]:
    found = Guest(council["join_url"], "Zoë")
    yield found
    found.close()


@pytest.fixture
def grace(server: Any, council: dict[str, Any], zoe: Guest) -> Program:
    return Program(server, "grace", council["slug"])


def heard(guest: Guest, kind: str) -> dict[str, Any]:
    while True:
        for event in guest.events:
            if event["type"] == kind:
                guest.events.remove(event)
                return event
        guest.events.append(json.loads(guest._socket.recv(timeout=10)))


def test_a_program_sees_and_leads_a_meeting(grace: Program, zoe: Guest) -> None:
    me = zoe.welcome["you"]
    found = grace.live()
    assert [(p["id"], p["name"], p["guest"]) for p in found["participants"]] == [(me, "Zoë", True)]
    assert found["room"]["locked"] is False
    grace.does("lock", locked=True)
    assert heard(zoe, "room.changed")["room"]["locked"] is True
    grace.does("ask-unmute", participant=me)
    assert heard(zoe, "asked.unmute")["by"] == ""
    grace.does("allow", capability="chat", allowed=False, participant=me)
    assert "chat" not in heard(zoe, "participant.changed")["participant"]["capabilities"]
    assert zoe.request("chat.send", text="hello")["error"]["code"] == "not_allowed"
    zoe.request("hand", raised=True)
    assert heard(zoe, "participant.changed")["participant"]["hand_at_ms"]
    grace.does("lower-hands")
    assert heard(zoe, "participant.changed")["participant"]["hand_at_ms"] is None
    grace.does("role", participant=me, role="cohost")
    assert heard(zoe, "participant.changed")["participant"]["role"] == "cohost"
    grace.does("mute")
    assert grace.ask("POST", "/live/stop", participant=me, source="screen") == (204, None)
    grace.does("remove", participant=me)
    assert heard(zoe, "goodbye")["reason"] == "removed"


def test_a_program_opens_the_lobby(server: Any) -> None:
    room = server.manage("room", "create", "Behind a door", "--lobby", "--owner", "grace")
    first, second, third = (Guest(room["join_url"], name) for name in ("Ann", "Ben", "Cy"))
    assert {guest.welcome["state"] for guest in (first, second, third)} == {"waiting"}
    program = Program(server, "grace", room["slug"])
    waiting = {each["name"]: each["id"] for each in program.live()["waiting"]}
    program.does("refuse", waiting=waiting["Cy"])
    assert heard(third, "goodbye")["reason"] == "refused"
    program.does("admit", waiting=waiting["Ann"])
    assert heard(first, "lobby.admitted")["snapshot"]["room"]["title"] == "Behind a door"
    program.does("admit")
    assert heard(second, "lobby.admitted")
    for guest in (first, second, third):
        guest.close()


def test_whoever_may_not_is_refused_by_name(grace: Program, zoe: Guest, server: Any, council: dict[str, Any]) -> None:
    status, said = grace.ask("POST", "/live/remove", participant="nobody")
    assert (status, said["error"]["code"]) == (404, "participant.unknown")
    assert grace.ask("POST", "/live/mute", participant="x" * 65)[0] == 422
    assert grace.ask("POST", "/live/allow", capability="fly", allowed=True)[0] == 422
    bob = Program(server, "bob", council["slug"])
    for answer in (bob.ask("GET", "/live"), bob.ask("POST", "/live/mute"), bob.ask("POST", "/live/lock", locked=True)):
        assert answer[0] in {403, 404}
    assert zoe.request("ping")["re"]
    assert not [event for event in zoe.events if event["type"] in {"room.changed", "stopped"}]


def test_where_nobody_meets_there_is_nobody_to_lead(server: Any) -> None:
    room = server.manage("room", "create", "Empty", "--owner", "grace")
    status, said = Program(server, "grace", room["slug"]).ask("GET", "/live")
    assert (status, said["error"]["code"]) == (409, "meeting.none")
