"""A refusal by name becomes a response, once: JSON where JSON was asked for, a page in the reader's words elsewhere."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from kernel.errors import StoaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)


class RefusalMiddleware:
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
    return request.path.startswith("/api/") or request.accepts("text/html") is False or (
        request.headers.get("Content-Type", "").startswith("application/json")
    )


def refusal(request: HttpRequest, error: StoaError) -> HttpResponse:
    text = gettext(str(error))
    if wants_json(request):
        return JsonResponse({"error": {"code": error.code, "text": text}}, status=error.status)
    return page(request, error.status, text)


def page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    return render(request, "errors/error.html", {"status": status, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Http404) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the database and without the session: one of them may be what broke."""
    return HttpResponse(
        "<!doctype html><meta charset=utf-8><title>Stoa</title><h1>Something broke here</h1>"
        "<p>It was written down for the administrators. What you had saved is safe. Please try again.</p>"
        '<h1 lang="zh-CN">这里出了问题</h1><p lang="zh-CN">问题已记录，管理员会看到。您已保存的内容是安全的，请稍后再试。</p>',
        status=500,
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.info("csrf path=%s reason=%s", request.path, reason)
    text = gettext("The page was open too long or came from elsewhere. Nothing was changed. Go back, reload, try again.")
    if wants_json(request):
        return JsonResponse({"error": {"code": "csrf", "text": text}}, status=403)
    return page(request, 403, text)
