"""Which files may be handed in, and whether a file is what its name says. Pure."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _begins(*with_what: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(with_what)


def _text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _office(folder: bytes) -> Callable[[bytes], bool]:
    """A ZIP with the names of such a document in its directory. It is never unpacked here."""
    return lambda data: data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in data and folder in data


def _open(kind: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(b"PK\x03\x04") and kind in data[:200]


def _webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


KNOWN: dict[str, Callable[[bytes], bool]] = {
    "pdf": _begins(b"%PDF-"),
    "docx": _office(b"word/"),
    "xlsx": _office(b"xl/"),
    "pptx": _office(b"ppt/"),
    "odt": _open(b"application/vnd.oasis.opendocument.text"),
    "ods": _open(b"application/vnd.oasis.opendocument.spreadsheet"),
    "odp": _open(b"application/vnd.oasis.opendocument.presentation"),
    "txt": _text,
    "md": _text,
    "csv": _text,
    "jpg": _begins(b"\xff\xd8\xff"),
    "jpeg": _begins(b"\xff\xd8\xff"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "webp": _webp,
    "zip": _begins(b"PK\x03\x04", b"PK\x05\x06"),
}
USUAL = "pdf, docx, odt, txt, jpg, png"
LONGEST = 120


def named(text: str) -> list[str]:
    """The kinds in an author's list: "PDF, .docx" gives pdf and docx. Raises ValueError with the one unknown."""
    found = [each.strip().lstrip(".").lower() for each in text.replace("，", ",").split(",")]
    found = [each for each in found if each]
    for each in found:
        if each not in KNOWN:
            raise ValueError(each)
    return found


def ending(name: str) -> str:
    return PurePosixPath(name).suffix.lstrip(".").lower()


def is_what_it_says(name: str, data: bytes, allowed: Iterable[str]) -> bool:
    """The name's ending is allowed, and the bytes are of that kind."""
    kind = ending(name)
    return kind in set(allowed) and kind in KNOWN and KNOWN[kind](data)


def clean_name(name: str) -> str:
    """No folders, no control or direction marks, not too long; the ending stays."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    last = "".join(letter for letter in unicodedata.normalize("NFC", last) if unicodedata.category(letter)[0] != "C")
    last = last.strip(" .") or "file"
    path = PurePosixPath(last)
    return path.stem[: LONGEST - len(path.suffix)] + path.suffix if len(last) > LONGEST else last
