"""Organisations know no jobs; here their long work gets them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jobs import services
from jobs.registry import kind
from kernel import clock
from organisations import imports

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from jobs.running import Running
    from organisations.models import Import


def connect() -> None:
    imports.started_by(start)


def start(work: str, row: Import, owner: User, now: datetime) -> str:
    job = services.start(kind=f"import.{work}", args={"pk": row.pk}, owner=owner, now=now, label=row.name)
    return job.get_absolute_url()


@kind("import.look", _("Looking at a table"))
def look(running: Running, *, pk: int) -> None:
    imports.look(pk, say=running.say)


@kind("import.carry_out", _("Import of a table"))
def carry_out(running: Running, *, pk: int) -> None:
    imports.carry_out(pk, say=running.say, now=clock.now())


@kind("import.tidy", _("Forgetting old tables"), every=timedelta(hours=6))
def tidy(running: Running) -> dict[str, int]:
    return {"forgotten": imports.tidy(now=clock.now())}
