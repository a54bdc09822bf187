"""Somebody else's sign-in, switched on by settings alone: OpenID Connect and SAML, in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import oidc_provider_mock
import pytest

from tests import services
from tests.e2e.identity_provider import IdentityProvider

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, Page

    from tests.conftest import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def with_settings(server: Server) -> Iterator[Callable[..., Server]]:
    """A second web process of the same installation, with these settings more."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**more: str) -> Server:
        port = services.free_port()
        url = f"http://localhost:{port}"
        second = replace(
            server,
            url=url,
            environ={**server.environ, "STOA_PUBLIC_ADDRESS": url, **more},
            commands={"web": [*server.commands["web"][:-1], str(port)]},
            processes={},
        )
        second.start("web")
        started.append(second.processes["web"])
        second.wait()
        return second

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


def watched(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if "Content Security Policy" in m.text else None)
    return said


def test_by_openid_connect(with_settings: Callable[..., Server], new_context: Callable[..., BrowserContext]) -> None:
    person = oidc_provider_mock.User(
        sub="oidc-lin", claims={"email": "oidc-lin@example.org", "email_verified": True, "name": "林静"}
    )
    with oidc_provider_mock.run_server_in_thread(user_claims=[person]) as provider:
        stoa = with_settings(
            STOA_OIDC_ISSUER=f"http://localhost:{provider.server_port}",
            STOA_OIDC_CLIENT_ID="stoa",
            STOA_OIDC_CLIENT_SECRET="between us",
            STOA_OIDC_NAME="The office's sign-in",
        )
        page = new_context().new_page()
        complaints = watched(page)
        page.goto(stoa.url + "/accounts/login/?next=/rooms/")
        page.get_by_role("link", name="The office's sign-in").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="oidc-lin").click()
        page.get_by_text("Account of 林静").wait_for(state="attached")
        assert page.url == stoa.url + "/rooms/"
        assert complaints == []


def test_by_saml(with_settings: Callable[..., Server], new_context: Callable[..., BrowserContext]) -> None:
    with IdentityProvider() as idp:
        stoa = with_settings(
            STOA_SAML_METADATA_URL=f"{idp.url}/metadata", STOA_SAML_ENTITY_ID=idp.entity, STOA_SAML_NAME="University"
        )
        page = new_context().new_page()
        complaints = watched(page)
        page.goto(stoa.url + "/accounts/login/")
        page.get_by_role("link", name="University").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Back").click()
        page.get_by_text("Account of Hanna Lind").wait_for(state="attached", timeout=10_000)
        assert complaints == []
