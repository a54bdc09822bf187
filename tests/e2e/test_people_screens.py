"""Pages about people and signing in, in four looks: pictured, free of serious axe findings, fitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.test_passkeys import PASSWORD
from tests.e2e.test_screens import LOOKS, examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser
HEAD = "username,name,email,organisation,role,language\n"
BAD = HEAD + (
    "lin,林静,not-an-address,training-unit,,zh-hans\n"
    ",Somebody without a user name,somebody@example.org,nurses,,\n"
    "maximilian,Maximilian-Alexander von und zu Hohenlohe-Schillingsfürst,"
    "maximilian.alexander.von.und.zu@a-very-long-name-of-a-domain.example.org,no-such-organisation,emperor,de\n"
)
PUBLIC = {"password-reset": "/accounts/password/reset/", "suspended": "/accounts/inactive/"}
SIGNED_IN = {
    "organisation": "/organisations/libraries/",
    "import": "/organisations/import/",
    "email": "/accounts/email/",
    "password-change": "/accounts/password/change/",
    "sessions": "/accounts/sessions/",
}
MFA = {
    "mfa-totp": "/accounts/2fa/totp/activate/",
    "mfa-passkey-add": "/accounts/2fa/webauthn/add/",
    "mfa-passkeys": "/accounts/2fa/webauthn/",
}


def open_(page: Page, url: str) -> Page:
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 200, f"{url}: {answer.status}"
    return page


@pytest.mark.parametrize("look", LOOKS)
def test_signing_up_and_a_forgotten_password(
    server: Server, new_context: Callable[..., BrowserContext], screenshot: Any, look: Any, request: Any
) -> None:
    which = request.node.callspec.id
    page = new_context(**look, bypass_csp=True).new_page()
    for name, path in PUBLIC.items():
        examine(open_(page, server.url + path), f"{name}-{which}", screenshot)
    page.goto(server.url + "/accounts/signup/")
    page.locator("#id_email").fill("ada@example.org")
    page.locator("#id_username").fill("ada")
    page.locator("#id_password1").fill("password12")
    page.locator("#id_password2").fill("password12")
    page.locator("main button[type=submit], main form button").first.click()
    page.locator(".error").first.wait_for()
    examine(page, f"sign-up-refused-{which}", screenshot)
    page.goto(server.url + "/accounts/password/reset/")
    page.locator("#id_email").fill(f"nobody-{which}@example.org")
    page.locator("main form button").first.click()
    page.wait_for_url("**/reset/done/")
    examine(page, f"password-reset-sent-{which}", screenshot)


@pytest.mark.parametrize("look", LOOKS)
def test_ones_own_account(
    server: Server, new_context: Callable[..., BrowserContext], screenshot: Any, look: Any, request: Any
) -> None:
    which = request.node.callspec.id
    page = new_context(**look, bypass_csp=True).new_page()
    page.goto(server.url + "/accounts/login/")  # by hand: a session made elsewhere is not in the list of one's own
    page.locator("#id_login").fill("ada")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.locator(".header details.account").wait_for()
    for name, path in SIGNED_IN.items():
        examine(open_(page, server.url + path), f"{name}-{which}", screenshot)
    open_(page, server.url + "/accounts/keys/")
    page.locator("#id_name").fill("Monthly report of attendance for the council of all member organisations")
    page.locator("main form button").first.click()
    page.locator(".notice.good code").wait_for()
    examine(page, f"api-keys-{which}", screenshot)
    open_(page, server.url + "/accounts/2fa/")
    examine(page, f"mfa-{which}", screenshot)
    page.goto(server.url + MFA["mfa-totp"])
    examine(page, f"mfa-confirm-{which}", screenshot)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/totp/activate/")
    for name, path in MFA.items():
        examine(open_(page, server.url + path), f"{name}-{which}", screenshot)


@pytest.mark.parametrize("look", LOOKS)
def test_an_import_and_a_suspension(
    server: Server,
    new_context: Callable[..., BrowserContext],
    sign_in: Any,
    screenshot: Any,
    look: Any,
    request: Any,
) -> None:
    which = request.node.callspec.id
    page = sign_in(new_context(**look, bypass_csp=True), "ada").new_page()
    for name, text in {
        "import-mistakes": BAD,
        "import-in-order": HEAD + f"p-{which},Person {which},p-{which}@example.org,waterworks,,\n",
    }.items():
        open_(page, server.url + "/organisations/import/")
        table = {"name": "new people of the autumn term.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("#id_file").set_input_files(table)
        page.locator("main form button").first.click()
        page.locator(".notice").wait_for(timeout=30_000)  # the worker looks at it, the page then loads again
        examine(page, f"{name}-{which}", screenshot)
    page.locator("main form button").first.click()
    page.locator(".notice.good + p a.primary").wait_for(timeout=30_000)
    examine(page, f"import-done-{which}", screenshot)

    open_(page, server.url + "/organisations/waterworks/")
    page.get_by_role("link", name=f"Person {which}").click()
    page.locator("a[href$='/suspend/']").click()
    page.locator("#id_reason").fill("Wrote to members in the name of the office, twice, after being asked not to.")
    examine(page, f"suspend-{which}", screenshot)
    page.locator("main form button").first.click()
    page.locator(".badge.bad").wait_for()
    examine(page, f"person-suspended-{which}", screenshot)
    open_(page, server.url + "/organisations/waterworks/")
    examine(page, f"organisation-managed-{which}", screenshot)
