"""SAML: what our metadata say, and that a response is believed only if it is signed, for us, fresh, and asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from defusedxml import ElementTree
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.e2e.identity_provider import IdentityProvider, key_and_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
LOGIN, ACS, METADATA = (f"/accounts/saml/saml/{way}/" for way in ("login", "acs", "metadata"))
HERE = "http://localhost"


@pytest.fixture
def idp(settings: Any) -> Iterator[IdentityProvider]:
    cache.clear()
    with IdentityProvider() as provider:
        given = {
            "idp": {"entity_id": provider.entity, "metadata_url": f"{provider.url}/metadata"},
            "attribute_mapping": settings.SAML_ATTRIBUTES,
            "verified_email": True,
        }
        apps = [{"provider_id": "saml", "name": "University", "client_id": "saml", "settings": given}]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}, "saml": {"APPS": apps}}
        yield provider


class Browser:
    """Goes to the provider and comes back with what it gave."""

    def __init__(self, idp: IdentityProvider) -> None:
        self.client, self.idp = Client(HTTP_HOST="localhost"), idp

    def ask(self) -> str:
        """The SAMLRequest, as it stands in the address that the page leads to."""
        page = self.client.post(LOGIN)
        return parse_qs(urlsplit(page.context["address"]).query)["SAMLRequest"][0]

    def give(self, response: str) -> bool:
        """Whether one is signed in by that response."""
        self.client.post(ACS, {"SAMLResponse": response}, follow=True)
        return "_auth_user_id" in self.client.session

    def request(self) -> dict[str, str]:
        self.idp.respond(self.ask())
        return self.idp.asked[-1]


@pytest.fixture
def browser(idp: IdentityProvider) -> Browser:
    return Browser(idp)


def test_our_metadata_name_us_and_where_to_answer(idp: IdentityProvider) -> None:
    answer = Client(HTTP_HOST="localhost").get(METADATA)
    root = ElementTree.fromstring(answer.content)
    names = {"md": "urn:oasis:names:tc:SAML:2.0:metadata"}
    assert root.get("entityID") == HERE + METADATA
    assert root.find(".//md:AssertionConsumerService", names).get("Location") == HERE + ACS


def test_a_signed_response_signs_in(browser: Browser, idp: IdentityProvider) -> None:
    assert browser.give(idp.response(browser.request()))
    user = User.objects.get(email="saml-hanna@example.org")
    assert user.name == "Hanna Lind"
    assert not user.has_usable_password()


def test_the_same_person_comes_back_to_the_same_account(idp: IdentityProvider) -> None:
    for _time in range(2):
        browser = Browser(idp)
        assert browser.give(idp.response(browser.request()))
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        {"signed": False},
        {"audience": "https://somebody-else.example.org/metadata"},
        {"age": timedelta(hours=1)},
        {"age": timedelta(hours=-1)},
        {"tampered": ("saml-hanna", "root")},
        {"answers": "id-of-another-request"},
    ],
    ids=["unsigned", "for-another", "too-old", "from-the-future", "changed-after-signing", "never-asked-for"],
)
def test_a_response_is_not_believed_when(browser: Browser, idp: IdentityProvider, spoiled: dict[str, Any]) -> None:
    assert not browser.give(idp.response(browser.request(), **spoiled))
    assert not User.objects.exists()


def test_a_response_signed_by_somebody_else_is_not_believed(browser: Browser, idp: IdentityProvider) -> None:
    assert not browser.give(idp.response(browser.request(), key=key_and_certificate()))


def test_a_response_works_once_and_for_who_asked(browser: Browser, idp: IdentityProvider) -> None:
    response = idp.response(browser.request())
    thief = Browser(idp)
    assert not thief.give(response), "in another browser, before it was used"
    assert browser.give(response)
    browser.client.post("/accounts/logout/")
    assert not browser.give(response), "a second time"


def test_an_address_of_an_account_here_does_not_open_it(browser: Browser, idp: IdentityProvider) -> None:
    """The provider says who has which address; it does not get to say who is who among us."""
    ours = User.objects.create(username="hanna", email="saml-hanna@example.org")
    EmailAddress.objects.create(user=ours, email=ours.email, verified=True, primary=True)
    assert not browser.give(idp.response(browser.request()))
    assert User.objects.count() == 1


def test_a_suspended_person_does_not_come_in_this_way(idp: IdentityProvider) -> None:
    browser = Browser(idp)
    assert browser.give(idp.response(browser.request()))
    User.objects.update(is_active=False)
    again = Browser(idp)
    assert not again.give(idp.response(again.request()))


def test_without_the_settings_there_is_no_such_door() -> None:
    assert Client(HTTP_HOST="localhost").get(METADATA).status_code == 404
    assert "SAML" not in Client(HTTP_HOST="localhost").get("/accounts/login/").content.decode()
