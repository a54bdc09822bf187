"""A refusal by name becomes a response, once: JSON where a program asked, a page in the reader's words elsewhere."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.errors import NotAllowed, NotFound, StoaError, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 60
CODES = {400: "bad_request", 403: "not_allowed", 404: "not_found", 413: "too_big", 429: "too_many", 500: "broken"}
HEADINGS = {
    400: _("That could not be read"),
    403: _("You may not do this here"),
    404: _("There is nothing here"),
    409: _("That is not possible now"),
    410: _("This is gone"),
    413: _("That is too big"),
    429: _("Too many tries"),
    500: _("Something broke here"),
}
TEXTS = {
    400: _("What the browser sent was damaged or incomplete. Nothing was changed. Go back, reload, try again."),
    403: _("Your account has no right to this. Nothing was changed. Ask an administrator of your organisation."),
    404: _("The address may be mistyped, or what was here is gone. Nothing of yours was lost."),
    413: _("At most 8 MB can be sent at once. Nothing was changed. Choose something smaller."),
    429: _("Nothing was changed and nothing is locked. Please wait a minute, then try again."),
    500: _("It was written down for the administrators. What you had saved is safe. Please try again in a moment."),
}
ICONS = {403: "lock", 404: "search", 429: "clock"}


class RefusalMiddleware:
    """Stands last: what a view raises comes here first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, StoaError):
            return None
        logger.info("refused path=%s code=%s", request.path, error.code)
        return refusal(request, error)


def wants_json(request: HttpRequest) -> bool:
    """Programs, `fetch` with JSON in or out, and htmx, which puts a page's text where it doesn't belong."""
    return (
        request.path.startswith("/api/")
        or request.headers.get("HX-Request") == "true"
        or request.headers.get("Content-Type", "").startswith("application/json")
        or not request.accepts("text/html")
    )


def refusal(request: HttpRequest, error: StoaError) -> HttpResponse:
    # A refusal in general words says no more than the page does for its status; its own words say what happened.
    plain = str(error) in {NotAllowed.text, NotFound.text, TooMany.text, StoaError.text}
    return answer(request, error.status, "" if plain else gettext(str(error)), error.code)


def answer(request: HttpRequest, status: int, text: str = "", code: str = "") -> HttpResponse:
    """JSON or page: what happened, what is safe, what to do next."""
    words = text or str(TEXTS.get(status, TEXTS[400]))
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"error": {"code": code or CODES.get(status, "error"), "text": words}}, status=status)
    else:
        response = render(
            request,
            "errors/error.html",
            {
                "heading": HEADINGS.get(status, HEADINGS[400]),
                "text": words,
                "icon_name": ICONS.get(status, "triangle-alert"),
                "sign_in": status == 403 and not request.user.is_authenticated,
            },
            status=status,
        )
    if status == 429:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the database and without the session: one of them may be what broke."""
    if wants_json(request):
        return JsonResponse({"error": {"code": CODES[500], "text": str(TEXTS[500])}}, status=500)
    return HttpResponse(render_to_string("errors/broken.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.info("csrf path=%s reason=%s", request.path, reason)
    return answer(
        request, 403, gettext("The page was open too long. Nothing was changed. Go back, reload, try again."), "csrf"
    )
