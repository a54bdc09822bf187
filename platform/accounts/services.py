"""What can be done with accounts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import partial

from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import ApiToken, AuditEntry, FirstLink, User

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


def audit(*, by: User | None, act: str, subject: str, now: datetime, **details: object) -> None:
    """Append to the log of administrative acts."""
    AuditEntry.objects.create(at=now, by=by, act=act, subject=subject, details=details)


def suspend(*, person: User, by: User | None, now: datetime, reason: str = "") -> None:
    """The person is out at once: account, sessions, tokens, and every meeting they are in."""
    with transaction.atomic():
        # Not every session is listed among the person's (UserSession); the counter ends those too.
        User.objects.filter(pk=person.pk).update(is_active=False, sessions_ended=F("sessions_ended") + 1)
        for session in UserSession.objects.filter(user=person):
            session.end()
        ApiToken.objects.filter(user=person, revoked=None).update(revoked=now)
        audit(by=by, act="person.suspend", subject=str(person.public_id), now=now, name=person.name, reason=reason)
        transaction.on_commit(partial(_tell_suspended, str(person.public_id)))


def restore(*, person: User, by: User | None, now: datetime) -> None:
    """They may sign in again. Sessions and tokens that were ended stay ended."""
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_active=True)
        audit(by=by, act="person.restore", subject=str(person.public_id), now=now, name=person.name)


def delete(*, person: User, by: User | None, now: datetime) -> None:
    """The account is gone, and the person out of everything as at a suspension."""
    with transaction.atomic():
        suspend(person=person, by=by, now=now, reason="deleted")
        audit(by=by, act="person.delete", subject=str(person.public_id), now=now, name=person.name)
        User.objects.get(pk=person.pk).delete()


def _tell_suspended(person: str) -> None:
    layer = get_channel_layer()
    async_to_sync(layer.group_send)("people.suspended", {"type": "people.suspended", "person": person})
