"""One's own jobs: a list, one with its progress, cancel and retry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jobs import selectors, services
from kernel import clock
from organisations.guards import needs
from web import paging
from web.refusals import wants_json

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@needs("job.list")
@require_GET
@never_cache
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101 login_required says so; this tells the checker
    page = paging.page_of(request, selectors.jobs_of(request.user))
    return render(request, "jobs/list.html", {"page": page})


@needs("job.see")
@require_GET
@never_cache
def job(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A page for people; JSON for `<stoa-job>` and programs."""
    found = selectors.job_for(request.user, public_id, can="job.see")
    told = selectors.told(found, clock.now())
    if wants_json(request):
        return JsonResponse(told)
    return render(request, "jobs/job.html", {"job": found, "told": told, "attempts": found.attempts.order_by("number")})


@needs("job.change")
@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = selectors.job_for(request.user, public_id, can="job.change")
    services.cancel(found, now=clock.now())
    return _answer(request, found.get_absolute_url())


@needs("job.change")
@require_POST
def retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = selectors.job_for(request.user, public_id, can="job.change")
    services.retry(found, now=clock.now())
    return _answer(request, found.get_absolute_url())


def _answer(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponse(status=204) if wants_json(request) else HttpResponseRedirect(address)
