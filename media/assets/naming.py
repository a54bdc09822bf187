"""Names and kinds of files that come from elsewhere. Pure: a name is only ever a label, never a path."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

LONGEST = 120  # characters: 4 bytes each would still leave room below a file system's 255 … with an id before it
_ODD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_FORBIDDEN = set('<>:"|?*')

TYPES: dict[str, tuple[str, str]] = {
    # ending: (kind, type)
    "mp4": ("video", "video/mp4"),
    "m4v": ("video", "video/mp4"),
    "mov": ("video", "video/quicktime"),
    "mkv": ("video", "video/x-matroska"),
    "webm": ("video", "video/webm"),
    "avi": ("video", "video/x-msvideo"),
    "mpg": ("video", "video/mpeg"),
    "mpeg": ("video", "video/mpeg"),
    "ts": ("video", "video/mp2t"),
    "mts": ("video", "video/mp2t"),
    "flv": ("video", "video/x-flv"),
    "wmv": ("video", "video/x-ms-wmv"),
    "3gp": ("video", "video/3gpp"),
    "mp3": ("audio", "audio/mpeg"),
    "m4a": ("audio", "audio/mp4"),
    "aac": ("audio", "audio/aac"),
    "wav": ("audio", "audio/wav"),
    "flac": ("audio", "audio/flac"),
    "ogg": ("audio", "audio/ogg"),
    "oga": ("audio", "audio/ogg"),
    "opus": ("audio", "audio/ogg"),
    "wma": ("audio", "audio/x-ms-wma"),
    "jpg": ("image", "image/jpeg"),
    "jpeg": ("image", "image/jpeg"),
    "png": ("image", "image/png"),
    "webp": ("image", "image/webp"),
    "gif": ("image", "image/gif"),
    "pdf": ("document", "application/pdf"),
    "docx": ("document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("document", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "odt": ("document", "application/vnd.oasis.opendocument.text"),
    "ods": ("document", "application/vnd.oasis.opendocument.spreadsheet"),
    "odp": ("document", "application/vnd.oasis.opendocument.presentation"),
    "txt": ("document", "text/plain"),
    "zip": ("document", "application/zip"),
}
MADE = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "vtt": "text/vtt; charset=utf-8",
    "json": "application/json",
    "jpg": "image/jpeg",
}


def safe(name: str) -> str:
    """The last part of a name, without what a file system, a terminal or a header could misread; never empty."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    last = unicodedata.normalize("NFC", last)
    kept = "".join(c for c in last if unicodedata.category(c) not in _ODD and c not in _FORBIDDEN)
    kept = " ".join(kept.split()).rstrip(" .")
    stem, dot, end = kept.rpartition(".")
    if not dot:
        return kept[:LONGEST] or "file"
    end = end[:10]
    return f"{(stem or 'file')[: LONGEST - len(end) - 1].strip(' .') or 'file'}.{end}"


def ending(name: str) -> str:
    return PurePosixPath(safe(name)).suffix.lower().removeprefix(".")


def kind_of(name: str) -> str | None:
    """video, audio, image or document by the name's ending; None for what is not taken."""
    found = TYPES.get(ending(name))
    return found[0] if found else None


def type_of(name: str) -> str:
    """The type to serve what people brought."""
    found = TYPES.get(ending(name))
    return found[1] if found else "application/octet-stream"


def title_of(name: str) -> str:
    """A first title: the name without its ending."""
    return (PurePosixPath(safe(name)).stem.replace("_", " ").strip() or "file")[:200]


def is_inside(path: str) -> bool:
    """Whether a relative path of an address stays inside its folder and is plain."""
    parts = path.split("/")
    return 0 < len(parts) <= 3 and all(
        part and part.isascii() and part.replace("-", "").replace("_", "").replace(".", "").isalnum() and part[0] != "."
        for part in parts
    )
