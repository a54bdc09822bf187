"""A player is opened, reports what was watched, and is believed as far as time allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses import watched as rules_of
from courses.errors import ClassOver, NoSuchViewing
from courses.models import Completion, Enrolment, VideoLesson, Viewing, WatchClock, Watched, WatchSpan
from courses.models.classes import today
from courses.selectors.courses import outline
from courses.services import certificates
from courses.watched import Rules, Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from accounts.models import User

MOST_SPANS = 200  # of one report


@dataclass(frozen=True, slots=True)
class Standing:
    """What the player is told."""

    seconds: int
    share: int  # percent
    reached_s: int
    complete: bool
    counted: bool  # False: this report was here before

    def shown(self) -> dict[str, Any]:
        return {
            "seconds": self.seconds,
            "share": self.share,
            "reached": self.reached_s,
            "complete": self.complete,
            "counted": self.counted,
        }


@transaction.atomic
def open_player(*, enrolment: Enrolment, lesson: VideoLesson, now: datetime) -> Viewing:
    """From now on time counts. The rule as agreed is kept when the lesson is begun. Raises ClassOver."""
    asset = lesson.asset
    if asset is None:
        raise NoSuchViewing
    if enrolment.course_class.over(today(now)):
        raise ClassOver
    row, _made = Watched.objects.get_or_create(
        enrolment=enrolment,
        lesson=lesson.translation_key,
        asset=asset,
        defaults={
            "duration_s": asset.duration,
            "share": lesson.share,
            "audio_only": lesson.audio_only,
            "no_seek": lesson.no_seek,
            "changed": now,
        },
    )
    WatchClock.objects.get_or_create(person_id=enrolment.person_id, defaults={"spent_until": now})
    return Viewing.objects.create(watched=row, started_at=now)


@transaction.atomic
def report(
    *, person: User, key: UUID, sequence: int, spans: Sequence[Span], position_s: float, now: datetime
) -> Standing:
    """Raises NoSuchViewing for another person's player. A report that was here before changes nothing."""
    # One report of a person at a time: their real time is one, however many players are open.
    clock = WatchClock.objects.select_for_update().filter(person=person).first()
    viewing = (
        Viewing.objects.select_related("watched__asset", "watched__enrolment__course_class__course")
        .filter(pk=key, watched__enrolment__person=person, watched__enrolment__state=Enrolment.State.ACTIVE)
        .first()
    )
    if viewing is None or clock is None:
        raise NoSuchViewing
    row = viewing.watched
    rules = Rules(duration_s=row.duration_s, share=row.share, audio_only=row.audio_only, no_seek=row.no_seek)
    if WatchSpan.objects.filter(viewing=viewing, sequence=sequence).exists():
        return _standing(row, rules, counted=False)
    # Time that nobody claimed in good time is gone, and time after the class is none.
    begin = max(clock.spent_until, viewing.started_at, now - timedelta(seconds=rules_of.MOST_S))
    until = min(now, row.enrolment.course_class.ends_at or now)
    told = rules_of.count(
        spans[:MOST_SPANS] or [Span(position_s, position_s)],  # also an empty report uses up its number
        rules=rules,
        ranges=[(int(start), int(end)) for start, end in row.ranges],
        elapsed_s=(until - begin).total_seconds(),
        over=until < begin,
    )
    WatchSpan.objects.bulk_create(
        WatchSpan(
            viewing=viewing,
            sequence=sequence,
            number=number,
            claimed_from_s=_finite(each.span.start_s),
            claimed_to_s=_finite(each.span.end_s),
            speed=_finite(each.span.speed),
            hidden=each.span.hidden,
            counted_from=each.start,
            counted_to=each.end,
            why=each.why.value,
            reported_at=now,
        )
        for number, each in enumerate(told.spans)
    )
    if told.used_s:
        clock.spent_until = begin + timedelta(seconds=told.used_s)
        clock.save(update_fields=["spent_until"])
    row.ranges = [list(each) for each in told.ranges]
    row.seconds = rules_of.seconds(told.ranges)
    limit = rules_of.reached(told.ranges) + rules_of.SLACK_S if rules.no_seek else rules.duration_s
    row.position_s = min(max(0.0, _finite(position_s)), rules.duration_s, limit)
    row.changed = now
    row.save(update_fields=["ranges", "seconds", "position_s", "changed"])
    if rules_of.complete(told.ranges, rules):
        complete(enrolment=row.enrolment, lesson=row.lesson, how=Completion.How.WATCHED, now=now)
    return _standing(row, rules, counted=True)


@transaction.atomic
def complete(*, enrolment: Enrolment, lesson: UUID, how: str, now: datetime) -> bool:
    """Once; True when it was the first time. The last lesson of a course completes the enrolment."""
    _row, made = Completion.objects.get_or_create(enrolment=enrolment, lesson=lesson, defaults={"how": how, "at": now})
    if made:
        course = enrolment.course_class.course
        whole = outline(course, enrolment, now=now)
        finished = bool(whole.steps) and whole.done == len(whole.steps)
        if finished and Enrolment.objects.filter(pk=enrolment.pk, completed_at=None).update(completed_at=now):
            enrolment.completed_at = now
            certificates.issue_by_rule(enrolment=enrolment, now=now)
    return made


def _standing(row: Watched, rules: Rules, *, counted: bool) -> Standing:
    ranges = [(int(start), int(end)) for start, end in row.ranges]
    return Standing(
        seconds=row.seconds,
        share=min(100, row.seconds * 100 // rules.buckets),
        reached_s=rules_of.reached(ranges),
        complete=Completion.objects.filter(enrolment=row.enrolment, lesson=row.lesson).exists(),
        counted=counted,
    )


def _finite(value: float) -> float:
    return value if -1e9 < value < 1e9 else -1.0  # also what is no number
