"""The pages of meetings: what they show to whom, and that their forms do what they say."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.urls import URLPattern

from jobs.models import Job
from jobs.tasks import attempt_at
from organisations.policies import VERBS, Role
from rooms import mailing, urls
from rooms.models import Invitation, Room
from rooms.services import meetings
from tests.rooms.office import NOW, Office, room

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_nothing_counted", "built")]


@pytest.fixture
def ada(office: Office) -> User:
    return office.person("ada", at=office.libraries, role=Role.HOST)


@pytest.fixture
def bob(office: Office) -> User:
    return office.person("bob", at=office.libraries)


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def filled(**given: Any) -> dict[str, Any]:
    said = {
        "title": "Council",
        "access": "members",
        "lobby": "on",
        "capacity": "50",
        "schedule": "open",
        "duration_min": "60",
        "timezone": "Asia/Shanghai",
        "may_microphone": "on",
        "may_chat": "on",
    }
    return {**said, **given}


# ---------------------------------------------------------------- the list


def test_strangers_get_no_list(office: Office) -> None:
    room(title="Secret garden", access="link", organisation=office.libraries)
    answer = Client(headers={"host": "localhost"}).get("/rooms/")
    assert answer.status_code == 302
    assert b"Secret" not in answer.content


def test_the_list_shows_what_one_may_see(office: Office, ada: User, bob: User) -> None:
    room(title="Library council", organisation=office.libraries)
    room(title="Nurses only", organisation=office.nurses)
    room(title="Whole office", organisation=office.root)
    room(title="Office board", organisation=office.root, access="admitted")
    page = signed_in(bob).get("/rooms/").content.decode()
    assert "Library council" in page
    assert "Whole office" in page
    assert "Nurses only" not in page
    assert "Office board" not in page
    assert "New meeting" not in page
    assert "New meeting" in signed_in(ada).get("/rooms/").content.decode()


def test_who_is_meeting_and_what_comes_next_stand_first(office: Office, bob: User) -> None:
    council = room(title="Council", organisation=office.libraries)
    meeting = meetings.open_meeting(room=council, key="m", now=NOW)
    joined(meeting, "p1", "Zoë")
    soon = datetime.now(UTC) + timedelta(hours=2)
    room(title="Soon", organisation=office.libraries, schedule="once", starts_at=soon, timezone="UTC")
    page = BeautifulSoup(signed_in(bob).get("/rooms/").content, "html.parser")
    live = page.find("section", {"aria-labelledby": "live-now"})
    coming = page.find("section", {"aria-labelledby": "next-meetings"})
    assert live is not None
    assert "Council" in live.get_text()
    assert "1 person inside" in live.get_text()
    assert coming is not None
    assert "Soon" in coming.get_text()


def joined(meeting: Any, participant: str, name: str, **given: Any) -> None:
    said: dict[str, Any] = {"person": None, "guest": "g", "organisation": "", "role": "participant", "now": NOW}
    meetings.record_join(meeting=meeting, participant=participant, name=name, **{**said, **given})


@pytest.mark.parametrize(
    "said",
    [
        "k7mp-3xqa-9tdz",
        "K7MP 3XQA 9TDZ",
        "k7mp3xqa9tdz",
        "https://stoa.example.org/rooms/k7mp-3xqa-9tdz/?x=1",
        "/rooms/k7mp-3xqa-9tdz/details/",
    ],
)
def test_a_code_is_understood_however_it_is_written(said: str) -> None:
    answer = Client(headers={"host": "localhost"}).get("/rooms/join/", {"code": said})
    assert answer["Location"] == "/rooms/k7mp-3xqa-9tdz/"


@pytest.mark.parametrize("said", ["", "hello", "https://evil.example/", "k7mp-3xqa-9tdz-more"])
def test_what_is_no_code_is_told_beside_the_field(said: str) -> None:
    answer = Client(headers={"host": "localhost"}).get("/rooms/join/", {"code": said})
    assert answer.status_code == 422
    assert b'aria-describedby="id_code_error"' in answer.content


# ---------------------------------------------------------------- making and changing


def test_a_host_plans_a_weekly_meeting(office: Office, ada: User) -> None:
    answer = signed_in(ada).post(
        "/rooms/new/",
        filled(
            organisation=office.libraries.pk,
            schedule="recurring",
            day="2026-11-26",
            at="14:30",
            repeat="week",
            until="2027-03-31",
            passcode="roof",
        ),
    )
    made = Room.objects.get()
    assert answer["Location"] == f"/rooms/{made.slug}/details/"
    assert (made.owner, made.organisation) == (ada, office.libraries)
    assert made.starts_at == datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
    assert made.rule == "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270331T155959Z"
    assert made.allowed == ("microphone", "chat")
    assert made.passcode_hash not in {"", "roof"}


def test_a_member_makes_no_room(office: Office, bob: User) -> None:
    client = signed_in(bob)
    assert client.post("/rooms/new/", filled(organisation=office.libraries.pk)).status_code == 403
    assert client.post("/rooms/instant/").status_code == 403
    assert not Room.objects.exists()


def test_a_host_makes_no_room_elsewhere(office: Office, ada: User) -> None:
    assert signed_in(ada).post("/rooms/new/", filled(organisation=office.nurses.pk)).status_code == 422
    assert not Room.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"capacity": "1"}, "capacity"),
        ({"capacity": "100000"}, "capacity"),
        ({"schedule": "once", "day": "", "at": "10:00"}, "day"),
        ({"schedule": "once", "day": "2026-11-26", "at": ""}, "at"),
        ({"schedule": "recurring", "day": "2026-11-26", "at": "10:00", "until": "2026-01-01"}, "until"),
        ({"timezone": "Moon/Tranquility"}, "timezone"),
        ({"access": "everybody"}, "access"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(office: Office, ada: User, wrong: dict[str, str], field: str) -> None:
    answer = signed_in(ada).post("/rooms/new/", filled(organisation=office.libraries.pk, **wrong))
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.find(id=f"id_{field}_error")
    control = page.find(id=f"id_{field}")
    assert control is not None
    assert f"id_{field}_error" in str(control["aria-describedby"])
    assert not Room.objects.exists()


def test_new_meeting_makes_a_room_and_goes_to_its_door(office: Office, ada: User) -> None:
    answer = signed_in(ada).post("/rooms/instant/")
    assert answer["Location"] == f"/rooms/{Room.objects.get().slug}/"


def test_settings_are_changed_and_an_empty_passcode_keeps_the_old(office: Office, ada: User) -> None:
    council = room(owner=ada, organisation=office.libraries, passcode="roof")
    client = signed_in(ada)
    client.post(f"/rooms/{council.slug}/change/", filled(title="Board", organisation=office.libraries.pk))
    council.refresh_from_db()
    assert council.title == "Board"
    assert council.passcode_hash
    client.post(
        f"/rooms/{council.slug}/change/", filled(title="Board", organisation=office.libraries.pk, no_passcode="on")
    )
    council.refresh_from_db()
    assert council.passcode_hash == ""


def test_a_repetition_is_kept_when_something_else_is_changed(office: Office, ada: User) -> None:
    council = room(
        owner=ada, organisation=office.libraries, schedule="recurring", starts_at=NOW, rule="FREQ=MONTHLY;BYDAY=1MO"
    )
    client = signed_in(ada)
    page = BeautifulSoup(client.get(f"/rooms/{council.slug}/change/").content, "html.parser")
    form = page.select_one("main form[method=post]")
    assert form is not None
    sent = {"title": "Board"}
    for control in form.select("input[name], select[name], textarea[name]"):
        name = str(control["name"])
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            sent.setdefault(name, str(chosen["value"]) if chosen else "")
        elif control.get("type") not in {"checkbox", "radio"} or control.has_attr("checked"):
            sent.setdefault(name, str(control.get("value", "on" if control.get("type") == "checkbox" else "")))
    assert client.post(f"/rooms/{council.slug}/change/", sent).status_code == 302
    council.refresh_from_db()
    assert (council.title, council.rule, council.starts_at) == ("Board", "FREQ=MONTHLY;BYDAY=1MO", NOW)


def test_only_who_may_change_the_room_changes_it(office: Office, bob: User) -> None:
    council = room(organisation=office.libraries)
    client = signed_in(bob)
    assert client.get(f"/rooms/{council.slug}/details/").status_code == 200
    for path in ("change/", "attendance.csv"):
        assert client.get(f"/rooms/{council.slug}/{path}").status_code == 404
    for path in ("change/", "close/", "invite/"):
        assert client.post(f"/rooms/{council.slug}/{path}", filled()).status_code == 404
    council.refresh_from_db()
    assert (council.title, council.archived_at) == ("Council", None)


# ---------------------------------------------------------------- invitations, attendance


def test_invitations_are_sent_and_taken_back(office: Office, ada: User) -> None:
    council = room(owner=ada, organisation=office.libraries, schedule="once", starts_at=NOW + timedelta(days=2))
    client = signed_in(ada)
    sent = {"people": "Zoë <zoe@example.org>\nbob@example.org, BOB@example.org", "language": "en"}
    assert client.post(f"/rooms/{council.slug}/invite/", sent).status_code == 302
    assert [job.args["about"] for job in Job.objects.filter(kind=mailing.JOB)] == ["invited"] * 3
    zoe, bob = Invitation.objects.order_by("invited_at", "email")[:2][::-1]
    assert Invitation.objects.count() == 2
    assert {zoe.email, bob.email} == {"zoe@example.org", "bob@example.org"}
    page = client.get(f"/rooms/{council.slug}/details/").content.decode()
    assert "zoe@example.org" in page
    client.post(f"/rooms/{council.slug}/invitations/{zoe.pk}/withdraw/")
    zoe.refresh_from_db()
    assert zoe.withdrawn_at


@pytest.mark.parametrize("people", ["nobody", "a@b.example\nevil\r\nBcc: x@example.org", "x" * 20_001])
def test_no_mail_goes_to_what_is_no_address(office: Office, ada: User, people: str) -> None:
    council = room(owner=ada, organisation=office.libraries)
    answer = signed_in(ada).post(f"/rooms/{council.slug}/invite/", {"people": people, "language": "en"})
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_a_mail_is_sent_by_the_worker(office: Office, ada: User) -> None:
    council = room(owner=ada)
    invitation = Invitation.objects.create(room=council, email="zoe@example.org", invited_by=ada, invited_at=NOW)
    mailing.send_later("invited", [invitation], now=NOW)
    attempt_at(Job.objects.get())
    assert [m.to for m in mail.outbox] == [["zoe@example.org"]]
    assert invitation.url in str(mail.outbox[0].body)


def test_a_formula_in_a_name_is_only_a_name(office: Office, ada: User) -> None:
    council = room(owner=ada, organisation=office.libraries)
    meeting = meetings.open_meeting(room=council, key="m", now=NOW)
    names = ['=HYPERLINK("http://evil.example")', "+1", "-1", "@x", "\tx", 'Zoë, "the" chair']
    for number, name in enumerate(names):
        joined(meeting, f"p{number}", name)
    meetings.record_leave(meeting=meeting, participant="p5", reason="left", now=NOW + timedelta(minutes=30))
    answer = signed_in(ada).get(f"/rooms/{council.slug}/attendance.csv?meeting=m")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == [f"'{name}" for name in names[:5]] + [names[5]]
    assert rows[6][5:] == ["2026-11-23T08:00:00Z", "2026-11-23T08:30:00Z", "30.0"]


# ---------------------------------------------------------------- every page


def pages_of(council: Room) -> list[str]:
    return [
        "/rooms/",
        "/rooms/new/",
        "/rooms/join/",
        *(f"/rooms/{council.slug}/{p}" for p in ("", "details/", "change/")),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_needs_what_the_content_policy_forbids(office: Office, ada: User, language: str) -> None:
    council = room(owner=ada, organisation=office.libraries, title='<b onclick="x">', description="<script>1</script>")
    joined(meetings.open_meeting(room=council, key="m", now=NOW), "p", "<img src=x onerror=1>")
    client = signed_in(ada)
    client.cookies["django_language"] = language
    for path in pages_of(council):
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = BeautifulSoup(answer.content, "html.parser")
        for tag in page.find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], (path, tag)
            for name in ("src", "href", "action"):
                assert not re.match(r"(https?:)?//", str(tag.get(name, ""))), (path, tag)
        for script in page.find_all("script"):
            assert script.get("src") or script.get("type") == "application/json", path
        assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_every_control_has_a_name(office: Office, ada: User) -> None:
    council = room(owner=ada, organisation=office.libraries)
    client = signed_in(ada)
    for path in pages_of(council):
        page = BeautifulSoup(client.get(path).content, "html.parser")
        ids = [tag["id"] for tag in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), path
        for control in page.select("input:not([type=hidden]), select, textarea"):
            assert page.find("label", {"for": control.get("id")}), (path, control)
            for each in str(control.get("aria-describedby") or "").split():
                assert each in ids, (path, each)
        for button in page.find_all(["button", "a"]):
            assert button.get_text(strip=True) or button.get("aria-label"), (path, button)


def test_every_address_of_rooms_says_which_right_it_needs() -> None:
    for each in urls.urlpatterns:
        assert isinstance(each, URLPattern)
        assert getattr(each.callback, "verb", None) in VERBS, each.name
