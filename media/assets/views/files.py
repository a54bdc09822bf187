"""Files of assets under addresses that expire. Whoever has such an address was let in when it was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from kernel import clock
from media.assets import naming, signing, storage
from media.assets.errors import NoSuchAsset
from media.assets.models import Asset, TextTrack
from organisations.guards import needs
from web import files

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

SIGNED = "private, max-age=3600"
PUBLIC = "public, max-age=3600"
GROWS = "private, no-cache"  # a playlist of what is still being made


@needs("asset.play")
@require_http_methods(["GET", "HEAD"])
def file(request: HttpRequest, pk: UUID, generation: int, token: str, path: str) -> HttpResponseBase:
    """One file of a generation's folder. Raises NoSuchAsset, LinkOver."""
    cache = _admitted(pk, generation, token)
    if path == "original":
        return _original(request, pk, cache)
    if path.startswith("tracks/"):
        return _track(request, pk, path, cache)
    if not naming.is_inside(path):
        raise NoSuchAsset
    ending = path.rpartition(".")[2]
    if ending not in naming.MADE:
        raise NoSuchAsset
    name = storage.folder(pk, generation) + path
    serving = files.Serving(
        content_type=naming.MADE[ending],
        etag="",
        cache=GROWS if ending == "m3u8" else cache,
        name=f"{pk}.mp4" if path == "download.mp4" else "",
        attachment=path == "download.mp4",
    )
    return _sent(request, name, serving, follow=ending != "m3u8")


def _admitted(pk: UUID, generation: int, token: str) -> str:
    """How long browsers may keep it."""
    if token != signing.PUBLIC:
        signing.check(token, pk, generation, now=clock.now())
        return SIGNED
    if not Asset.objects.filter(pk=pk, public=True, generation=generation).exists():
        raise NoSuchAsset
    return PUBLIC


def _original(request: HttpRequest, pk: UUID, cache: str) -> HttpResponseBase:
    """Pictures and documents as they came: sandboxed, under their own name."""
    kinds = [Asset.Kind.IMAGE, Asset.Kind.DOCUMENT]
    asset = Asset.objects.filter(pk=pk, kind__in=kinds, state=Asset.State.READY).first()
    if asset is None:
        raise NoSuchAsset
    serving = files.Serving(
        content_type=naming.type_of(asset.original_name),
        etag="",
        cache=cache,
        name=asset.original_name,
        sandboxed=True,
    )
    return _sent(request, asset.original, serving, follow=False)


def _track(request: HttpRequest, pk: UUID, path: str, cache: str) -> HttpResponseBase:
    number = path.removeprefix("tracks/").removesuffix(".vtt")
    track = TextTrack.objects.filter(asset_id=pk, pk=int(number)).first() if number.isdecimal() else None
    if track is None:
        raise NoSuchAsset
    return HttpResponse(
        track.text,
        content_type="text/vtt; charset=utf-8",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": GROWS},
    )


def _sent(request: HttpRequest, name: str, serving: files.Serving, *, follow: bool) -> HttpResponseBase:
    env = settings.ENV
    if follow and env.s3.redirect and not storage.is_local():
        response = HttpResponseRedirect(storage.store().url(name))
        response.headers["Cache-Control"] = "private, max-age=600"
        return response
    found = storage.source(name)
    serving = files.with_etag(serving, files.etag_of(found))
    if env.media_accel and storage.is_local():
        return files.accelerated(env.media_accel + quote(name), found, serving)
    return files.answer(request, found, serving)
