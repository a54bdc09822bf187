"""What a live room tells is kept once, in whatever order and however often it arrives."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from rooms import codec, keeping, tasks
from rooms.models import Attendance, ChatLine, Meeting
from rooms.services import meetings
from rooms.session.effects import Joined, Left, MeetingClosed, MeetingOpened, Said
from tests.rooms.office import NOW, room

if TYPE_CHECKING:
    from rooms.models import Room

ROOT = Path(__file__).resolve().parents[2]
MS = int(NOW.timestamp() * 1000)


def told(where: Room, *records: Any) -> None:
    for record in records:
        keeping.keep(where.slug, type(record).__name__, codec.to_json(record))


def joined(participant: str = "p1", *, meeting: str = "m1", at_ms: int = MS) -> Joined:
    return Joined(
        meeting=meeting,
        participant=participant,
        person=None,
        guest="g",
        name="Zoë",
        organisation="",
        role="participant",
        at_ms=at_ms,
    )


def said(text: str = "hello") -> Said:
    return Said(
        meeting="m1",
        message="c1",
        participant="p1",
        person=None,
        name="Zoë",
        to=None,
        to_person=None,
        text=text,
        at_ms=MS,
    )


@pytest.mark.django_db
def test_a_whole_meeting_told_twice_is_kept_once() -> None:
    council = room()
    story = [
        MeetingOpened(meeting="m1", at_ms=MS),
        joined(),
        said(),
        Left(meeting="m1", participant="p1", reason="left", at_ms=MS + 60_000),
        joined("p2", at_ms=MS + 70_000),
        MeetingClosed(meeting="m1", at_ms=MS + 90_000),
    ]
    told(council, *story, *story)
    meeting = Meeting.objects.get()
    assert (meeting.started_at, meeting.ended_at) == (NOW, NOW + timedelta(seconds=90))
    stays = [(stay.participant, stay.left_at, stay.reason) for stay in Attendance.objects.all()]
    assert stays == [
        ("p1", NOW + timedelta(seconds=60), "left"),
        ("p2", NOW + timedelta(seconds=90), "left"),
    ]
    assert [line.text for line in ChatLine.objects.all()] == ["hello"]


@pytest.mark.django_db
def test_a_stay_once_left_is_not_rewritten() -> None:
    council = room()
    told(council, MeetingOpened(meeting="m1", at_ms=MS), joined())
    told(council, Left(meeting="m1", participant="p1", reason="removed", at_ms=MS + 1000))
    told(council, Left(meeting="m1", participant="p1", reason="left", at_ms=MS + 9000))
    assert Attendance.objects.get().reason == "removed"


@pytest.mark.django_db
def test_a_meeting_whose_node_died_ends_when_the_next_begins() -> None:
    council = room()
    told(council, MeetingOpened(meeting="m1", at_ms=MS), joined(), MeetingOpened(meeting="m2", at_ms=MS + 5000))
    first, second = Meeting.objects.order_by("started_at")
    assert (first.ended_at, second.ended_at) == (second.started_at, None)
    assert Attendance.objects.get().left_at == first.ended_at


@pytest.mark.django_db
def test_records_of_an_older_meeting_that_arrive_late_end_no_newer_one() -> None:
    council = room()
    told(council, MeetingOpened(meeting="m2", at_ms=MS + 5000), joined("p9", meeting="m2", at_ms=MS + 5000))
    told(council, MeetingOpened(meeting="m1", at_ms=MS), joined())
    assert Meeting.objects.get(ended_at=None).key == "m2"
    assert Attendance.objects.get(left_at=None).participant == "p9"


@pytest.mark.django_db
@pytest.mark.parametrize(("lives", "closed"), [(True, False), (None, False), (False, True)])
def test_a_meeting_that_no_node_holds_any_more_is_closed(
    monkeypatch: pytest.MonkeyPatch, lives: bool | None, closed: bool
) -> None:
    council = room()
    told(council, MeetingOpened(meeting="m1", at_ms=0), joined(at_ms=0))
    monkeypatch.setattr(tasks.reaching, "lives", lambda room: lives)
    tasks.close_lost(None)
    assert (Meeting.objects.get().ended_at is not None) == closed
    assert (Attendance.objects.get().left_at is not None) == closed


@pytest.mark.django_db
def test_what_is_not_understood_is_let_go() -> None:
    council = room()
    keeping.keep("gone-gone-gone", "Joined", codec.to_json(joined()))
    keeping.keep(council.slug, "Danced", {"meeting": "m1", "at_ms": MS})
    assert not Attendance.objects.exists()


@pytest.mark.django_db
def test_the_database_itself_keeps_one_active_meeting() -> None:
    council = room()
    meetings.open_meeting(room=council, key="m1", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(room=council, key="m2", started_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_meetings_opened_at_the_same_moment_leave_one_active() -> None:
    assert opened_together() == ([], 1)


def test_the_same_on_sqlite(tmp_path: Path) -> None:
    environ = {**os.environ, "STOA_DATABASE_URL": "", "STOA_REDIS_URL": "", "STOA_DATA": str(tmp_path)}
    environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'platform'}"
    environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    program = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.db import connection; assert connection.vendor == 'sqlite'\n"
        "from tests.rooms.test_keeping import opened_together; print(opened_together())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "([], 1)", done.stderr[-2000:]


def opened_together() -> tuple[list[BaseException], int]:
    """Six threads open six meetings in one room: what failed, and how many meetings are active then."""
    council = room()
    together = threading.Barrier(6)
    failed: list[BaseException] = []

    def open_one(number: int) -> None:
        try:
            together.wait(timeout=10)
            meetings.open_meeting(room=council, key=f"m{number}", now=datetime.now(UTC))
        except BaseException as error:  # noqa: BLE001 handed to the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=open_one, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return failed, council.meetings.filter(ended_at=None).count()
