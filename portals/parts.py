"""What home pages are put together from: products offer parts in config/wiring.py, editors choose and order them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`context(request)` fills `template`; None leaves the part out for this reader."""

    name: str
    label: StrOrPromise
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]


_parts: dict[str, Part] = {}


def offer(part: Part) -> None:
    _parts[part.name] = part


def find(name: str) -> Part | None:
    """None for a part whose product is not installed any more: the page shows the others."""
    return _parts.get(name)


def choices() -> list[tuple[str, StrOrPromise]]:
    return [(part.name, part.label) for part in _parts.values()]
