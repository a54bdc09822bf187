"""Somebody is asked to come, by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel import ids
from rooms.models.room import Room


class Invitation(models.Model):
    """Opens the room to one address. An account with this address, confirmed, needs no link."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations", null=True, blank=True
    )
    language = models.CharField(max_length=10, default="en")
    cohost = models.BooleanField(_("co-host"), default=False)  # holds for the account alone, not for the link
    token = models.CharField(max_length=40, unique=True, default=ids.token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    invited_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["invited_at", "pk"]
        constraints = [models.UniqueConstraint("room", Lower("email"), name="rooms_invitation_once")]

    def __str__(self) -> str:
        return self.email

    @property
    def url(self) -> str:
        """The way in for whoever holds it."""
        path = reverse("rooms:invited", args=[self.room.slug, self.token])
        return f"{settings.ENV.public_address}{path}"
