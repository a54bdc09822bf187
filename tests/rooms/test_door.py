"""Who gets from a link to a ticket, and who does not."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from organisations.policies import Role
from rooms import guests, tickets
from rooms.models import Invitation, Room
from rooms.refusals import TicketInvalid
from rooms.services.rooms import Settings, archive_room, change_room
from rooms.views import door
from tests.rooms.office import NOW, Office, room
from tests.rooms.people import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_nothing_counted", "built")]


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": "localhost"})


def signed_in(user: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def enter(client: Client, where: Room, **said: Any) -> Any:
    said.setdefault("name", "Gus")
    return client.post(f"/rooms/{where.slug}/enter", json.dumps(said), content_type="application/json")


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def ticket(answer: Any, where: Room) -> Any:
    assert answer.status_code == 200, answer.content
    return tickets.redeem(answer.json()["ticket"], slug=where.slug)


def test_a_guest_with_the_link_enters_an_open_room(browser: Client) -> None:
    council = room(access="link")
    got = ticket(enter(browser, council, name="  Gus \u202e\n Holm "), council)
    assert (got.name, got.actor.person, got.room.access, got.room.lobby) == ("Gus Holm", None, "link", False)
    assert got.guest


def test_a_ticket_opens_once_and_only_its_room(browser: Client) -> None:
    council, other = room(access="link"), room(access="link")
    text = enter(browser, council).json()["ticket"]
    with pytest.raises(TicketInvalid):
        tickets.redeem(text, slug=other.slug)
    tickets.redeem(text, slug=council.slug)
    with pytest.raises(TicketInvalid):
        tickets.redeem(text, slug=council.slug)
    with pytest.raises(TicketInvalid):
        tickets.redeem(text[:-3] + "abc", slug=council.slug)


def test_a_guest_needs_a_name(browser: Client) -> None:
    council = room(access="link")
    for name in ("", "   ", "\u200b\u202e", 7, None):
        answer = enter(browser, council, name=name)
        assert (answer.status_code, code(answer)) == (422, "name.required")


def test_a_guest_remains_the_same_guest_after_a_reload(browser: Client) -> None:
    council = room(access="link")
    first = ticket(enter(browser, council), council).guest
    assert ticket(enter(browser, council, name="Other"), council).guest == first
    browser.cookies[guests.COOKIE] = browser.cookies[guests.COOKIE].value[:-2] + "xx"
    assert ticket(enter(browser, council), council).guest != first


def test_somebody_with_an_account_comes_under_its_name(office: Office) -> None:
    council = room(access="link")
    assert ticket(enter(signed_in(office.person("bob")), council, name="The Chair"), council).name == "Bob"


def test_the_enter_address_wants_a_csrf_token() -> None:
    council = room(access="link")
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert enter(strict, council).status_code == 403
    strict.get(f"/rooms/{council.slug}/")
    sent = {"HTTP_X_CSRFTOKEN": strict.cookies["csrftoken"].value}
    answer = strict.post(f"/rooms/{council.slug}/enter", {"name": "Gus"}, **sent)
    assert answer.status_code == 200


def test_a_passcode_is_asked_of_all_but_hosts_and_invited(browser: Client, office: Office) -> None:
    ada, bob = (
        office.person("ada", at=office.libraries, role=Role.ADMINISTRATOR),
        office.person("bob", at=office.libraries),
    )
    treasury = room(access="link", passcode="open sesame", organisation=office.libraries)
    assert "open sesame" not in treasury.passcode_hash
    assert code(enter(browser, treasury)) == "passcode.required"
    assert code(enter(browser, treasury, passcode="open barley")) == "passcode.wrong"
    assert enter(browser, treasury, passcode="open sesame").status_code == 200
    assert code(enter(signed_in(bob), treasury)) == "passcode.required"
    assert enter(signed_in(ada), treasury, name="").status_code == 200


def test_guessing_passcodes_ends_soon_and_harms_nobody_else(browser: Client) -> None:
    treasury = room(access="link", passcode="1234")
    for guess in range(10):
        assert code(enter(browser, treasury, passcode=f"x{guess}")) == "passcode.wrong"
    answer = enter(browser, treasury, passcode="1234")
    assert (answer.status_code, code(answer)) == (429, "too_many")
    elsewhere = browser.post(
        f"/rooms/{treasury.slug}/enter", {"name": "Gus", "passcode": "1234"}, REMOTE_ADDR="192.0.2.7"
    )
    assert elsewhere.status_code == 200


def test_entering_again_and_again_is_slowed(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ENTRIES_PER_ADDRESS", (3, 60))
    council = room(access="link")
    assert [enter(browser, council).status_code for _ in range(5)] == [200] * 3 + [429] * 2


@pytest.mark.parametrize(
    ("access", "lobby", "gus", "eve", "bob"),
    [
        ("link", False, "in", "in", "in"),
        ("signed_in", False, "no room", "in", "in"),
        ("signed_in", True, "waits", "in", "in"),
        ("members", False, "no room", "no room", "in"),
        ("members", True, "waits", "waits", "in"),
        ("admitted", True, "waits", "waits", "waits"),
        ("admitted", False, "no room", "no room", "not allowed"),
    ],
)
def test_settings_decide_who_enters_who_waits_and_who_sees_no_room(
    office: Office, browser: Client, access: str, lobby: bool, gus: str, eve: str, bob: str
) -> None:
    people = {
        "gus": browser,
        "eve": signed_in(office.person("eve", at=office.nurses)),
        "bob": signed_in(office.person("bob", at=office.libraries)),
    }
    council = room(access=access, lobby=lobby, organisation=office.libraries)
    seen = {name: outcome(client, council) for name, client in people.items()}
    assert seen == {"gus": gus, "eve": eve, "bob": bob}


def outcome(client: Client, where: Room) -> str:
    """As the live room will decide it: from the ticket alone."""
    answer = enter(client, where)
    if answer.status_code != 200:
        return {"room.unknown": "no room", "not_allowed": "not allowed"}[code(answer)]
    got = ticket(answer, where)
    return Meeting(got.room).enter("somebody", got).state.replace("waiting", "waits")


def test_somebody_from_a_unit_below_is_a_member(office: Office) -> None:
    samuel = office.person("samuel", at=office.reading)
    council = room(access="members", lobby=False, organisation=office.libraries)
    assert outcome(signed_in(samuel), council) == "in"


def test_a_suspended_person_is_a_stranger(office: Office) -> None:
    bob = office.person("bob", at=office.libraries)
    client = signed_in(bob)
    council = room(access="members", lobby=False, organisation=office.libraries)
    bob.is_active = False
    bob.save()
    assert code(enter(client, council)) == "room.unknown"


def test_an_invitation_opens_the_room_to_its_link(office: Office, browser: Client) -> None:
    council = room(access="admitted", lobby=False, organisation=office.libraries, passcode="x")
    invitation = Invitation.objects.create(room=council, email="gus@example.org", invited_at=NOW)
    assert browser.get(invitation.url).status_code == 302
    assert browser.get(f"/rooms/{council.slug}/").status_code == 200
    assert outcome(browser, council) == "in"
    invitation.withdrawn_at = NOW
    invitation.save()
    assert code(enter(browser, council)) == "room.unknown"


def test_an_invented_invitation_opens_nothing_and_leaves_nothing(browser: Client) -> None:
    council = room(access="admitted", lobby=False)
    invitation = Invitation.objects.create(room=council, email="gus@example.org", invited_at=NOW)
    other = room(access="admitted", lobby=False)
    for path in (f"/rooms/{council.slug}/invited/invented/", f"/rooms/{other.slug}/invited/{invitation.token}/"):
        assert browser.get(path).status_code == 302
    assert not Session.objects.exists()
    assert code(enter(browser, council)) == code(enter(browser, other)) == "room.unknown"


def test_an_invited_account_needs_no_link_and_may_be_cohost(office: Office) -> None:
    eve = office.person("eve", at=office.nurses)
    council = room(access="admitted", lobby=False, organisation=office.libraries)
    Invitation.objects.create(room=council, email="EVE@example.org", person=eve, cohost=True, invited_at=NOW)
    got = ticket(enter(signed_in(eve), council), council)
    assert {grant.what for grant in got.actor.grants} == {"enter", "cohost"}


def test_a_link_that_is_passed_on_makes_nobody_cohost(office: Office, browser: Client) -> None:
    eve = office.person("eve", at=office.nurses)
    council = room(access="admitted", lobby=False)
    invitation = Invitation.objects.create(
        room=council, email="eve@example.org", person=eve, cohost=True, invited_at=NOW
    )
    browser.get(invitation.url)
    assert {grant.what for grant in ticket(enter(browser, council), council).actor.grants} == {"enter"}


def test_an_unconfirmed_address_claims_no_invitation(office: Office) -> None:
    from allauth.account.models import EmailAddress

    eve = office.person("eve", at=office.nurses)
    council = room(access="admitted", lobby=False)
    Invitation.objects.create(room=council, email="Bob@example.org", invited_at=NOW)
    claimed = EmailAddress.objects.create(user=eve, email="bob@example.org", verified=False)
    assert code(enter(signed_in(eve), council)) == "room.unknown"
    claimed.verified = True
    claimed.save()
    assert enter(signed_in(eve), council).status_code == 200


def test_unknown_and_forbidden_rooms_look_alike(office: Office, browser: Client) -> None:
    hidden = room(title="Secret garden", access="members", lobby=False, organisation=office.libraries)
    for client in (browser, signed_in(office.person("eve", at=office.nurses))):
        forbidden = client.get(f"/rooms/{hidden.slug}/")
        unknown = client.get("/rooms/abcd-efgh-jkmn/")
        assert forbidden.status_code == unknown.status_code == 404
        assert plain(forbidden, hidden.slug) == plain(unknown, "abcd-efgh-jkmn")
        assert b"Secret" not in forbidden.content


def plain(answer: Any, slug: str) -> str:
    """A page without what differs from load to load."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode().replace(slug, ""))


