"""The HTTP API of rooms: the same rights as the pages, and nothing told to strangers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from organisations.policies import VERBS, Role
from rooms import api, tickets
from rooms.models import Invitation, Room
from rooms.services import meetings
from tests.rooms.office import NOW, Office, room

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_nothing_counted")]


class Program:
    """Speaks JSON, as itself or as somebody."""

    def __init__(self, user: User | None = None, *, strict: bool = False) -> None:
        self.client = Client(headers={"host": "localhost"}, enforce_csrf_checks=strict)
        if user is not None:
            self.client.force_login(user)

    def ask(self, method: str, path: str, said: Any = None) -> Any:
        text = json.dumps(said) if said is not None else ""
        return self.client.generic(method, f"/api/rooms{path}", text, content_type="application/json")


@pytest.fixture
def ada(office: Office) -> User:
    return office.person("ada", at=office.libraries, role=Role.HOST)


@pytest.fixture
def bob(office: Office) -> User:
    return office.person("bob", at=office.libraries)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_room_is_made_read_changed_and_closed(office: Office, ada: User) -> None:
    program = Program(ada)
    said = {
        "title": "Council",
        "organisation": "libraries",
        "passcode": "roof",
        "schedule": "recurring",
        "starts_at": "2026-11-26T14:30:00+08:00",
        "timezone": "Asia/Shanghai",
        "rule": "FREQ=WEEKLY",
        "may_share": False,
    }
    answer = program.ask("POST", "", said)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["join_url"].endswith(f"/rooms/{made['slug']}/")
    assert made["has_passcode"] is True
    assert "roof" not in answer.content.decode()
    assert "share" not in made["allowed"]
    assert program.ask("GET", f"/{made['slug']}").json() == made
    changed = program.ask("PATCH", f"/{made['slug']}", {"title": "Board", "passcode": ""}).json()
    assert (changed["title"], changed["has_passcode"], changed["rule"]) == ("Board", False, "FREQ=WEEKLY")
    assert program.ask("GET", "").json()["total"] == 1
    assert program.ask("DELETE", f"/{made['slug']}").status_code == 204
    assert program.ask("GET", "").json() == {"rooms": [], "total": 0}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 422),
        ({"title": "   "}, 422),
        ({"title": "x" * 201}, 422),
        ({"title": "Council", "capacity": 1}, 422),
        ({"title": "Council", "access": "everybody"}, 422),
        ({"title": "Council", "organisation": "nurses"}, 403),
        ({"title": "Council", "organisation": "nowhere"}, 403),
        ({"title": "Council", "schedule": "once"}, 422),
        ({"title": "Council", "schedule": "once", "starts_at": "2026-11-26T14:30:00"}, 422),
        (
            {"title": "Council", "schedule": "recurring", "starts_at": "2026-11-26T14:30:00Z", "rule": "FREQ=SECONDLY"},
            422,
        ),
        ({"title": "Council", "schedule": "once", "starts_at": "2026-11-26T14:30:00Z", "timezone": "../../etc"}, 422),
    ],
)
def test_what_can_not_be_made_is_refused(office: Office, ada: User, said: dict[str, Any], status: int) -> None:
    assert Program(ada).ask("POST", "", said).status_code == status
    assert not Room.objects.exists()


def test_strangers_are_told_nothing(office: Office) -> None:
    hidden = room(title="Secret garden", organisation=office.libraries, access="link")
    stranger = Program()
    for method, path in [
        ("GET", ""),
        ("GET", "/next"),
        ("GET", f"/{hidden.slug}"),
        ("PATCH", f"/{hidden.slug}"),
        ("DELETE", f"/{hidden.slug}"),
        ("GET", f"/{hidden.slug}/people"),
        ("GET", f"/{hidden.slug}/meetings"),
        ("GET", f"/{hidden.slug}/attendance.csv"),
        ("POST", f"/{hidden.slug}/end"),
        ("GET", f"/{hidden.slug}/invitations"),
        ("POST", f"/{hidden.slug}/invitations"),
    ]:
        answer = stranger.ask(method, path, {} if method in {"POST", "PATCH"} else None)
        assert answer.status_code == 401, (method, path)
        assert b"Secret" not in answer.content


def test_unknown_and_forbidden_rooms_answer_alike(office: Office) -> None:
    eve = Program(office.person("eve", at=office.nurses))
    hidden = room(organisation=office.libraries, lobby=False)
    for path in ("", "/people", "/meetings", "/invitations"):
        assert code(eve.ask("GET", f"/{hidden.slug}{path}")) == code(eve.ask("GET", f"/abcd-efgh-jkmn{path}"))
        assert code(eve.ask("GET", f"/{hidden.slug}{path}")) == (404, "room.unknown")
    assert code(eve.ask("POST", f"/{hidden.slug}/enter", {})) == (404, "room.unknown")


def test_a_member_reads_but_changes_nothing(office: Office, bob: User) -> None:
    council = room(organisation=office.libraries)
    invitation = Invitation.objects.create(room=council, email="zoe@example.org", invited_at=NOW)
    program = Program(bob)
    assert program.ask("GET", f"/{council.slug}").status_code == 200
    for method, path, said in [
        ("PATCH", "", {"title": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/end", None),
        ("GET", "/meetings", None),
        ("GET", "/attendance.csv", None),
        ("GET", "/invitations", None),
        ("POST", "/invitations", {"email": "x@example.org"}),
        ("DELETE", f"/invitations/{invitation.pk}", None),
    ]:
        assert code(program.ask(method, f"/{council.slug}{path}", said)) == (403, "not_allowed"), path
    council.refresh_from_db()
    assert (council.title, council.archived_at, council.invitations.count()) == ("Council", None, 1)


def test_a_guest_enters_by_the_api_and_is_the_same_guest_again(office: Office) -> None:
    council = room(access="link", passcode="roof")
    guest = Program()
    assert code(guest.ask("POST", f"/{council.slug}/enter", {"name": "Gus"})) == (403, "passcode.required")
    first = guest.ask("POST", f"/{council.slug}/enter", {"name": "Gus", "passcode": "roof"}).json()
    again = guest.ask(
        "POST", f"/{council.slug}/enter", {"name": "Gus", "passcode": "roof", "guest": first["guest"]}
    ).json()
    one, two = (tickets.redeem(each["ticket"], slug=council.slug) for each in (first, again))
    assert one.guest == two.guest != ""
    assert first["ws_url"].endswith(f"/ws/rooms/{council.slug}/")


def test_who_is_inside_and_who_was_there(office: Office, ada: User, bob: User) -> None:
    council = room(owner=ada, organisation=office.libraries)
    meeting = meetings.open_meeting(room=council, key="m1", now=NOW)
    for participant, person in (("p1", str(bob.public_id)), ("p2", None)):
        meetings.record_join(
            meeting=meeting,
            participant=participant,
            person=person,
            guest="",
            name="=Bob",
            organisation="Libraries",
            role="participant",
            now=NOW,
        )
    meetings.record_leave(meeting=meeting, participant="p2", reason="left", now=NOW)
    inside = Program(bob).ask("GET", f"/{council.slug}/people").json()
    assert [(each["participant"], each["person"]) for each in inside] == [("p1", str(bob.public_id))]
    held = Program(ada).ask("GET", f"/{council.slug}/meetings").json()
    assert [len(each["attendance"]) for each in held] == [2]
    assert "'=Bob" in Program(ada).ask("GET", f"/{council.slug}/attendance.csv").content.decode()


def test_people_are_invited_and_uninvited(office: Office, ada: User) -> None:
    council = room(owner=ada, organisation=office.libraries)
    program = Program(ada)
    made = program.ask("POST", f"/{council.slug}/invitations", {"email": "zoe@example.org", "name": "Zoë"})
    assert made.status_code == 201
    assert "token" not in made.json()
    assert [each["email"] for each in program.ask("GET", f"/{council.slug}/invitations").json()] == ["zoe@example.org"]
    assert program.ask("DELETE", f"/{council.slug}/invitations/{made.json()['id']}").status_code == 204
    assert program.ask("GET", f"/{council.slug}/invitations").json() == []
    assert code(program.ask("POST", f"/{council.slug}/invitations", {"email": "zoe"})) == (422, "invitation.invalid")


def test_an_invitation_of_another_room_is_out_of_reach(office: Office, ada: User) -> None:
    mine, other = room(owner=ada, organisation=office.libraries), room(organisation=office.nurses)
    invitation = Invitation.objects.create(room=other, email="zoe@example.org", invited_at=NOW)
    assert Program(ada).ask("DELETE", f"/{mine.slug}/invitations/{invitation.pk}").status_code == 404
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


def test_another_site_can_not_use_somebodys_session(office: Office, ada: User) -> None:
    council = room(owner=ada, organisation=office.libraries)
    strict = Program(ada, strict=True)
    assert strict.ask("DELETE", f"/{council.slug}").status_code == 403
    assert strict.ask("POST", "", {"title": "Council"}).status_code == 403
    council.refresh_from_db()
    assert council.archived_at is None


def test_every_operation_says_which_right_it_needs() -> None:
    found = 0
    for router in (api.router, api.open_router):
        for path, view in router.path_operations.items():
            for operation in view.operations:
                assert getattr(operation.view_func, "verb", None) in VERBS, path
                found += 1
    assert found >= 14


def test_the_api_describes_itself(office: Office) -> None:
    described = Client(headers={"host": "localhost"}).get("/api/openapi.json").json()
    assert {"/api/rooms", "/api/rooms/{slug}/enter"} <= set(described["paths"])
