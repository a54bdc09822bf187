"""A file over HTTP: ranges, conditions, HEAD; read piece by piece, so that a slow reader costs little memory.

`answer` decides and reads nothing; the body is an async iterator that asks for the next piece when the one before has
gone out. Under daphne that needs `web.pressure`. RFC 9110, 13 and 14.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator

    from django.http import HttpRequest

PIECE = 128 * 1024
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII)
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'"
SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif", "video/", "audio/", "application/pdf")


class Source(Protocol):
    """Bytes that can be read from anywhere in them. `pieces` is closed when the reader goes."""

    @property
    def size(self) -> int: ...

    @property
    def modified(self) -> datetime: ...

    def pieces(self, start: int, length: int) -> Generator[bytes]: ...


@dataclass(frozen=True, slots=True)
class LocalFile:
    path: Path
    size: int
    modified: datetime

    def pieces(self, start: int, length: int) -> Generator[bytes]:
        with self.path.open("rb") as file:
            file.seek(start)
            while length > 0 and (piece := file.read(min(PIECE, length))):
                length -= len(piece)
                yield piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How a file is given out. `name` is what it is called when it is kept; empty: it is shown."""

    content_type: str
    etag: str  # without quotes, new for every change of the bytes
    cache: str = "private, max-age=3600"
    name: str = ""
    attachment: bool = False
    sandboxed: bool = False


def span(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) of a `Range` with one span; None where the whole is to be sent: several, or not understood.

    Raises ValueError when nothing of it is there: 416.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        if int(suffix) == 0 or size == 0:
            raise ValueError(header)
        return max(0, size - int(suffix)), size - 1
    if last and int(last) < int(first):
        return None  # RFC 9110, 14.1.1: such a range is invalid, and ignored
    if int(first) >= size:
        raise ValueError(header)
    return int(first), min(int(last), size - 1) if last else size - 1


def answer(request: HttpRequest, source: Source, serving: Serving) -> HttpResponseBase:
    """200, 206, 304, 412 or 416."""
    etag = f'"{serving.etag}"'
    modified_s = int(source.modified.timestamp())
    early = get_conditional_response(request, etag=etag, last_modified=modified_s)
    if early is not None:
        return _dressed(early, source, serving)
    wanted = request.headers.get("Range", "") if request.method == "GET" else ""
    if wanted and not _still_the_same(request.headers.get("If-Range", ""), etag, modified_s):
        wanted = ""
    try:
        found = span(wanted, source.size) if wanted else None
    except ValueError:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{source.size}"})
        return _dressed(refused, source, serving)
    first, last = found or (0, source.size - 1)
    response: HttpResponseBase
    if request.method == "HEAD" or source.size == 0:
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_body(source, first, last - first + 1), status=206 if found else 200)
    if found:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{source.size}"
    response.headers["Content-Length"] = str(last - first + 1)
    return _dressed(response, source, serving)


def accelerated(location: str, source: Source, serving: Serving) -> HttpResponseBase:
    """The proxy in front sends the bytes, ranges and all: `X-Accel-Redirect`."""
    response = HttpResponse(headers={"X-Accel-Redirect": location})
    return _dressed(response, source, serving)


def _still_the_same(if_range: str, etag: str, modified_s: int) -> bool:
    """RFC 9110, 13.1.5. A weak tag never matches."""
    return not if_range or if_range == etag or parse_http_date_safe(if_range) == modified_s


def _dressed(response: HttpResponseBase, source: Source, serving: Serving) -> HttpResponseBase:
    headers = response.headers
    headers["ETag"] = f'"{serving.etag}"'
    headers["Last-Modified"] = http_date(source.modified.timestamp())
    headers["Accept-Ranges"] = "bytes"
    headers["Cache-Control"] = serving.cache
    headers["X-Content-Type-Options"] = "nosniff"
    if response.status_code in {200, 206}:
        headers["Content-Type"] = serving.content_type
    if serving.sandboxed:
        headers["Content-Security-Policy"] = SANDBOX
    if serving.name:
        kept = serving.attachment or not serving.content_type.startswith(SHOWN)
        plain = serving.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
        words = f"{'attachment' if kept else 'inline'}; filename=\"{plain}\"; filename*=UTF-8''{quote(serving.name)}"
        headers["Content-Disposition"] = words
    return response


async def _body(source: Source, start: int, length: int) -> AsyncIterator[bytes]:
    """Each piece is read in a thread when it is asked for; the file is closed when the reader goes away."""
    pieces = source.pieces(start, length)
    try:
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece
    finally:
        pieces.close()


def with_etag(serving: Serving, etag: str) -> Serving:
    return replace(serving, etag=etag)


def local(path: Path) -> LocalFile:
    """Raises FileNotFoundError, also for a folder."""
    state = path.stat()
    if not S_ISREG(state.st_mode):
        raise FileNotFoundError(path)
    return LocalFile(path, state.st_size, datetime.fromtimestamp(state.st_mtime, tz=UTC))


def etag_of(source: Source) -> str:
    return f"{int(source.modified.timestamp() * 1_000_000):x}-{source.size:x}"
