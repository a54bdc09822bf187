"""How often something may be tried: counted in the cache, by whatever key the edge chooses."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from kernel.errors import TooMany


def hit(key: str, limit: int, per_s: int) -> None:
    """Count one try. Raises TooMany beyond `limit` tries within a window of `per_s` seconds."""
    if count(key, per_s) > limit:
        raise TooMany


def count(key: str, per_s: int) -> int:
    """Count one try and say how many there were in this window."""
    name = _name(key)
    cache.add(name, 0, timeout=per_s)
    try:
        return int(cache.incr(name))
    except ValueError:  # the window ended between the two
        cache.set(name, 1, timeout=per_s)
        return 1


def check(key: str, limit: int) -> None:
    """Raises TooMany when `limit` tries were already counted; counts nothing itself."""
    if int(cache.get(_name(key), 0)) >= limit:
        raise TooMany


def _name(key: str) -> str:
    return f"rate:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
