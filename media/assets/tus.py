"""What tus 1.0 says in headers: core, creation, expiration, checksum, termination. Pure. https://tus.io/protocols/resumable-upload"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from media.assets.errors import ChecksumWrong, RequestUnclear, WrongVersion

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
PART_TYPE = "application/offset+octet-stream"
LONGEST_METADATA = 8192
_LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Checksum:
    algorithm: str
    digest: bytes

    def check(self, data: bytes) -> None:
        """Raises ChecksumWrong."""
        if hashlib.new(self.algorithm, data, usedforsecurity=False).digest() != self.digest:
            raise ChecksumWrong


def version(header: str | None) -> None:
    """Raises WrongVersion."""
    if header != VERSION:
        raise WrongVersion


def number(header: str | None) -> int:
    """`Upload-Length`, `Upload-Offset`: a plain decimal number. Raises RequestUnclear."""
    if header is None or not header.isascii() or not header.isdigit() or not int(header[:20]) < _LARGEST:
        raise RequestUnclear
    return int(header[:20])


def metadata(header: str) -> dict[str, str]:
    """`Upload-Metadata`: `key base64,key base64`; what is no UTF-8 is marked. Raises RequestUnclear."""
    if len(header) > LONGEST_METADATA:
        raise RequestUnclear
    found: dict[str, str] = {}
    for pair in header.split(","):
        if not pair.strip():
            continue
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except binascii.Error as error:
            raise RequestUnclear from error
    return found


def checksum(header: str | None) -> Checksum | None:
    """`Upload-Checksum: sha1 base64`. Raises RequestUnclear for an algorithm that isn't offered."""
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise RequestUnclear from error
    if algorithm not in ALGORITHMS:
        raise RequestUnclear
    return Checksum(algorithm, digest)
