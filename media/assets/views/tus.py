"""The tus 1.0 server: small, because daphne hands us a part only when it is here whole (docs/decisions/0004)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import HttpError

from accounts.api_auth import account
from kernel import clock
from kernel.errors import NotAllowed, StoaError
from media.assets import selectors, tus, uploads
from media.assets.errors import PartTooBig, RequestUnclear
from organisations.guards import needs
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for
from web import ratelimit

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from accounts.models import User
    from media.assets.models import Upload

UPLOADS_PER_PERSON = (600, 60 * 60)


@needs("asset.create")
@csrf_exempt  # `account` asks for the CSRF token itself, except of who brings an API token
def collection(request: HttpRequest) -> HttpResponse:
    """`POST`: begin an upload. `OPTIONS`: what is spoken here."""
    return _answered(request, {"OPTIONS": _options, "POST": _create})


@needs("asset.create")
@csrf_exempt
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`HEAD`: how far it is. `PATCH`: the next part. `DELETE`: given up."""
    return _answered(
        request,
        {
            "OPTIONS": _options,
            "HEAD": lambda request, user: _head(user, pk),
            "PATCH": lambda request, user: _patch(request, user, pk),
            "DELETE": lambda request, user: _delete(user, pk),
        },
    )


def _answered(request: HttpRequest, doing: dict[str, Callable[[HttpRequest, User], HttpResponse]]) -> HttpResponse:
    method = request.headers.get("X-HTTP-Method-Override", str(request.method)).upper()
    try:
        if method == "OPTIONS":
            response = HttpResponse(status=204)
        elif method not in doing:
            response = HttpResponse(status=405, headers={"Allow": ", ".join(doing)})
        else:
            user = account(request)
            if user is None:
                raise HttpError(401, gettext("Please sign in again."))
            tus.version(request.headers.get("Tus-Resumable"))
            response = doing[method](request, user)
    except HttpError as refused:
        response = _refusal(refused.status_code, "not_allowed", str(refused))
    except StoaError as refused:
        response = _refusal(refused.status, refused.code, gettext(str(refused)))
    headers = response.headers
    headers["Tus-Resumable"] = headers["Tus-Version"] = tus.VERSION
    headers["Cache-Control"] = "no-store"
    if method == "OPTIONS":
        headers["Tus-Extension"] = tus.EXTENSIONS
        headers["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
        if largest := selectors.largest_upload():
            headers["Tus-Max-Size"] = str(largest)
    return response


def _options(request: HttpRequest, user: User) -> HttpResponse:
    return HttpResponse(status=204)


def _refusal(status: int, code: str, text: str) -> HttpResponse:
    return JsonResponse({"error": {"code": code, "text": text}}, status=status)


def _create(request: HttpRequest, user: User) -> HttpResponse:
    ratelimit.hit(f"upload:{user.pk}", *UPLOADS_PER_PERSON)
    said = tus.metadata(request.headers.get("Upload-Metadata", ""))
    organisation = Organisation.objects.filter(slug=said.get("organisation", "")).first()
    if organisation is None or not may(actor_for(user), "asset.create", Scope(path=organisation.path)):
        raise NotAllowed
    upload = uploads.begin(
        organisation=organisation,
        owner=user,
        name=said.get("filename", ""),
        size=tus.number(request.headers.get("Upload-Length")),
        title=said.get("title", ""),
        now=clock.now(),
    )
    response = HttpResponse(status=201)
    response.headers["Location"] = reverse("assets:upload", args=[upload.pk])
    response.headers["X-Asset"] = str(upload.asset.pk)
    return _with_expiry(response, upload)


def _head(user: User, pk: UUID) -> HttpResponse:
    upload = uploads.upload_of(user, pk, now=clock.now())
    response = HttpResponse(status=200)
    response.headers["Upload-Offset"] = str(upload.offset)
    response.headers["Upload-Length"] = str(upload.bytes)
    return _with_expiry(response, upload)


def _patch(request: HttpRequest, user: User, pk: UUID) -> HttpResponse:
    if request.headers.get("Content-Type", "") != tus.PART_TYPE:
        raise _NoPart
    if int(request.META.get("CONTENT_LENGTH") or 0) > uploads.MOST_BYTES:
        raise PartTooBig
    upload = uploads.upload_of(user, pk, now=clock.now())
    after = uploads.add(
        upload,
        offset=tus.number(request.headers.get("Upload-Offset")),
        data=request.body,
        checksum=tus.checksum(request.headers.get("Upload-Checksum")),
        now=clock.now(),
    )
    response = HttpResponse(status=204)
    response.headers["Upload-Offset"] = str(after.offset)
    return _with_expiry(response, after)


def _delete(user: User, pk: UUID) -> HttpResponse:
    uploads.give_up(uploads.upload_of(user, pk, now=clock.now()), now=clock.now())
    return HttpResponse(status=204)


def _with_expiry(response: HttpResponse, upload: Upload) -> HttpResponse:
    if not upload.complete:
        response.headers["Upload-Expires"] = http_date(upload.expires.timestamp())
    return response


class _NoPart(RequestUnclear):
    status = 415
