"""Somebody who completed a class takes the paper and the badge away; others verify both; both are revoked."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jwt
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from tests.e2e.test_screens import DESKTOP, LOOKS, PHONE, examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
MINE = "/certificates/mine/"


def taken(page: Page, link: Any) -> bytes:
    with page.expect_download() as kept:
        link.click()
    return Path(kept.value.path()).read_bytes()


def there(server: Server, address: str) -> str:
    """The site's own address may be another than the one the tests reach it at."""
    return server.url + urlsplit(address).path


def revoked(reader: Page, server: Server, token: str) -> bool:
    """As a verifier anywhere finds out, without an account."""
    key = reader.request.get(there(server, jwt.get_unverified_header(token)["kid"])).json()
    said = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"])
    listed = reader.request.get(there(server, said["credentialStatus"]["id"])).json()
    return said["id"] in {each["id"] for each in listed["revokedCredential"]}


def test_paper_and_badge_are_verified_and_revoked(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any
) -> None:
    learner = sign_in(new_context(accept_downloads=True), "jianguo").new_page()
    complaints: list[str] = []
    learner.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    learner.goto(server.url + MINE)
    row = learner.locator(".certificates > li").filter(has=learner.get_by_text("Open Badge")).first
    paper = pypdfium2.PdfDocument(taken(learner, row.get_by_role("link", name="PDF")))
    codes = zxingcpp.read_barcodes(paper[0].render(scale=2).to_pil())
    drawn = taken(learner, row.get_by_role("link", name="As a picture"))
    token = taken(learner, row.get_by_role("link", name="As a file")).decode()
    assert ET.fromstring(drawn)[0].get("verify") == token
    assert complaints == []

    reader = new_context().new_page()
    page = there(server, codes[0].text)
    reader.goto(page)
    expect(reader.locator("main")).to_contain_text("This certificate is valid.")
    assert not revoked(reader, server, token)

    classes = learner.request.get(f"{server.url}/api/courses/mine").json()
    held = next(each["class_id"] for each in classes if each["completed_at"])
    teacher = sign_in(new_context(bypass_csp=True), "tan").new_page()
    teacher.goto(f"{server.url}/certificates/classes/{held}/")
    one = teacher.locator(".certificates > li", has_text="李建国")
    one.locator("summary").click()
    examine(teacher, "certificates-class-desktop-light-en", screenshot)
    teacher.set_viewport_size(PHONE)
    examine(teacher, "certificates-class-phone-light-en", screenshot)
    teacher.set_viewport_size(DESKTOP)
    one.get_by_label("Reason").fill("Issued under another name")
    one.get_by_role("button", name="Revoke").click()
    expect(teacher.locator(".messages")).to_contain_text("is revoked")
    reader.goto(page)
    expect(reader.locator("main")).to_contain_text(re.compile("This certificate was revoked on"))
    expect(reader.locator("main")).not_to_contain_text("another name")
    assert revoked(reader, server, token)
    learner.reload()
    expect(learner.get_by_text("Revoked")).to_have_count(1)
    one.get_by_role("button", name="Issue again").click()
    expect(one.locator(".badge.good")).to_have_count(1)


@pytest.mark.parametrize("look", LOOKS)
def test_screens(
    server: Server, new_context: Callable[..., BrowserContext], sign_in: Any, screenshot: Any, look: Any, request: Any
) -> None:
    which = request.node.callspec.id
    page = sign_in(new_context(**look, bypass_csp=True), "jianguo").new_page()
    page.goto(server.url + MINE)
    examine(page, f"certificates-mine-{which}", screenshot)
    address = page.locator(".certificates a[href^='/certificates/']:not([href*='.'])").first.get_attribute("href")
    assert address
    page.goto(server.url + address)
    examine(page, f"certificate-{which}", screenshot)
