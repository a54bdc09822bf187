"""One sitting in a room: from the first who comes until the last has left; evidence, never rewritten."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models.room import Room


class Meeting(models.Model):
    """A room has one active meeting at most: the database sees to it."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="meetings")
    key = models.CharField(max_length=64)  # given by the live room
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(ended_at=None), name="rooms_meeting_one_active"),
            models.UniqueConstraint(fields=["room", "key"], name="rooms_meeting_key"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.started_at:%Y-%m-%d %H:%M}"


class Attendance(models.Model):
    """One stay of one person: somebody who comes twice has two rows. Written once, left once."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    participant = models.CharField(max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="attendance", null=True, blank=True
    )
    guest = models.CharField(max_length=64, blank=True)  # a guest's lasting id
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=200, blank=True)  # its name, as it was then
    role = models.CharField(max_length=20)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True)  # "left", "lost", "removed"

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("attendance")
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "participant"], name="rooms_attendance_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.joined_at:%Y-%m-%d %H:%M}"


class ChatLine(models.Model):
    """One message of a meeting's chat."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="chat")
    message = models.CharField(max_length=64)
    participant = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=120)
    to = models.CharField(max_length=64, blank=True)  # a participant, when private
    to_person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("chat message")
        verbose_name_plural = _("chat messages")
        ordering = ["sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "message"], name="rooms_chatline_once")]

    def __str__(self) -> str:
        return self.text[:60]
