"""What people see of rooms: the query says what the policy says; what comes next comes in order."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from organisations.policies import Role, may
from rooms import selectors
from rooms.models import Invitation, Room
from rooms.services import meetings
from tests.rooms.office import NOW, Office, room

pytestmark = pytest.mark.django_db


def test_the_list_is_what_the_policy_says_of_every_room(office: Office) -> None:
    places = [office.root, office.libraries, office.nurses, office.reading]
    people = [office.person(f"p{n}", at=at, role=role) for n, (at, role) in enumerate(product(places, Role))]
    people.append(office.person("nowhere"))
    rooms = [room(organisation=at, access=access) for at in places for access in Room.Access.values]
    rooms.append(room(access="link"))
    rooms.append(room(owner=people[0], organisation=office.nurses, access="admitted"))
    Invitation.objects.create(room=rooms[-1], email="x@example.org", person=people[-1], invited_at=NOW)
    for person in people:
        visible = set(selectors.rooms_visible(person))
        for each in rooms:
            actor = selectors.actor_at(person, each)
            assert (each in visible) == may(actor, "room.see", each.scope), (person, each.access, each.organisation)


def test_the_next_meetings_come_in_order_with_repetitions(office: Office) -> None:
    bob = office.person("bob", at=office.libraries)
    at = {"organisation": office.libraries, "timezone": "UTC"}
    room(title="daily", schedule="recurring", rule="FREQ=DAILY", starts_at=NOW - timedelta(days=3, hours=-1), **at)
    room(title="once", schedule="once", starts_at=NOW + timedelta(hours=3), **at)
    room(title="over", schedule="once", starts_at=NOW - timedelta(hours=5), **at)
    room(title="open", **at)
    room(title="elsewhere", schedule="once", starts_at=NOW + timedelta(hours=1), organisation=office.nurses)
    found = selectors.next_meetings(bob, now=NOW, limit=4)
    assert [(each.room.title, each.starts_at - NOW) for each in found] == [
        ("daily", timedelta(hours=1)),
        ("once", timedelta(hours=3)),
        ("daily", timedelta(hours=25)),
        ("daily", timedelta(hours=49)),
    ]


def test_a_meeting_that_has_just_begun_is_still_next_and_one_that_goes_on_longer_too(office: Office) -> None:
    bob = office.person("bob", at=office.libraries)
    begun = room(schedule="once", starts_at=NOW, duration_min=90, organisation=office.libraries)

    def shown(minutes: int) -> bool:
        return bool(selectors.next_meetings(bob, now=NOW + timedelta(minutes=minutes), limit=5))

    assert (shown(10), shown(20)) == (True, False)
    meetings.open_meeting(room=begun, key="m", now=NOW)
    assert (shown(20), shown(89), shown(91)) == (True, True, False)


def test_live_is_where_somebody_is_in(office: Office) -> None:
    bob = office.person("bob", at=office.libraries)
    council = room(organisation=office.libraries)
    meeting = meetings.open_meeting(room=council, key="m", now=NOW)
    assert selectors.live_now(bob) == []
    said = {"person": None, "guest": "g", "organisation": "", "role": "participant"}
    for n in range(6):
        meetings.record_join(meeting=meeting, participant=f"p{n}", name=f"P{n}", now=NOW + timedelta(seconds=n), **said)
    meetings.record_leave(meeting=meeting, participant="p0", reason="left", now=NOW)
    (found,) = selectors.live_now(bob)
    assert (found.room, found.people, [name for name, _ in found.names]) == (council, 5, ["P1", "P2", "P3", "P4"])


def test_a_closed_room_is_in_no_list(office: Office) -> None:
    from rooms.services.rooms import archive_room

    bob = office.person("bob", at=office.libraries)
    archive_room(room=room(organisation=office.libraries), now=NOW)
    assert not selectors.rooms_visible(bob).exists()
