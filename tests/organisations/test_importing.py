"""Tables of people and organisations: every bad row is named, and it is all or nothing."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from openpyxl import Workbook

from accounts.models import AuditEntry, User
from organisations import importing, tables, taking_in
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
    taking_in.carry_out(plan, by=None, now=NOW)
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
        "OLD,Old,o@x.org,nurses,member,\n"
        f"{'l' * 151},Long,l@x.org,nurses,member,\n"
    )
    plan = importing.plan("people", rows(text), actor=administrator(office))
    assert {(fault.row, fault.column) for fault in plan.faults} == {
        (3, "username"), (4, "email"), (5, "email"), (6, "organisation"), (7, "role"), (8, "language"), (9, "email"),
        (10, "username"), (11, "username"),
    }  # fmt: skip
    with pytest.raises(ValueError, match="faults"):
        taking_in.carry_out(plan, by=None, now=NOW)
    assert not User.objects.filter(username="ok").exists()


def test_a_row_that_fails_in_the_database_takes_all_others_with_it(office):
    plan = importing.plan(
        "people", rows(HEAD + "a,A,a@x.org,nurses,,\nb,B,b@x.org,libraries,,\n"), actor=administrator(office)
    )
    Organisation.objects.get(slug="libraries").delete()
    with pytest.raises(KeyError):
        taking_in.carry_out(plan, by=None, now=NOW)
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
    taking_in.carry_out(plan, by=None, now=NOW)
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


def test_somebody_has_a_row_for_each_organisation_and_may_lack_an_address(office):
    text = HEAD + "lin,林静,lin@x.org,nurses,host,\nlin,林静,lin@x.org,libraries,,\na,A,,nurses,,\nb,B,,nurses,,\n"
    plan = importing.plan("people", rows(text), actor=administrator(office))
    assert plan.faults == []
    assert plan.new == 3
    taking_in.carry_out(plan, by=None, now=NOW)
    assert set(Membership.objects.filter(person__username="lin").values_list("role", flat=True)) == {"host", "member"}
    plan = importing.plan(
        "people", rows(text.replace("林静,lin@x.org,lib", "林,lin@x.org,lib")), actor=administrator(office)
    )
    assert [(fault.row, fault.column) for fault in plan.faults] == [(3, "username")]


def person(username: str, *places: Organisation, **more: object) -> User:
    user = User.objects.create(username=username, email=f"{username}@x.org", display_name=username.title(), **more)
    for place in places:
        Membership.objects.create(person=user, organisation=place, role="member", since=NOW)
    return user


@pytest.mark.parametrize("who", ["chair", "root", "newcomer"])
def test_nobody_takes_an_account_over_by_giving_it_an_address_of_their_own(office, who):
    """Its password could be had by "Forgot your password?"."""
    nurses = Organisation.objects.get(slug="nurses")
    person("chair", nurses, office)
    person("root", nurses, is_superuser=True)
    person("newcomer")  # signed up by themselves, belongs nowhere yet
    taken = importing.plan("people", rows(HEAD + f"{who},{who},evil@x.org,nurses,,\n"), actor=administrator(nurses))
    assert [(fault.row, fault.column) for fault in taken.faults] == [(2, "username")]
    same = HEAD + f"{who},{who.title()},{who}@x.org,nurses,host,\n"
    plan = importing.plan("people", rows(same), actor=administrator(nurses))
    assert plan.faults == []
    taking_in.carry_out(plan, by=None, now=NOW)
    assert Membership.objects.filter(person__username=who, role="host", organisation=nurses).exists()


def test_a_new_address_replaces_the_old_one_everywhere(office):
    nurses = Organisation.objects.get(slug="nurses")
    lin = person("lin", nurses)
    EmailAddress.objects.create(user=lin, email="lin@x.org", verified=True, primary=True)
    plan = importing.plan("people", rows(HEAD + "lin,林静,new@x.org,nurses,,zh-hans\n"), actor=administrator(nurses))
    assert (plan.faults, plan.changed) == ([], 1)
    taking_in.carry_out(plan, by=None, now=NOW)
    lin.refresh_from_db()
    assert (lin.name, lin.email, lin.language) == ("林静", "new@x.org", "zh-hans")
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@x.org", True, True)]


def test_nobody_renames_or_moves_an_organisation_above_or_beside_their_own(office):
    nurses = Organisation.objects.get(slug="nurses")
    text = "slug,name,name_zh,kind,parent\noffice,Mine,,unit,nurses\nlibraries,Mine too,,unit,nurses\n"
    plan = importing.plan("organisations", rows(text), actor=administrator(nurses))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "slug"), (3, "slug")]
    text = "slug,name,name_zh,kind,parent\nlibraries,Libraries,,member,nurses\nnurses,Nurses,护理,member,office\n"
    plan = importing.plan("organisations", rows(text), actor=administrator(office))
    assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "parent")]


def workbook(**parts: bytes) -> bytes:
    """A sound XLSX in which some parts are replaced; `sheet` is the first sheet."""
    book = Workbook()
    book.active.append(["username", "name", "email"])
    sound, made = io.BytesIO(), io.BytesIO()
    book.save(sound)
    names = {"xl/worksheets/sheet1.xml": "sheet", "xl/workbook.xml": "book"}
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(names.get(name, ""), old.read(name)))
    return made.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(office):
    bomb = workbook(sheet=b"<x>" + b" " * 300_000_000)
    assert len(bomb) < tables.LARGEST
    tracemalloc.start()
    try:
        with pytest.raises(tables.TableTooLarge):
            tables.read_bytes(bomb, "people.xlsx")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_zip_that_lies_about_its_size_is_refused(office):
    bomb = workbook(sheet=b"<x>" + b" " * 1_000_000)
    lie = bomb.replace((1_000_003).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lie != bomb
    with pytest.raises(tables.TableUnreadable):
        tables.read_bytes(lie, "people.xlsx")


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr">'
)


@pytest.mark.parametrize("part", ["sheet", "book"])
@pytest.mark.parametrize(
    "harm", [LAUGHS + b"]>", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY j SYSTEM "file:///etc/hostname">]>']
)
def test_entities_in_a_workbook_are_not_resolved(office, part, harm):
    text = harm + SHEET + b"<is><t>&j;</t></is></c></row></sheetData></worksheet>"
    with pytest.raises((tables.TableUnreadable, tables.TableTooLarge)):
        tables.read_bytes(workbook(**{part: text}), "people.xlsx")
