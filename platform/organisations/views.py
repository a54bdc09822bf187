"""Pages of the federation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel import clock, ids
from kernel.errors import NotAllowed
from organisations import importing, services, tables
from organisations.forms import ImportForm, MemberForm, OrganisationForm
from organisations.guards import needs
from organisations.models import Membership, Organisation
from organisations.policies import Role, Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User

PEOPLE_A_PAGE = 50
FAULTS_SHOWN = 200
KEPT_S = 3600


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


@needs("people.import")
@login_required
@require_http_methods(["GET", "POST"])
def import_table(request: HttpRequest) -> HttpResponse:
    """A table is handed in, every bad row is named; a sound one waits for one more click."""
    actor = actor_for(request.user)
    if not (actor.superuser or any(held.role is Role.ADMINISTRATOR for held in actor.roles)):
        raise NotAllowed
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "columns": importing.COLUMNS}
        return render(request, "organisations/import.html", context, status=200 if request.method == "GET" else 422)
    file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
    try:
        found = importing.plan(kind, tables.read(file, file.name or ""), actor=actor)
    except (tables.TableUnreadable, tables.TableTooLarge) as refusal:
        form.add_error("file", _(refusal.text))
        return render(request, "organisations/import.html", {"form": form, "columns": importing.COLUMNS}, status=422)
    token = ids.token()
    if found.sound:
        cache.set(_kept(request, token), (kind, list(found.rows)), KEPT_S)
    context = {
        "plan": found,
        "token": token,
        "shown": found.faults[:FAULTS_SHOWN],
        "more": len(found.faults) - FAULTS_SHOWN,
    }
    return render(request, "organisations/import_plan.html", context, status=200 if found.sound else 422)


@needs("people.import")
@login_required
@require_POST
def carry_out(request: HttpRequest, token: str) -> HttpResponse:
    kept = cache.get(_kept(request, token))
    if kept is None:
        messages.error(request, _("This import waited too long. Nothing was changed; hand the table in again."))
        return redirect("import")
    kind, rows = kept
    found = importing.plan(kind, rows, actor=actor_for(request.user))  # rights and rows as they are now
    if not found.sound:
        context = {"plan": found, "token": token, "shown": found.faults[:FAULTS_SHOWN], "more": 0}
        return render(request, "organisations/import_plan.html", context, status=422)
    importing.carry_out(found, by=person(request), now=clock.now())
    cache.delete(_kept(request, token))
    messages.success(
        request, _("Done: %(new)d new, %(changed)d changed.") % {"new": found.new, "changed": found.changed}
    )
    return HttpResponseRedirect("/organisations/")


@needs("people.import")
@login_required
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the right columns and one row to show how."""
    example = {
        "people": "lin,林静,lin@example.org,libraries,member,zh-hans",
        "organisations": "west-branch,West Branch,西分会,unit,libraries",
    }[kind]
    body = "\ufeff" + ",".join(importing.COLUMNS[kind]) + "\r\n" + example + "\r\n"
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


def _kept(request: HttpRequest, token: str) -> str:
    return f"import:{request.user.pk}:{token}"
