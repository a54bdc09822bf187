"""docs/signalling.md tells of every message, as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rooms import protocol
from rooms.refusals import Refused

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "signalling.md").read_text()
ROWS = dict(re.findall(r"^\| ([A-Z]\w+) \| `([\w.]+)` \|", PAGE, flags=re.MULTILINE))


@pytest.mark.parametrize("message", [*protocol.REQUESTS, *protocol.EVENTS], ids=lambda m: m.__name__)
def test_the_page_has_a_row_for_every_message(message: type) -> None:
    assert ROWS.get(message.__name__) == message.type  # type: ignore[attr-defined]


def test_the_page_names_no_message_that_is_not_there() -> None:
    assert set(ROWS) == {message.__name__ for message in (*protocol.REQUESTS, *protocol.EVENTS)}


def test_codes_the_page_speaks_of_exist() -> None:
    spoken = set(re.findall(r"`((?:room|message|ticket|session|version)\.\w+)`", PAGE))
    assert spoken <= {*Refused.all, "room.changed"}
