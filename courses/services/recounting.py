"""Figures made anew of their spans, to prove them or to put them right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from courses import watched as rules_of
from courses.models import Completion, WatchClock, Watched, WatchSpan
from courses.watched import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what its spans say, or a completion that no span explains."""

    watched: Watched
    ranges: tuple[rules_of.Range, ...]
    unexplained: bool  # completed by watching, though the spans are too few

    @property
    def seconds(self) -> int:
        return rules_of.seconds(self.ranges)

    @property
    def figure_differs(self) -> bool:
        kept = tuple((int(start), int(end)) for start, end in self.watched.ranges)
        return kept != self.ranges or self.watched.seconds != self.seconds


def differences(*, course_class: int | None = None, mend: bool = False) -> Iterator[Difference]:
    """Every figure is looked at; `mend` writes what the spans say. A completion is named and never taken away."""
    rows = Watched.objects.order_by("pk")
    if course_class is not None:
        rows = rows.filter(enrolment__course_class=course_class)
    for pk, person in rows.values_list("pk", "enrolment__person").iterator():
        with transaction.atomic():
            WatchClock.objects.select_for_update().filter(person=person).first()  # no report comes in between
            found = _look(Watched.objects.select_related("enrolment__person", "enrolment__course_class").get(pk=pk))
            if mend and found.figure_differs:
                kept = [list(each) for each in found.ranges]
                Watched.objects.filter(pk=pk).update(ranges=kept, seconds=found.seconds)
        if found.figure_differs or found.unexplained:
            yield found


def _look(row: Watched) -> Difference:
    counted = WatchSpan.objects.filter(viewing__watched=row).values_list("counted_from", "counted_to")
    ranges = rules_of.merge(counted)
    enough = rules_of.complete(ranges, Rules(duration_s=row.duration_s, share=row.share))
    done = Completion.objects.filter(enrolment=row.enrolment, lesson=row.lesson, how=Completion.How.WATCHED)
    # Another media file in the lesson has a row of its own, which may be the one that explains it.
    alone = not Watched.objects.filter(enrolment=row.enrolment, lesson=row.lesson).exclude(pk=row.pk).exists()
    return Difference(row, ranges, unexplained=alone and not enough and done.exists())
