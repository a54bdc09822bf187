"""The Studio: roles decide who edits what, at once, and there is one door."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from wagtail.models import Page

from accounts.models import User
from organisations import demo as organisations_demo
from organisations.models import Membership
from pages import rights
from pages.models import OrganisationPage
from portals import demo as portals_demo

if TYPE_CHECKING:
    from django.test import Client

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def federation(db: None, built: None) -> None:
    organisations_demo.make(now=NOW)
    portals_demo.make(now=NOW)


def person(username: str) -> User:
    return User.objects.get(username=username)


def editable(username: str) -> set[str]:
    user = person(username)
    rights.sync(user)
    user = person(username)
    return {page.url_path for page in Page.objects.filter(depth__gt=1) if page.permissions_for_user(user).can_edit()}


def test_an_editor_edits_their_organisation_and_what_is_below_in_both_languages(federation: None) -> None:
    assert editable("elena") == {
        f"/home-{language}/{slug}/" for language in ("en", "zh-hans") for slug in ("libraries", "reading-rooms")
    }


def test_the_offices_editor_edits_everything(federation: None) -> None:
    assert editable("wei") == {page.url_path for page in Page.objects.filter(depth__gt=1)}


@pytest.mark.parametrize("username", ["bob", "priya", "tan"])
def test_members_hosts_and_instructors_edit_no_page(federation: None, username: str) -> None:
    assert editable(username) == set()


def test_whoever_loses_the_role_loses_the_studio_with_the_next_click(federation: None, client: Client) -> None:
    client.force_login(person("elena"))
    assert client.get("/studio/").status_code == 200
    Membership.objects.filter(person=person("elena")).delete()
    assert client.get("/studio/").status_code == 302
    assert not person("elena").groups.filter(name__startswith=rights.PREFIX).exists()


def test_an_editor_can_not_open_the_page_of_another_organisation_for_editing(federation: None, client: Client) -> None:
    client.force_login(person("elena"))
    nurses = OrganisationPage.objects.filter(slug="nurses").first()
    assert nurses is not None
    answer = client.get(f"/studio/pages/{nurses.pk}/edit/")
    assert answer.status_code in {302, 403}
    assert client.post(f"/studio/pages/{nurses.pk}/edit/", {"title": "Ours now"}).status_code in {302, 403}
    nurses.refresh_from_db()
    assert nurses.title != "Ours now"


def test_groups_that_an_administrator_gave_by_hand_stay(federation: None) -> None:
    from django.contrib.auth.models import Group

    elena = person("elena")
    elena.groups.add(Group.objects.create(name="Translators"))
    rights.sync(elena)
    assert elena.groups.filter(name="Translators").exists()


def test_laying_the_site_again_changes_nothing(federation: None) -> None:
    before = list(Page.objects.order_by("path").values_list("path", "title"))
    portals_demo.make(now=NOW)
    assert list(Page.objects.order_by("path").values_list("path", "title")) == before


@pytest.mark.parametrize("address", ["/studio/", "/studio/login/", "/studio/pages/"])
def test_the_studio_has_no_sign_in_of_its_own(federation: None, client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("address", ["/studio/login/", "/_util/login/"])
def test_a_password_alone_is_taken_at_no_door_of_wagtails(federation: None, client: Client, address: str) -> None:
    client.post(address, {"username": "elena", "password": organisations_demo.PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_studio_asks_no_other_host(federation: None, client: Client) -> None:
    client.force_login(person("elena"))
    answer = client.get("/studio/")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    page = answer.content.decode()
    assert "gravatar" not in page
    assert_own(page)


def assert_own(page: str) -> None:
    import re

    asked: list[Any] = re.findall(r'<(?:script|link|img|iframe|source|video|audio)\b[^>]*?(?:src|href)="([^"]+)"', page)
    assert [url for url in asked if not url.startswith("/") or url.startswith("//")] == []
