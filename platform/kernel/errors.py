"""Refusals by name. Edges translate one to HTTP or to the socket, once."""

from __future__ import annotations

from typing import ClassVar


class StoaError(Exception):
    """Something was refused. `code` is for machines, `text` for people, `status` for HTTP."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    text: ClassVar[str] = "This can't be done."

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.text)
        self.detail = detail


class NotAllowed(StoaError):
    code = "not_allowed"
    status = 403
    text = "You may not do this here."


class NotFound(StoaError):
    code = "not_found"
    status = 404
    text = "There is nothing here under this name."


class TooMany(StoaError):
    code = "too_many"
    status = 429
    text = "Too many tries. Please wait a little and try again."
