"""Assets as rows: what came in, what was made of it, and uploads on their way."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from media.assets import states
from organisations.models import Organisation
from organisations.policies import Scope

if TYPE_CHECKING:
    from datetime import datetime


class Asset(models.Model):
    """One uploaded or recorded file. `state` moves by compare-and-set; `generation` is what players get."""

    class Kind(models.TextChoices):
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Sound")
        IMAGE = "image", _("Picture")
        DOCUMENT = "document", _("Document")

    class State(models.TextChoices):
        UPLOADING = states.State.UPLOADING.value, _("Uploading")
        QUEUED = states.State.QUEUED.value, _("Waiting")
        WORKING = states.State.WORKING.value, _("Being prepared")
        PLAYABLE = states.State.PLAYABLE.value, _("Playable, more qualities follow")
        READY = states.State.READY.value, _("Ready")
        FAILED = states.State.FAILED.value, _("Failed")
        REFUSED = states.State.REFUSED.value, _("Can't be used")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assets")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="assets", null=True)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADING)
    problem = models.CharField(max_length=300, blank=True)  # for the person who brought it, in their language
    original = models.CharField(max_length=300, blank=True)  # its name on the storage
    original_name = models.CharField(max_length=200)  # what it was called where it came from, made safe
    bytes = models.BigIntegerField(default=0)
    duration = models.FloatField(default=0)  # seconds, measured here: the one that counts
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)  # what the probe found
    public = models.BooleanField(_("everybody may play it without signing in"), default=False)
    download = models.BooleanField(_("offer one file to download"), default=False)
    generation = models.PositiveIntegerField(default=0)  # 0: nothing made yet
    claimed = models.PositiveIntegerField(default=0)  # the generation being made: the newest claim alone may publish
    job = models.ForeignKey(Job, models.SET_NULL, related_name="+", null=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name = _("media file")
        verbose_name_plural = _("media files")
        constraints = [
            models.CheckConstraint(condition=models.Q(bytes__gte=0), name="assets_asset_bytes"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["playable", "ready"]) | models.Q(generation__gt=0),
                name="assets_asset_plays_something",
            ),
            models.CheckConstraint(
                condition=models.Q(generation__lte=models.F("claimed")), name="assets_asset_published_was_claimed"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created"]),
            models.Index(fields=["owner", "-created"]),
            models.Index(fields=["state"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assets:detail", args=[self.pk])

    @property
    def key(self) -> str:
        return f"asset:{self.pk}"

    @property
    def scope(self) -> Scope:
        return Scope(
            path=self.organisation.path,
            owner=str(self.owner.public_id) if self.owner else None,
            key=self.key,
            facts=frozenset({"public"} if self.public else ()),
        )

    @property
    def plays(self) -> bool:
        return self.generation > 0  # also while it is made anew

    @property
    def busy(self) -> bool:
        return self.state in states.BUSY


class Rendition(models.Model):
    """One thing made of an asset. `path` is relative to the folder of its generation."""

    class Kind(models.TextChoices):
        HLS = "hls", _("Stream")
        MP4 = "mp4", _("File")
        POSTER = "poster", _("Still picture")
        STORYBOARD = "storyboard", _("Preview pictures")
        WAVEFORM = "waveform", _("Waveform")
        AUDIO = "audio", _("Sound")

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="renditions")
    generation = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=60)  # "master", "720p", "sound", "poster"
    path = models.CharField(max_length=200)
    bytes = models.BigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    bitrate = models.PositiveIntegerField(default=0)  # bit/s
    codec = models.CharField(max_length=60, blank=True)  # RFC 6381

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "generation", "kind", "name"], name="assets_rendition_once")
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}/{self.generation}/{self.path}"


class TextTrack(models.Model):
    """Captions, subtitles or chapters as WebVTT; they outlive every generation."""

    class Kind(models.TextChoices):
        CAPTIONS = "captions", _("Captions")
        SUBTITLES = "subtitles", _("Subtitles")
        CHAPTERS = "chapters", _("Chapters")

    class Origin(models.TextChoices):
        UPLOAD = "upload", _("Uploaded")
        EDITED = "edited", _("Edited here")
        AUTOMATIC = "automatic", _("Made automatically")

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="tracks")
    language = models.CharField(_("language"), max_length=20)  # BCP 47
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CAPTIONS)
    label = models.CharField(_("label"), max_length=80)
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.UPLOAD)
    changed = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "language", "kind"], name="assets_track_once")]
        ordering = ["kind", "language"]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.kind} {self.language}"


class Upload(models.Model):
    """A file on its way by tus: how many bytes are here for good. Each part that arrived is a row and an object."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="upload")
    bytes = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__gte=0, offset__lte=models.F("bytes")), name="assets_upload_offset"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.offset}/{self.bytes}"

    @property
    def complete(self) -> bool:
        return self.offset == self.bytes

    def expired(self, now: datetime) -> bool:
        return now >= self.expires


class Part(models.Model):
    """Bytes of an upload from `offset` on; at most one part begins anywhere."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    offset = models.BigIntegerField()
    bytes = models.PositiveIntegerField()
    name = models.CharField(max_length=120)  # on the storage

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="assets_part_once")]
        ordering = ["offset"]

    def __str__(self) -> str:
        return f"{self.upload_id}@{self.offset}"
