"""The picture in the README, made by a real meeting: docs/screens/meeting.png is a copy of it, made smaller."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.crowd import NAMES, Guest
from tests.e2e.people import enter

pytestmark = pytest.mark.browser
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "screens" / "meeting.png"
LARGEST_BYTES = 200_000


def test_the_readmes_picture_can_be_made(server, new_context, screenshot):
    link = server.manage("room", "create", "Training plan for 2027: second reading", "--open")["join_url"]
    crowd = [Guest(link, name) for name in NAMES[:4]]
    ada = enter(new_context(viewport={"width": 1280, "height": 720}), link, "Ada Lindqvist")
    bob = enter(new_context(), link, "Bob")
    ada.wait_tiles(6).wait_pictures(2)
    bob.say("The draft is in the room's papers.")
    ada.open_panel("Chat")
    ada.wait_text("The draft is in")
    assert screenshot(ada.page, "meeting").stat().st_size > 10_000
    for guest in crowd:
        guest.close()


def test_the_readme_shows_it():
    assert "docs/screens/meeting.png" in (PICTURE.parents[2] / "README.md").read_text()
    assert PICTURE.stat().st_size < LARGEST_BYTES
