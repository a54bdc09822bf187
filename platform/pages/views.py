"""What is not a page of anybody's."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from organisations.guards import needs
from web import files

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

THEMES = ("", "light", "dark")
YEAR_S = 31_536_000


@needs("site.use")
def health(request: HttpRequest) -> HttpResponse:
    """Answers when the process does; says nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@needs("site.use")
@require_safe
def authority(request: HttpRequest) -> HttpResponse:
    """The certificate that other machines in the network trust once, where `./stoa up --lan` made one."""
    path = settings.ENV.data / "lan" / "ca.pem"
    if not path.exists():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="application/x-x509-ca-cert")


@needs("site.use")
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the wish for light or dark, with the account or in a cookie; applied on the server: no flash, no script."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        chosen = ""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.user.is_authenticated:
        request.user.theme = chosen
        request.user.save(update_fields=["theme"])
    response.set_cookie("theme", chosen, max_age=YEAR_S, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


@needs("site.use")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's own switch keeps the cookie; the account keeps the choice too."""
    response = i18n.set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response


@needs("site.use")
@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of a page, in one of the sizes that pages use. Originals and all else in the folder stay inside."""
    root = (Path(settings.MEDIA_ROOT) / "images").resolve()
    try:
        wanted = (root / path).resolve()
        if not wanted.is_relative_to(root):
            raise Http404
        found = files.local(wanted)
    except (OSError, ValueError) as error:
        raise Http404 from error
    serving = files.Serving(
        content_type=guess_type(path)[0] or "application/octet-stream",
        etag=files.etag_of(found),
        cache="public, max-age=31536000, immutable",  # another crop has another name
        sandboxed=True,
    )
    return files.answer(request, found, serving)


@needs("site.use")
def studio_door(request: HttpRequest) -> HttpResponse:
    """Where the Studio sends who may not enter it."""
    if request.user.is_authenticated:
        raise PermissionDenied
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("account_login") + (f"?{query}" if query else ""))
