"""The player driven in Chromium: what each control does to the picture, and what the server then believes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_courses import COURSE, PLAYS, VIDEO, reaches
from tests.e2e.test_screens import LOOKS, examine
from tests.media.pipeline.conftest import X264, run_ffmpeg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
IN_ORDER = """
import json
from courses.models import VideoLesson
from media.assets.models import Asset
made = VideoLesson.objects.get(slug="video", locale__language_code="en")
page = VideoLesson(title="Watched in order", slug="in-order", asset=Asset.objects.get(pk="{}"), no_seek=True)
made.get_parent().add_child(instance=page)
print(json.dumps(dict(path=page.url)))
"""
SHOWS = """(v, height) => new Promise((done, failed) => {
  const over = new AbortController();
  const look = () => {
    if (v.videoHeight !== height || v.currentTime < 0.2) return;
    over.abort(); v.pause(); done();
  };
  for (const name of ["resize", "timeupdate"]) v.addEventListener(name, look, {signal: over.signal});
  setTimeout(() => failed(`${v.videoHeight} at ${v.currentTime}`), 20000);
  v.play();
})"""
GONE = """
from courses.models import VideoLesson
VideoLesson.objects.get(slug="in-order").unpublish()
"""


@pytest.fixture(scope="module")
def playable(server: Server, browser: Browser) -> None:
    """The worker has made the demonstration's video."""
    context = browser.new_context(bypass_csp=True)
    key = server.manage("test_session", "xiaoyan")["session"]
    context.add_cookies([{"name": "sessionid", "value": key, "domain": "localhost", "path": "/"}])
    page = context.new_page()
    page.goto(server.url + VIDEO)
    page.wait_for_function(PLAYS, polling=1000, timeout=240_000)
    context.close()


@pytest.fixture
def in_order(server: Server, playable: None, tmp_path: Path) -> Iterator[str]:
    """A lesson in three qualities that is watched from beginning to end."""
    run_ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=15:duration=16", *X264, tmp_path / "clip.mp4")
    asset = server.manage("asset", "import", str(tmp_path / "clip.mp4"), "--wait", "--organisation", "nurses")
    yield str(server.manage("shell", "-v0", "-c", IN_ORDER.format(asset["id"]))["path"])
    server.manage("shell", "-v0", "-c", GONE)


def at(page: Page) -> float:
    return float(page.locator("video").evaluate("v => v.currentTime"))


def captioned(page: Page, languages: list[str]) -> None:
    """Until these captions show, and no others."""
    page.locator("video").evaluate(
        """(v, wanted) => new Promise((done, failed) => {
          const look = () => {
            const shown = [...v.textTracks].filter(t => t.kind !== "metadata" && t.kind !== "chapters")
              .filter(t => t.mode === "showing").map(t => t.language);
            if (JSON.stringify(shown) === JSON.stringify(wanted)) done();
            return shown;
          };
          v.textTracks.addEventListener("change", look);
          setTimeout(() => failed(`${look()} is shown`), 20000);
          look();
        })""",
        languages,
    )


