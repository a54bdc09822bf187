"""Whether a picture or a document is what its name says. Videos and sound are the pipeline's to probe."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps, UnidentifiedImageError

from kernel.errors import StoaError

if TYPE_CHECKING:
    from pathlib import Path

MOST_PIXELS = 100_000_000
POSTER_SIDE = 1280
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
MOST_UNPACKED = 2 << 30
MOST_MEMBERS = 10_000
_OFFICE = {
    "docx": "word/",
    "xlsx": "xl/",
    "pptx": "ppt/",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}


class NotWhatItSays(StoaError):
    code = "asset.wrong_type"
    status = 422
    text = _("What is inside is not what the name promises. Please check that it is the right file.")


class PictureTooBig(StoaError):
    code = "asset.picture_too_big"
    status = 422
    text = _("The picture has more than 100 million points. Please make it smaller.")


class UnpacksTooBig(StoaError):
    code = "asset.unpacks_too_big"
    status = 422
    text = _("Unpacked, this file would be far larger than it looks. It is not taken.")


@dataclass(frozen=True, slots=True)
class Looked:
    width: int = 0
    height: int = 0


def picture(path: Path, ending: str, poster: Path) -> Looked:
    """Its size as shown; writes a small JPEG. The bytes are decoded, nothing in it is believed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=[FORMATS[ending]]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PictureTooBig
                turned = ImageOps.exif_transpose(image)
                size = Looked(turned.width, turned.height)
                turned.thumbnail((POSTER_SIDE, POSTER_SIDE))
                turned.convert("RGB").save(poster, "JPEG", quality=82)
                return size
    except Image.DecompressionBombError as error:
        raise PictureTooBig from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotWhatItSays from error


def document(path: Path, ending: str) -> None:
    with path.open("rb") as file:
        start = file.read(1024)
    if ending == "pdf":
        right = b"%PDF-" in start
    elif ending == "txt":
        right = b"\0" not in start
    else:
        right = _is_archive(path, _OFFICE.get(ending, ""))
    if not right:
        raise NotWhatItSays


def _is_archive(path: Path, inside: str) -> bool:
    """Only its list is read; nothing is unpacked. Raises UnpacksTooBig."""
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnpacksTooBig
    return not inside or any(member.filename.startswith(inside) for member in members)
