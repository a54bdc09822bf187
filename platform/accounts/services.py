"""What can be done with accounts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from accounts.models import FirstLink, User

LASTS = timedelta(days=1)


def first_link(*, now: datetime) -> str:
    """An address that signs the first administrator in, once, within a day.

    Makes the administrator where there is none. Only the token's hash is kept.
    """
    user = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if user is None:
        user = User.objects.create_superuser("administrator", "", None, display_name="Administrator")
    token = secrets.token_urlsafe(24)
    FirstLink.objects.create(user=user, digest=_digest(token), expires=now + LASTS)
    return settings.ENV.public_address + reverse("first-link", args=[token])


def use_first_link(token: str, *, now: datetime) -> User | None:
    """The administrator, or None when the link was used, is too old or never was."""
    used = FirstLink.objects.filter(digest=_digest(token), used=None, expires__gt=now).update(used=now)
    return FirstLink.objects.select_related("user").get(digest=_digest(token)).user if used else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
