"""Lists in pages. `partials/pages.html` shows the way back and on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

Row = TypeVar("Row", bound="Model")
SIZE = 50


def page_of(request: HttpRequest, rows: QuerySet[Row], size: int = SIZE) -> Page[Row]:
    """The page that `?page=` asks for; the nearest one when there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
