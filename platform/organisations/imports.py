"""A table handed in: kept, looked at, taken in. The long parts run as jobs, which config/imports.py brings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from organisations import importing, tables, taking_in
from organisations.models import Import
from organisations.selectors import actor_for

if TYPE_CHECKING:
    from accounts.models import User
    from organisations.importing import Plan, Say

Stage = Import.Stage
FAULTS_KEPT = 200
KEPT = timedelta(days=1)
Starter = Callable[[str, Import, "User", datetime], str]
_starters: list[Starter] = []


def started_by(starter: Starter) -> None:
    """Who runs "look" and "carry_out" later, and says where their progress is told of."""
    _starters[:] = [starter]


def hand_in(*, owner: User, kind: str, name: str, data: bytes, language: str, now: datetime) -> Import:
    """Keep the table and let it be looked at. Raises TableTooLarge."""
    if len(data) > tables.LARGEST:
        raise tables.TableTooLarge
    with transaction.atomic():
        row = Import.objects.create(owner=owner, kind=kind, name=name[-200:], data=data, language=language, created=now)
        row.progress = _starters[0]("look", row, owner, now)
        row.save(update_fields=["progress"])
    return row


def take(row: Import, *, by: User, now: datetime) -> bool:
    """Let a table that is in order be taken in; False when it is not, or not any more."""
    with transaction.atomic():
        if not Import.objects.filter(pk=row.pk, stage=Stage.SOUND).update(stage=Stage.WRITING):
            return False
        row.progress = _starters[0]("carry_out", row, by, now)
        Import.objects.filter(pk=row.pk).update(progress=row.progress)
    return True


def look(pk: int, *, say: Say) -> None:
    """The dry run."""
    row = Import.objects.select_related("owner").get(pk=pk)
    if row.stage == Stage.LOOKING:
        with translation.override(row.language):
            _settle(row, Stage.LOOKING, _plan(row, say))


def carry_out(pk: int, *, say: Say, now: datetime) -> None:
    """Looked at once more, with rights and rows as they are now, then written. Doing it again does nothing."""
    row = Import.objects.select_related("owner").get(pk=pk)
    if row.stage != Stage.WRITING:
        return
    with translation.override(row.language):
        found = _plan(row, say)
        if isinstance(found, str) or not found.sound:
            _settle(row, Stage.WRITING, found)
            return
    with transaction.atomic():
        if Import.objects.filter(pk=pk, stage=Stage.WRITING).update(
            stage=Stage.DONE, data=b"", new=found.new, changed=found.changed
        ):
            taking_in.carry_out(found, by=row.owner, now=now)


def _plan(row: Import, say: Say) -> Plan | str:
    """Or why the file can't be read."""
    try:
        rows = tables.read_bytes(bytes(row.data), row.name)
    except (tables.TableUnreadable, tables.TableTooLarge) as refusal:
        return _(refusal.text)
    say(0.2)
    return importing.plan(row.kind, rows, actor=actor_for(row.owner), say=lambda done: say(0.2 + 0.7 * done))


def _settle(row: Import, was: str, found: Plan | str) -> None:
    if isinstance(found, str):
        Import.objects.filter(pk=row.pk, stage=was).update(stage=Stage.REFUSED, refusal=found, data=b"")
        return
    Import.objects.filter(pk=row.pk, stage=was).update(
        stage=Stage.SOUND if found.sound else Stage.REFUSED,
        new=found.new,
        changed=found.changed,
        faults=[[fault.row, fault.column, fault.value, fault.reason] for fault in found.faults[:FAULTS_KEPT]],
        faults_count=len(found.faults),
        data=row.data if found.sound else b"",
    )


def tidy(*, now: datetime) -> int:
    """Forget tables of yesterday: people's addresses stand in them."""
    gone, _each = Import.objects.filter(created__lt=now - KEPT).delete()
    return gone
