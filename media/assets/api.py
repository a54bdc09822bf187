"""Assets over HTTP: what the library does, for programs. Bytes travel by tus, see docs/assets.md."""

from __future__ import annotations

from typing import Any
from uuid import UUID  # noqa: TC003 ninja reads the annotation

from django.http import HttpRequest  # noqa: TC002 ninja reads the annotation
from django.urls import reverse
from ninja import Query, Router, Status

from accounts.api_auth import account
from kernel import clock
from kernel.errors import NotAllowed
from media.assets import captions, selectors, services, shown, uploads
from media.assets.api_shapes import AssetIn, AssetOut, AssetPatch, AssetsOut, CaptionsIn, TrackOut, UploadOut
from media.assets.errors import NoSuchAsset
from media.assets.models import TextTrack
from organisations.guards import needs
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for
from web import ratelimit

MOST = 100  # rows of one answer
UPLOADS_PER_PERSON = (600, 60 * 60)

router = Router(tags=["assets"], auth=account)


def asker(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


@router.get("", response=AssetsOut, summary="The media files that you may see")
@needs("asset.list")
def list_assets(request: HttpRequest, limit: int = Query(50, ge=1, le=MOST), offset: int = Query(0, ge=0)) -> Any:  # type: ignore[type-arg]
    assets = selectors.assets_visible(asker(request)).order_by("-created", "pk").prefetch_related("tracks")
    now = clock.now()
    return {
        "assets": [shown.asset(each, now=now) for each in assets[offset : offset + limit]],
        "total": assets.count(),
    }


@router.post("", response={201: UploadOut}, summary="Begin an upload; then send the bytes by tus")
@needs("asset.create")
def create_asset(request: HttpRequest, said: AssetIn) -> Any:
    user = asker(request)
    ratelimit.hit(f"upload:{user.pk}", *UPLOADS_PER_PERSON)
    organisation = Organisation.objects.filter(slug=said.organisation).first()
    if organisation is None or not may(actor_for(user), "asset.create", Scope(path=organisation.path)):
        raise NotAllowed
    upload = uploads.begin(
        organisation=organisation,
        owner=user,
        name=said.name,
        size=said.bytes,
        title=said.title,
        public=said.public,
        now=clock.now(),
    )
    address = shown.absolute(reverse("assets:upload", args=[upload.pk]))
    return Status(201, {"id": upload.asset.pk, "upload_url": address, "expires": upload.expires})


@router.get("/{uuid:pk}", response=AssetOut, summary="One media file, and how to play it")
@needs("asset.see")
def read_asset(request: HttpRequest, pk: UUID) -> Any:
    return shown.asset(selectors.asset_for(asker(request), pk, can="asset.see"), now=clock.now())


@router.patch("/{uuid:pk}", response=AssetOut, summary="Rename it, or let everybody play it")
@needs("asset.change")
def patch_asset(request: HttpRequest, pk: UUID, said: AssetPatch) -> Any:
    asset = selectors.asset_for(asker(request), pk, can="asset.change")
    return shown.asset(services.change_asset(asset, title=said.title, public=said.public), now=clock.now())


@router.delete("/{uuid:pk}", response={204: None}, summary="Delete it with everything made of it")
@needs("asset.change")
def delete_asset(request: HttpRequest, pk: UUID) -> Any:
    services.delete_asset(selectors.asset_for(asker(request), pk, can="asset.change"), now=clock.now())
    return Status(204, None)


@router.post("/{uuid:pk}/again", response={202: AssetOut}, summary="Prepare it once more")
@needs("asset.change")
def again(request: HttpRequest, pk: UUID) -> Any:
    asset = selectors.asset_for(asker(request), pk, can="asset.change")
    services.retry(asset, now=clock.now())
    return Status(202, shown.asset(asset, now=clock.now()))


@router.put("/{uuid:pk}/captions", response=TrackOut, summary="Captions, subtitles or chapters in one language")
@needs("asset.change")
def put_captions(request: HttpRequest, pk: UUID, said: CaptionsIn) -> Any:
    asset = selectors.asset_for(asker(request), pk, can="asset.change")
    cues = captions.read(said.text.encode())
    return services.keep_track(
        asset,
        language=captions.language(said.language),
        kind=said.kind,
        label=said.label or said.language,
        text=captions.written(cues),
        origin=TextTrack.Origin.UPLOAD,
        now=clock.now(),
    )


@router.delete("/{uuid:pk}/captions/{int:track}", response={204: None}, summary="Remove captions")
@needs("asset.change")
def delete_captions(request: HttpRequest, pk: UUID, track: int) -> Any:
    asset = selectors.asset_for(asker(request), pk, can="asset.change")
    if not asset.tracks.filter(pk=track).delete()[0]:
        raise NoSuchAsset
    return Status(204, None)
