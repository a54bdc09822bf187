"""Keys for programs: shown once, act as their owner, end when taken back, too old, or the owner is suspended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts import services, tokens
from accounts.models import ApiToken, AuditEntry, User
from kernel import clock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def ada():
    return User.objects.create(username="ada", email="ada@example.org", display_name="Ada")


def test_only_the_hash_is_kept(ada):
    row, token = tokens.give(user=ada, name="reports", now=NOW)
    assert token not in str(vars(row))
    assert tokens.user_of(token, now=NOW) == ada


def test_a_key_ends(ada):
    row, token = tokens.give(user=ada, name="reports", now=NOW, lasts=timedelta(days=1))
    assert tokens.user_of(token, now=NOW + timedelta(days=2)) is None
    assert tokens.take_back(user=ada, pk=row.pk, now=NOW)
    assert tokens.user_of(token, now=NOW) is None
    assert not tokens.take_back(user=ada, pk=row.pk, now=NOW)


def test_nobody_takes_somebody_elses_key_back(ada):
    row, _ = tokens.give(user=ada, name="reports", now=NOW)
    eve = User.objects.create(username="eve")
    assert not tokens.take_back(user=eve, pk=row.pk, now=NOW)


def test_the_api_knows_whom_a_key_stands_for(ada):
    _, token = tokens.give(user=ada, name="reports", now=clock.now())
    answer = Client().get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["username"] == "ada"
    assert Client().get("/api/me", headers={"Authorization": "Bearer stoa_wrong"}).status_code == 401
    assert Client().get("/api/me").status_code == 401


def test_a_suspended_person_is_out_everywhere(ada):
    _, token = tokens.give(user=ada, name="reports", now=clock.now())
    client = Client()
    client.force_login(ada)
    assert client.get("/accounts/profile/").status_code == 200
    services.suspend(person=ada, by=None, now=clock.now())
    assert client.get("/accounts/profile/").status_code == 302
    assert Client().get("/api/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert ApiToken.objects.get().revoked is not None
    assert AuditEntry.objects.get().act == "person.suspend"


def test_the_log_of_acts_is_never_changed(ada):
    services.audit(by=ada, act="test", subject="x", now=NOW)
    entry = AuditEntry.objects.get()
    entry.act = "other"
    with pytest.raises(TypeError):
        entry.save()


def test_the_first_link_signs_in_once():
    link = services.first_link(now=clock.now())
    path = "/" + link.split("/", 3)[3]
    client = Client()
    assert client.get(path).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(path).status_code == 302
    assert "_auth_user_id" in client.session
    assert Client().post(path).status_code == 410
