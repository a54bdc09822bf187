"""Pages about oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.services import use_first_link
from kernel import clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@never_cache
@require_http_methods(["GET", "POST"])
def first_link(request: HttpRequest, token: str) -> HttpResponse:
    """A click signs in; opening alone doesn't, so that a link preview does not use it up."""
    if request.method == "GET":
        return render(request, "accounts/first_link.html")
    user = use_first_link(token, now=clock.now())
    if user is None:
        return render(request, "accounts/first_link.html", {"spent": True}, status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect("/")
