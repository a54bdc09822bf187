"""Pages about one person, for administrators: where they belong, and suspending them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel import clock
from organisations import people
from organisations.forms import SuspendForm
from organisations.guards import needs
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


@needs("people.see")
@login_required
@never_cache
@require_GET
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = people.person_for(request.user, public_id, can="people.see")
    context = {
        "person": found,
        "memberships": found.memberships.select_related("organisation").order_by("organisation__path", "role"),
        "acts": people.acts_on(found)[:20],
        "oneself": found.pk == request.user.pk,
        "suspends": people.may_suspend(actor_for(request.user), found),
    }
    return render(request, "organisations/person.html", context)


@needs("people.suspend")
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What it would do, and why it is done; then it is done."""
    found = people.person_for(request.user, public_id, can="people.suspend")
    if found.pk == request.user.pk:
        raise people.NotOneself
    form = SuspendForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "organisations/suspend.html", {"person": found, "form": form}, status=status)
    by = cast("User", request.user)
    people.suspend(person=found, reason=form.cleaned_data["reason"], by=by, now=clock.now())
    messages.success(request, _("%(name)s is suspended and out of everything.") % {"name": found.name})
    return redirect("person", public_id=public_id)


@needs("people.suspend")
@login_required
@require_POST
def restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = people.person_for(request.user, public_id, can="people.suspend")
    people.restore(person=found, by=cast("User", request.user), now=clock.now())
    messages.success(request, _("%(name)s may sign in again.") % {"name": found.name})
    return redirect("person", public_id=public_id)