def test_every_control_does_what_it_says(
    server: Server, playable: None, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any
) -> None:
    page = sign_in(new_context(viewport={"width": 1280, "height": 900}), "xiaoyan").new_page()
    page.goto(server.url + VIDEO)
    page.locator(".script button").first.wait_for()
    video, player = page.locator("video"), page.locator("media-controller")

    # The keyboard, with the player in focus.
    player.focus()
    page.keyboard.press("Space")
    reaches(page, 0.5)
    page.keyboard.press("k")
    expect(player).to_have_attribute("mediapaused", "")
    page.keyboard.press("m")
    expect(video).to_have_js_property("muted", True)
    expect(player).to_have_attribute("mediamuted", "")  # the player knows it too, before it is asked again
    page.keyboard.press("m")
    expect(video).to_have_js_property("muted", False)
    before = at(page)
    page.keyboard.press("ArrowRight")
    reaches(page, before + 5)
    page.keyboard.press("ArrowLeft")
    video.evaluate("(v, to) => new Promise(done => v.currentTime < to ? done() : v.onseeked = done)", before + 5)
    page.keyboard.press("c")
    captions = page.locator(".watch-line select").nth(1)
    expect(captions).not_to_have_value("")
    page.keyboard.press("f")
    expect(player).to_have_attribute("mediaisfullscreen", "")
    page.keyboard.press("f")
    expect(player).not_to_have_attribute("mediaisfullscreen", "")

    # Captions by language, speed.
    captions.select_option("zh-Hans")
    captioned(page, ["zh-Hans"])
    captions.select_option("en")
    captioned(page, ["en"])
    captions.select_option("")
    captioned(page, [])
    page.locator(".watch-line select").first.select_option("1.5")
    expect(video).to_have_js_property("playbackRate", 1.5)

    # The storyboard over the bar, chapters on it.
    bar = page.locator("media-time-range")
    bar.hover(position={"x": 200, "y": 5})
    expect(bar).to_have_attribute("mediapreviewimage", re.compile("storyboard|sprite|http"))
    expect(bar).to_have_attribute("mediapreviewchapter", "Begin")
    screenshot(page, "player-storyboard")

    # The transcript: search, and a click goes there. Chapters too.
    page.get_by_role("searchbox").fill("thumbs")
    lines = page.locator(".watch-side ol[aria-label] button")
    expect(lines).to_have_count(1)
    lines.click()
    reaches(page, 24)
    page.get_by_role("searchbox").fill("")
    page.locator(".watch-side .script button", has_text="Wash").first.click()
    expect(lines.nth(1)).to_be_visible()
    page.keyboard.press("Escape")

    # A question pauses the video at its moment; the server says what is right.
    video.evaluate("v => { v.pause(); v.currentTime = 10.5; }")
    expect(page.locator("stoa-pause")).to_have_count(0)
    video.evaluate("v => v.play()")
    question = page.locator("stoa-pause")
    expect(question).to_be_visible()
    expect(video).to_have_js_property("paused", True)
    question.get_by_label("Five seconds").check()
    screenshot(page, "player-question")
    question.get_by_role("button", name="Answer", exact=True).click()
    expect(question.get_by_text("Not quite.")).to_be_visible()
    screenshot(page, "player-question-answered")
    expect(question.get_by_role("button", name="Go on watching")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    reaches(page, 12.5)

    # Notes: kept with their moment, gone to, deleted.
    video.evaluate("v => v.pause()")
    note = page.get_by_label("New note at this moment")
    note.fill("Rinse well")
    note.press("Enter")
    kept = page.locator(".notes li", has_text="Rinse well")
    expect(kept).to_have_count(1)
    where = kept.locator("button").first.inner_text()
    video.evaluate("v => { v.currentTime = 30; }")
    kept.locator("button").first.click()
    assert re.fullmatch(r"0:1\d", where)
    expect(page.locator(".bar-time-text")).to_contain_text("0:1")
    kept.get_by_role("button", name="Delete").click()
    expect(kept).to_have_count(0)

    # Picture in picture is offered where the browser can; without a window system it may refuse.
    expect(page.locator("media-pip-button")).to_have_count(1)


def test_no_seeking_ahead_neither_here_nor_there(
    server: Server, in_order: str, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any
) -> None:
    context = sign_in(new_context(viewport={"width": 1280, "height": 900}), "xiaoyan")
    page = context.new_page()
    page.goto(server.url + in_order)
    quality = page.get_by_label("Quality")
    expect(quality.locator("option")).to_have_text(["Automatic", "360p", "480p", "720p"])
    quality.select_option("720p")
    page.locator("video").evaluate(SHOWS, 720)
    quality.select_option("360p")
    page.locator("video").evaluate(SHOWS, 360)
    page.locator("video").evaluate("v => { v.currentTime = 14; }")
    expect(page.locator(".watch .notice")).to_contain_text("from beginning to end")
    assert at(page) < 10
    screenshot(page, "player-no-seek")
    # A player that was tampered with says that it was further on: the server does not believe it.
    forged = page.locator("stoa-player").evaluate(
        """async () => {
          const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
          const page = await (await fetch(location.href)).text();
          const viewing = /"viewing": ?"([^"]+)"/.exec(page)[1];
          const say = async (sequence, spans) => (await fetch("/courses/watched/", {
            method: "POST", headers: {"Content-Type": "application/json", "X-CSRFToken": token},
            body: JSON.stringify({viewing, sequence, position: 16, spans})})).json();
          return [await say(1, []), await say(2, [{from: 12, to: 16, speed: 1}])];
        }"""
    )
    assert forged[0]["seconds"] == forged[1]["seconds"]
    assert forged[1]["counted"]
    assert forged[1]["reached"] < 12
    page.reload()
    reaches(page, 1)
    assert at(page) < 12


@pytest.mark.parametrize("look", LOOKS)
def test_screens(
    server: Server, playable: None, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any,
    look: Any, request: Any,
) -> None:  # fmt: skip
    """With a question open, and an organisation's page for enrolling its people."""
    context = sign_in(new_context(**look, bypass_csp=True), "xiaoyan")
    page = context.new_page()
    page.goto(server.url + VIDEO)
    page.locator(".script button").first.wait_for()
    page.locator("video").evaluate(
        """v => new Promise(done => {
          const go = () => { v.onseeked = () => done(v.play()); v.currentTime = 11.5; };
          v.readyState ? go() : v.addEventListener("loadedmetadata", go, {once: true});
        })"""
    )
    page.locator("stoa-pause").wait_for()
    examine(page, f"player-question-{request.node.callspec.id}", screenshot)

    page = sign_in(new_context(**look, bypass_csp=True), "ada").new_page()
    page.goto(server.url + COURSE)
    page.locator(".class a[href$='/people/']").click()
    page.get_by_role("checkbox").first.wait_for()
    examine(page, f"own-people-{request.node.callspec.id}", screenshot)
    names = "\n".join(["username", "lin", "nobody", "a-name-that-is-very-long-and-stands-in-one-word-" * 2])
    page.set_input_files("input[type=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": names.encode()})
    page.locator("form[enctype] button").click()
    page.wait_for_url("**/courses/lists/**")
    examine(page, f"class-list-{request.node.callspec.id}", screenshot)
