"""A list of people handed in for a class: kept, looked at, carried out. Short ones at once, long ones as jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.models import ClassList, CourseClass
from courses.services import lists
from jobs import services as jobs
from organisations import tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User

Stage = ClassList.Stage
LOOK, CARRY_OUT = "courses.list.look", "courses.list.carry_out"
AT_ONCE = 200  # rows
FAULTS_KEPT = 200
KEPT = timedelta(days=1)


def hand_in(
    *, course_class: CourseClass, owner: User, name: str, data: bytes, language: str, now: datetime
) -> ClassList:
    """Raises TableUnreadable, TableTooLarge."""
    rows = tables.read_bytes(data, name)
    with transaction.atomic():
        held = ClassList.objects.create(
            course_class=course_class, owner=owner, name=name[-200:], data=data, language=language, created=now
        )
        _go_on(held, LOOK, long=len(rows) > AT_ONCE, now=now)
    return held


def take(held: ClassList, *, now: datetime) -> bool:
    """Let a list that is in order be carried out; False when it is not, or not any more."""
    with transaction.atomic():
        if not ClassList.objects.filter(pk=held.pk, stage=Stage.SOUND).update(stage=Stage.WRITING):
            return False
        _go_on(held, CARRY_OUT, long=held.new + held.waiting + held.there > AT_ONCE, now=now)
    return True


def _go_on(held: ClassList, what: str, *, long: bool, now: datetime) -> None:
    if not long:
        (look if what == LOOK else carry_out)(held.pk, now=now)
        return
    job = jobs.start(kind=what, args={"pk": held.pk}, owner=held.owner, now=now, label=held.name)
    ClassList.objects.filter(pk=held.pk).update(progress=job.get_absolute_url())


def look(pk: int, *, now: datetime) -> None:
    """The dry run."""
    held = ClassList.objects.select_related("owner", "course_class__course").get(pk=pk)
    if held.stage != Stage.LOOKING:
        return
    with translation.override(held.language):
        plan = _with(held, lists.plan, now)
    _settle(held, Stage.LOOKING, plan, Stage.SOUND)


def carry_out(pk: int, *, now: datetime) -> None:
    """With rights and rows as they are now: all of it or nothing. Doing it again does nothing."""
    with transaction.atomic():
        held = ClassList.objects.select_for_update(of=("self",)).select_related("owner", "course_class__course")
        row = held.get(pk=pk)
        if row.stage != Stage.WRITING:
            return
        with translation.override(row.language):
            plan = _with(row, lists.carry_out, now)
        _settle(row, Stage.WRITING, plan, Stage.DONE)


def _with(held: ClassList, act: Callable[..., lists.Plan], now: datetime) -> lists.Plan | str:
    """Or why the file can't be read."""
    try:
        rows = tables.read_bytes(bytes(held.data), held.name)
    except (tables.TableUnreadable, tables.TableTooLarge) as refusal:
        return _(refusal.text)
    return act(rows, course_class=held.course_class, by=held.owner, now=now)


def _settle(held: ClassList, was: str, plan: lists.Plan | str, sound: str) -> None:
    rows = ClassList.objects.filter(pk=held.pk, stage=was)
    if isinstance(plan, str):
        rows.update(stage=Stage.REFUSED, refusal=plan, data=b"")
        return
    rows.update(
        stage=sound if plan.sound else Stage.REFUSED,
        new=plan.new,
        waiting=plan.waiting,
        there=plan.there,
        faults=[[fault.row, fault.column, fault.value, fault.reason] for fault in plan.faults[:FAULTS_KEPT]],
        faults_count=len(plan.faults),
        data=held.data if plan.sound and sound == Stage.SOUND else b"",
    )


def tidy(*, now: datetime) -> int:
    """Forget lists of yesterday: people's addresses stand in them."""
    gone, _each = ClassList.objects.filter(created__lt=now - KEPT).delete()
    return gone
