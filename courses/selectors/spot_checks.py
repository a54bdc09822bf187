"""Which notes a spot check is about, who may draw where, and what a drawn one shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from courses import sampling
from courses.errors import NoSuchWork
from courses.models import Lesson, ReadingNote, SpotCheck, SpotMark
from organisations.models import Membership, Organisation
from organisations.policies import Role, Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User
    from courses.sampling import Proof


def notes_in(check: SpotCheck) -> QuerySet[ReadingNote]:
    """Handed in from the first to the last day, up to the moment of the draw; by people of the place."""
    rows = ReadingNote.objects.filter(
        submitted_at__gte=_midnight(check.since),
        submitted_at__lt=_midnight(check.until + timedelta(days=1)),
        submitted_at__lte=check.seeded_at,
    )
    if check.course_class_id is not None:
        return rows.filter(enrolment__course_class=check.course_class_id)
    path = check.organisation.path if check.organisation else ""
    people = Membership.objects.filter(organisation__path__startswith=path)
    return rows.filter(enrolment__person__in=people.values("person"))


def lines_of(notes: QuerySet[ReadingNote]) -> Iterable[str]:
    return (sampling.line(key, text) for key, text in notes.values_list("key", "text"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())


def may_draw(user: User, path: str) -> bool:
    return may(actor_for(user), "check.draw", Scope(path=path))


def place(check: SpotCheck) -> str:
    """The path of the organisation that the check belongs to."""
    if check.course_class is not None:
        return check.course_class.course.scope.path
    return check.organisation.path if check.organisation else ""


def checks_for(user: User) -> QuerySet[SpotCheck]:
    """Those of the places where the person may draw. A test compares this with `may`."""
    rows = SpotCheck.objects.select_related("organisation", "course_class__course__organisation", "by")
    actor = actor_for(user)
    if actor.superuser:
        return rows
    wanted = Q(pk__in=[])
    for held in actor.roles:
        if may(actor, "check.draw", Scope(path=held.path)):
            wanted |= Q(organisation__path__startswith=held.path)
            wanted |= Q(course_class__course__organisation__path__startswith=held.path)
    return rows.filter(wanted)


def places_for(user: User) -> QuerySet[Organisation]:
    actor = actor_for(user)
    wanted = Q() if actor.superuser else Q(pk__in=[])
    for held in actor.roles:
        if held.role in {Role.ADMINISTRATOR, Role.INSTRUCTOR}:
            wanted |= Q(path__startswith=held.path)
    found: QuerySet[Organisation] = Organisation.objects.filter(wanted).order_by("path")
    return found


def check_for(user: User, key: UUID) -> SpotCheck:
    """Raises NoSuchWork, also for who may not draw there."""
    rows = SpotCheck.objects.select_related("organisation", "course_class__course__organisation", "by")
    found = rows.filter(key=key).first()
    if found is None or not may_draw(user, place(found)):
        raise NoSuchWork
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn note in the order of the draw."""

    number: int
    line: str
    note: ReadingNote | None
    lesson: str
    marks: Sequence[SpotMark]  # the newest last

    @property
    def mark(self) -> SpotMark | None:
        return self.marks[-1] if self.marks else None


def sample(check: SpotCheck) -> list[Drawn]:
    """Four queries, whatever the number."""
    keys = [_key(line) for line in check.drawn]
    rows = ReadingNote.objects.filter(key__in=keys).select_related(
        "enrolment__person", "enrolment__course_class__course"
    )
    notes = {row.key: row for row in rows}
    lessons = Lesson.objects.filter(translation_key__in={row.lesson for row in notes.values()})
    titles = dict(lessons.order_by("-pk").values_list("translation_key", "title"))
    marks: dict[int, list[SpotMark]] = {}
    for mark in SpotMark.objects.filter(spot_check=check).select_related("by"):
        marks.setdefault(mark.note_id, []).append(mark)
    found = []
    for number, (line, key) in enumerate(zip(check.drawn, keys, strict=True), 1):
        note = notes.get(key)
        title = titles.get(note.lesson, "") if note else ""
        found.append(Drawn(number, line, note, title, marks.get(note.pk, []) if note else []))
    return found


def proof(check: SpotCheck) -> Proof:
    """The draw, repeated, beside the notes as they are in the database now."""
    notes = ReadingNote.objects.filter(key__in=[_key(line) for line in check.population])
    return sampling.repeat(
        seed=check.seed,
        population=check.population,
        kept_fingerprint=check.fingerprint,
        drawn=check.drawn,
        today=lines_of(notes),
    )


def _key(line: str) -> UUID:
    return UUID(line.split(" ", 1)[0])
