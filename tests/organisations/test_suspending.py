"""Suspending somebody: by whom, what ends, what is written down, and how it is undone."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import AuditEntry, User
from kernel import clock
from kernel.errors import NotAllowed
from organisations import people
from organisations.models import Membership
from organisations.policies import Role
from tests.rooms.office import NOW, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def ada(office: Office) -> User:
    return office.person("ada", at=office.libraries, role=Role.ADMINISTRATOR)


@pytest.fixture
def bob(office: Office) -> User:
    return office.person("bob", at=office.reading)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_administrator_suspends_with_a_reason_and_lifts_it_again(ada: User, bob: User) -> None:
    theirs, hers, page = signed_in(bob), signed_in(ada), f"/organisations/people/{bob.public_id}/"
    _, key = tokens.give(user=bob, name="reports", now=clock.now())
    asked = hers.get(page + "suspend/")
    assert "signed out everywhere" in asked.content.decode()
    assert User.objects.get(username="bob").is_active, "asking alone does nothing"

    assert hers.post(page + "suspend/", {"reason": ""}).status_code == 422
    assert User.objects.get(username="bob").is_active, "without a reason nothing is done"

    assert hers.post(page + "suspend/", {"reason": "shouted at the council"}).status_code == 302
    assert theirs.get("/accounts/profile/").status_code == 302
    assert Client().get("/api/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    entry = AuditEntry.objects.get(act="person.suspend")
    assert (entry.by, entry.subject, entry.details["reason"]) == (ada, str(bob.public_id), "shouted at the council")
    shown = hers.get(page).content.decode()
    assert "shouted at the council" in shown
    assert "by Ada" in shown

    assert hers.post(page + "restore/").status_code == 302
    assert User.objects.get(username="bob").is_active
    assert AuditEntry.objects.get(act="person.restore").by == ada
    assert theirs.get("/accounts/profile/").status_code == 302, "what was ended stays ended"
    assert Client().get("/api/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_members_and_administrators_of_elsewhere_see_no_such_person(office: Office, bob: User) -> None:
    page = f"/organisations/people/{bob.public_id}/"
    for client in (
        signed_in(office.person("eve", at=office.reading)),
        signed_in(office.person("host", at=office.root, role=Role.HOST)),
        signed_in(office.person("mallory", at=office.nurses, role=Role.ADMINISTRATOR)),
    ):
        assert client.get(page).status_code == 404
        assert client.post(page + "suspend/", {"reason": "x"}).status_code == 404
        assert client.post(page + "restore/").status_code == 404
    assert Client().post(page + "suspend/", {"reason": "x"}).status_code == 302
    assert User.objects.get(username="bob").is_active


def test_nobody_adds_a_stranger_to_their_unit_to_throw_them_out_of_everything(office: Office, ada: User) -> None:
    chair = office.person("chair", at=office.root, role=Role.ADMINISTRATOR)
    Membership.objects.create(person=chair, organisation=office.libraries, role=Role.MEMBER, since=NOW)
    client, page = signed_in(ada), f"/organisations/people/{chair.public_id}/"
    seen = client.get(page)
    assert "Suspend this person" not in seen.content.decode()
    assert client.post(page + "suspend/", {"reason": "x"}).status_code == 403
    with pytest.raises(NotAllowed):
        people.suspend(person=chair, reason="x", by=ada, now=NOW)
    assert User.objects.get(username="chair").is_active


def test_only_a_superuser_suspends_a_superuser(office: Office, ada: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_superuser=True)
    bob.refresh_from_db()
    with pytest.raises(NotAllowed):
        people.suspend(person=bob, reason="x", by=ada, now=NOW)
    people.suspend(person=bob, reason="x", by=User.objects.create_superuser("root", "", None), now=NOW)
    assert not User.objects.get(username="bob").is_active


def test_nobody_suspends_themselves(ada: User) -> None:
    answer = signed_in(ada).post(f"/organisations/people/{ada.public_id}/suspend/", {"reason": "x"})
    assert answer.status_code == 409
    assert User.objects.get(username="ada").is_active


def test_a_second_click_writes_nothing_more(ada: User, bob: User) -> None:
    people.suspend(person=bob, reason="first", by=ada, now=NOW)
    bob.refresh_from_db()
    people.suspend(person=bob, reason="second", by=ada, now=NOW)
    assert [entry.details["reason"] for entry in AuditEntry.objects.all()] == ["first"]


def test_the_list_says_to_administrators_who_is_suspended(office: Office, ada: User, bob: User) -> None:
    people.suspend(person=bob, reason="x", by=ada, now=NOW)
    assert "Suspended" in signed_in(ada).get("/organisations/reading/").content.decode()
    eve = office.person("eve", at=office.reading)
    assert "Suspended" not in signed_in(eve).get("/organisations/reading/").content.decode()
