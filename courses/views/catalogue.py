"""All courses that a reader may see, and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from courses.models.classes import today as site_day
from courses.selectors import courses, learning
from courses.selectors.assignments import asked_of
from courses.selectors.reports import roots
from courses.selectors.spot_checks import places_for
from courses.services.sessions import feed_for
from kernel import clock
from organisations.guards import needs
from organisations.models import Organisation
from organisations.views import person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

A_PAGE = 24


@needs("course.list")
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    sought = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "organisation", "topic")}
    language = get_language() or "en"
    found = courses.catalogue(
        request.user,
        language=language,
        sought=sought["q"],
        organisation=sought["organisation"],
        topic=sought["topic"],
    )
    seen = courses.visible(request.user)
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "sought": sought,
        "filtered": any(sought.values()),
        "reports": request.user.is_authenticated and bool(roots(person(request))),
        "organisations": Organisation.objects.filter(pk__in=seen.values("organisation")),
        "checks": request.user.is_authenticated and places_for(person(request)).exists(),
        "topics": sorted(set(seen.exclude(topic="").values_list("topic", flat=True))),
    }
    return render(request, "courses/catalogue.html", context)


@needs("course.mine")
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    rows = learning.mine(person(request), now=now)
    today = site_day(now)
    due = [each for each in rows if each.enrolment.course_class.due_on and not each.enrolment.completed_at]
    due.sort(key=lambda each: (each.enrolment.course_class.due_on, each.enrolment.pk))
    context = {"rows": rows, "due": due, "go_on": learning.go_on(person(request)), "today": today}
    context["asked"] = asked_of(person(request), rows, now=now)
    context["now"] = now
    context["feed"] = feed_for(person(request))
    return render(request, "courses/mine.html", context)
