"""Every view says which right it needs; a test over the URL map fails for one that doesn't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from organisations.policies import VERBS, UnknownVerb

View = TypeVar("View", bound=Callable[..., Any])


def needs(verb: str) -> Callable[[View], View]:
    """Write down the verb that the view asks `may` about. The view itself fetches with it."""
    if verb not in VERBS:
        raise UnknownVerb(verb)

    def mark(view: View) -> View:
        view.verb = verb  # type: ignore[attr-defined]
        return view

    return mark
