"""Names that can't be guessed, and colours that stay with a person."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0/o, 1/i/l: people read these aloud


def slug(groups: int = 3, size: int = 4) -> str:
    """A room's name such as `k7mp-3xqa-9tdz`; three groups of four are 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(size)) for _ in range(groups))


def token() -> str:
    """128 bits for machines."""
    return secrets.token_urlsafe(16)


def colour(account_id: str) -> int:
    """The avatar's ground, 0..7, the same for one account for ever."""
    return hashlib.sha256(account_id.encode()).digest()[0] % 8
