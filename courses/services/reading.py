"""Reading notes: written, handed in once; drawn from for a spot check, and marked."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.services import audit
from courses import sampling
from courses.errors import NotHandedIn, NothingToDraw
from courses.models import ArticleLesson, Completion, FileLesson, ReadingNote, SpotCheck, SpotMark
from courses.selectors.spot_checks import lines_of, notes_in
from courses.services.watching import complete

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from courses.models import CourseClass, Enrolment, Lesson
    from organisations.models import Organisation

LONGEST = 20_000


@transaction.atomic
def write_note(*, enrolment: Enrolment, lesson: Lesson, text: str, now: datetime) -> ReadingNote:
    """The draft as it is now. Raises NotHandedIn when it was handed in already."""
    row, _made = ReadingNote.objects.get_or_create(
        enrolment=enrolment, lesson=lesson.translation_key, defaults={"text": "", "changed": now}
    )
    kept = text.replace("\r\n", "\n")[:LONGEST]
    if not ReadingNote.objects.filter(pk=row.pk, submitted_at=None).update(text=kept, changed=now):
        raise NotHandedIn("state")
    row.refresh_from_db()
    return row


@transaction.atomic
def hand_in_note(*, enrolment: Enrolment, lesson: Lesson, now: datetime) -> ReadingNote:
    """Once and for all; a text or a file is read by that. Raises NotHandedIn: too short, or handed in already."""
    rows = ReadingNote.objects.select_for_update().filter(enrolment=enrolment, lesson=lesson.translation_key)
    row = rows.first()
    if row is None or letters(row.text) < lesson.notes_least:
        raise NotHandedIn("short")
    if not rows.filter(submitted_at=None).update(submitted_at=now, least=lesson.notes_least):
        raise NotHandedIn("state")
    if isinstance(lesson, ArticleLesson | FileLesson):
        complete(enrolment=enrolment, lesson=lesson.translation_key, how=Completion.How.READ, now=now)
    row.refresh_from_db()
    return row


def letters(text: str) -> int:
    """Spaces and empty lines are no reading."""
    return sum(not letter.isspace() for letter in text)


def draw(
    *,
    organisation: Organisation | None,
    course_class: CourseClass | None,
    since: date,
    until: date,
    number: int | None,
    percent: int | None,
    by: User,
    now: datetime,
) -> SpotCheck:
    """The seed is committed before anybody knows the population; from then on the check stands, drawn or not.

    Raises NothingToDraw; the seed and the attempt stay on record.
    """
    with transaction.atomic():
        row = SpotCheck.objects.create(
            organisation=organisation, course_class=course_class, since=since, until=until, number=number,
            percent=percent, seed=secrets.token_hex(32), seeded_at=now, by=by,
        )  # fmt: skip
        audit(
            by=by, act="check.seed", subject=str(row.key), now=now, seed=row.seed,
            organisation=organisation.slug if organisation else "", course_class=course_class.pk if course_class else 0,
            since=since.isoformat(), until=until.isoformat(), number=number, percent=percent,
        )  # fmt: skip
    with transaction.atomic():
        population = sampling.frozen(lines_of(notes_in(row)))
        if not population:
            raise NothingToDraw
        size = sampling.how_many(len(population), number=number, percent=percent)
        row.population, row.frozen_at = population, now
        row.fingerprint = sampling.fingerprint(population)
        row.drawn = sampling.draw(row.seed, population, size)
        row.save(update_fields=["population", "frozen_at", "fingerprint", "drawn"])
        audit(
            by=by, act="check.draw", subject=str(row.key), now=now, fingerprint=row.fingerprint,
            population=len(population), drawn=size,
        )  # fmt: skip
    return row


@transaction.atomic
def mark(*, spot_check: SpotCheck, note: ReadingNote, mark: str, comment: str, by: User, now: datetime) -> SpotMark:
    """Another mark does not take the one before away: the newest holds, all are shown."""
    row = SpotMark.objects.create(spot_check=spot_check, note=note, mark=mark, comment=comment[:500], by=by, at=now)
    audit(by=by, act="check.mark", subject=str(spot_check.key), now=now, note=str(note.key), mark=mark)
    return row
