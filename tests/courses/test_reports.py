"""Reports: the same figures on the page, in CSV and in XLSX; each reader sees their own part; questions stay few."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses import reporting
from courses.models import Attempt, CourseClass, CoursePage, Enrolment, LiveSession, Presence, ReportFile, Watched
from courses.models.certificates import CertificateRule
from courses.selectors import reports
from courses.selectors.reports import Asked
from courses.services import reports as files
from courses.services.enrolling import enrol, home_of
from jobs.models import Job
from organisations.models import Membership
from tests.courses.conftest import NOW, somebody

PAGE = "courses:reports"


@pytest.fixture
def chief(office):
    return somebody("chief", office, "administrator")


@pytest.fixture
def ward(unit):
    return unit.add_child(name="Ward", name_zh="病区", slug="ward", kind="unit")


@pytest.fixture
def learned(held, course, video, unit, ward, other, asset):
    """Six people of three organisations with something of everything."""
    course.audience = "signed_in"
    course.save()
    CertificateRule.objects.create(course_class=held, by_itself=False)
    session = LiveSession.objects.create(
        course_class=held, title="Live", starts_at=NOW, ends_at=NOW + timedelta(hours=1)
    )
    made = {}
    for number, (name, place) in enumerate(
        [("a1", unit), ("a2", unit), ("w1", ward), ("w2", ward), ("o1", other), ("o2", other)]
    ):
        person = somebody(name, place, "member")
        row = enrol(course_class=held, person=person, by=person, now=NOW)
        made[name] = row
        if number % 2 == 0:
            Enrolment.objects.filter(pk=row.pk).update(completed_at=NOW)
            Watched.objects.create(
                enrolment=row, lesson=video.translation_key, asset=asset, duration_s=100, share=90, seconds=90 + number,
                ranges=[[0, 90 + number]], changed=NOW,
            )  # fmt: skip
        state = Presence.State.PRESENT if number < 3 else Presence.State.EXCUSED if number == 3 else "absent"
        Presence.objects.create(session=session, enrolment=row, seconds=1800, state=state, taken_at=NOW)
    for number, (score, counts) in enumerate([(4, "best"), (8, "best"), (6, "best")], 1):
        attempt(made["a1"], video.translation_key, number, score, counts)
    for number, score in enumerate([9, 5], 1):
        attempt(made["o1"], video.translation_key, number, score, "last")
    return made


def attempt(enrolment, lesson, number, score, counts):
    Attempt.objects.create(
        enrolment=enrolment, lesson=lesson, title="Quiz", number=number, state="final", pass_mark=60, reveal="never",
        counts=counts, shuffle_answers=False, seed=1, started_at=NOW, submitted_at=NOW, score=score, most=10,
        passed=True,
    )  # fmt: skip


# Sums

figures = st.builds(
    reporting.Figures, *[st.integers(0, 10**6)] * 7, scores=st.floats(0, 10**6), scored=st.integers(0, 10**4)
)


@given(st.lists(figures, max_size=8))
def test_a_whole_is_the_sum_of_its_parts_however_they_are_parted(rows):
    at = len(rows) // 2
    left, right = reporting.total(rows[:at]), reporting.total(rows[at:])
    assert reporting.total([left, right]).enrolled == reporting.total(rows).enrolled
    assert reporting.total([left, right]).watched_s == reporting.total(rows).watched_s


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_all_is_said_only_when_everybody_has(enrolled, completed):
    share = reporting.Figures(enrolled=enrolled, completed=min(completed, enrolled)).share
    assert (share == 100) == (completed >= enrolled)


def test_nothing_is_not_shown_as_nought():
    assert reporting.cells(reporting.Figures()) == ["0", "0", "0", "0", "", "0.0", "", ""]


# Figures


def test_the_office_sees_each_organisation_with_what_is_below_it(learned, office):
    report = reports.by_organisation(Asked(path=office.path))
    rows = {line.name: line.cells for line in report.lines}
    assert rows == {
        "Nurses": ["4", "2", "1", "1", "50", "1.6", "100", "80.0"],
        "Waterworks": ["2", "1", "0", "1", "50", "0.0", "0", "50.0"],
    }
    assert (report.people, report.sum.enrolled, report.sum.completed) == (6, 6, 3)


def test_one_step_down_it_is_the_organisation_itself_and_its_units(learned, unit):
    report = reports.by_organisation(Asked(path=unit.path))
    assert [(line.name, line.cells[0]) for line in report.lines] == [("Nurses itself", "2"), ("Ward", "2")]


def test_a_class_and_a_person_add_up_to_the_same(learned, office, held):
    whole = reports.by_organisation(Asked(path=office.path)).sum
    assert reports.by_class(Asked(path=office.path)).sum == whole
    people = reports.by_person(Asked(path=office.path))
    assert people.sum == whole
    assert len(people.lines) == 6
    assert reporting.total(line.figures for line in people.lines) == whole


def test_somebody_who_moves_on_stays_in_the_figures_of_then(learned, unit, other):
    Membership.objects.filter(person=learned["a1"].person).update(organisation=other)
    assert reports.people(Asked(path=unit.path)) == 4


def test_a_year_is_that_of_the_class_and_no_other_counts(learned, course, office):
    old = CourseClass.objects.create(course=course, title="Old", starts_on=date(2024, 12, 31), created=NOW)
    enrol(course_class=old, person=learned["a1"].person, by=learned["a1"].person, now=NOW)
    assert reports.by_class(Asked(path=office.path, year=2024)).sum.enrolled == 1
    assert reports.by_class(Asked(path=office.path, year=2026)).sum.enrolled == 6
    assert reports.years(office.path) == [2026, 2024]
    assert reports.people(Asked(path=office.path)) == 6  # counted once


def test_who_waits_or_left_is_not_counted_unless_they_completed(learned, office):
    Enrolment.objects.filter(pk=learned["a1"].pk).update(state="left")
    Enrolment.objects.filter(pk=learned["a2"].pk).update(state="left")
    Enrolment.objects.filter(pk=learned["w2"].pk).update(state="waiting")
    found = reports.by_organisation(Asked(path=office.path)).sum
    assert (found.enrolled, found.completed) == (4, 3)


def test_the_months_rise_to_the_sum(learned, office):
    Enrolment.objects.filter(pk=learned["a1"].pk).update(completed_at=NOW - timedelta(days=70))
    assert reports.months(Asked(path=office.path)) == [("2026-09", 1), ("2026-11", 3)]


# The page and the files


def on_the_page(answer):
    table = re.search(r'<table class="table report">(.*?)</table>', answer.content.decode(), re.DOTALL)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", re.sub(r"<svg.*?</svg>", "", table, flags=re.DOTALL), re.DOTALL)
    found = []
    for row in rows:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([unescape(re.sub(r"<[^>]+>", "", cell)).strip().replace("–", "") for cell in cells])
    return found


@pytest.mark.parametrize("by", ["organisation", "class", "person"])
def test_page_csv_and_xlsx_say_exactly_the_same(learned, chief, client, by):
    learned["a1"].person.display_name = "=SUM(A1:A9)"
    learned["a1"].person.save()
    client.force_login(chief)
    query = {"by": by, "year": "2026"}
    page = on_the_page(client.get(reverse(PAGE), query))
    if by != "person":
        page = [row[:-1] for row in page]  # the bar beside the figures
    text = client.get(reverse("courses:report-table", args=["csv"]), query).content
    assert text.startswith(b"\xef\xbb\xbf")
    rows = [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(text.decode("utf-8-sig")))]
    assert rows == page
    assert b"\r\n=SUM" not in text
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("courses:report-table", args=["xlsx"]), query).content))
    sheet = [["" if cell.value is None else cell.value for cell in row] for row in book.active.iter_rows()]
    assert [[as_text(cell) for cell in row] for row in sheet] == [
        [as_text(number(cell)) for cell in row] for row in page
    ]
    assert not any(cell.data_type == "f" for row in book.active.iter_rows() for cell in row)


def test_who_searches_takes_along_what_is_found_and_turns_its_pages(learned, chief, client, monkeypatch):
    monkeypatch.setattr("courses.views.reports.A_PAGE", 1)
    client.force_login(chief)
    query = {"by": "person", "year": "2026", "q": "w"}
    first, second = (on_the_page(client.get(reverse(PAGE), query | {"page": page})) for page in "12")
    assert [row[1] for row in first[1:] + second[1:]] == ["w1", "w2"]
    text = client.get(reverse("courses:report-table", args=["csv"]), query).content.decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(text))][1:] == ["w1", "w2"]
    asked = Asked(year=2026, sought="w")
    assert reports.by_person(asked).sum == reporting.total(line.figures for line in reports.by_person(asked).lines)


def test_of_two_organisations_the_nearer_one_counts(learned, course, office, unit, client):
    far = [office.add_child(name=f"M{n}", slug=f"m{n}") for n in range(9)]
    person = somebody("both", far[0], "member")
    course = CoursePage.objects.get(pk=course.pk)  # the tree is kept in order: places have moved
    Membership.objects.create(person=person, organisation=far[-1], role="member", since=NOW + timedelta(days=1))
    assert home_of(person, course) == far[0]  # both as far: the older one
    Membership.objects.create(person=person, organisation=unit, role="member", since=NOW + timedelta(days=2))
    assert home_of(person, course) == unit


def number(cell):
    return float(cell) if re.fullmatch(r"-?\d+(\.\d+)?", cell) else cell


def as_text(cell):
    return f"{float(cell):g}" if isinstance(cell, int | float) else cell.removeprefix("'")


def test_a_long_one_is_a_job_and_its_file_is_for_who_asked(learned, chief, ada, client, monkeypatch):
    monkeypatch.setattr(files, "AT_ONCE", 3)
    client.force_login(chief)
    answer = client.get(reverse("courses:report-table", args=["csv"]), {"by": "person", "year": "2026"})
    assert answer.status_code == 202
    row, job = ReportFile.objects.get(), Job.objects.get(kind=files.WRITE)
    address = reverse("courses:report-file", args=[row.pk])
    assert client.get(address).status_code == 202
    assert files.write(**job.args)["rows"] == 6
    done = client.get(address)
    assert done["Content-Disposition"].endswith('.csv"')
    with monkeypatch.context() as patch:
        patch.setattr(files, "AT_ONCE", 5000)
        query = {"by": "person", "year": "2026"}
        assert client.get(reverse("courses:report-table", args=["csv"]), query).content == done.content
    client.force_login(ada)
    assert client.get(address).status_code == 404
    assert files.tidy(now=NOW + timedelta(days=400)) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"year": "all"}, {"year": "9999"}, {"year": "٢٠٢٦"}, {"year": "-1"}, {"course": "no"}, {"by": "x"},
        {"by": "person", "page": "999999999"}, {"by": "person", "page": "0"}, {"by": "person", "q": "%_'\""},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_passed_over(learned, chief, client, query):
    client.force_login(chief)
    assert client.get(reverse(PAGE), query).status_code == 200


# Who sees what


def test_an_administrator_sees_their_own_people_only(learned, unit, other, office, client):
    client.force_login(somebody("boss", unit, "administrator"))
    said = client.get(reverse(PAGE)).content.decode()
    assert "Ward" in said
    assert "Waterworks" not in said
    for slug in ("office", "waterworks"):
        assert client.get(reverse(PAGE), {"organisation": slug}).status_code == 403
        answer = client.get(reverse("courses:report-table", args=["csv"]), {"organisation": slug, "by": "person"})
        assert answer.status_code == 403


def test_of_a_class_of_others_an_administrator_sees_their_own_people(learned, other, held, client):
    client.force_login(somebody("boss", other, "administrator"))
    rows = on_the_page(client.get(reverse(PAGE), {"class": held.pk}))
    assert {row[1] for row in rows[1:]} == {"o1", "o2"}


def test_who_teaches_sees_everybody_in_the_class_and_nothing_else(learned, held, other, client):
    teacher = somebody("teacher", other, "member")
    held.teachers.add(teacher)
    client.force_login(teacher)
    assert len(on_the_page(client.get(reverse(PAGE), {"class": held.pk}))) == 7
    assert client.get(reverse(PAGE)).status_code == 403


def test_learners_see_none(learned, held, client):
    client.force_login(learned["a1"].person)
    assert client.get(reverse(PAGE)).status_code == 403
    assert client.get(reverse(PAGE), {"class": held.pk}).status_code == 403


# Questions to the database


@pytest.mark.parametrize("by", ["organisation", "class", "person"])
def test_the_number_of_questions_does_not_grow(learned, chief, client, held, unit, office, by):
    client.force_login(chief)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(PAGE), {"by": by, "year": "2026"}).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for place in range(3):
        below = unit.add_child(name=f"Unit {place}", slug=f"unit-{place}", kind="unit")
        for number in range(4):
            person = somebody(f"p{place}-{number}", below, "member")
            enrol(course_class=held, person=person, by=person, now=NOW)
    assert asked() == few
