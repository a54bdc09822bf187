"""A place to meet: a link, an owner, and settings that outlast every meeting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel import ids
from organisations.models import Organisation
from organisations.policies import Scope
from rooms import policies, recurrence
from rooms.shapes import Capability

if TYPE_CHECKING:
    from collections.abc import Iterator

CAPABILITIES: tuple[Capability, ...] = get_args(Capability)
MOST_PEOPLE = 500


def spoken(organisation: Organisation | None) -> str:
    """An organisation's name in the language of whoever asks, "" for none."""
    if organisation is None:
        return ""
    chinese = (get_language() or "").startswith("zh")
    return str((chinese and organisation.name_zh) or organisation.name)


class Room(models.Model):
    """Settings are what the next meeting begins with; a ticket carries them into the live room."""

    class Access(models.TextChoices):
        LINK = policies.Access.LINK.value, _("Everybody with the link")
        SIGNED_IN = policies.Access.SIGNED_IN.value, _("Everybody who is signed in")
        MEMBERS = policies.Access.MEMBERS.value, _("Members of the organisation")
        ADMITTED = policies.Access.ADMITTED.value, _("Only hosts and people who are invited")

    class Schedule(models.TextChoices):
        OPEN = "open", _("Open at any time")
        ONCE = "once", _("Once")
        RECURRING = "recurring", _("Again and again")

    slug = models.SlugField(max_length=40, unique=True, default=ids.slug, editable=False)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="rooms",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="rooms",
        null=True,
        blank=True,
        verbose_name=_("owner"),
    )

    access = models.CharField(
        _("who enters without asking"), max_length=10, choices=Access.choices, default=Access.MEMBERS
    )
    lobby = models.BooleanField(_("others may ask to be admitted"), default=True)
    passcode_hash = models.CharField(max_length=200, blank=True, editable=False)
    start_muted = models.BooleanField(_("everybody starts muted"), default=False)
    capacity = models.PositiveSmallIntegerField(
        _("how many people at most"),
        default=100,
        validators=[MinValueValidator(2), MaxValueValidator(MOST_PEOPLE)],
    )
    # What participants may use who are no hosts: one for each capability of the protocol.
    may_microphone = models.BooleanField(_("microphone"), default=True)
    may_camera = models.BooleanField(_("camera"), default=True)
    may_share = models.BooleanField(_("share the screen"), default=True)
    may_chat = models.BooleanField(_("chat"), default=True)
    may_private_chat = models.BooleanField(_("messages to one person"), default=True)
    may_react = models.BooleanField(_("reactions"), default=True)
    may_rename = models.BooleanField(_("change one's name"), default=True)

    schedule = models.CharField(_("when"), max_length=10, choices=Schedule.choices, default=Schedule.OPEN)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    duration_min = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(24 * 60)]
    )
    timezone = models.CharField(_("time zone"), max_length=60, default="", blank=True)
    rule = models.CharField(_("repetition"), max_length=200, blank=True)  # see rooms.recurrence
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of the calendar entry, RFC 5545 3.8.7.4

    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="rooms_room_scheduled_has_beginning",
                condition=Q(schedule="open", starts_at=None) | (~Q(schedule="open") & ~Q(starts_at=None)),
            ),
            models.CheckConstraint(
                name="rooms_room_recurring_has_rule",
                condition=(Q(schedule="recurring") & ~Q(rule="")) | (~Q(schedule="recurring") & Q(rule="")),
            ),
            models.CheckConstraint(name="rooms_room_capacity", condition=Q(capacity__gte=2, capacity__lte=MOST_PEOPLE)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rooms:room", args=[self.slug])

    @property
    def join_url(self) -> str:
        return f"{settings.ENV.public_address}{self.get_absolute_url()}"

    @property
    def organisation_name(self) -> str:
        """In the reader's language."""
        return spoken(self.organisation)

    @property
    def key(self) -> str:
        """As in `Scope.key`."""
        return f"room:{self.slug}"

    @property
    def who_enters(self) -> policies.Access:
        return policies.Access(self.access)

    @property
    def scope(self) -> Scope:
        """Where rights are asked. Costs a query unless organisation and owner were selected along."""
        return Scope(
            path=self.organisation.path if self.organisation else "",
            owner=str(self.owner.public_id) if self.owner else None,
            key=self.key,
            facts=policies.facts(self.who_enters, lobby=self.lobby),
        )

    @property
    def allowed(self) -> tuple[Capability, ...]:
        return tuple(each for each in CAPABILITIES if getattr(self, f"may_{each}"))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or settings.TIME_ZONE)

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_min)

    def beginnings(self, after: datetime) -> Iterator[datetime]:
        """When it is to begin, later than `after`, in order, in UTC; nothing for an open-ended room."""
        if self.starts_at is None:
            return
        if self.schedule == self.Schedule.RECURRING:
            yield from recurrence.occurrences(self.rule, first=self.starts_at, zone=self.zone, after=after)
        elif self.starts_at > after:
            yield self.starts_at
