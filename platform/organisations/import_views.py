"""A table is handed in, every bad row is named; a sound one waits for one more click."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel import clock
from kernel.errors import NotAllowed
from organisations import importing, imports, tables
from organisations.forms import ImportForm
from organisations.guards import needs
from organisations.models import Import
from organisations.policies import Role
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.models import User


@needs("people.import")
@login_required
@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    actor = actor_for(request.user)
    if not (actor.superuser or any(held.role is Role.ADMINISTRATOR for held in actor.roles)):
        raise NotAllowed
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = imports.hand_in(
                owner=cast("User", request.user),
                kind=form.cleaned_data["kind"],
                name=file.name or "",
                data=file.read(tables.LARGEST + 1),
                language=get_language() or "en",
                now=clock.now(),
            )
        except tables.TableTooLarge as refusal:
            form.add_error("file", _(refusal.text))
        else:
            return redirect("import-plan", public_id=row.public_id)
    context = {"form": form, "columns": importing.COLUMNS}
    return render(request, "organisations/import.html", context, status=200 if request.method == "GET" else 422)


@needs("people.import")
@login_required
@never_cache
@require_GET
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How it stands: being looked at, what is wrong, in order, being taken in, done."""
    row = get_object_or_404(Import.objects.defer("data"), public_id=public_id, owner=cast("User", request.user))
    more = row.faults_count - len(row.faults)
    return render(request, "organisations/import_plan.html", {"row": row, "more": more})


@needs("people.import")
@login_required
@require_POST
def carry_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(Import.objects.defer("data"), public_id=public_id, owner=cast("User", request.user))
    if not imports.take(row, by=cast("User", request.user), now=clock.now()):
        messages.warning(request, _("This table was taken in already, or is not in order."))
    return redirect("import-plan", public_id=public_id)


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
