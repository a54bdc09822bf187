"""What the worker does for rooms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jobs.registry import kind
from kernel import clock
from rooms import mailing, reaching
from rooms.models import Meeting
from rooms.services.meetings import close_meeting

if TYPE_CHECKING:
    from jobs.running import Running

JUST_BEGUN = timedelta(minutes=2)


@kind(mailing.JOB, _("Mailing about a meeting"), tries=6, first_pause=timedelta(seconds=30))
def mail(running: Running, *, about: str, invitation: int) -> None:
    """Tried for about two hours while the mail server is away."""
    mailing.send(about, invitation, now=clock.now())


@kind("rooms.lost", _("Closing meetings that broke off"), every=timedelta(minutes=5))
def close_lost(running: Running) -> dict[str, int]:
    """A node that dies can't say that its meetings ended: those that no node holds any more end now."""
    closed = 0
    open_ones = Meeting.objects.filter(ended_at=None, started_at__lt=clock.now() - JUST_BEGUN)
    for meeting in open_ones.select_related("room__organisation", "room__owner"):
        if reaching.lives(meeting.room) is False:
            closed += close_meeting(meeting=meeting, now=clock.now())
    return {"closed": closed}
