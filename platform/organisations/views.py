"""Pages of the federation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel import clock
from organisations import services
from organisations.forms import MemberForm, OrganisationForm
from organisations.guards import needs
from organisations.models import Membership, Organisation
from organisations.policies import Role, Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

PEOPLE_A_PAGE = 50


def person(request: HttpRequest) -> User:
    return cast("User", request.user)  # behind login_required


@needs("organisation.see")
@login_required
@require_GET
def tree(request: HttpRequest) -> HttpResponse:
    """The whole federation; 162 organisations are one query."""
    actor = actor_for(request.user)
    imports = actor.superuser or any(held.role is Role.ADMINISTRATOR for held in actor.roles)
    return render(request, "organisations/tree.html", {"rows": Organisation.get_annotated_list(), "imports": imports})


@needs("organisation.see")
@login_required
@require_GET
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _detail(request, get_object_or_404(Organisation, slug=slug), MemberForm(), OrganisationForm())


def _detail(
    request: HttpRequest, organisation: Organisation, member: MemberForm, unit: OrganisationForm, status: int = 200
) -> HttpResponse:
    """One organisation and its people."""
    people = Membership.objects.filter(organisation=organisation).select_related("person")
    sought = request.GET.get("q", "").strip()
    if sought:
        people = people.filter(person__display_name__icontains=sought)
    page = Paginator(people.order_by("person__display_name"), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "organisation": organisation,
        "page": page,
        "sought": sought,
        "above": organisation.get_ancestors(),
        "below": organisation.get_children(),
        "manages": may(actor_for(request.user), "organisation.manage", Scope(organisation.path)),
        "member_form": member,
        "unit_form": unit,
    }
    return render(request, "organisations/detail.html", context, status=status)


@needs("organisation.manage")
@login_required
@require_POST
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation, slug=slug)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _detail(request, organisation, form, OrganisationForm(), 422)
    who, role = form.cleaned_data["who"], Role(form.cleaned_data["role"])
    services.add_member(person=who, organisation=organisation, role=role, by=person(request), now=clock.now())
    messages.success(request, _("%(name)s belongs to %(where)s now.") % {"name": who.name, "where": organisation.name})
    return redirect("organisation", slug=slug)


@needs("organisation.manage")
@login_required
@require_POST
def remove_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership, pk=pk, organisation__slug=slug)
    services.remove_member(membership=membership, by=person(request), now=clock.now())
    messages.success(request, _("%(name)s no longer has this role.") % {"name": membership.person.name})
    return redirect("organisation", slug=slug)


@needs("organisation.manage")
@login_required
@require_POST
def add_unit(request: HttpRequest, slug: str) -> HttpResponse:
    parent = get_object_or_404(Organisation, slug=slug)
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return _detail(request, parent, MemberForm(), form, 422)
    made = services.add_organisation(parent=parent, by=person(request), now=clock.now(), **form.cleaned_data)
    return redirect("organisation", slug=made.slug)
