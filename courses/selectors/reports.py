"""Who learned what, by organisation, class and person. Sums are made in the database, in a constant number of queries.

A figure belongs to the year in which its class began, and to the organisation the person was in when they enrolled:
neither changes when somebody moves on. Who waits for a place, or left without completing, is not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, ExpressionWrapper, F, FloatField, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, TruncMonth
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.models import Attempt, Certificate, Completion, CourseClass, Enrolment, Presence, Watched
from courses.models.classes import today
from courses.quizzing import Counts
from courses.reporting import Figures, cells, shown, total
from courses.selectors.learning import in_language
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is of: `path` is the organisation's, the empty one everybody's."""

    path: str = ""
    year: int | None = None
    course: UUID | None = None  # the translation key
    held: int | None = None  # a class
    sought: str = ""  # in people's names
    some: tuple[int, ...] | None = None  # these enrolments

    def enrolments(self) -> QuerySet[Enrolment]:
        rows = Enrolment.objects.filter(Q(state=Enrolment.State.ACTIVE) | Q(completed_at__isnull=False))
        rows = rows.exclude(state=Enrolment.State.WAITING)
        if self.path:
            rows = rows.filter(organisation__path__startswith=self.path)
        if self.year is not None:
            rows = rows.filter(course_class__starts_on__year=self.year)
        if self.course is not None:
            rows = rows.filter(course_class__course__translation_key=self.course)
        if self.held is not None:
            rows = rows.filter(course_class=self.held)
        if self.sought:
            named = Q(person__display_name__icontains=self.sought) | Q(person__username__icontains=self.sought)
            rows = rows.filter(named)
        if self.some is not None:
            rows = rows.filter(pk__in=self.some)
        return rows


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report, and where it leads."""

    name: str
    cells: Sequence[str]
    figures: Figures | None = None
    link: str = ""  # the query of the next report
    enrolment: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows; the files are `table()` and nothing else."""

    head: Sequence[str]
    lines: Sequence[Line]
    sum: Figures
    people: int

    def table(self) -> list[list[str]]:
        return [list(self.head), *([line.name, *line.cells] for line in self.lines)]


def figure_heads() -> list[str]:
    return [
        _("Enrolled"), _("Completed"), _("In progress"), _("Not started"), _("Completed in %"), _("Hours"),
        _("Attendance in %"), _("Quizzes in %"),
    ]  # fmt: skip


def grouped(asked: Asked, by: str) -> dict[Any, Figures]:
    """Figures by a column of the enrolment: `organisation_id`, `course_class_id` or `pk`. Five queries."""
    found: dict[Any, Figures] = defaultdict(Figures)
    rows = asked.enrolments()
    inside = rows.values("pk")
    counted = rows.values(by).annotate(
        n=Count("pk"),
        done=Count("pk", filter=Q(completed_at__isnull=False)),
        begun=Count("pk", filter=Q(completed_at=None) & _begun()),
    )
    for row in counted.order_by():
        each = found[row[by]]
        each.enrolled, each.completed, each.started = row["n"], row["done"], row["begun"]
    column = f"enrolment__{by}"
    watched = Watched.objects.filter(enrolment__in=inside).values(column).annotate(s=Sum("seconds"))
    for row in watched.order_by():
        found[row[column]].watched_s = row["s"]
    there = Presence.objects.filter(enrolment__in=inside).values(column)
    present = Q(state=Presence.State.PRESENT)
    for row in there.annotate(
        s=Sum("seconds", filter=present),
        came=Count("pk", filter=present),
        due=Count("pk", filter=~Q(state=Presence.State.EXCUSED)),
    ).order_by():
        each = found[row[column]]
        each.attended_s, each.present, each.expected = row["s"] or 0, row["came"], row["due"]
    for key, scores, scored in _scores(inside, column):
        found[key].scores, found[key].scored = float(scores), scored
    return dict(found)


def _begun() -> Q:
    return Q(
        Exists(Completion.objects.filter(enrolment=OuterRef("pk")))
        | Exists(Watched.objects.filter(enrolment=OuterRef("pk"), seconds__gt=0))
        | Exists(Attempt.objects.filter(enrolment=OuterRef("pk")))
        | Exists(Presence.objects.filter(enrolment=OuterRef("pk"), state=Presence.State.PRESENT))
    )


def _scores(inside: QuerySet[Any], column: str) -> list[tuple[Any, float, int]]:
    """The attempt that counts of each person and quiz, in percent: summed and counted by group."""
    later = Attempt.objects.filter(
        enrolment=OuterRef("enrolment"), lesson=OuterRef("lesson"), number__gt=OuterRef("number")
    ).exclude(state=Attempt.State.OPEN)
    share = ExpressionWrapper(Cast("score", FloatField()) * 100.0 / Cast("most", FloatField()), FloatField())
    counting = Attempt.objects.filter(enrolment__in=inside, state=Attempt.State.FINAL, most__gt=0).filter(
        Q(counts=Counts.BEST.value) | ~Exists(later)
    )
    best = counting.values("lesson", who=F("enrolment"), place=F(column)).annotate(best=Max(share)).order_by()
    try:
        sql, values = best.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, SUM(best), COUNT(*) FROM ({sql}) AS counting GROUP BY place", values)  # noqa: S608
        return [(key, scores, scored) for key, scores, scored in cursor.fetchall()]


def people(asked: Asked) -> int:
    return asked.enrolments().values("person").distinct().count()


