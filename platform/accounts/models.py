"""A person who can sign in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kernel import ids

if TYPE_CHECKING:
    from collections.abc import Iterator


class User(AbstractUser):
    """An account. `public_id` is what others see of it; the primary key stays inside."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    display_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=10, blank=True, choices=[("en", "English"), ("zh-hans", "简体中文")]
    )
    theme = models.CharField(_("theme"), max_length=5, blank=True, choices=[("light", _("Light")), ("dark", _("Dark"))])

    class Mails(models.TextChoices):
        EACH = "each", _("Each at once")
        DAILY = "daily", _("Once a day, together")
        WEEKLY = "weekly", _("Once a week, together")
        NONE = "none", _("None")

    mails = models.CharField(_("notices by mail"), max_length=6, choices=Mails.choices, default=Mails.EACH)

    sessions_ended = models.PositiveIntegerField(default=0, editable=False)  # how often all of them were

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once", condition=~models.Q(email=""))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name()

    def get_session_auth_hash(self) -> str:
        """What a session must carry to count: it changes with the password, and when all sessions are ended."""
        return self._since_ended(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._since_ended, super().get_session_auth_fallback_hash())

    def _since_ended(self, digest: str) -> str:
        if not self.sessions_ended:
            return digest
        salt = "accounts.User.sessions_ended"
        return salted_hmac(salt, f"{self.sessions_ended}:{digest}", algorithm="sha256").hexdigest()

    @property
    def colour(self) -> int:
        return ids.colour(str(self.public_id))


class FirstLink(models.Model):
    """A link that signs an administrator in once; the token itself is not kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires:%Y-%m-%d}"


class ApiToken(models.Model):
    """A key for programs that act as a person. Only its hash is kept; its first letters tell it apart in lists."""

    user = models.ForeignKey(User, models.CASCADE, related_name="keys")
    name = models.CharField(_("what it is for"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=12)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.beginning}…"


class AuditEntry(models.Model):
    """One administrative act: who did what to whom. Written once, never changed."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("an audit entry is never changed")
        super().save(*args, **kwargs)
