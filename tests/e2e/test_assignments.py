"""Work is handed in, returned, handed in again and accepted; notes are spot-checked; the gradebook shows it all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_screens import DESKTOP, LOOKS, PHONE, examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
COURSE = "/nurses/clean-hands/"
WARD, SOAP = f"{COURSE}part-2/ward/", f"{COURSE}part-2/soap/"
PDF = {"name": "count.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 sixteen of twenty"}


def teachers_desk(page: Page, server: Server) -> str:
    """The address of the class that Tan teaches."""
    page.goto(server.url + COURSE)
    page.locator(".class a.btn").click()
    return page.url


def test_hand_in_return_hand_in_again_accept(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any
) -> None:
    learner = sign_in(new_context(), "xiaoyan").new_page()
    complaints: list[str] = []
    learner.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    learner.goto(server.url + WARD)
    with learner.expect_response(re.compile("/save/")):
        learner.locator("#work-text").press_sequentially("Sixteen times.")
    expect(learner.locator("#work-saved")).to_contain_text("Saved")
    learner.reload()
    expect(learner.locator("#work-text")).to_have_value("Sixteen times.")
    learner.locator("#work-files").set_input_files(PDF)
    learner.locator("button[name=hand_in]").click()
    expect(learner.locator(".versions")).to_contain_text("count.pdf")
    expect(learner.locator("#work-text")).to_have_count(0)

    teacher = sign_in(new_context(bypass_csp=True), "tan").new_page()
    desk = teachers_desk(teacher, server)
    teacher.goto(desk + "handed-in/")
    teacher.get_by_role("link", name="Review 王晓燕").click()
    examine(teacher, "review-open-desktop-light-en", screenshot)
    teacher.set_viewport_size(PHONE)
    examine(teacher, "review-open-phone-light-en", screenshot)
    teacher.set_viewport_size(DESKTOP)
    with teacher.expect_download() as kept:
        teacher.get_by_role("link", name="count.pdf").click()
    assert kept.value.suggested_filename == "count.pdf"
    teacher.get_by_label("Comment for the learner").fill("When was it?")
    teacher.locator("button[name=return]").click()
    expect(teacher.locator(".messages")).to_contain_text("Returned")

    learner.reload()
    expect(learner.locator(".versions")).to_contain_text("When was it?")
    learner.locator("#work-text").fill("Sixteen times, on Wednesday at nine.")
    learner.locator("button[name=hand_in]").click()
    expect(learner.locator(".versions > li")).to_have_count(2)

    teacher.goto(desk + "handed-in/")
    teacher.get_by_role("link", name="Review 王晓燕").click()
    for criterion in teacher.locator("fieldset.criterion").all():
        criterion.locator("input[type=radio]").last.check()
    teacher.locator("button[name=accept]").click()
    teacher.goto(desk + "grades/")
    expect(teacher.get_by_role("row", name=re.compile("王晓燕"))).to_contain_text("10")
    learner.reload()
    expect(learner.locator(".lesson-state")).to_contain_text("You completed this lesson.")
    assert complaints == []


def test_a_spot_check_is_drawn_marked_and_repeated(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any
) -> None:
    page = sign_in(new_context(), "jianguo").new_page()
    page.goto(server.url + "/courses/checks/")
    page.get_by_label("Organisation and what is below it").select_option(index=1)
    page.get_by_label("Handed in from").fill("2020-01-01")
    page.get_by_label("How many").fill("1")
    page.get_by_role("button", name="Draw").click()
    page.get_by_label("Mark").first.select_option("good")
    page.get_by_role("button", name="Save the mark").click()
    expect(page.locator(".drawn .badge").first).to_contain_text("Good")
    page.get_by_role("link", name="Repeat the draw").click()
    expect(page.get_by_role("status")).to_contain_text("gives the same sample")


@pytest.mark.parametrize("look", LOOKS)
def test_screens(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any, look: Any, request: Any
) -> None:
    which = request.node.callspec.id
    page = sign_in(new_context(**look, bypass_csp=True), "lin").new_page()
    for name, path in {"assignment": WARD, "reading-note": SOAP}.items():
        page.goto(server.url + path)
        examine(page, f"{name}-{which}", screenshot)
    page = sign_in(new_context(**look, bypass_csp=True), "tan").new_page()
    desk = teachers_desk(page, server)
    screenshot(page, f"class-work-{which}")
    page.goto(desk + "grades/")
    examine(page, f"gradebook-{which}", screenshot)
    page.locator(".grades tbody a").first.click()
    examine(page, f"grades-of-{which}", screenshot)
    page.goto(desk + "handed-in/")
    examine(page, f"handed-in-{which}", screenshot)
    page.locator("main .list a").first.click()
    examine(page, f"review-{which}", screenshot)
    page.goto(server.url + "/courses/checks/")
    examine(page, f"checks-{which}", screenshot)
    page.locator("main .list a").first.click()
    page.goto(page.url + "?repeat=1#proof")
    examine(page, f"check-{which}", screenshot)