def test_a_closed_room_says_so_and_lets_nobody_in(browser: Client) -> None:
    council = room(access="link")
    assert archive_room(room=council, now=NOW)
    assert not archive_room(room=council, now=NOW)
    assert browser.get(f"/rooms/{council.slug}/").status_code == 410
    answer = enter(browser, council)
    assert (answer.status_code, code(answer)) == (410, "room.closed")


def test_the_page_tells_strangers_not_who_is_inside(office: Office, browser: Client) -> None:
    from rooms.services import meetings

    council = room(access="link", organisation=office.libraries)
    meeting = meetings.open_meeting(room=council, key="m1", now=NOW)
    meetings.record_join(
        meeting=meeting,
        participant="p1",
        person=None,
        guest="g",
        name="Zoë",
        organisation="",
        role="participant",
        now=NOW,
    )
    bob = signed_in(office.person("bob", at=office.libraries))
    assert config(browser, council)["inside"] == []
    assert config(browser, council)["live"] is True
    assert [each["name"] for each in config(bob, council)["inside"]] == ["Zoë"]


def config(client: Client, where: Room) -> dict[str, Any]:
    page = client.get(f"/rooms/{where.slug}/").content.decode()
    text = page.split('<script id="room-config" type="application/json">')[1].split("</script>")[0]
    return dict(json.loads(text))


