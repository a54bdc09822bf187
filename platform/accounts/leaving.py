"""The way to somebody else's sign-in. A form that is answered with a redirect to another host is stopped by our own
Content-Security-Policy (`form-action 'self'`); a page that leads on is not, and says where one is going.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

WAYS = ("/accounts/oidc/", "/accounts/saml/")


class LeavingMiddleware:
    """Turns the redirect that answers "Continue" there into such a page. The address is the provider's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        address = response.headers.get("Location", "")
        place = urlsplit(address)
        if (
            request.method == "POST"
            and request.path.startswith(WAYS)
            and response.status_code == 302
            and place.scheme in {"http", "https"}
            and place.netloc != request.get_host()
        ):
            page = render(request, "accounts/leaving.html", {"address": address, "host": place.hostname})
            page.cookies = response.cookies
            return page
        return response
