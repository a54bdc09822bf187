"""Every view says which right it needs; a test over the URL map fails for one that doesn't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def needs(verb: str) -> Callable[[View], View]:
    """Write down the verb that the view asks `organisations.policies.may` about. The view itself fetches with it."""

    def mark(view: View) -> View:
        view.verb = verb  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """No right is needed, for this reason."""

    def mark(view: View) -> View:
        view.public = reason  # type: ignore[attr-defined]
        return view

    return mark