def test_a_title_can_not_break_out_of_the_page(browser: Client) -> None:
    council = room(title="</script><script>alert(1)</script>", access="link")
    assert config(browser, council)["title"] == council.title
    assert b"<script>alert" not in browser.get(f"/rooms/{council.slug}/").content


def test_changed_settings_reach_the_live_room_with_the_next_ticket(browser: Client) -> None:
    council = room(access="link")
    before = ticket(enter(browser, council), council).room
    from datetime import timedelta

    change_room(room=council, settings=Settings(may_share=False), now=NOW + timedelta(minutes=1))
    after = ticket(enter(browser, council), council).room
    assert "share" in before.allowed
    assert "share" not in after.allowed
    assert after.changed_ms - before.changed_ms == 60_000


def test_a_room_from_the_command_line_opens_by_its_link(browser: Client) -> None:
    out = io.StringIO()
    call_command("room", "create", "Reading circle 读书会", "--open", stdout=out)
    said = json.loads(out.getvalue())
    assert said["join_url"].endswith(f"/rooms/{said['slug']}/")
    assert outcome(browser, Room.objects.get(slug=said["slug"])) == "in"


def test_a_room_with_a_lobby_from_the_command_line(office: Office, browser: Client) -> None:
    ada = office.person("ada")
    out = io.StringIO()
    call_command("room", "create", "Council", "--open", "--lobby", "--owner", "ada", stdout=out)
    made = Room.objects.get(slug=json.loads(out.getvalue())["slug"])
    assert (outcome(browser, made), outcome(signed_in(ada), made)) == ("waits", "in")
