"""The door of the Studio: rights by roles at each request, and a Content-Security-Policy of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import rights

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

STUDIO = "/studio/"
# Wagtail's editor needs inline scripts and styles, and evaluates templates. Still nothing comes from another host,
# nothing is sent to one, and nobody frames it.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)


class StudioMiddleware:
    """Stands after the authentication and language middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inside = request.path.startswith(STUDIO)
        if inside and request.user.is_authenticated and not request.user.is_superuser:
            rights.sync(request.user)
        response = self.get_response(request)
        if inside:
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
