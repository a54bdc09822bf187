"""Pages that were scheduled go live, and end, by themselves: pages know no jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from jobs.registry import kind

if TYPE_CHECKING:
    from jobs.running import Running


@kind("pages.publish_scheduled", _("Publishing what was scheduled"), every=timedelta(minutes=1))
def publish_scheduled(running: Running) -> None:
    call_command("publish_scheduled", verbosity=0)
