"""Pages about oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.forms import ProfileForm
from accounts.services import use_first_link
from kernel import clock

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


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


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and look of oneself."""
    person = cast("User", request.user)  # login_required
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language or None):
            messages.success(request, gettext("Saved."))
        return HttpResponseRedirect(request.path)
    return render(request, "accounts/profile.html", {"form": form})
