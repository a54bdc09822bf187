"""Signing in with a password: how often it may be tried, what it tells strangers, where it leads, what a session is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts import services
from accounts.models import User
from kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
PASSWORD, ANOTHER = "columns-and-roof", "arches-and-steps"
SIGN_IN, HOSTILE_SECRET = "/accounts/login/", "not-the-password"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def ada() -> User:
    user = User.objects.create_user("ada", "ada@example.org", PASSWORD, display_name="Ada")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def tries(client: Client, login: str = "ada", password: str = PASSWORD, **more: Any) -> bool:
    client.post(SIGN_IN, {"login": login, "password": password}, **more)
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["ada", "ADA@example.org"])
def test_by_user_name_or_address(ada: User, login: str) -> None:
    assert tries(Client(), login)
    assert not tries(Client(), login, HOSTILE_SECRET)


@pytest.mark.parametrize("login", ["ada", "ada@example.org"])
def test_the_sixth_try_is_refused_even_with_the_right_password(ada: User, login: str) -> None:
    for number in range(5):
        assert not tries(Client(), login, f"wrong-{number}")
    refused = Client().post(SIGN_IN, {"login": login, "password": PASSWORD})
    assert "_auth_user_id" not in refused.client.session
    assert "Too many failed login attempts" in refused.content.decode()
    assert not tries(Client(), login, REMOTE_ADDR="203.0.113.8"), "from elsewhere neither: it is the account's limit"


def test_one_address_can_not_try_everybody(ada: User) -> None:
    """Each account is tried once only, from one place."""
    for number in range(30):
        tries(Client(), f"person{number}", HOSTILE_SECRET, REMOTE_ADDR="203.0.113.8")
    assert not tries(Client(), REMOTE_ADDR="203.0.113.8")
    assert tries(Client(), REMOTE_ADDR="203.0.113.9")


def test_a_forwarded_address_is_not_believed_by_the_pages_themselves(ada: User) -> None:
    """Only `web.proxies` reads the header, and only from the proxies that are named."""
    for number in range(30):
        tries(Client(), f"person{number}", HOSTILE_SECRET, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert not tries(Client(), headers={"X-Forwarded-For": "198.51.100.99"})


def said(answer: Any) -> str:
    """The page without what differs between any two requests, and without what was typed."""
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|nonce="[^"]+"', "", answer.content.decode()
    )
    return re.sub(r"(ada|nobody|new)(@example\.org)?", "…", text)


def test_sign_in_does_not_tell_who_has_an_account(ada: User) -> None:
    known = Client().post(SIGN_IN, {"login": "ada", "password": HOSTILE_SECRET})
    unknown = Client().post(SIGN_IN, {"login": "nobody", "password": HOSTILE_SECRET})
    assert (known.status_code, said(known)) == (unknown.status_code, said(unknown))
    services.suspend(person=ada, by=None, now=clock.now())
    suspended = Client().post(SIGN_IN, {"login": "ada", "password": HOSTILE_SECRET})
    assert said(suspended) == said(unknown)


def test_sign_in_takes_as_long_for_nobody(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many slow hashes for a name that nobody has as for one with a wrong password."""
    done: list[str] = []
    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, counted(done, name, getattr(Argon2PasswordHasher, name)))
    counts = []
    for login in ("ada", "nobody", "ada@example.org", "nobody@example.org"):
        done.clear()
        tries(Client(), login, HOSTILE_SECRET)
        counts.append(len(done))
    assert counts == [1, 1, 1, 1]


