"""Somebody enrolled watches a lesson for real, stops, and goes on by phone; somebody from elsewhere is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_screens import LOOKS, examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
COURSE = "/nurses/clean-hands/"
VIDEO, ARTICLE = f"{COURSE}part-1/video/", f"{COURSE}part-2/moments/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PLAYS = "async () => (await (await fetch(location.href)).text()).includes('<stoa-player')"


@pytest.fixture(scope="module")
def made(server: Server, browser: Browser) -> None:
    """The demonstration's video is there, the worker makes it; and a report of watching it."""
    context = browser.new_context(bypass_csp=True)
    key = server.manage("test_session", "lin")["session"]
    context.add_cookies([{"name": "sessionid", "value": key, "domain": "localhost", "path": "/"}])
    page = context.new_page()
    page.goto(server.url + VIDEO)
    page.wait_for_function(PLAYS, polling=1000, timeout=240_000)
    page.reload()
    page.locator("media-play-button").click()
    reaches(page, 1)
    with page.expect_response(re.compile("/courses/watched/")):
        page.locator("media-play-button").click()
    context.close()


def reaches(page: Page, seconds: float) -> None:
    """Without polling: this page's own policy allows no eval."""
    page.locator("video").evaluate(
        """(video, seconds) => new Promise(done => {
          const look = () => { if (video.currentTime > seconds) done(); };
          for (const name of ["timeupdate", "seeked"]) video.addEventListener(name, look);
          look();
        })""",
        seconds,
    )


def test_watch_stop_and_go_on_by_phone(
    server: Server, made: None, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any
) -> None:
    context = sign_in(new_context(viewport={"width": 1280, "height": 900}), "lin")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.goto(server.url + VIDEO)
    with page.expect_response(re.compile(r"\.m4s")):
        page.locator("media-play-button").click()
    reaches(page, 3)
    screenshot(page, "lesson-playing")
    page.locator(".watch-side .script button").nth(-2).click()
    reaches(page, 25)
    with page.expect_response(re.compile("/courses/watched/")) as reported:
        page.locator("media-play-button").click()
    told = json.loads(reported.value.text())
    assert told["seconds"] >= 3
    assert not told["complete"]
    where = page.locator("video").evaluate("v => v.currentTime")
    page.close()
    blocked = [line for line in complaints if "Content Security Policy" in line or "Content-Security-Policy" in line]
    assert blocked == []

    phone = sign_in(new_context(**PHONE), "lin").new_page()
    phone.goto(server.url + VIDEO)
    reaches(phone, 1)
    assert abs(phone.locator("video").evaluate("v => v.currentTime") - where) < 3
    phone.goto(server.url + "/courses/mine/")
    expect(phone.locator("#go-on")).to_be_visible()


def test_somebody_of_another_organisation_is_refused(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any
) -> None:
    page = sign_in(new_context(), "eve").new_page()
    for path in (COURSE, VIDEO, ARTICLE):
        answer = page.goto(server.url + path)
        assert answer is not None
        assert answer.status == 404


@pytest.mark.parametrize("look", LOOKS)
def test_screens(
    server: Server,
    made: None,
    new_context: Callable[..., BrowserContext],
    sign_in: Any,
    screenshot: Any,
    look: Any,
    request: Any,
) -> None:
    which = request.node.callspec.id
    context = sign_in(new_context(**look, bypass_csp=True), "xiaoyan")
    page = context.new_page()
    for name, path in {
        "catalogue": "/courses/", "course": COURSE, "lesson": VIDEO, "article": ARTICLE, "my-courses": "/courses/mine/",
    }.items():  # fmt: skip
        page.goto(server.url + path)
        if name == "lesson":
            page.locator(".script button").first.wait_for()
        examine(page, f"{name}-{which}", screenshot)
    page = sign_in(new_context(**look, bypass_csp=True), "tan").new_page()
    page.goto(server.url + COURSE)
    page.locator(".class a.btn").click()
    examine(page, f"class-{which}", screenshot)
    page.locator(".figure").first.click()
    page.locator(".table-wrap").first.wait_for()
    examine(page, f"evidence-{which}", screenshot)
