"""What an asset can be published as. Each product offers one entry; config/wiring.py registers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from accounts.models import User
from media.assets.models import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """`offers` says whether this person may publish this asset there; `address` leads to the page that does it."""

    name: str  # "lesson"
    label: StrOrPromise  # "Use in a course"
    icon: str
    offers: Callable[[User, Asset], bool]
    address: Callable[[Asset], str]


_all: dict[str, Destination] = {}


def register(destination: Destination) -> None:
    _all[destination.name] = destination


def offered(user: User, asset: Asset) -> list[Destination]:
    """In the order in which they were registered."""
    return [each for each in _all.values() if each.offers(user, asset)]
