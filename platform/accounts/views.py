"""Pages about oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tokens
from accounts.forms import ProfileForm, TokenForm
from accounts.services import use_first_link
from kernel import clock
from web.rights import needs, public

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@public("the link itself is the right, and works once")
@never_cache
@require_http_methods(["GET", "POST"])
def first_link(request: HttpRequest, token: str) -> HttpResponse:
    """A click signs in; opening alone doesn't, so that a link preview does not use it up."""
    if request.method == "GET":
        return render(request, "accounts/first_link.html")
    user = use_first_link(token, now=clock.now())
    if user is None:
        return render(request, "accounts/first_link.html", {"spent": True}, status=410)
    login(request, user)
    UserSession.objects.create_from_request(request)  # shown under "Where you are signed in"
    return HttpResponseRedirect("/")


@needs("self.manage")
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


@needs("self.manage")
@login_required
@require_http_methods(["GET", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """Keys for programs. A new one is shown once, on the page that answers its making."""
    person = cast("User", request.user)
    form = TokenForm(request.POST or None)
    given = ""
    if request.method == "POST" and form.is_valid():
        _, given = tokens.give(user=person, name=form.cleaned_data["name"], now=clock.now())
        form = TokenForm()
    rows = person.keys.filter(revoked=None, expires__gt=clock.now()).order_by("-created")
    return render(request, "accounts/tokens.html", {"form": form, "rows": rows, "given": given})


@needs("self.manage")
@login_required
@require_POST
def take_token_back(request: HttpRequest, pk: int) -> HttpResponse:
    if tokens.take_back(user=cast("User", request.user), pk=pk, now=clock.now()):
        messages.success(request, gettext("The key no longer works."))
    return redirect("api-tokens")
