"""Tokens of the HTTP API: given, used, taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.models import ApiToken, User

PREFIX = "stoa_"
LONGEST = timedelta(days=366)
USED_EVERY = timedelta(minutes=5)  # how precisely the last use is kept


def give(*, user: User, name: str, now: datetime, lasts: timedelta = LONGEST) -> tuple[ApiToken, str]:
    """The row, and the token itself, which is shown this once."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(token),
        beginning=token[:12],
        created=now,
        expires=now + min(lasts, LONGEST),
    )
    return row, token


def user_of(token: str, *, now: datetime) -> User | None:
    """Whom the token stands for; None when it is unknown, taken back, too old, or its owner is suspended."""
    row = (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(token), revoked=None, expires__gt=now, user__is_active=True)
        .first()
    )
    if row is None:
        return None
    if row.used is None or now - row.used > USED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(used=now)
    return row.user


def take_back(*, user: User, pk: int, now: datetime) -> bool:
    return ApiToken.objects.filter(user=user, pk=pk, revoked=None).update(revoked=now) == 1


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