def by_organisation(asked: Asked) -> Report:
    """The organisation itself and each one directly below it, with everything below them."""
    figures = grouped(asked, "organisation_id")
    language = get_language() or "en"
    below = list(Organisation.objects.filter(path__startswith=asked.path).order_by("path"))
    paths = {each.pk: each.path for each in below}
    size = len(asked.path) + Organisation.steplen
    sums: dict[str, Figures] = defaultdict(Figures)
    for key, each in figures.items():
        sums[paths[key][:size] if key in paths else ""].add(each)
    lines = []
    for each in below:
        own = each.path == asked.path
        if len(each.path) > size or each.path not in sums:
            continue
        name = _("%(name)s itself") % {"name": each.called(language)} if own else each.called(language)
        lines.append(Line(name, cells(sums[each.path]), sums[each.path], "" if own else f"organisation={each.slug}"))
    if "" in sums:
        lines.append(Line(_("In no organisation"), cells(sums[""]), sums[""]))
    return Report([_("Organisation"), *figure_heads()], lines, total(figures.values()), people(asked))


def by_class(asked: Asked) -> Report:
    figures = grouped(asked, "course_class_id")
    classes = CourseClass.objects.filter(pk__in=figures).select_related("course__locale").order_by("-starts_on", "pk")
    titles = _titles(classes)
    lines = [
        Line(f"{titles[each.course_id]}: {each.title}", cells(figures[each.pk]), figures[each.pk], f"class={each.pk}")
        for each in classes
    ]
    return Report([_("Class"), *figure_heads()], lines, total(figures.values()), people(asked))


def _titles(classes: QuerySet[CourseClass]) -> dict[int, str]:
    """A course has one title in the reader's language, however many classes it has."""
    found: dict[int, str] = {}
    for each in classes.select_related("course__locale"):
        if each.course_id not in found:
            found[each.course_id] = in_language(each.course).title
    return found


def by_person(asked: Asked, *, first: int = 0, many: int | None = None) -> Report:
    """A row for each enrolment. `first` and `many` cut the rows; the sums are of all of them."""
    rows = asked.enrolments().select_related("person", "organisation", "course_class__course__locale")
    rows = rows.order_by("person__display_name", "person__username", "pk")
    wanted = list(rows[first : first + many] if many is not None else rows)
    figures = _of(asked, wanted)
    holding = Certificate.objects.filter(enrolment__in=wanted, revoked_at=None)
    numbers = dict(holding.values_list("enrolment", "number"))
    done = Completion.objects.filter(enrolment__in=wanted).values("enrolment").annotate(n=Count("pk")).order_by()
    lessons = {row["enrolment"]: row["n"] for row in done}
    titles = _titles(CourseClass.objects.filter(pk__in={row.course_class_id for row in wanted}))
    lines = [_line(row, figures[row.pk], titles, lessons, numbers) for row in wanted]
    head = [
        _("Name"), _("User name"), _("Organisation"), _("Class"), _("Lessons completed"), _("Hours"),
        _("Attendance in %"), _("Quizzes in %"), _("Completed on"), _("Certificate"),
    ]  # fmt: skip
    whole = total(grouped(asked, "organisation_id").values())
    return Report(head, lines, whole, people(asked))


def _of(asked: Asked, wanted: Sequence[Enrolment]) -> dict[int, Figures]:
    found: dict[int, Figures] = defaultdict(Figures)
    if len(wanted) < 1000:  # a page of them
        asked = replace(asked, some=tuple(row.pk for row in wanted))
    found.update(grouped(asked, "pk"))
    return found


def _line(
    row: Enrolment, figures: Figures, titles: dict[int, str], lessons: dict[int, int], numbers: dict[int, str]
) -> Line:
    return Line(
        row.person.name,
        [
            row.person.username,
            row.organisation.called(get_language() or "en") if row.organisation else "",
            f"{titles[row.course_class.course_id]}: {row.course_class.title}",
            str(lessons.get(row.pk, 0)),
            figures.hours,
            shown(figures.attendance),
            figures.score,
            today(row.completed_at).isoformat() if row.completed_at else "",
            numbers.get(row.pk, ""),
        ],
        figures,
        enrolment=row.pk,
    )


def months(asked: Asked) -> list[tuple[str, int]]:
    """Completed so far, month by month: "2026-03", sum."""
    rows = asked.enrolments().filter(completed_at__isnull=False)
    counted = (
        rows.annotate(month=TruncMonth("completed_at", tzinfo=timezone.get_default_timezone()))
        .values("month")
        .annotate(n=Count("pk"))
        .order_by("month")
    )
    found, sum_ = [], 0
    for row in counted:
        sum_ += row["n"]
        found.append((row["month"].strftime("%Y-%m"), sum_))
    return found


def years(path: str) -> list[int]:
    """In which somebody learned, the newest first."""
    rows = Asked(path=path).enrolments().order_by("-course_class__starts_on__year")
    return list(rows.values_list("course_class__starts_on__year", flat=True).distinct())


def roots(user: User) -> list[Organisation]:
    """The topmost organisations whose reports this person may see."""
    actor = actor_for(user)
    found: list[Organisation] = []
    for each in Organisation.objects.order_by("path"):
        if any(each.path.startswith(above.path) for above in found):
            continue
        if may(actor, "report.see", Scope(path=each.path)):
            found.append(each)
    return found
