"""Addresses that open one generation of one asset until they expire. Pure but for the key.

`/media/a/<asset>/<generation>/<token>/<file>`: the token stands for the whole folder, so that a playlist's relative
addresses work. What is public has the word `public` in its place, and is looked up.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from media.assets.errors import LinkOver, NoSuchAsset

if TYPE_CHECKING:
    from uuid import UUID

PUBLIC = "public"
LIFETIME = timedelta(hours=6)
STEP_S = 600  # an address stays the same for so long: browsers keep what they have


def token(asset: UUID, generation: int, *, now: datetime, lifetime: timedelta = LIFETIME) -> str:
    until = int((now + lifetime).timestamp())
    until += -until % STEP_S if lifetime.total_seconds() >= STEP_S else 0
    return f"{until:x}.{_signature(asset, generation, until)}"


def check(given: str, asset: UUID, generation: int, *, now: datetime) -> datetime:
    """Until when it holds. Raises NoSuchAsset for a forged token or another asset's, LinkOver for an expired one."""
    hexadecimal, _, signature = given.partition(".")
    try:
        until = int(hexadecimal, 16)
        end = datetime.fromtimestamp(until, UTC)
    except (ValueError, OverflowError, OSError):
        raise NoSuchAsset from None
    if not signature.isascii() or not constant_time_compare(signature, _signature(asset, generation, until)):
        raise NoSuchAsset
    if now >= end:
        raise LinkOver
    return end


def _signature(asset: UUID, generation: int, until: int) -> str:
    message = f"{asset}/{generation}/{until}"
    return salted_hmac("media.assets.address", message, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()[:43]
