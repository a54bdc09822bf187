"""People in the Studio: what Wagtail's forms change of an account goes through our services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import AuditEntry, User
from kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.org", None))
    return client


@pytest.fixture
def bob() -> User:
    return User.objects.create(
        username="bob", email="bob@example.org", display_name="Bob", first_name="Bob", last_name="Lindqvist"
    )


@pytest.fixture
def out_of_everything(bob: User, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether bob's session, key and sockets were ended."""
    told: list[str] = []
    monkeypatch.setattr("accounts.services._tell_suspended", told.append)
    client = Client()
    client.force_login(bob)
    _, key = tokens.give(user=bob, name="reports", now=clock.now())
    assert client.get("/accounts/profile/").status_code == 200
    return lambda: (
        client.get("/accounts/profile/").status_code == 302
        and tokens.user_of(key, now=clock.now()) is None
        and told == [str(bob.public_id)]
    )


def form(person: User, **changed: Any) -> dict[str, Any]:
    fields = {"username": person.username, "email": person.email, "first_name": "Bob", "last_name": "Lindqvist"}
    return fields | {"is_active": "on"} | changed


def test_unticking_active_ends_everything(
    root: Client, bob: User, out_of_everything: Callable[[], bool], django_capture_on_commit_callbacks: Any
) -> None:
    unticked = form(bob)
    del unticked["is_active"]
    with django_capture_on_commit_callbacks(execute=True):
        assert root.post(f"/studio/users/edit/{bob.pk}/", unticked).status_code == 302
    assert not User.objects.get(pk=bob.pk).is_active
    assert out_of_everything()
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.by) == ("person.suspend", User.objects.get(username="root"))


def test_ticking_it_again_is_written_down_too(root: Client, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert root.post(f"/studio/users/edit/{bob.pk}/", form(bob)).status_code == 302
    assert User.objects.get(pk=bob.pk).is_active
    assert AuditEntry.objects.get().act == "person.restore"


def test_another_change_suspends_nobody(root: Client, bob: User) -> None:
    assert root.post(f"/studio/users/edit/{bob.pk}/", form(bob, last_name="Berg")).status_code == 302
    assert User.objects.get(pk=bob.pk).last_name == "Berg"
    assert not AuditEntry.objects.exists()


def test_many_at_once_go_the_same_way(
    root: Client, bob: User, out_of_everything: Callable[[], bool], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        address = f"/studio/bulk/accounts/user/set_active_state/?id={bob.pk}"
        assert root.post(address, {"mark_as_active": "False"}).status_code == 302
    assert out_of_everything()
    assert AuditEntry.objects.get().act == "person.suspend"


@pytest.mark.parametrize("address", ["/studio/users/delete/{pk}/", "/studio/bulk/accounts/user/delete/?id={pk}"])
def test_somebody_deleted_is_out_of_everything(
    root: Client,
    bob: User,
    out_of_everything: Callable[[], bool],
    django_capture_on_commit_callbacks: Any,
    address: str,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert root.post(address.format(pk=bob.pk)).status_code == 302
    assert not User.objects.filter(pk=bob.pk).exists()
    assert out_of_everything()
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"person.suspend", "person.delete"}
