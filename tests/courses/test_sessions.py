"""Attendance from a meeting's joins and leaves, corrections by hand, the calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from courses import attendance
from courses.attendance import Stay, enough, seconds_there
from courses.models import LiveSession, Presence
from courses.services.sessions import correct, feed_for, take
from rooms.models import Room
from rooms.services.meetings import open_meeting, record_join, record_leave
from tests.courses.conftest import NOW

END = NOW + timedelta(hours=1)


def at(minute):
    return NOW + timedelta(minutes=minute)


def test_two_devices_at_once_count_once_and_only_within_the_session():
    stays = [Stay(1, at(-30), at(20)), Stay(1, at(10), at(30)), Stay(1, at(50), None)]
    assert seconds_there(stays, begin=NOW, end=END) == 40 * 60
    assert seconds_there([], begin=NOW, end=END) == 0


def test_enough_at_its_share():
    assert enough(45 * 60, begin=NOW, end=END, share=75)
    assert not enough(45 * 60 - 1, begin=NOW, end=END, share=75)


@pytest.fixture
def session(held, enrolment):
    return LiveSession.objects.create(course_class=held, title="First", starts_at=NOW, ends_at=END, room="kitchen")


def test_attendance_is_the_meetings_own(session, bob, unit):
    room = Room.objects.create(title="Kitchen", slug="kitchen", organisation=unit, created_at=NOW, changed_at=NOW)
    meeting = open_meeting(room=room, key="m", now=NOW)
    record_join(
        meeting=meeting, participant="p", person=str(bob.public_id), guest="", name="Bob", organisation="",
        role="participant", now=NOW,
    )  # fmt: skip
    record_leave(meeting=meeting, participant="p", reason="left", now=at(50))
    assert take(session=session, now=END) == 1
    row = Presence.objects.get()
    assert (row.seconds, row.state) == (3000, "present")


def test_a_correction_stays_and_is_on_record(session, ada, monkeypatch):
    monkeypatch.setattr(attendance, "_sources", [lambda room, begin, end: []])
    take(session=session, now=END)
    row = Presence.objects.get()
    assert row.state == "absent"
    correct(presence=row, state="excused", reason="Ill", by=ada, now=END)
    take(session=session, now=END)
    row.refresh_from_db()
    assert row.state == "excused"
    change = row.changes.get()
    assert (change.was, change.became, change.reason, change.by) == ("absent", "excused", "Ill", ada)


def test_the_calendar_opens_by_its_address_until_there_is_a_new_one(client, session, bob):
    old = feed_for(bob).token
    found = Calendar.from_ical(client.get(f"/courses/calendar/{old}.ics").content)
    assert [str(event["summary"]) for event in found.walk("VEVENT")] == ["Clean hands: First"]
    feed_for(bob, anew=True)
    assert client.get(f"/courses/calendar/{old}.ics").status_code == 404


def test_a_session_is_planned_and_seen_by_who_manages(client, ada, bob, held, session):
    said = {"title": "Next", "starts_at": "2026-12-01T10:00", "ends_at": "2026-12-01T11:00", "share": "75", "room": ""}
    for who, expected in ((bob, 404), (ada, 302)):
        client.force_login(who)
        assert client.post(f"/courses/classes/{held.pk}/sessions/new/", said).status_code == expected
    assert client.get(f"/courses/sessions/{session.pk}/").status_code == 200
    assert client.post(f"/courses/sessions/{session.pk}/take/").status_code == 302
