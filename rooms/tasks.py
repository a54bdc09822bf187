"""What the worker does for rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jobs.registry import kind
from kernel import clock
from rooms import mailing

if TYPE_CHECKING:
    from jobs.running import Running


@kind(mailing.JOB, _("Mailing about a meeting"), tries=6, first_pause=timedelta(seconds=30))
def mail(running: Running, *, about: str, invitation: int) -> None:
    """Tried for about two hours while the mail server is away."""
    mailing.send(about, invitation, now=clock.now())
