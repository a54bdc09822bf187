"""Reports: who learned what, by organisation, class and person; the same figures as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from courses.models import CourseClass, CoursePage, ReportFile
from courses.models.classes import today
from courses.selectors import reports
from courses.selectors.courses import learner, one_of_each
from courses.selectors.reports import Asked
from courses.services import reports as files
from kernel import clock
from kernel.errors import NotAllowed
from organisations import sheets
from organisations.guards import needs
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest

A_PAGE = 50
KINDS = ("organisation", "class", "person")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, as far as the reader may see it."""

    asked: Asked
    by: str
    organisation: Organisation | None
    held: CourseClass | None
    query: dict[str, str]

    def but(self, **other: str) -> str:
        return urlencode({name: value for name, value in {**self.query, **other}.items() if value})


@needs("report.list")
@login_required
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request)
    context: dict[str, Any] = {"wanted": wanted}
    if wanted.by == "person":
        page = Paginator(range(wanted.asked.enrolments().count()), A_PAGE).get_page(request.GET.get("page"))
        found = reports.by_person(wanted.asked, first=(page.number - 1) * A_PAGE, many=A_PAGE)
        context["page"] = page
    else:
        found = files.make(wanted.asked, wanted.by)
    courses = CoursePage.objects.filter(classes__in=CourseClass.objects.all()).select_related("locale").distinct()
    context |= {
        "report": found,
        "turn": wanted.but(),
        "rows": [(line, f"?{_next(wanted, line.link)}" if line.link else "") for line in found.lines],
        "months": reports.months(wanted.asked) if wanted.by != "person" else [],
        "tabs": [(kind, f"?{wanted.but(by=kind, q='')}") for kind in KINDS if wanted.held is None],
        "years": reports.years(wanted.asked.path),
        "roots": reports.roots(person(request)),
        "above": _above(request, wanted),
        "courses": one_of_each(list(courses), get_language() or "en") if wanted.held is None else [],
        "csv": f"{reverse('courses:report-table', args=['csv'])}?{wanted.but()}",
        "xlsx": f"{reverse('courses:report-table', args=['xlsx'])}?{wanted.but()}",
    }
    return render(request, "courses/reports/report.html", context)


@needs("report.list")
@login_required
@never_cache
@require_GET
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole report. A long one is a job, and its file waits for a day."""
    if kind not in sheets.TYPES:
        raise NotAllowed
    wanted = _wanted(request)
    if wanted.by == "person" and wanted.asked.enrolments().count() > files.AT_ONCE:
        row, job = files.begin(
            asked=wanted.asked,
            by=wanted.by,
            kind=kind,
            language=get_language() or "en",
            owner=person(request),
            now=clock.now(),
        )
        return render(request, "courses/reports/writing.html", {"row": row, "job": job}, status=202)
    return sheets.download(files.make(wanted.asked, wanted.by).table(), kind=kind, name=f"report-{wanted.by}")


@needs("report.list")
@login_required
@never_cache
@require_GET
def file(request: HttpRequest, key: UUID) -> HttpResponse:
    row = get_object_or_404(ReportFile, pk=key, owner=person(request))
    if row.data is None:
        return render(request, "courses/reports/writing.html", {"row": row}, status=202)
    headers = {
        "Content-Disposition": f'attachment; filename="report-{row.created:%Y-%m-%d}.{row.kind}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(row.data), content_type=sheets.TYPES[row.kind], headers=headers)


def _wanted(request: HttpRequest) -> Wanted:
    """Raises NotAllowed for what the reader may not see; nonsense is as if it were not there."""
    said = {name: request.GET.get(name, "")[:80] for name in ("organisation", "year", "course", "class", "by", "q")}
    year = int(said["year"]) if said["year"].isascii() and said["year"].isdecimal() and len(said["year"]) == 4 else None
    if said["year"] == "":
        year = today(clock.now()).year
    course = _uuid(said["course"])
    held = None
    if said["class"].isascii() and said["class"].isdecimal() and len(said["class"]) < 10:
        held = get_object_or_404(CourseClass.objects.select_related("course__organisation"), pk=int(said["class"]))
    organisation = Organisation.objects.filter(slug=said["organisation"]).first() if said["organisation"] else None
    path, organisation = _scope(request, organisation, held)
    by = said["by"] if said["by"] in KINDS else "organisation"
    if held is not None:
        by, year, course = "person", None, None
    query = {
        "organisation": organisation.slug if organisation else "",
        "year": "" if held else said["year"],
        "course": str(course or ""),
        "class": str(held.pk) if held else "",
        "by": "" if held or by == "organisation" else by,
        "q": said["q"].strip() if by == "person" else "",
    }
    asked = Asked(path=path, year=year, course=course, held=held.pk if held else None, sought=query["q"])
    return Wanted(asked, by, organisation, held, query)


def _scope(
    request: HttpRequest, organisation: Organisation | None, held: CourseClass | None
) -> tuple[str, Organisation | None]:
    """Who teaches a class sees everybody in it; others their organisations' people."""
    teaches = held is not None and may(learner(request.user, held.course), "report.class", held.course.scope)
    if teaches and organisation is None:
        return "", None
    if organisation is None:
        organisation = next(iter(reports.roots(person(request))), None)
    if organisation is None or not may(actor_for(request.user), "report.see", Scope(path=organisation.path)):
        raise NotAllowed
    return organisation.path, organisation


def _above(request: HttpRequest, wanted: Wanted) -> list[tuple[Organisation, str]]:
    """The way up, as far as the reader may go."""
    if wanted.organisation is None:
        return []
    actor = actor_for(request.user)
    return [
        (each, f"?{wanted.but(organisation=each.slug)}")
        for each in wanted.organisation.get_ancestors()
        if may(actor, "report.see", Scope(path=each.path))
    ]


def _next(wanted: Wanted, link: str) -> str:
    name, _sep, value = link.partition("=")
    return wanted.but(**{name: value})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
