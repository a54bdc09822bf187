"""The office reads who learned what, goes down to a person, and takes the same figures along."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_screens import LOOKS, examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.conftest import Server

pytestmark = pytest.mark.browser
REPORTS = "/courses/reports/?year=all"


def test_from_the_office_to_a_person_and_the_same_as_csv(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any
) -> None:
    page = sign_in(new_context(), "ada").new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.goto(server.url + REPORTS)
    page.get_by_role("link", name="Nurses Association").last.click()
    expect(page.locator(".lead")).to_contain_text("Nurses Association")
    page.get_by_role("navigation", name="Rows").get_by_role("link", name="People").click()
    shown = page.locator("table.report tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim().replace('–', '')))"
    )
    with page.expect_download() as kept:
        page.get_by_role("link", name="CSV").click()
    text = Path(kept.value.path()).read_bytes().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == shown
    assert len(shown) > 2
    page.get_by_role("link", name=re.compile("李建国")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("李建国")
    assert complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_screens(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any, look: Any, request: Any
) -> None:
    which = request.node.callspec.id
    page = sign_in(new_context(**look, bypass_csp=True), "ada").new_page()
    for name, query in {"organisations": "", "classes": "&by=class", "people": "&by=person"}.items():
        page.goto(server.url + REPORTS + query)
        examine(page, f"report-{name}-{which}", screenshot)
    page.goto(server.url + "/courses/reports/?year=1999")
    examine(page, f"report-empty-{which}", screenshot)
