"""Attendance is taken from the meeting, and corrected by hand with a reason."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction

from courses.attendance import Stay, enough, seconds_there, stays
from courses.models import CalendarFeed, Completion, Enrolment, LiveSession, Presence, PresenceChange
from courses.services.watching import complete
from kernel import ids

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

State = Presence.State


@transaction.atomic
def take(*, session: LiveSession, now: datetime) -> int:
    """From the meeting's joins and leaves, as they are now; what was said by hand stays. How many were there."""
    begin, end = session.starts_at, min(session.ends_at, now)
    by_person: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays(session.room, begin, end):
        by_person[stay.person].append(stay)
    there = 0
    for enrolment in session.course_class.enrolments.filter(state=Enrolment.State.ACTIVE):
        seconds = seconds_there(by_person[enrolment.person_id], begin=begin, end=end)
        came = enough(seconds, begin=begin, end=session.ends_at, share=session.share)
        state = State.PRESENT if came else State.ABSENT
        row, made = Presence.objects.get_or_create(
            session=session, enrolment=enrolment, defaults={"seconds": seconds, "state": state, "taken_at": now}
        )
        if not made:
            Presence.objects.filter(pk=row.pk).update(seconds=seconds, taken_at=now)
            Presence.objects.filter(pk=row.pk, by_hand=False).update(state=state)
            row.refresh_from_db()
        there += row.state == State.PRESENT
        if row.state == State.PRESENT and session.lesson is not None:
            complete(enrolment=enrolment, lesson=session.lesson, how=Completion.How.ATTENDED, now=now)
    return there


@transaction.atomic
def correct(*, presence: Presence, state: str, reason: str, by: User, now: datetime) -> None:
    """Kept with who said it and why."""
    held = Presence.objects.select_for_update().get(pk=presence.pk)
    PresenceChange.objects.create(presence=held, was=held.state, became=state, reason=reason[:200], by=by, at=now)
    Presence.objects.filter(pk=held.pk).update(state=state, by_hand=True)
    if state == State.PRESENT and held.session.lesson is not None:
        complete(enrolment=held.enrolment, lesson=held.session.lesson, how=Completion.How.ATTENDED, now=now)


def feed_for(person: User, *, anew: bool = False) -> CalendarFeed:
    """The person's calendar address; `anew` takes the old one out of use."""
    row, _made = CalendarFeed.objects.get_or_create(person=person, defaults={"token": ids.token()})
    if anew:
        row.token = ids.token()
        row.save(update_fields=["token"])
    return row
