"""Where files of assets lie: originals, parts on their way, and the folders of generations.

One door to django-storages' interface. On a local disk work is done in place; on any other storage in a scratch
folder that is then sent. Names: `assets/<id>/original/…`, `assets/<id>/<generation>/…`, `uploads/<id>/…`.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from kernel import ids
from media.assets.errors import NoSuchAsset, StorageFull
from web import files
from web.files import PIECE, Source

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from uuid import UUID


logger = logging.getLogger(__name__)

_NO_ROOM = {ENOSPC, EDQUOT, EFBIG}
ROOM_KEPT = 512 << 20  # bytes of the disk that are left to the database and the log


def store() -> Storage:
    return storages["assets"]


def is_local() -> bool:
    return isinstance(store(), FileSystemStorage)


def local_path(name: str) -> Path:
    return Path(cast("FileSystemStorage", store()).path(name))


def folder(asset: UUID, generation: int) -> str:
    return f"assets/{asset}/{generation}/"


# ---------------------------------------------------------------- room


def room() -> int:
    """Bytes that may still be written; what has no disk of its own has room."""
    where = Path(settings.MEDIA_ROOT) if is_local() else Path(settings.ENV.data)
    where.mkdir(parents=True, exist_ok=True)
    return max(0, shutil.disk_usage(where).free - ROOM_KEPT)


def need(size: int) -> None:
    """Raises StorageFull."""
    if room() < size:
        raise StorageFull


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Remote:
    """A file on S3, read by ranges of one request."""

    name: str
    size: int
    modified: datetime

    def pieces(self, start: int, length: int) -> Generator[bytes]:
        bucket = cast("Any", store()).bucket
        found = bucket.Object(_key(self.name)).get(Range=f"bytes={start}-{start + length - 1}")
        with closing(found["Body"]) as body:
            yield from body.iter_chunks(PIECE)


def _key(name: str) -> str:
    return str(cast("Any", store())._normalize_name(name))  # noqa: SLF001  django-storages has no public name for it


def source(name: str) -> Source:
    """Raises NoSuchAsset when there is no such file."""
    try:
        if is_local():
            return files.local(local_path(name))
        return Remote(name, store().size(name), store().get_modified_time(name))
    except FileNotFoundError as error:
        raise NoSuchAsset from error


def read(name: str) -> bytes:
    with store().open(name) as file:
        return bytes(file.read())


# ---------------------------------------------------------------- writing


def keep(name: str, content: bytes) -> str:
    """Write a new object; says under which name. Raises StorageFull."""
    try:
        return str(store().save(name, ContentFile(content)))
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull from error
        raise


def part_name(upload: UUID, offset: int) -> str:
    """Another for each try, so that two writers never write the same file."""
    return f"uploads/{upload}/{offset:015d}-{ids.token()}"


def join(names: Iterable[str], to: str) -> None:
    """One file out of parts. It appears under its name whole or not at all. Raises StorageFull."""
    try:
        if is_local():
            path = local_path(to)
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".{ids.token()}.new")
            try:
                _pour(names, new)
                new.replace(path)
            finally:
                new.unlink(missing_ok=True)
            return
        scratch = work_folder(f"join-{ids.token()}")
        try:
            _pour(names, scratch / "whole")
            with (scratch / "whole").open("rb") as whole:
                store().delete(to)
                store().save(to, File(whole))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull from error
        raise


def _pour(names: Iterable[str], into: Path) -> None:
    with into.open("wb") as whole:
        for name in names:
            with store().open(name) as part:
                shutil.copyfileobj(part, whole, 1 << 20)


def take_in(path: Path, to: str) -> None:
    """Copy a file of this machine. Raises StorageFull."""
    try:
        if is_local():
            target = local_path(to)
            target.parent.mkdir(parents=True, exist_ok=True)
            new = target.with_name(f".{ids.token()}.new")
            try:
                shutil.copyfile(path, new)
                new.replace(target)
            finally:
                new.unlink(missing_ok=True)
            return
        with path.open("rb") as file:
            store().save(to, File(file))
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull from error
        raise


# ---------------------------------------------------------------- working


def work_folder(name: str) -> Path:
    made = Path(settings.ENV.data) / "work" / name
    made.mkdir(parents=True, exist_ok=True)
    return made


def generation_folder(asset: UUID, generation: int) -> Path:
    """Where to make a generation: in place on a local disk, else in a scratch folder."""
    if not is_local():
        return work_folder(f"{asset}-{generation}")
    made = local_path(folder(asset, generation))
    made.mkdir(parents=True, exist_ok=True)
    return made


def original_path(asset: UUID, original: str, size: int) -> Path:
    """The original as a file of this machine; fetched into the scratch folder where it lies elsewhere."""
    if is_local():
        return local_path(original)
    path = work_folder(f"{asset}-original") / Path(original).name
    if not path.exists() or path.stat().st_size != size:
        with store().open(original) as remote, path.open("wb") as here:
            shutil.copyfileobj(remote, here, 1 << 20)
    return path


def send(asset: UUID, generation: int, names: Iterable[str], *, sent: set[str]) -> None:
    """To other storages: what is new, then playlists, which grow. On a local disk everything is there already."""
    if is_local():
        return
    here = work_folder(f"{asset}-{generation}")
    for name in sorted(set(names), key=lambda n: n.endswith(".m3u8")):
        if name in sent and not name.endswith(".m3u8"):
            continue
        target = folder(asset, generation) + name
        if name in sent:
            store().delete(target)
        with (here / name).open("rb") as file:
            store().save(target, File(file))
        sent.add(name)


def forget_work(asset: UUID, generation: int | None = None) -> None:
    if not is_local():
        shutil.rmtree(work_folder(f"{asset}-{generation or 'original'}"), ignore_errors=True)


# ---------------------------------------------------------------- deleting


def drop(name: str) -> None:
    if name:
        store().delete(name)


def drop_folder(name: str) -> None:
    """Everything under a folder's name; what isn't there is no error."""
    if is_local():
        shutil.rmtree(local_path(name), ignore_errors=True)
        return
    bucket = cast("Any", store()).bucket
    bucket.objects.filter(Prefix=_key(name).rstrip("/") + "/").delete()


def folders(name: str) -> list[str]:
    """The folders directly inside this one."""
    try:
        return sorted(store().listdir(name)[0])
    except FileNotFoundError:
        return []


def generations(asset: UUID) -> list[int]:
    """Which folders of generations there are."""
    return sorted(int(each) for each in folders(f"assets/{asset}") if each.isdigit())
