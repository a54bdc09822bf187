"""Where one is signed in, in words: the browser and the machine, not what the browser calls itself."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.templatetags.devices import device

EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0"
PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Mobile Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1 (KHTML, like Gecko) Version/26.0 Safari/605.1"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (EDGE, "Edge, Windows"),
        (PHONE, "Chrome, Android"),
        (MAC, "Safari, macOS"),
        ("curl/8", "A program or an unknown browser"),
    ],
)
def test_a_browser_is_named(said: str, shown: str) -> None:
    assert device(said) == shown


@pytest.mark.django_db
@pytest.mark.usefixtures("built")
def test_ones_places_are_listed_and_the_others_end_with_a_click() -> None:
    cache.clear()
    user = User.objects.create_user("ada", "ada@example.org", "columns-and-roof")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    here, elsewhere = Client(HTTP_USER_AGENT=MAC), Client(HTTP_USER_AGENT=EDGE)
    for client in (here, elsewhere):
        client.post("/accounts/login/", {"login": "ada", "password": "columns-and-roof"})
    assert client_is_in(here)
    shown = here.get("/accounts/sessions/").content.decode()
    assert "Safari, macOS" in shown
    assert "Edge, Windows" in shown
    here.post("/accounts/sessions/")
    assert not client_is_in(elsewhere)
    assert client_is_in(here)


def client_is_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200
