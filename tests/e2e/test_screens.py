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
def test_pages_of_a_room(server, new_context, sign_in, screenshot, look, request):
    """Its details with people invited, its form with what is wrong in it, the door for a code, and a closed door."""
    which = request.node.callspec.id
    title = "Training plan for 2027: second reading, with the units of the eastern districts"
    room = server.manage("room", "create", title, "--owner", "ada")
    address = f"{server.url}/rooms/{room['slug']}/"
    page = sign_in(new_context(**look, bypass_csp=True), "ada").new_page()
    page.goto(address + "details/")
    examine(page, f"room-details-{which}", screenshot)
    page.goto(address + "change/")
    examine(page, f"room-change-{which}", screenshot)
    page.locator("#id_title").fill(" ")
    page.locator("#id_capacity").fill("1")
    page.evaluate("document.querySelectorAll('form').forEach(each => { each.noValidate = true; })")
    page.locator("form button.primary").last.click()
    page.locator(".error").first.wait_for()
    examine(page, f"room-change-wrong-{which}", screenshot)
    page.goto(server.url + "/rooms/join/")
    examine(page, f"room-join-{which}", screenshot)
    stranger = new_context(**look, bypass_csp=True).new_page()
    stranger.goto(server.url + "/rooms/aaaa-bbbb-cccc/")
    examine(stranger, f"room-nothing-{which}", screenshot)


@pytest.fixture
def meeting(new_context, sign_in, server):
    """Makes the host, or a guest, of a room, in one look."""

    def person(look, room, name, username=""):
        context = new_context(**look, bypass_csp=True)
        if username:
            sign_in(context, username)
        return Person(context.new_page(), name, look["locale"]).open(room["join_url"])

    return person


@pytest.mark.parametrize("look", LOOKS)
def test_the_way_into_a_meeting(server, meeting, screenshot, look, request):
    which = request.node.callspec.id
    room = server.manage(
        "room", "create", "Training plan for 2027: second reading", "--open", "--lobby", "--owner", "ada"
    )
    host = meeting(look, room, "Ada", "ada")
    examine(host.page, f"greenroom-host-{which}", screenshot)
    host.join().wait_in().wait_tiles(1).wait_pictures(1)
    examine(host.page, f"stage-1-{which}", screenshot)
    guest = meeting(look, room, "周敏")
    examine(guest.page, f"greenroom-{which}", screenshot)
    guest.join()
    host.page.wait_for_function("window.stoaRoom.engine.state.waiting.length === 1", timeout=PATIENCE_MS)
    examine(guest.page, f"lobby-{which}", screenshot)
    host.intend(do="panel", panel="people")
    examine(host.page, f"people-waiting-{which}", screenshot)
    host.intend(do="admit", waiting=None)
    guest.wait_in().wait_tiles(2).wait_pictures(2)
    examine(guest.page, f"stage-2-{which}", screenshot)
    guest.intend(do="hand", raised=True)
    guest.intend(do="chat", text="请问第二阶段的课程会有中文字幕吗？ https://example.org/plan", to=None)
    host.page.wait_for_function("window.stoaRoom.engine.state.chat.length === 1", timeout=PATIENCE_MS)
    for panel in ("chat", "settings", "diagnostics"):
        host.intend(do="panel", panel=panel)
        examine(host.page, f"{panel}-{which}", screenshot)
    host.intend(do="panel", panel="none")
    guest.intend(do="share", on=True)
    shown = (
        "() => [...document.querySelectorAll('[data-source=screen] video')]"
        ".some(v => v.getVideoPlaybackQuality().totalVideoFrames > 3)"
    )
    host.page.wait_for_function(shown, timeout=PATIENCE_MS)
    examine(host.page, f"share-{which}", screenshot)
    host.intend(do="end")
    guest.page.wait_for_function("window.stoaRoom.engine.state.phase === 'ended'", timeout=PATIENCE_MS)
    examine(guest.page, f"ended-{which}", screenshot)


@pytest.mark.parametrize("look", LOOKS)
def test_a_full_stage(server, meeting, screenshot, look, request):
    which = request.node.callspec.id
    room = server.manage("room", "create", "Editors' weekly call", "--open", "--owner", "ada")
    host = meeting(look, room, "Ada", "ada").join().wait_in()
    there = "n => window.stoaRoom.engine.state.participants.size === n"
    with Crowd(room["join_url"], 5):
        host.page.wait_for_function(there, arg=6, timeout=PATIENCE_MS)
        examine(host.page, f"stage-6-{which}", screenshot)
        with Crowd(room["join_url"], 10):
            host.page.wait_for_function(there, arg=16, timeout=PATIENCE_MS)
            host.intend(do="panel", panel="people")
            examine(host.page, f"people-16-{which}", screenshot)
            host.intend(do="panel", panel="none")
            examine(host.page, f"stage-16-{which}", screenshot)
