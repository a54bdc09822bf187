"""Badges: a certificate signed for other programs to read, and the keys it is signed with."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.certificates import Certificate


class BadgeKey(models.Model):
    """One signs; those before it stay, so that what they signed can be verified."""

    name = models.CharField(max_length=43, unique=True)  # the public key's thumbprint, RFC 7638
    public = models.JSONField()  # as a JWK
    secret = models.TextField(blank=True)  # PEM, encrypted with what STOA_SECRET_KEY gives; empty once it is retired
    made_at = models.DateTimeField()
    signs = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("key of badges")
        verbose_name_plural = _("keys of badges")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["signs"], condition=Q(signs=True), name="courses_badge_key_one_signs")
        ]

    def __str__(self) -> str:
        return self.name


class Badge(models.Model):
    """Made when its owner first asks for it."""

    certificate = models.OneToOneField(Certificate, models.CASCADE, primary_key=True, related_name="badge")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the certificate's number says more
    salt = models.CharField(max_length=22)
    issuer = models.CharField(max_length=255)  # the site's address then
    token = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")

    def __str__(self) -> str:
        return str(self.public_id)
