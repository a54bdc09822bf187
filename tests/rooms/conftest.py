"""What tests of rooms' pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django_vite.core.asset_loader import DjangoViteAssetLoader

from tests.rooms.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def _without_a_build(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages name their script as if the front end had been built."""

    def tag(self: Any, path: str, *args: Any, **kwargs: Any) -> str:
        return f'<script type="module" src="/static/{path}"></script>'

    monkeypatch.setattr(DjangoViteAssetLoader, "generate_vite_asset", tag)
    return
