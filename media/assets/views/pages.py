"""The library: what was uploaded, how it stands, one asset with its captions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel import clock
from kernel.errors import StoaError
from media.assets import captions, destinations, selectors, services, uploads
from media.assets.forms import AssetForm, CaptionsForm
from media.assets.models import Asset, TextTrack
from organisations.guards import needs
from organisations.policies import may
from organisations.selectors import actor_for
from web.paging import page_of

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

PER_PAGE = 24


def person(request: HttpRequest) -> User:
    """Of a view that wants a sign-in."""
    return cast("User", request.user)


def asset_or_404(request: HttpRequest, pk: UUID, *, can: str) -> Asset:
    try:
        return selectors.asset_for(request.user, pk, can=can)
    except StoaError as refused:
        raise Http404 from refused


@needs("asset.list")
@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    user, now = person(request), clock.now()
    assets = selectors.assets_visible(user).order_by("-created", "pk")
    mine = request.GET.get("show") == "mine"
    kind = request.GET.get("kind", "")
    if mine:
        assets = assets.filter(owner=user)
    if kind in Asset.Kind.values:
        assets = assets.filter(kind=kind)
    page = page_of(request, assets.prefetch_related("tracks"), PER_PAGE)
    rows = [(asset, selectors.playback(asset, now=now)) for asset in page]
    return render(
        request,
        "assets/list.html",
        {
            "page": page,
            "rows": rows,
            "mine": mine,
            "organisations": selectors.organisations_to_upload_in(user),
            "part_bytes": uploads.MOST_BYTES,
            "largest_gb": settings.ENV.upload_bytes // 10**9,
        },
    )


@needs("asset.see")
@login_required
@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    asset = asset_or_404(request, pk, can="asset.see")
    return _detail(request, asset, AssetForm(instance=asset), CaptionsForm())


def _detail(
    request: HttpRequest, asset: Asset, form: AssetForm, captions_form: CaptionsForm, status: int = 200
) -> HttpResponse:
    user = person(request)
    return render(
        request,
        "assets/detail.html",
        {
            "asset": asset,
            "job": asset.job,
            "playback": selectors.playback(asset, now=clock.now()),
            "renditions": asset.renditions.filter(generation=asset.generation, kind__in=["hls", "audio", "mp4"])
            .exclude(name="master")
            .order_by("-height"),
            "tracks": asset.tracks.all(),
            "form": form,
            "captions": captions_form,
            "may_change": may(actor_for(user), "asset.change", asset.scope),
            "destinations": [(each, each.address(asset)) for each in destinations.offered(user, asset)],
        },
        status=status,
    )


@needs("asset.change")
@login_required
@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    asset = asset_or_404(request, pk, can="asset.change")
    form = AssetForm(request.POST, instance=asset)
    if not form.is_valid():
        asset.refresh_from_db()
        return _detail(request, asset, form, CaptionsForm(), status=422)
    services.change_asset(asset, title=form.cleaned_data["title"], public=form.cleaned_data["public"])
    messages.success(request, _("Saved."))
    return redirect("assets:detail", pk)


@needs("asset.change")
@login_required
@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    services.retry(asset_or_404(request, pk, can="asset.change"), now=clock.now())
    return redirect("assets:detail", pk)


@needs("asset.change")
@login_required
@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    asset = asset_or_404(request, pk, can="asset.change")
    services.delete_asset(asset, now=clock.now())
    messages.success(request, _("“{title}” was deleted.").format(title=asset.title))
    return redirect("assets:list")


@needs("asset.change")
@login_required
@require_POST
def add_captions(request: HttpRequest, pk: UUID) -> HttpResponse:
    asset = asset_or_404(request, pk, can="asset.change")
    form = CaptionsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, asset, AssetForm(instance=asset), form, status=422)
    services.keep_track(
        asset,
        language=form.cleaned_data["language"],
        kind=form.cleaned_data["kind"],
        label=form.label_of_language,
        text=captions.written(form.cues),
        origin=TextTrack.Origin.UPLOAD,
        now=clock.now(),
    )
    messages.success(request, _("The captions are there."))
    return redirect("assets:detail", pk)


@needs("asset.change")
@login_required
@require_POST
def drop_captions(request: HttpRequest, pk: UUID, track: int) -> HttpResponse:
    asset_or_404(request, pk, can="asset.change").tracks.filter(pk=track).delete()
    return redirect("assets:detail", pk)
