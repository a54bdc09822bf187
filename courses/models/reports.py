"""A report that takes a while to write: made as a job, for who asked, for a day."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class ReportFile(models.Model):
    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=4)  # "csv", "xlsx"
    language = models.CharField(max_length=10)
    asked = models.JSONField()  # what the report is of
    data = models.BinaryField(null=True)  # None: not yet
    created = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
