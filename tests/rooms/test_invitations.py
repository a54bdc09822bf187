"""Mails and calendar entries, read back as other programs read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from organisations.policies import Role
from rooms import mailing
from rooms.errors import InvitationInvalid
from rooms.services import invitations
from rooms.services.rooms import Settings, change_room
from tests.rooms.office import NOW, Office, room

if TYPE_CHECKING:
    from accounts.models import User
    from rooms.models import Invitation, Room

pytestmark = pytest.mark.django_db

THURSDAY = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def ada(office: Office) -> User:
    return office.person("ada", at=office.libraries, role=Role.HOST)


def weekly(ada: User, **given: Any) -> Room:
    said = {
        "title": "Editors, weekly; 例会",
        "description": "Bring drafts,\nplease; all of them.",
        "schedule": "recurring",
        "starts_at": THURSDAY,
        "duration_min": 45,
        "timezone": "Asia/Shanghai",
        "rule": "FREQ=WEEKLY;BYDAY=TH;COUNT=10",
        "owner": ada,
    }
    return room(**{**said, **given})


def invited(where: Room, email: str = "zoe@example.org", **given: Any) -> Invitation:
    given.setdefault("language", "en")
    return invitations.invite(room=where, email=email, by=where.owner, now=NOW, **given)


def sent(kind: str, invitation: Invitation) -> tuple[Any, Any]:
    """The mail, and the event of the calendar in it."""
    mail.outbox.clear()
    assert mailing.send(kind, invitation.pk, now=NOW)
    message = mail.outbox[0]
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return message, None
    whole = Calendar.from_ical(parts[0].get_payload(decode=True))
    assert parts[0].get_param("method") == whole["method"]
    return message, whole


def event(whole: Any) -> Any:
    return whole.walk("VEVENT")[0]


def test_an_invitation_is_a_request_that_calendars_understand(ada: User) -> None:
    invitation = invited(weekly(ada), name="Zoë Holm")
    _, whole = sent("invited", invitation)
    entry = event(whole)
    assert (whole["method"], whole["version"]) == ("REQUEST", "2.0")
    assert entry["uid"] == f"{invitation.room.slug}@localhost"
    assert entry["summary"] == "Editors, weekly; 例会"
    assert "Bring drafts,\nplease; all of them." in entry["description"]
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (THURSDAY, THURSDAY + timedelta(minutes=45))
    assert entry["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert whole.walk("VTIMEZONE")
    assert entry["rrule"] == {"FREQ": ["WEEKLY"], "BYDAY": ["TH"], "COUNT": [10]}
    assert str(entry["attendee"]) == "mailto:zoe@example.org"
    assert entry["attendee"].params["CN"] == "Zoë Holm"
    assert entry["organizer"].params["CN"] == "Ada"
    assert str(entry["url"]) == invitation.url
    assert entry.decoded("dtstamp") == NOW


def test_a_change_has_the_same_uid_and_a_higher_sequence(ada: User) -> None:
    invitation = invited(weekly(ada))
    before = event(sent("invited", invitation)[1])
    change_room(room=invitation.room, settings=Settings(starts_at=THURSDAY + timedelta(hours=1)), now=NOW)
    after = event(sent("changed", invitation)[1])
    assert after["uid"] == before["uid"]
    assert int(after["sequence"]) > int(before["sequence"])
    assert after.decoded("dtstart") == THURSDAY + timedelta(hours=1)


def test_a_change_that_no_calendar_shows_raises_no_sequence(ada: User) -> None:
    council = weekly(ada)
    assert change_room(room=council, settings=Settings(may_chat=False), now=NOW).sequence == council.sequence


def test_withdrawing_cancels_and_inviting_again_supersedes_the_cancellation(ada: User) -> None:
    invitation = invited(weekly(ada))
    token = invitation.token
    first = event(sent("invited", invitation)[1])
    assert invitations.withdraw(invitation=invitation, now=NOW)
    assert not invitations.withdraw(invitation=invitation, now=NOW)
    message, whole = sent("cancelled", invitation)
    cancelled = event(whole)
    assert (whole["method"], cancelled["status"], cancelled["uid"]) == ("CANCEL", "CANCELLED", first["uid"])
    assert int(cancelled["sequence"]) > int(first["sequence"])
    assert token not in message.body
    again = invited(invitation.room)
    assert (again.pk, again.token == token) == (invitation.pk, False)
    assert int(event(sent("invited", again)[1])["sequence"]) >= int(cancelled["sequence"])


def test_whoever_is_uninvited_before_the_mail_left_gets_none(ada: User) -> None:
    invitation = invited(weekly(ada))
    invitations.withdraw(invitation=invitation, now=NOW)
    assert not mailing.send("invited", invitation.pk, now=NOW)
    assert mail.outbox == []


def test_an_open_room_is_a_link_without_a_calendar(ada: User) -> None:
    message, whole = sent("invited", invited(room(owner=ada)))
    assert whole is None
    assert "/invited/" in message.body


def test_the_mail_is_in_the_readers_language_and_in_the_meetings_time(office: Office, ada: User) -> None:
    from allauth.account.models import EmailAddress

    wei = office.person("wei", at=office.nurses)
    wei.language = "zh-hans"
    wei.save()
    EmailAddress.objects.create(user=wei, email=wei.email, verified=True)
    invitation = invited(weekly(ada), wei.email.upper())
    assert invitation.person == wei
    message, _ = sent("invited", invitation)
    assert "14:30" in message.body
    assert "Asia/Shanghai" in message.body
    assert invitation.language == "zh-hans"
    assert "11月26日" in message.body.replace(" ", "")


def test_people_are_invited_once_however_they_write_their_address(ada: User) -> None:
    council = weekly(ada)
    first = invited(council, "Zoe@Example.org")
    assert invited(council, "zoe@example.ORG").pk == first.pk


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Zoë\r\nBcc: evil@example.org", "Council"),
        ("Zoë", "Council\r\nBcc: evil@example.org"),
        ('"; CN=x:mailto:evil@example.org', "Council\nATTENDEE:mailto:evil@example.org"),
        ("Zoë\nATTENDEE:mailto:evil@example.org", "Council"),
    ],
)
def test_no_text_of_people_becomes_a_header_or_a_calendar_line(ada: User, name: str, title: str) -> None:
    invitation = invited(weekly(ada, title=title, description=title), name=name)
    message, whole = sent("invited", invitation)
    assert [address for _, address in getaddresses(message.recipients())] == ["zoe@example.org"]
    headers = message.message()
    assert headers["Bcc"] is None
    assert "\n" not in headers["Subject"]
    entry = event(whole)
    assert not isinstance(entry["attendee"], list)
    assert str(entry["attendee"]) == "mailto:zoe@example.org"


@pytest.mark.parametrize("email", ["", "zoe", "zoe@", "a@b.example\nBcc: x@y.example", "a@b.example, c@d.example"])
def test_what_is_no_address_is_not_invited(ada: User, email: str) -> None:
    with pytest.raises(InvitationInvalid):
        invited(weekly(ada), email)


def test_addresses_are_read_as_people_write_them() -> None:
    text = 'Ada Berger <ada@example.org>\n"Zoë" <zoe@example.org>, bob@example.org；wei@example.org\n\n'
    assert invitations.read_addresses(text) == [
        ("Ada Berger", "ada@example.org"),
        ("Zoë", "zoe@example.org"),
        ("", "bob@example.org"),
        ("", "wei@example.org"),
    ]


def test_times_in_utc_stay_what_they_are(ada: User) -> None:
    at = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    _, whole = sent("invited", invited(weekly(ada, schedule="once", rule="", starts_at=at, timezone="UTC")))
    assert event(whole).decoded("dtstart") == at
