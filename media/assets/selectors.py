"""Which assets somebody may see, and how one is played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from kernel.errors import NotAllowed
from media.assets import signing
from media.assets.errors import NoSuchAsset
from media.assets.models import Asset, Rendition
from media.assets.states import State
from organisations.models import Organisation
from organisations.policies import Scope, may
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

POSTER, STORYBOARD, WAVEFORM, MASTER = "poster.jpg", "storyboard.vtt", "peaks.json", "master.m3u8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Captions, subtitles or chapters, as `<track>` wants them."""

    kind: str
    language: str
    label: str
    url: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """All that a player needs. An address is empty where there is nothing; addresses expire unless it is public."""

    asset: UUID
    kind: str
    title: str
    state: str
    complete: bool  # false: more qualities follow
    duration: float  # seconds
    width: int
    height: int
    hls_url: str
    poster_url: str
    storyboard_url: str
    waveform_url: str
    download_url: str
    tracks: tuple[Track, ...] = ()


# ---------------------------------------------------------------- one asset


def asset_for(user: User | AnonymousUser, pk: UUID, *, can: str) -> Asset:
    """The asset, if this person may `can` with it. Raises NoSuchAsset also where they may not know of it."""
    asset = Asset.objects.select_related("organisation", "owner", "job").filter(pk=pk).first()
    if asset is None:
        raise NoSuchAsset
    actor = actor_for(user)
    if may(actor, can, asset.scope):
        return asset
    if may(actor, "asset.see", asset.scope):
        raise NotAllowed
    raise NoSuchAsset


def folder_url(asset: Asset, *, now: datetime, lifetime: timedelta = signing.LIFETIME) -> str:
    """The address of the generation that is published; ends with a slash."""
    token = signing.PUBLIC if asset.public else signing.token(asset.pk, asset.generation, now=now, lifetime=lifetime)
    return f"/media/a/{asset.pk}/{asset.generation}/{token}/"


def playback(asset: Asset, *, now: datetime, lifetime: timedelta = signing.LIFETIME) -> Playback:
    """How `asset` is played from now on. Whether this person may is the caller's to ask."""
    made = list(Rendition.objects.filter(asset=asset, generation=asset.generation)) if asset.generation else []
    base = folder_url(asset, now=now, lifetime=lifetime)

    def address(kind: str, suffix: str = "") -> str:
        found = next((each for each in made if each.kind == kind and each.path.endswith(suffix)), None)
        return base + quote(found.path) if found and asset.plays else ""

    download = address("mp4")
    if not download and asset.original and asset.state == State.READY and asset.kind in {"image", "document"}:
        download = f"{base}original"
    return Playback(
        asset=asset.pk,
        kind=asset.kind,
        title=asset.title,
        state=asset.state,
        complete=asset.state == State.READY,
        duration=asset.duration,
        width=asset.width,
        height=asset.height,
        hls_url=address("hls", MASTER),
        poster_url=address("poster"),
        storyboard_url=address("storyboard", ".vtt"),
        waveform_url=address("waveform"),
        download_url=download,
        tracks=tuple(
            Track(
                kind=each.kind,
                language=each.language,
                label=each.label,
                url=f"{base}tracks/{each.pk}.vtt",
                origin=each.origin,
            )
            for each in asset.tracks.all()
        )
        if asset.generation
        else (),
    )


def is_finished(asset: Asset) -> bool:
    """Whether the generation that plays was made to its end: only then it has more than streams."""
    streams = [Rendition.Kind.HLS, Rendition.Kind.AUDIO]
    return Rendition.objects.filter(asset=asset, generation=asset.generation).exclude(kind__in=streams).exists()


# ---------------------------------------------------------------- many


def assets_visible(user: User | AnonymousUser) -> QuerySet[Asset]:
    """Where this person may `asset.see`, as a query; what is only public is not listed. A test compares."""
    assets = Asset.objects.select_related("organisation", "owner", "job")
    actor = actor_for(user)
    if actor.person is None or not user.is_authenticated:
        return assets.none()
    if actor.superuser:
        return assets
    wanted = Q(owner=user)
    for role in actor.roles:
        if may(actor, "asset.see", Scope(path=role.path)):
            wanted |= Q(organisation__path__startswith=role.path)
    return assets.filter(wanted)


def organisations_to_upload_in(user: User | AnonymousUser) -> list[Organisation]:
    """Where this person may bring files, in the order of the tree."""
    actor = actor_for(user)
    if actor.superuser:
        return list(Organisation.objects.all())
    wanted = Q(pk__in=())
    for role in actor.roles:
        wanted |= Q(path__startswith=role.path)
    return [
        found for found in Organisation.objects.filter(wanted) if may(actor, "asset.create", Scope(path=found.path))
    ]


def bytes_used(organisation: Organisation) -> int:
    """By everything an organisation holds and awaits; what was refused or given up counts nothing."""
    held = Asset.objects.filter(organisation=organisation).exclude(state=State.REFUSED)
    made = Rendition.objects.filter(asset__organisation=organisation)
    return int(held.aggregate(n=Sum("bytes"))["n"] or 0) + int(made.aggregate(n=Sum("bytes"))["n"] or 0)


def largest_upload() -> int:
    """In bytes; 0: no limit."""
    return int(settings.ENV.upload_bytes)
