"""An import from page to job to page: looked at, taken in after a click, all of it or nothing, however long it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, User
from jobs import services as jobs
from jobs.models import Job
from jobs.tasks import attempt_at
from kernel import clock
from organisations import imports, taking_in
from organisations.models import Import, Membership
from organisations.policies import Role
from tests.rooms.office import Office

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]
HEAD = "username,name,email,organisation,role,language\n"


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def ada(office: Office) -> Client:
    client = Client()
    client.force_login(office.person("ada", at=office.root, role=Role.ADMINISTRATOR))
    return client


def hand_in(client: Client, text: str, name: str = "people.csv") -> str:
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    answer = client.post("/organisations/import/", {"kind": "people", "file": file})
    assert answer.status_code == 302, answer.content
    return answer.headers["Location"]


def work() -> Job:
    """As the worker does it: the next job that waits."""
    job = Job.objects.filter(state="queued", kind__startswith="import.").get()
    taken = jobs.take(pk=job.pk, attempt=job.attempt + 1, worker="one", now=clock.now())
    assert taken is not None
    attempt_at(taken)
    taken.refresh_from_db()
    return taken


def test_looking_writes_nothing_and_a_click_takes_everything(ada: Client, office: Office) -> None:
    page = hand_in(ada, HEAD + "lin,林静,lin@x.org,nurses,,zh-hans\ntan,Tan,tan@x.org,nurses,host,\n")
    assert f'<stoa-job src="{Import.objects.get().progress}"' in ada.get(page).content.decode()
    assert work().state == "ready"
    assert "in order: 2 new, 0 known" in ada.get(page).content.decode()
    assert not User.objects.filter(username="lin").exists()

    ada.post(page + "carry-out/")
    ada.post(page + "carry-out/")  # a second click
    assert work().state == "ready"
    assert not Job.objects.filter(state="queued", kind__startswith="import.").exists()
    assert "Done: 2 new" in ada.get(page).content.decode()
    assert Membership.objects.get(person__username="tan").role == "host"
    assert AuditEntry.objects.get(act="import.people").by == User.objects.get(username="ada")
    assert bytes(Import.objects.get().data) == b"", "addresses are not kept longer than they are needed"


def test_every_bad_row_is_named_in_the_readers_language(ada: Client) -> None:
    ada.post("/i18n/setlang/", {"language": "zh-hans"})
    page = hand_in(ada, HEAD + "a,A,a@x.org,nowhere,,\n" * 1 + "b,B,not-an-address,nurses,,\n")
    work()
    shown = ada.get(page).content.decode()
    assert "没有" in shown
    assert [(row, column) for row, column, *_ in Import.objects.get().faults] == [(2, "organisation"), (3, "email")]
    ada.post(page + "carry-out/")
    assert not Job.objects.filter(state="queued", kind__startswith="import.").exists()


def test_what_is_no_table_is_said_in_clear_words(ada: Client) -> None:
    page = hand_in(ada, "PK\x03\x04broken", "people.xlsx")
    assert work().state == "ready"
    assert "not a table that can be read" in ada.get(page).content.decode()


def test_what_changed_meanwhile_is_looked_at_again(ada: Client) -> None:
    page = hand_in(ada, HEAD + "lin,林静,lin@x.org,nurses,,\n")
    work()
    ada.post(page + "carry-out/")
    User.objects.create(username="other", email="lin@x.org")
    work()
    assert "Another person has this address already" in ada.get(page).content.decode()
    assert not User.objects.filter(username="lin").exists()


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(ada: Client, monkeypatch: Any) -> None:
    page = hand_in(ada, HEAD + "lin,林静,lin@x.org,nurses,,\n")
    work()
    ada.post(page + "carry-out/")
    real = taking_in.audit

    def dies(**_words: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(taking_in, "audit", dies)
    assert work().state == "queued", "it is tried again"
    assert not User.objects.filter(username="lin").exists()
    monkeypatch.setattr(taking_in, "audit", real)
    assert work().state == "ready"
    assert User.objects.filter(username="lin").exists()
    imports.carry_out(Import.objects.get().pk, say=lambda _done: None, now=clock.now())
    assert AuditEntry.objects.filter(act="import.people").count() == 1


def test_an_import_is_its_owners_alone(ada: Client, office: Office) -> None:
    page = hand_in(ada, HEAD + "lin,林静,lin@x.org,nurses,,\n")
    work()
    other = Client()
    other.force_login(office.person("grace", at=office.root, role=Role.ADMINISTRATOR))
    assert other.get(page).status_code == 404
    assert other.post(page + "carry-out/").status_code == 404
    member = Client()
    member.force_login(office.person("bob", at=office.nurses))
    assert member.get("/organisations/import/").status_code == 403


def test_twenty_thousand_people_wait_in_no_request(ada: Client, django_assert_max_num_queries: Any) -> None:
    text = HEAD + "".join(f"p{n},Person {n},p{n}@x.org,nurses,,\n" for n in range(20_000))
    with django_assert_max_num_queries(40):
        page = hand_in(ada, text)
    assert work().state == "ready"
    with django_assert_max_num_queries(40):
        ada.post(page + "carry-out/")
    with django_assert_max_num_queries(400):  # by batches, not by rows: on SQLite nobody else writes meanwhile
        assert work().state == "ready"
    assert Membership.objects.filter(organisation__slug="nurses").count() == 20_000


def test_tables_are_forgotten_after_a_day(ada: Client) -> None:
    hand_in(ada, HEAD)
    now: datetime = clock.now()
    assert imports.tidy(now=now) == 0
    assert imports.tidy(now=now + imports.KEPT * 2) == 1
