"""The pages of meetings in a real browser: they reach those who are in a meeting, and work on the way there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.people import PATIENCE_MS, Person, enter

pytestmark = pytest.mark.browser


def test_a_meeting_is_planned_found_and_closed_and_those_inside_are_told(
    server: Any, new_context: Any, sign_in: Any
) -> None:
    page = sign_in(new_context(), "ada").new_page()
    page.goto(f"{server.url}/rooms/")
    page.get_by_role("link", name="Plan a meeting").click()
    assert not page.get_by_label("Date").is_visible()
    page.get_by_label("Title").fill("Budget")
    page.get_by_label("Once").check()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    page.get_by_label("Date").fill(f"{tomorrow:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill("10:00")
    page.get_by_label("Who enters without asking").select_option("link")
    page.get_by_role("button", name="Make the room").click()
    page.get_by_role("heading", name="Budget").wait_for(timeout=PATIENCE_MS)
    link = page.get_by_label("Send it to whom you want to meet").input_value()

    guest = enter(new_context(), link, "Gus")
    live = page.get_by_role("region", name="Live now").get_by_role("link", name="Budget", exact=True)
    for _ in range(100):  # what the node tells is kept a moment later
        page.goto(f"{server.url}/rooms/")
        if live.is_visible():
            break
    assert live.is_visible()
    coming = page.get_by_role("region", name="Next meetings")
    coming.get_by_role("link", name="Budget", exact=True).wait_for(timeout=PATIENCE_MS)

    page.get_by_role("region", name="Rooms").get_by_role("link", name="Budget", exact=True).click()
    page.get_by_role("row", name="Gus").wait_for(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Close the room").click()
    guest.wait_text("ended")
    late = Person(new_context().new_page(), "Late").open(link)
    late.wait_text("closed")
