"""One course from nothing to a certificate, as people do it: upload, write, enrol, watch, answer, verify.

The lecture is a film with somebody speaking; every step is done in the browser, the server is killed once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from tests.e2e.test_courses import PHONE, reaches
from tests.e2e.test_player import SHOWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
PATIENCE_MS = 120_000
COURSE, LECTURE = "Columns and roofs", "第一讲 Columns"
QUESTIONS = """
::Columns:: What carries the roof? {=The columns ~The door ~The steps}

::Count:: How many columns has Stoa's mark? {#3}
"""
PLACE = """
import json
from pages.models import OrganisationPage
from wagtail.models import Page
place = OrganisationPage.objects.get(organisation__slug="nurses", locale__language_code="en")
rows = Page.objects.descendant_of(place, inclusive=True)
print(json.dumps({row.slug: row.pk for row in rows}))
"""


def pages(server: Server) -> dict[str, int]:
    found: dict[str, int] = server.manage("shell", "-c", PLACE)
    return found


def write(page: Page, server: Server, kind: str, parent: int, title: str, slug: str) -> None:
    """A new page in the Studio, up to its publishing. The Studio itself makes the address of the title."""
    page.goto(f"{server.url}/studio/pages/add/courses/{kind}/{parent}/")
    page.locator("#id_title").press_sequentially(title)
    page.locator("#id_title").blur()
    expect(page.locator("#id_slug")).to_have_value(slug)


def choose(page: Page, field: str, words: str) -> None:
    option = page.locator(f"{field} option", has_text=words).first
    page.locator(field).select_option(value=option.get_attribute("value"))


def publish(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button[name=action-publish]").evaluate("button => button.form.requestSubmit(button)")
    assert not page.locator(".messages .error, .error-message").count(), page.locator("main").inner_text()


def test_from_a_film_to_a_certificate(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any, lecture: Path
) -> None:
    author = sign_in(new_context(), "jianguo").new_page()
    author.goto(server.url + "/assets/")
    author.locator("stoa-upload").evaluate("element => { element.chunk = 524288 }")
    author.locator("stoa-upload input[type=file]").set_input_files(lecture)
    row = author.locator("stoa-upload li")
    expect(row.get_by_role("progressbar")).to_have_attribute(
        "aria-valuenow", re.compile(r"[1-9]\d"), timeout=PATIENCE_MS
    )
    server.kill("web")
    expect(row).to_contain_text("Trying again", timeout=PATIENCE_MS)
    server.start("web")
    server.wait()
    row.get_by_role("link", name="Open").click(timeout=PATIENCE_MS)
    expect(author.locator(".badge", has_text="Ready").first).to_be_visible(timeout=PATIENCE_MS)
    screenshot(author, "learning-asset")

    author.goto(server.url + "/courses/banks/")
    author.locator("#id_title").fill("Architecture")
    choose(author, "#id_organisation", "Nurses Association")
    author.get_by_role("button", name="Make the bank").click()
    file = {"name": "columns.txt", "mimeType": "text/plain", "buffer": QUESTIONS.encode()}
    author.locator("input[type=file]").set_input_files(file)
    author.get_by_role("button", name="Bring in").click()
    expect(author.locator("main")).to_contain_text("What carries the roof?")

    write(author, server, "coursepage", pages(server)["nurses"], COURSE, "columns-and-roofs")
    publish(author)
    write(author, server, "sectionpage", pages(server)["columns-and-roofs"], "One", "one")
    publish(author)
    section = pages(server)["one"]
    write(author, server, "videolesson", section, "Lecture", "lecture")
    choose(author, "#id_asset", LECTURE)
    publish(author)
    write(author, server, "quizlesson", section, "What stayed", "what-stayed")
    author.locator("#id_parts-ADD").click()
    choose(author, "#id_parts-0-bank", "Architecture")
    author.locator("#id_parts-0-count").fill("2")
    publish(author)
    author.goto(f"{server.url}/courses/{pages(server)['columns-and-roofs']}/classes/new/")
    author.get_by_label("Name").first.fill("The first class")
    author.locator("#id_starts_on").fill("2026-01-01")
    author.get_by_role("button", name="Save").click()

    stranger = sign_in(new_context(), "eve").new_page()
    for path in ("/nurses/columns-and-roofs/", "/nurses/columns-and-roofs/one/lecture/"):
        answer = stranger.goto(server.url + path)
        assert answer is not None
        assert answer.status == 404

    desk = sign_in(new_context(viewport={"width": 1280, "height": 900}), "lin").new_page()
    desk.goto(server.url + "/nurses/columns-and-roofs/")
    desk.locator(".class button", has_text="Enrol").click()
    desk.goto(server.url + "/nurses/columns-and-roofs/one/lecture/")
    desk.get_by_label("Quality").select_option("720p")
    desk.locator("video").evaluate(SHOWS, 720)
    desk.locator("video").evaluate("video => { video.playbackRate = 2; return video.play(); }")
    reaches(desk, 6)
    with desk.expect_response(re.compile("/courses/watched/")):
        desk.locator("video").evaluate("video => video.pause()")
    desk.close()

    phone = sign_in(new_context(**PHONE), "lin").new_page()
    phone.goto(server.url + "/nurses/columns-and-roofs/one/lecture/")
    reaches(phone, 4)  # where the desk stopped
    with phone.expect_response(lambda response: "/courses/watched/" in response.url and response.json()["complete"]):
        phone.locator("video").evaluate(
            "video => { video.play(); return new Promise(done => { video.onended = done; }); }"
        )
    phone.reload()
    expect(phone.locator("#state")).to_contain_text("You completed this lesson.")
    screenshot(phone, "learning-lecture-phone")

    phone.goto(server.url + "/nurses/columns-and-roofs/one/what-stayed/")
    phone.get_by_role("button", name="Begin the quiz").click()
    phone.get_by_label("The columns").check()
    phone.locator("fieldset", has_text="How many columns").get_by_label("Your answer").fill("3")
    phone.get_by_role("button", name="Hand in").click()
    phone.locator("#hand-in [data-really]").click()
    expect(phone.locator("#result")).to_contain_text("Passed")

    phone.goto(server.url + "/certificates/mine/")
    row = phone.locator(".certificates > li", has_text=COURSE)
    with phone.expect_download() as kept:
        row.get_by_role("link", name="PDF").click()
    paper = pypdfium2.PdfDocument(Path(kept.value.path()).read_bytes())
    assert "林静" in paper[0].get_textpage().get_text_range()
    codes = zxingcpp.read_barcodes(paper[0].render(scale=2).to_pil())
    reader = new_context().new_page()
    reader.goto(server.url + urlsplit(codes[0].text).path)
    expect(reader.locator(".notice")).to_contain_text("This certificate is valid.")
    expect(reader.locator("main")).to_contain_text(COURSE)
    screenshot(reader, "learning-verified")
