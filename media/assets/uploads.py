"""Files on their way: begun, part by part, over. What is acknowledged is on the storage and in the database.

A part is stored under a name of its own first; then one UPDATE of the offset decides whether it counts. So a server
that is killed loses at most the part under way, and of two writers one is told that another part is expected.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from media.assets import services, storage
from media.assets.errors import NoSuchUpload, PartTooBig, UploadExpired, WrongOffset
from media.assets.models import Asset, Part, Upload
from media.assets.states import State

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from media.assets.tus import Checksum
    from organisations.models import Organisation

logger = logging.getLogger(__name__)

MOST_BYTES = 8 * 1024 * 1024  # of one part
KEPT = timedelta(days=2)  # an upload that nothing was added to


def begin(
    *,
    organisation: Organisation,
    owner: User,
    name: str,
    size: int,
    now: datetime,
    title: str = "",
    public: bool = False,
) -> Upload:
    """Raises what `services.admit` does: before a byte has moved."""
    with transaction.atomic():
        asset = services.create_asset(
            organisation=organisation, owner=owner, name=name, size=size, now=now, title=title, public=public
        )
        return Upload.objects.create(asset=asset, bytes=size, expires=now + KEPT)


def upload_of(owner: User, pk: UUID, *, now: datetime) -> Upload:
    """Only who began it goes on with it. Raises NoSuchUpload, UploadExpired."""
    upload = Upload.objects.select_related("asset__organisation", "asset__owner").filter(pk=pk).first()
    if upload is None or upload.asset.owner_id != owner.pk:
        raise NoSuchUpload
    if upload.expired(now) and not upload.complete:
        raise UploadExpired
    return upload


def add(upload: Upload, *, offset: int, data: bytes, checksum: Checksum | None, now: datetime) -> Upload:
    """Raises WrongOffset, PartTooBig, ChecksumWrong or StorageFull; then nothing was added."""
    if offset != upload.offset:
        raise WrongOffset
    if len(data) > MOST_BYTES or offset + len(data) > upload.bytes:
        raise PartTooBig
    if checksum is not None:
        checksum.check(data)
    if not data:
        return upload
    storage.need(len(data))
    name = storage.keep(storage.part_name(upload.pk, offset), data)
    try:
        with transaction.atomic():
            waiting = Upload.objects.filter(pk=upload.pk, offset=offset)
            if waiting.update(offset=offset + len(data), expires=now + KEPT) != 1:
                raise WrongOffset
            Part.objects.create(upload=upload, offset=offset, bytes=len(data), name=name)
            if offset + len(data) == upload.bytes:
                services.queue(upload.asset, now=now)
    except (WrongOffset, IntegrityError):
        storage.drop(name)
        raise WrongOffset from None
    upload.refresh_from_db()
    return upload


def give_up(upload: Upload, *, now: datetime) -> None:
    """By who began it. What has arrived whole stays: then it is an asset."""
    if upload.complete:
        raise NoSuchUpload
    services.delete_asset(upload.asset, now=now)


def assemble(asset: Asset) -> None:
    """The original out of its parts, once; may be called again after a crash at any moment. Raises StorageFull."""
    upload = Upload.objects.filter(asset=asset).first()
    if upload is None:
        return
    names = list(upload.parts.values_list("name", flat=True))
    storage.join(names, asset.original)
    pk = upload.pk
    upload.delete()
    storage.drop_folder(f"uploads/{pk}")


def expire(*, now: datetime) -> int:
    """Throw away what was left lying. Says how many there were."""
    found = 0
    for upload in Upload.objects.filter(expires__lt=now, asset__state=State.UPLOADING).select_related("asset"):
        services.delete_asset(upload.asset, now=now)
        found += 1
    return found


def tidy() -> int:
    """Remove folders without a row: what a crash between a row's deletion and its folder's left. Says how many."""
    found = 0
    for place, model in (("uploads", Upload), ("assets", Asset)):
        names = storage.folders(place)  # first the folders, then the rows: a new one has its row before its folder
        known = {str(pk) for pk in model.objects.values_list("pk", flat=True)}
        for name in names:
            if name not in known:
                storage.drop_folder(f"{place}/{name}")
                found += 1
    return found
