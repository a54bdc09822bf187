"""What is not a page of anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest


def health(request: HttpRequest) -> HttpResponse:
    """Answers when the process does; says nothing else."""
    return HttpResponse("ok", content_type="text/plain")
