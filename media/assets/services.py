"""What happens to assets: made, queued, claimed, published, given up, deleted. Each move is a compare-and-set."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from jobs import services as jobs
from jobs.errors import JobOver
from media.assets import naming, storage
from media.assets.errors import AssetBusy, EmptyUpload, FileTooBig, NotMade, QuotaReached, WrongType
from media.assets.models import Asset, Rendition, TextTrack
from media.assets.selectors import bytes_used
from media.assets.states import BUSY, State, before
from organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from accounts.models import User
    from jobs.models import Job

logger = logging.getLogger(__name__)

KIND_OF_JOB = "assets.process"
LEFT_ALONE = timedelta(minutes=2)  # before an asset whose job is gone is looked after


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One rendition as a job made it; `path` is relative to the generation's folder."""

    kind: str
    name: str
    path: str
    bytes: int = 0
    width: int = 0
    height: int = 0
    bitrate: int = 0
    codec: str = ""


# ---------------------------------------------------------------- coming in


def admit(*, organisation: Organisation, name: str, size: int) -> str:
    """The kind of a file that may come in; asked before a byte of it moves.

    Raises WrongType, EmptyUpload, FileTooBig, QuotaReached or StorageFull.
    """
    kind = naming.kind_of(name)
    if kind is None:
        raise WrongType
    if size == 0:
        raise EmptyUpload
    env = settings.ENV
    if env.upload_bytes and size > env.upload_bytes:
        raise FileTooBig
    if env.quota_bytes and bytes_used(organisation) + size > env.quota_bytes:
        raise QuotaReached
    storage.need(size)
    return kind


@transaction.atomic
def create_asset(
    *,
    organisation: Organisation,
    owner: User | None,
    name: str,
    size: int,
    now: datetime,
    title: str = "",
    public: bool = False,
    download: bool = False,
) -> Asset:
    """An asset whose bytes are still to come. Raises what `admit` does.

    Of an organisation one at a time: what is asked and what is then counted may not be parted by another upload.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    kind = admit(organisation=organisation, name=name, size=size)
    asset = Asset.objects.create(
        organisation=organisation,
        owner=owner,
        title=" ".join(title.split())[:200] or naming.title_of(name),
        kind=kind,
        original_name=naming.safe(name),
        bytes=size,
        public=public,
        download=download,
        created=now,
    )
    logger.info("created asset=%s kind=%s bytes=%d", asset.pk, kind, size)
    return asset


def import_file(
    *,
    path: Path,
    organisation: Organisation,
    owner: User | None,
    now: datetime,
    title: str = "",
    public: bool = False,
    download: bool = False,
) -> Asset:
    """Take in a file of this machine. Raises what `admit` does."""
    size = path.stat().st_size
    asset = create_asset(
        organisation=organisation, owner=owner, name=path.name, size=size, now=now, title=title, public=public,
        download=download,
    )  # fmt: skip
    try:
        storage.take_in(path, original_name(asset))
    except BaseException:
        asset.delete()
        raise
    queue(asset, now=now)
    return asset


def original_name(asset: Asset) -> str:
    """On the storage, where a file's own name plays no part."""
    return f"assets/{asset.pk}/original/file.{naming.ending(asset.original_name)}"


# ---------------------------------------------------------------- moving


def move(asset: Asset, to: State, *, only: Iterable[State] | None = None, **fields: Any) -> bool:
    """False when somebody else moved it first, or the table NEXT forbids it. `only` narrows where it may come from."""
    origins = before(to) if only is None else before(to) & frozenset(only)
    moved = Asset.objects.filter(pk=asset.pk, state__in=origins).update(state=to, **fields) == 1
    if moved:
        asset.refresh_from_db()
        logger.info("asset=%s state=%s", asset.pk, to)
    return moved


def queue(asset: Asset, *, now: datetime, problem: str = "") -> bool:
    """Let a worker make everything, for the first time or again."""
    with transaction.atomic():
        if not move(asset, State.QUEUED, problem=problem, original=original_name(asset)):
            return False
        job = jobs.start(kind=KIND_OF_JOB, args={"asset": str(asset.pk)}, owner=asset.owner, now=now, label=asset.title)
        Asset.objects.filter(pk=asset.pk).update(job=job)
        asset.job = job
    return True


def retry(asset: Asset, *, now: datetime) -> None:
    """Make everything again. What is published stays until the new is there. Raises AssetBusy."""
    if asset.busy or not queue(asset, now=now):
        raise AssetBusy


# ---------------------------------------------------------------- working


def claim(pk: str) -> tuple[Asset, int] | None:
    """The number of a new generation, for this worker alone: whoever claimed before has lost the asset.

    None when there is nothing to do: deleted, refused or ready.
    """
    while True:
        asset = Asset.objects.select_related("organisation", "owner").filter(pk=pk).first()
        if asset is None or asset.state not in BUSY:
            return None
        number = asset.claimed + 1
        claimed = Asset.objects.filter(pk=pk, claimed=asset.claimed, state__in=BUSY)
        # What plays goes on playing while another worker begins anew.
        if claimed.update(claimed=number, state=State.WORKING, problem="") == 1:
            asset.refresh_from_db()
            return asset, number


def _held(asset: Asset, number: int) -> Any:
    return Asset.objects.filter(pk=asset.pk, claimed=number, state__in=[State.WORKING, State.PLAYABLE])


