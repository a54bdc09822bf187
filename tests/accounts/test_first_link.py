"""The link that `./stoa up` prints: it signs the first administrator in, once, within a day."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import FirstLink, User
from accounts.services import LASTS, first_link, use_first_link

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def token(address: str) -> str:
    return urlsplit(address).path.strip("/").rsplit("/", 1)[-1]


def test_it_makes_an_administrator_where_there_is_none_and_only_then() -> None:
    first_link(now=NOW)
    first_link(now=NOW)
    assert User.objects.filter(is_superuser=True).count() == 1
    assert not User.objects.get(is_superuser=True).has_usable_password()


def test_it_works_once() -> None:
    secret = token(first_link(now=NOW))
    used = use_first_link(secret, now=NOW + LASTS / 2)
    assert used is not None
    assert used.is_superuser
    assert use_first_link(secret, now=NOW + LASTS / 2) is None


def test_it_grows_old() -> None:
    assert use_first_link(token(first_link(now=NOW)), now=NOW + LASTS) is None


def test_the_secret_itself_is_not_kept() -> None:
    secret = token(first_link(now=NOW))
    assert secret not in str(list(FirstLink.objects.values_list()))


def test_a_link_preview_does_not_use_it_up() -> None:
    path = urlsplit(first_link(now=datetime.now(UTC))).path
    assert Client().get(path).status_code == 200
    client = Client()
    assert client.post(path).status_code == 302
    assert "_auth_user_id" in client.session
    assert Client().post(path).status_code == 410