def counted(done: list[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def count(*args: Any, **more: Any) -> Any:
        done.append(name)
        return real(*args, **more)

    return count


def test_a_forgotten_password_does_not_tell_who_has_an_account(ada: User) -> None:
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("ada@example.org", "nobody@example.org")
    ]
    assert said(answers[0]) == said(answers[1])
    assert {address for message in mail.outbox for address in message.to} <= {"ada@example.org", "nobody@example.org"}
    links = {message.to[0]: re.findall(r"http\S+/password/reset/key/\S+", str(message.body)) for message in mail.outbox}
    assert links["ada@example.org"]
    assert not links.get("nobody@example.org")


def test_signing_up_does_not_tell_who_has_an_account(ada: User) -> None:
    fields = {"password1": ANOTHER, "password2": ANOTHER}
    answers = [
        Client().post("/accounts/signup/", {"email": email, "username": name, **fields}, follow=True)
        for email, name in (("ada@example.org", "somebody"), ("new@example.org", "another"))
    ]
    assert said(answers[0]) == said(answers[1])
    assert User.objects.filter(email="ada@example.org").count() == 1
    assert not User.objects.filter(username="somebody").exists()


@pytest.mark.parametrize(
    "way", ["/accounts/login/", "/theme/", "/i18n/setlang/", "/studio/login/", "/accounts/logout/"]
)
@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "https:evil.example", "https:/evil.example", "\\\\evil.example", "/\\evil.example",
     "https://evil.example/", "http:///evil.example", "javascript:alert(1)",
     "\thttps://evil.example", "/\t/evil.example"],
)  # fmt: skip
def test_no_way_leads_out_of_the_house(ada: User, way: str, next_: str) -> None:
    client = Client()
    if way == "/accounts/logout/":
        client.force_login(ada)
    fields = {"login": "ada", "password": PASSWORD, "theme": "dark", "language": "zh-hans", "next": next_}
    for answer in (client.post(way, fields), client.get(way, {"next": next_})):
        assert answer.status_code in {200, 302, 405}, answer.status_code
        place = answer.headers.get("Location", "/")
        assert re.match(r"/(?![/\\\s])", place) or place == "/", place
        assert "evil.example" not in place.split("?")[0], place


def test_signing_in_leads_where_one_wanted_to_go(ada: User) -> None:
    answer = Client().post(SIGN_IN, {"login": "ada", "password": PASSWORD, "next": "/rooms/?page=2"})
    assert answer.headers["Location"] == "/rooms/?page=2"


def test_a_session_laid_under_somebody_is_not_theirs_when_they_sign_in(ada: User) -> None:
    client = Client()
    client.session.save()
    client.cookies["sessionid"] = laid = fresh_session()
    assert tries(client)
    assert client.cookies["sessionid"].value != laid
    thief = Client()
    thief.cookies["sessionid"] = laid
    assert thief.get("/accounts/profile/").status_code == 302


def fresh_session() -> str:
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store["seen"] = True
    store.create()
    return str(store.session_key)


def test_other_sessions_end_when_the_password_changes(ada: User) -> None:
    here, elsewhere = Client(), Client()
    assert tries(here)
    assert tries(elsewhere)
    changed = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    assert here.post("/accounts/password/change/", changed).status_code == 302
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert here.get("/accounts/profile/").status_code == 200


def test_every_session_ends_when_a_forgotten_password_is_set_anew(ada: User) -> None:
    elsewhere, here = Client(), Client()
    assert tries(elsewhere)
    here.post("/accounts/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    form = here.get(link[1], follow=True)
    here.post(form.redirect_chain[-1][0], {"password1": ANOTHER, "password2": ANOTHER})
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert tries(Client(), password=ANOTHER)
    used = Client().get(link[1], follow=True)
    assert 'name="password1"' not in used.content.decode(), "the link works once"


@pytest.mark.parametrize("weak", ["short-1", "1234567890123", "password123", "ada@example.org"])
def test_weak_passwords_are_refused(weak: str) -> None:
    fields = {"email": "ada@example.org", "username": "ada-example", "password1": weak, "password2": weak}
    assert Client().post("/accounts/signup/", fields).status_code == 200
    assert not User.objects.exists()


def test_nobody_is_in_before_their_address_is_confirmed() -> None:
    client = Client()
    fields = {"email": "new@example.org", "username": "new", "password1": ANOTHER, "password2": ANOTHER}
    assert client.post("/accounts/signup/", fields).status_code == 302
    assert client.get("/accounts/profile/").status_code == 302
    assert not tries(Client(), "new", ANOTHER)
    link = re.search(r"http://[^/]+(/accounts/confirm-email/\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert client.post(link[1]).status_code == 302
    assert tries(Client(), "new", ANOTHER)