def publish(asset: Asset, number: int, *, made: Iterable[Made], complete: bool, **fields: Any) -> bool:
    """Show generation `number` to players, by one UPDATE. False when the asset was taken away or deleted."""
    with transaction.atomic():
        state = State.READY if complete else State.PLAYABLE
        if _held(asset, number).update(state=state, generation=number, problem="", **fields) != 1:
            return False
        Rendition.objects.bulk_create(
            [Rendition(asset=asset, generation=number, **_columns(each)) for each in made],
            update_conflicts=True,
            unique_fields=["asset", "generation", "kind", "name"],
            update_fields=["path", "bytes", "width", "height", "bitrate", "codec"],
        )
        if complete:
            Rendition.objects.filter(asset=asset).exclude(generation=number).delete()
            transaction.on_commit(partial(sweep, asset))
    asset.refresh_from_db()
    logger.info("published asset=%s generation=%d state=%s", asset.pk, number, state)
    return True


def _columns(made: Made) -> dict[str, Any]:
    return {name: getattr(made, name) for name in Made.__dataclass_fields__}


def let_go(asset: Asset, number: int, to: State, *, problem: str) -> bool:
    """Give up generation `number`: refused, failed, or queued for when there is room. Its folder goes."""
    gone = _held(asset, number).update(state=to, problem=problem[:300]) == 1
    if gone:
        logger.info("let go asset=%s generation=%d state=%s", asset.pk, number, to)
        asset.refresh_from_db()
    if asset.generation != number:
        storage.drop_folder(storage.folder(asset.pk, number))
    elif to is not State.QUEUED:  # it was playable, and won't be finished
        Asset.objects.filter(pk=asset.pk, generation=number, state=to).update(generation=0)
        Rendition.objects.filter(asset=asset, generation=number).delete()
        storage.drop_folder(storage.folder(asset.pk, number))
    if gone and to is State.REFUSED:
        storage.drop(asset.original)
        Asset.objects.filter(pk=asset.pk, state=to).update(original="")
    sweep(asset)
    return bool(gone)


def sweep(asset: Asset) -> None:
    """Remove folders of generations that nobody plays and nobody makes."""
    row = Asset.objects.filter(pk=asset.pk).values_list("generation", "claimed", "state").first()
    if row is None:
        storage.drop_folder(f"assets/{asset.pk}")
        return
    published, claimed, state = row
    kept = {published, claimed} if state in BUSY else {published}
    for number in storage.generations(asset.pk):
        if number not in kept:
            storage.drop_folder(storage.folder(asset.pk, number))


# ---------------------------------------------------------------- looking after


def mind(*, now: datetime) -> dict[str, int]:
    """What is queued without a job goes on, when there is room; what its job gave up is said to have failed."""
    found = {"again": 0, "failed": 0}
    for asset in Asset.objects.filter(state__in=BUSY).select_related("job", "owner", "organisation"):
        job = asset.job
        if job is not None and not job.over:
            continue
        if job is not None and job.finished is not None and now - job.finished < LEFT_ALONE:
            continue
        if job is not None and job.state in {"failed", "cancelled"}:
            words = gettext(NotMade.text) if job.state == "failed" else gettext("This was cancelled.")
            found["failed"] += move(asset, State.FAILED, only=[State(asset.state)], problem=words)
        elif storage.room() > 2 * asset.bytes:
            if asset.state != State.QUEUED:
                move(asset, State.QUEUED, only=[State(asset.state)])
            found["again"] += _again(asset, job, now=now)
    return found


def _again(asset: Asset, old: Job | None, *, now: datetime) -> bool:
    with transaction.atomic():
        job = jobs.start(kind=KIND_OF_JOB, args={"asset": str(asset.pk)}, owner=asset.owner, now=now, label=asset.title)
        won = Asset.objects.filter(pk=asset.pk, state=State.QUEUED, job=old).update(job=job, problem="") == 1
        if not won:
            transaction.set_rollback(True)
    return bool(won)


# ---------------------------------------------------------------- changing


def change_asset(asset: Asset, *, title: str | None = None, public: bool | None = None) -> Asset:
    fields: dict[str, Any] = {}
    if title is not None and title.split():
        fields["title"] = " ".join(title.split())[:200]
    if public is not None:
        fields["public"] = public
    if fields:
        Asset.objects.filter(pk=asset.pk).update(**fields)
        asset.refresh_from_db()
    return asset


def delete_asset(asset: Asset, *, now: datetime) -> None:
    """The row, then the files. A job that works on it stops at its next step."""
    pk, job = asset.pk, asset.job
    uploaded = f"uploads/{asset.upload.pk}" if hasattr(asset, "upload") else ""
    if job is not None and not job.over:
        try:
            jobs.cancel(job, now=now)
        except JobOver:
            logger.info("the job was over already job=%s", job.public_id)
    asset.delete()
    storage.drop_folder(f"assets/{pk}")
    if uploaded:
        storage.drop_folder(uploaded)
    logger.info("deleted asset=%s", pk)


def keep_track(
    asset: Asset, *, language: str, kind: str, label: str, text: str, origin: str, now: datetime
) -> TextTrack:
    """Captions, subtitles or chapters; what was there in this language goes. `text` is checked WebVTT."""
    track, _made = TextTrack.objects.update_or_create(
        asset=asset,
        language=language,
        kind=kind,
        defaults={"label": label[:80], "text": text, "origin": origin, "changed": now},
    )
    return track
