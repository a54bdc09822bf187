"""Pictures that come inside a file of questions: small raster ones, kept as data in the words they belong to."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from courses.questions.errors import BadQuestion
from courses.questions.texts import PICTURE

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_KB = 256
MAX_SIDE_PX = 4096
PLACE = re.compile(r"@@PLUGINFILE@@/([^\"'\s<>?#]+)(?:\?[^\"'\s<>]*)?")
NAMES = re.compile(r"\.(?:png|jpe?g|gif|webp|svgz?|bmp|tiff?|ico|avif|heic)$", re.IGNORECASE)
ENDINGS = {"png": "png", "jpeg": "jpg", "gif": "gif", "webp": "webp"}


def is_picture(name: str) -> bool:
    return NAMES.search(name) is not None


def data(name: str, encoded: str) -> str:
    """A data: address. Raises BadQuestion for what is no small PNG, JPEG, GIF or WebP."""
    try:
        raw = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadQuestion("picture.kind", file=name) from error
    kind = _kind(raw)
    if not kind:
        raise BadQuestion("picture.kind", file=name)
    if len(raw) > MAX_KB * 1024 or max(_sides(kind, raw)) > MAX_SIDE_PX:
        raise BadQuestion("picture.large", file=name, most=MAX_KB)
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def placed(markup: str, kept: Mapping[str, str]) -> str:
    """The words with their pictures in them; what isn't kept is nowhere."""
    return PLACE.sub(lambda found: kept.get(unquote(found[1]), ""), markup)


def taken(markup: str) -> tuple[str, list[tuple[str, str]]]:
    """The words with places for pictures, and each picture's name and data."""
    files: list[tuple[str, str]] = []

    def take(found: re.Match[str]) -> str:
        kind, encoded = found[0].removeprefix("data:image/").split(";base64,")
        try:
            if data("", encoded) != found[0]:
                return found[0]
        except BadQuestion:
            return found[0]
        name = f"picture{len(files) + 1}.{ENDINGS[kind]}"
        files.append((name, encoded))
        return f"@@PLUGINFILE@@/{name}"

    return PICTURE.sub(take, markup), files


def _kind(raw: bytes) -> str:
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if raw.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if raw.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP" else ""


def _sides(kind: str, raw: bytes) -> tuple[int, int]:
    """Width and height where the header says them plainly: a few bytes could unpack to gigabytes."""
    if kind == "png":
        return int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24])
    if kind == "gif":
        return int.from_bytes(raw[6:8], "little"), int.from_bytes(raw[8:10], "little")
    if kind == "jpeg":
        return _jpeg(raw)
    return 0, 0


def _jpeg(raw: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(raw) and raw[at] == 0xFF:
        marker, length = raw[at + 1], int.from_bytes(raw[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(raw[at + 7 : at + 9]), int.from_bytes(raw[at + 5 : at + 7])
        at += 2 + length
    return 0, 0
