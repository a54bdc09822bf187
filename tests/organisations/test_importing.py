"""Tables of people and organisations: every bad row is named, and it is all or nothing."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from accounts.models import AuditEntry, User
from organisations import importing, tables
from organisations.models import Membership, Organisation
from organisations.policies import Actor, Role, RoleAt

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HEAD = "username,name,email,organisation,role,language\n"


@pytest.fixture
def office():
    root = Organisation.add_root(name="Office", slug="office", kind="office")
    root.add_child(name="Nurses", slug="nurses", kind="member")
    Organisation.objects.get(slug="office").add_child(name="Libraries", slug="libraries", kind="member")
    return Organisation.objects.get(slug="office")


def rows(text: str, encoding: str = "utf-8"):
    return tables.read(io.BytesIO(text.encode(encoding)), "people.csv")


def administrator(at: Organisation) -> Actor:
    return Actor("ada", (RoleAt(Role.ADMINISTRATOR, at.path),))


def test_a_sound_table_is_taken_as_a_whole(office):
    plan = importing.plan(
        "people",
        rows(HEAD + "lin,林静,lin@x.org,nurses,,zh-hans\ntan,Tan,tan@x.org,nurses,host,\n"),
        actor=administrator(office),
    )
    assert plan.faults == []
    importing.carry_out(plan, by=None, now=NOW)
    assert User.objects.get(username="lin").name == "林静"
    assert Membership.objects.get(person__username="tan").role == "host"
    assert AuditEntry.objects.get().act == "import.people"


def test_every_bad_row_is_named_with_its_column(office):
    User.objects.create(username="old", email="old@x.org")
    text = HEAD + (
        "ok,Good,ok@x.org,nurses,member,\n"
        ",No Name,a@x.org,nurses,member,\n"
        "b,Bee,not-an-address,nurses,member,\n"
        "c,Cee,old@x.org,nurses,member,\n"
        "d,Dee,d@x.org,nowhere,member,\n"
        "e,Eee,e@x.org,nurses,emperor,\n"
        "f,Eff,f@x.org,nurses,member,klingon\n"
        "g,Gee,ok@x.org,nurses,member,\n"
    )
    plan = importing.plan("people", rows(text), actor=administrator(office))
    assert {(fault.row, fault.column) for fault in plan.faults} == {
        (3, "username"), (4, "email"), (5, "email"), (6, "organisation"), (7, "role"), (8, "language"), (9, "email"),
    }  # fmt: skip
    with pytest.raises(ValueError, match="faults"):
        importing.carry_out(plan, by=None, now=NOW)
    assert not User.objects.filter(username="ok").exists()


def test_a_row_that_fails_in_the_database_takes_all_others_with_it(office):
    plan = importing.plan(
        "people", rows(HEAD + "a,A,a@x.org,nurses,,\nb,B,b@x.org,libraries,,\n"), actor=administrator(office)
    )
    Organisation.objects.get(slug="libraries").delete()
    with pytest.raises(Organisation.DoesNotExist):
        importing.carry_out(plan, by=None, now=NOW)
    assert not User.objects.filter(username="a").exists()


def test_nobody_imports_into_somebody_elses_organisation(office):
    nurses = Organisation.objects.get(slug="nurses")
    plan = importing.plan("people", rows(HEAD + "a,A,a@x.org,libraries,,\n"), actor=administrator(nurses))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "organisation")]


def test_organisations_may_stand_below_rows_above(office):
    text = (
        "slug,name,name_zh,kind,parent\nwest,West,西,member,office\nwest-1,West 1,,unit,west\nlost,Lost,,unit,nobody\n"
    )
    plan = importing.plan("organisations", rows(text), actor=administrator(office))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(4, "parent")]
    plan = importing.plan("organisations", rows(text)[:2], actor=administrator(office))
    importing.carry_out(plan, by=None, now=NOW)
    assert Organisation.objects.get(slug="west-1").get_parent().slug == "west"


def test_tables_as_excel_writes_them_in_china_are_read(office):
    assert rows(HEAD + "lin,林静,lin@x.org,nurses,,\n", "gb18030")[0]["name"] == "林静"
    book = Workbook()
    book.active.append(["username", "name", "email", "organisation", "role", "language"])
    book.active.append(["lin", "林静", "lin@x.org", "nurses", None, None])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    assert tables.read(file, "people.XLSX")[0]["name"] == "林静"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"\x00\x01\x02" * 50])
def test_what_is_no_table_is_refused_by_name(data):
    with pytest.raises(tables.TableUnreadable):
        tables.read(io.BytesIO(data), "people.xlsx" if data.startswith(b"PK") else "people.csv")


def test_a_table_past_the_bounds_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(tables.TableTooLarge):
        rows(HEAD + "a,A,a@x.org,nurses,,\n" * 4)
    monkeypatch.setattr(tables, "LARGEST", 10)
    with pytest.raises(tables.TableTooLarge):
        rows(HEAD)
