"""What tests of rooms' pages share."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.rooms.office import Office


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def _nothing_counted() -> None:
    cache.clear()
