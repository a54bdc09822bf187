"""A learner begins the demonstration's quiz at a desk, goes on by phone, passes, and looks at what was right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.test_screens import LOOKS, examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
QUIZ = "/nurses/clean-hands/part-2/quiz/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SECRETS = re.compile("humming|Gloves get holes|immediately|weight")


def question(page: Page, number: int) -> Locator:
    return page.locator(".quiz-q").nth(number - 1)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Saved", timeout=15_000)


def test_begin_at_a_desk_and_pass_by_phone(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any
) -> None:
    page = sign_in(new_context(viewport={"width": 1280, "height": 900}), "xiaoyan").new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.goto(server.url + QUIZ)
    page.get_by_role("button", name="Begin the quiz").click()
    attempt = page.url
    assert not SECRETS.search(page.content())
    expect(page.locator(".quiz-time")).to_contain_text(re.compile("1[0-9]:|20:00"))
    question(page, 1).get_by_label("About forty seconds").check()
    for choice in ("Before you touch somebody", "After touching what is around them"):
        question(page, 2).get_by_label(choice).check()
    question(page, 3).get_by_label("False").check()
    question(page, 4).get_by_label("Your answer").fill("5")
    expect(page.locator("[data-answered]")).to_have_text("5 of 8 answered")  # an order always stands in some way
    saved(page)
    screenshot(page, "quiz-desk")
    page.close()

    phone = sign_in(new_context(**PHONE), "xiaoyan").new_page()
    phone.goto(server.url + QUIZ)
    phone.get_by_role("link", name="Go on with your attempt").click()
    assert phone.url == attempt
    expect(question(phone, 1).get_by_label("About forty seconds")).to_be_checked()
    expect(question(phone, 4).get_by_label("Your answer")).to_have_value("5")
    question(phone, 5).get_by_label("Your answer").fill("the thumb")
    for left, right in (("Soap", "loosens fat"), ("Water", "carries away"), ("Towel", "dries")):
        question(phone, 6).get_by_label(left).select_option(right)
    order(phone, question(phone, 7), ["Wet the hands", "Take soap", "Rub palms and fingers", "Rinse", "Dry"])
    question(phone, 8).get_by_label("Gap 1").fill("at once")
    question(phone, 8).get_by_label("Gap 2").select_option("more")
    saved(phone)
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.locator("#hand-in")).to_contain_text("All questions are answered.")
    phone.locator("#hand-in [data-really]").click()
    expect(phone.locator("#result")).to_contain_text("Passed")
    expect(phone.locator("#result")).to_contain_text("13 of 13 points, 100%")
    assert "humming" in phone.content()
    screenshot(phone, "quiz-passed-phone")
    phone.goto(server.url + QUIZ)
    expect(phone.locator("#state")).to_contain_text("You completed this lesson.")
    assert [line for line in complaints if "Content Security Policy" in line] == []


def order(page: Page, asked: Locator, wanted: list[str]) -> None:
    """By the buttons alone, from the keyboard."""
    for place, words in enumerate(wanted):
        item = asked.locator("li", has_text=words)
        for _step in range(len(wanted)):
            if asked.locator("li").nth(place).inner_text().strip().endswith(words):
                break
            item.get_by_role("button", name=f"Move up: {words}").press("Enter")
    assert [words in asked.locator("li").nth(place).inner_text() for place, words in enumerate(wanted)] == [True] * 5


@pytest.mark.parametrize("look", LOOKS)
def test_screens(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any, look: Any, request: Any
) -> None:
    which = request.node.callspec.id
    page = sign_in(new_context(**look, bypass_csp=True), "lin").new_page()
    page.goto(server.url + QUIZ)
    examine(page, f"quiz-{which}", screenshot)
    page.locator("main .btn.primary.big").click()
    page.locator("stoa-quiz .quiz-moves").first.wait_for()
    examine(page, f"quiz-take-{which}", screenshot)
    page.locator("[data-hand-in]").click()
    examine(page, f"quiz-hand-in-{which}", screenshot)
    if which == "desktop-light-en":
        page.locator("#hand-in [data-closes]").click()
    elif which == "phone-dark-en":
        page.locator("#hand-in [data-really]").click()
        page.locator("#result").wait_for()
        examine(page, f"quiz-review-{which}", screenshot)
    page = sign_in(new_context(**look, bypass_csp=True), "tan").new_page()
    page.goto(server.url + "/courses/banks/")
    examine(page, f"banks-{which}", screenshot)
    page.locator("main .title-link").first.click()
    examine(page, f"bank-{which}", screenshot)
    page.locator("main .title-link").first.click()
    page.locator("#category").wait_for()
    examine(page, f"question-{which}", screenshot)
    page.locator(".top .btn").click()
    page.locator(".quiz-q").wait_for()
    examine(page, f"question-preview-{which}", screenshot)
    page.goto(server.url + "/nurses/clean-hands/")
    page.locator(".class a.btn").first.click()
    page.locator("main a[href$='/quizzes/']").click()
    examine(page, f"quiz-results-{which}", screenshot)
