"""Kinds of work. An app registers its own in its `tasks.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django_stubs_ext import StrOrPromise

from jobs.errors import UnknownKind

Result = Mapping[str, Any] | None
Work = Callable[..., Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`work(running, **args)` does it; what it returns is kept as the job's result (JSON)."""

    name: str
    title: StrOrPromise
    work: Work
    tries: int = 3
    first_pause: timedelta = timedelta(seconds=10)
    every: timedelta | None = None  # runs by itself, once for the whole installation


_kinds: dict[str, Kind] = {}
_task: list[Any] = []


def runs_jobs(task: Any) -> Any:
    """The queue's one task behind every job; jobs.tasks hands it over when Django has loaded it."""
    _task[:] = [task]
    return task


def one_task() -> Any:
    return _task[0]


def kind(
    name: str,
    title: StrOrPromise,
    *,
    tries: int = 3,
    first_pause: timedelta = timedelta(seconds=10),
    every: timedelta | None = None,
) -> Callable[[Work], Work]:
    """Register the decorated function as the work of this kind."""

    def register(work: Work) -> Work:
        _kinds[name] = Kind(name=name, title=title, work=work, tries=tries, first_pause=first_pause, every=every)
        return work

    return register


def find(name: str) -> Kind:
    """Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def periodic() -> list[Kind]:
    return [each for each in _kinds.values() if each.every is not None]
