"""Who may do what where. Generated: a route, an API operation or a message without a rule fails here."""

from __future__ import annotations

import functools

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from config.api import api
from organisations.policies import VERBS, Actor, Grant, Role, RoleAt, Scope, UnknownVerb, may
from rooms import protocol
from rooms.session import rights

# Whole packages that bring their own rules, and why they may stand here.
OTHERS = {
    "allauth": "signing in and one's own account: allauth's own guards, tested in tests/accounts",
    "wagtail": "the Studio and its pages: Wagtail's groups, mapped in pages.rights",
    "ninja": "the description of the API; operations are looked at one by one below",
    "django": "language switch, redirects, sitemap",
}
HERE, BELOW, ABOVE, ASIDE = "00010002", "000100020001", "0001", "00010003"


def routes(resolver: URLResolver | None = None, before: str = "/"):
    """(path, pattern) of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry


def views():
    return (entry for _, entry in routes())


def package(callback) -> str:
    while isinstance(callback, functools.partial):
        callback = callback.func
    found = getattr(callback, "view_class", callback)
    return str(getattr(found, "__module__", "")).split(".")[0]


def test_every_route_says_its_right():
    bare = [
        f"{entry.pattern} → {entry.callback.__module__}.{getattr(entry.callback, '__name__', '?')}"
        for entry in views()
        if package(entry.callback) not in OTHERS
        and not getattr(entry.callback, "verb", None)
        and not getattr(entry.callback, "public", None)
    ]
    assert bare == []


def test_every_right_that_is_said_has_a_rule():
    said = {getattr(entry.callback, "verb", None) for entry in views()} - {None}
    assert said - set(VERBS) == set()


def operations():
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield path, operation


def test_every_api_operation_says_its_right():
    bare = [path for path, operation in operations() if not getattr(operation.view_func, "verb", None)]
    assert bare == []
    assert {operation.view_func.verb for _, operation in operations()} <= set(VERBS)


def test_every_message_says_its_right():
    bare = [
        message.type for message in protocol.REQUESTS if message not in rights.VERB_OF and message is not protocol.Hello
    ]
    assert bare == []
    assert set(rights.VERB_OF.values()) <= set(VERBS)


def test_a_verb_without_a_rule_is_nobodys():
    with pytest.raises(UnknownVerb):
        may(Actor(superuser=True), "moon.buy", Scope())


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_holds_in_its_subtree_and_nowhere_else(verb, role):
    rule = VERBS[verb]
    actor = Actor("ada", (RoleAt(role, HERE),))
    everybody = rule.anyone or rule.person
    for path, inside in ((HERE, True), (BELOW, True), (ABOVE, False), (ASIDE, False)):
        expected = everybody or (inside and role in rule.roles)
        assert may(actor, verb, Scope(path, owner="somebody", key="room:x")) is expected, (verb, role, path)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_strangers_guests_owners_and_superusers(verb):
    rule = VERBS[verb]
    scope = Scope(HERE, owner="ada", key="room:x")
    assert may(Actor(), verb, scope) is rule.anyone
    assert may(Actor("ada"), verb, scope) is (rule.anyone or rule.person or rule.owner)
    assert may(Actor(superuser=True, person="root"), verb, scope) is True
    for grant in ("enter", "in", "cohost", "host"):
        guest = Actor(grants=(Grant(grant, "room:x"),))
        assert may(guest, verb, scope) is (rule.anyone or grant in rule.grants), (verb, grant)
        assert may(guest, verb, Scope(HERE, owner="ada", key="room:other")) is rule.anyone, (verb, grant)


@pytest.mark.django_db
def test_strangers_get_no_page_that_is_not_theirs():
    """By real requests: whatever needs a person leads strangers to the sign-in page, refuses, or isn't there."""
    client, looked_at = Client(), 0
    for path, entry in routes():
        verb = getattr(entry.callback, "verb", None)
        if verb is None or VERBS[verb].anyone or "<" in path or "^" in path or package(entry.callback) in OTHERS:
            continue
        answer = client.get(path)
        looked_at += 1
        assert answer.status_code in {302, 401, 403, 404, 405}, (path, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/"), path
    assert looked_at > 5


@pytest.mark.django_db
def test_no_route_takes_a_post_without_the_token():
    """By real requests of somebody who may do everything: without the CSRF token nothing is taken."""
    user = User.objects.create_superuser("root", "root@example.org", None)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    refused = 0
    for path, entry in routes():
        if "<" in path or "^" in path or package(entry.callback) in {"wagtail", "django"}:
            continue
        answer = client.post(path)
        # 405: takes no POST at all. The API answers its own 401/403 before it looks at anything.
        assert answer.status_code in {401, 403, 404, 405}, (path, answer.status_code)
        refused += answer.status_code == 403
    assert refused > 10
