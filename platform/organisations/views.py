"""Pages of the federation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from organisations.models import Membership, Organisation

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PEOPLE_A_PAGE = 50


@login_required
def tree(request: HttpRequest) -> HttpResponse:
    """The whole federation; 162 organisations are one query."""
    return render(request, "organisations/tree.html", {"rows": Organisation.get_annotated_list()})


@login_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation and its people."""
    organisation = get_object_or_404(Organisation, slug=slug)
    people = Membership.objects.filter(organisation=organisation).select_related("person")
    people = people.order_by("person__display_name")
    page = Paginator(people, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {"organisation": organisation, "page": page, "above": organisation.get_ancestors()}
    return render(request, "organisations/detail.html", context)
