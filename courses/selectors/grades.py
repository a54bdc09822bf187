"""A class's gradebook: who reached what, from which rows. The number of queries does not depend on the people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from courses import grades
from courses.assigning import State
from courses.grades import HUNDRED, Column, Figure, Row, short
from courses.models import (
    AssignmentLesson,
    Completion,
    CourseClass,
    Enrolment,
    GradeOverride,
    GradeRules,
    Presence,
    QuizLesson,
    Review,
    VideoLesson,
)
from courses.selectors.courses import outline
from courses.selectors.learning import in_language
from courses.selectors.quizzes import scores

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import Lesson

ATTENDANCE, WATCHED = "attendance", "watched"


@dataclass(slots=True)
class Found:
    """What one kind of work brings: its columns, figures by enrolment and column, and where they come from."""

    columns: list[Column] = field(default_factory=list)
    figures: dict[int, dict[str, Figure]] = field(default_factory=lambda: defaultdict(dict))
    traces: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True, slots=True)
class Line:
    enrolment: Enrolment
    row: Row
    changes: Sequence[GradeOverride]
    traces: dict[str, str]  # column → where a teacher sees what the figure is made of


@dataclass(frozen=True, slots=True)
class Book:
    columns: Sequence[Column]
    lines: Sequence[Line]
    missing_counts: bool

    def table(self) -> list[list[str]]:
        """What the page shows, cell by cell: the exports are this and nothing else."""
        head = [_("Name"), _("User name")]
        head += [f"{column.title} ({short(column.out_of)})" for column in self.columns]
        head += [_("Graded"), _("Total in percent")]
        rows = [
            [
                line.enrolment.person.name,
                line.enrolment.person.username,
                *(cell.shown for cell in line.row.cells),
                str(line.row.graded),
                line.row.shown_total,
            ]
            for line in self.lines
        ]
        return [head, *rows]


def book(held: CourseClass, *, now: datetime, only: Enrolment | None = None) -> Book:
    """Of everybody in the class, or of one."""
    enrolments = list(
        held.enrolments.filter(state=Enrolment.State.ACTIVE)
        .select_related("person")
        .order_by("person__display_name", "person__username")
    )
    if only is not None:
        enrolments = [only]
    lessons = [step.lesson for step in outline(in_language(held.course), None, now=now).steps]
    rules = GradeRules.objects.filter(course_class=held).first()
    weights = rules.weights if rules else {}
    missing = bool(rules and rules.missing_counts)
    found = [quizzes(held, lessons), assignments(held, lessons), watched(held, lessons), attendance(held)]
    order = {f"lesson:{lesson.translation_key}": number for number, lesson in enumerate(lessons)}
    columns = [_weighed(column, weights) for each in found for column in each.columns]
    columns.sort(key=lambda column: order.get(column.key, len(order)))
    changes: dict[int, list[GradeOverride]] = defaultdict(list)
    for change in GradeOverride.objects.filter(enrolment__course_class=held).select_related("by"):
        changes[change.enrolment_id].append(change)
    lines = []
    for enrolment in enrolments:
        said: dict[str, Decimal] = {}
        for change in changes[enrolment.pk]:
            if change.points is None:
                said.pop(change.column, None)
            else:
                said[change.column] = change.points
        figures = {key: figure for each in found for key, figure in each.figures[enrolment.pk].items()}
        traces = {key: page for each in found for key, page in each.traces[enrolment.pk].items()}
        row = grades.row(columns, figures, said, missing_counts=missing)
        lines.append(Line(enrolment, row, changes[enrolment.pk], traces))
    return Book(columns, lines, missing)


def quizzes(held: CourseClass, lessons: Sequence[Lesson]) -> Found:
    """What the attempt that counts reached, in percent: a draw from a bank gives people other points to reach."""
    found = Found()
    for lesson in lessons:
        if isinstance(lesson, QuizLesson):
            key = f"lesson:{lesson.translation_key}"
            found.columns.append(Column(key, f"{lesson.title}, %", "quiz", HUNDRED))
    for score in scores(held):
        key = f"lesson:{score.lesson}"
        if score.score is not None and score.most:
            found.figures[score.enrolment][key] = Figure(score.score * 100 / score.most, HUNDRED)
            found.traces[score.enrolment][key] = reverse("courses:attempt-review", args=[score.attempt])
    return found


def assignments(held: CourseClass, lessons: Sequence[Lesson]) -> Found:
    """What was accepted counts, with the points of that review."""
    found = Found()
    for lesson in lessons:
        if isinstance(lesson, AssignmentLesson):
            key = f"lesson:{lesson.translation_key}"
            found.columns.append(Column(key, lesson.title, "assignment", Decimal(lesson.worth)))
    rows = Review.objects.filter(
        submission__work__enrolment__course_class=held, verdict=State.ACCEPTED.value, points__isnull=False
    ).values_list("submission__work__enrolment", "submission__work__lesson", "points", "out_of", "submission")
    for enrolment, lesson_key, points, out_of, submission in rows:
        found.figures[enrolment][f"lesson:{lesson_key}"] = Figure(points or Decimal(0), out_of)
        found.traces[enrolment][f"lesson:{lesson_key}"] = reverse("courses:review", args=[submission])
    return found


def watched(held: CourseClass, lessons: Sequence[Lesson]) -> Found:
    """Videos watched to the end that is asked for, as a share of all of the course."""
    found = Found()
    videos = {lesson.translation_key for lesson in lessons if isinstance(lesson, VideoLesson)}
    if not videos:
        return found
    found.columns.append(Column(WATCHED, _("Videos watched, %"), WATCHED, HUNDRED, Decimal(0)))
    page = reverse("courses:class", args=[held.pk])
    done: dict[int, int] = dict.fromkeys(held.enrolments.values_list("pk", flat=True), 0)
    rows = Completion.objects.filter(enrolment__course_class=held, lesson__in=videos)
    for enrolment in rows.values_list("enrolment", flat=True):
        done[enrolment] += 1
    for enrolment, number in done.items():
        figure = grades.percent(number, len(videos))
        if figure:
            found.figures[enrolment][WATCHED] = figure
            found.traces[enrolment][WATCHED] = page + "#people"
    return found


def attendance(held: CourseClass) -> Found:
    """Sessions somebody was at, of those they were not excused from."""
    found = Found()
    there: dict[int, list[bool]] = defaultdict(list)
    rows = Presence.objects.filter(session__course_class=held).exclude(state=Presence.State.EXCUSED)
    for enrolment, state in rows.values_list("enrolment", "state"):
        there[enrolment].append(state == Presence.State.PRESENT)
    if there:
        found.columns.append(Column(ATTENDANCE, _("Attendance, %"), ATTENDANCE, HUNDRED, Decimal(0)))
    page = reverse("courses:class", args=[held.pk])
    for enrolment, all_of_them in there.items():
        figure = grades.percent(sum(all_of_them), len(all_of_them))
        if figure:
            found.figures[enrolment][ATTENDANCE] = figure
            found.traces[enrolment][ATTENDANCE] = page + "#sessions"
    return found


def _weighed(column: Column, weights: dict[str, str]) -> Column:
    try:
        weight = Decimal(weights[column.key])
    except (KeyError, InvalidOperation):
        weight = column.weight
    return Column(column.key, column.title, column.kind, column.out_of, weight)
