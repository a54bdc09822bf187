"""The second step and passkeys in a real Chromium, under our Content-Security-Policy, with an authenticator of its own.

The pages are theirs (allauth), the policy is ours: what one forbids the other must not need.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from typing import TYPE_CHECKING

import pytest

from kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
PASSWORD = "columns-and-roof"
VIOLATIONS = """
window.__violations = JSON.parse(sessionStorage.getItem('violations') ?? '[]');
addEventListener('securitypolicyviolation', event => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${location.pathname}`);
  sessionStorage.setItem('violations', JSON.stringify(window.__violations));
});
"""


class Desk:
    """A page, the authenticator beside it, and what the browser complained of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.add_init_script(VIOLATIONS)
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )

    def goto(self, path: str) -> Desk:
        self.page.goto(self.url + path)
        return self

    def sign_in(self, username: str) -> Desk:
        self.goto("/accounts/login/")
        self.page.get_by_label("Login").fill(username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign In", exact=True).click()
        return self

    def confirm(self) -> Desk:
        """Changing how one signs in asks for the password once more."""
        assert "/accounts/reauthenticate/" in self.page.url
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Confirm").click()
        return self

    def sign_out(self) -> Desk:
        self.goto("/accounts/logout/")
        self.page.locator("main").get_by_role("button", name="Sign Out").click()
        return self

    def wait_signed_in(self, name: str) -> Desk:
        self.page.get_by_text(f"Account of {name}").wait_for(state="attached")
        return self

    def assert_content(self) -> None:
        assert self.page.evaluate("window.__violations") == []
        assert self.complaints == []


@pytest.fixture
def desk(server: Server, new_context: Callable[..., BrowserContext]) -> Desk:
    return Desk(new_context().new_page(), server.url)


def code(secret: str) -> str:
    """RFC 6238, six digits, of this half minute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(clock.now().timestamp()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_passkey_is_added_and_signs_in_alone(desk: Desk) -> None:
    page = desk.sign_in("priya").wait_signed_in("Priya Raman").page
    desk.goto("/accounts/2fa/webauthn/add/").confirm()
    page.get_by_label("Name").fill("Priya's laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="Recovery Codes").wait_for()  # the first key comes with codes for a lost one
    desk.goto("/accounts/2fa/webauthn/")
    assert "Priya's laptop" in page.locator("main").inner_text()
    desk.assert_content()

    desk.sign_out().goto("/accounts/login/?next=/rooms/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    desk.wait_signed_in("Priya Raman")
    assert page.url == desk.url + "/rooms/"
    desk.assert_content()


def test_the_code_to_scan_is_dark_on_light_at_night_too(
    server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    desk = Desk(new_context(color_scheme="dark").new_page(), server.url)
    desk.sign_in("tan").wait_signed_in("Tan Boon Keng").goto("/accounts/2fa/totp/activate/").confirm()
    ground = desk.page.locator("main img").evaluate("image => getComputedStyle(image).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def test_a_second_step_by_app_is_asked_for(desk: Desk) -> None:
    page = desk.sign_in("samuel").wait_signed_in("Samuel Kiprono").page
    desk.goto("/accounts/2fa/totp/activate/").confirm()
    picture = page.locator("main img").first
    assert picture.evaluate("image => image.complete && image.naturalWidth > 50"), "the code to scan is shown"
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("heading", name="Recovery Codes").wait_for()
    spare = page.locator("#recovery_codes").input_value().split()[0]
    desk.assert_content()

    desk.sign_out().sign_in("samuel")
    page.get_by_text("Please enter an authenticator code").wait_for()
    desk.goto("/organisations/")
    assert "/accounts/2fa/authenticate/" in page.url, "the password alone is not enough"
    page.get_by_label("Code").fill(spare)
    page.get_by_role("button", name="Sign In", exact=True).click()
    desk.wait_signed_in("Samuel Kiprono").assert_content()
