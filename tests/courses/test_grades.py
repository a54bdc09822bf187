"""A gradebook's figures without anything around them, and the book of a real class."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from accounts.models import AuditEntry
from courses import grades
from courses.grades import Column, Figure
from courses.models import GradeOverride, LiveSession, Presence
from courses.selectors.grades import book
from courses.services.enrolling import enrol
from courses.services.grades import override, weigh
from courses.services.quizzes import start, submit
from courses.services.watching import complete
from tests.courses.conftest import NOW, somebody
from tests.courses.test_assignments import assignment, said, written
from tests.courses.test_quizzes import right

__all__ = ["assignment"]  # the fixture
A, B = (Column(key, key, "quiz", Decimal(most)) for key, most in (("a", 10), ("b", 20)))


def figure(points, of):
    return Figure(Decimal(points), Decimal(of))


def test_the_total_is_the_weighted_mean_of_what_is_there():
    figures = {"a": figure(5, 10), "b": figure(20, 20)}
    assert grades.row([A, B], figures, {}).total == Decimal(75)
    heavier = Column("b", "b", "quiz", Decimal(20), Decimal(3))
    assert grades.row([A, heavier], figures, {}).total == Decimal("87.5")
    assert grades.row([A, B], {"a": figure(5, 10)}, {}).total == Decimal(50)
    assert grades.row([A, B], {"a": figure(5, 10)}, {}, missing_counts=True).total == Decimal(25)
    assert grades.row([A, B], {}, {}).total is None
    assert grades.row([A, B], {}, {}, missing_counts=True).total == 0
    unweighed = Column("a", "a", "quiz", Decimal(10), Decimal(0))
    assert grades.row([unweighed], {"a": figure(5, 10)}, {}).total is None


def test_a_figure_by_hand_wins_and_leaves_the_other_to_be_seen():
    row = grades.row([A], {"a": figure(5, 10)}, {"a": Decimal(9)})
    assert (row.cells[0].points, row.cells[0].computed, row.cells[0].by_hand) == (9, 5, True)
    assert row.total == 90


POINTS = st.decimals(0, 10, places=2)


SOME = st.dictionaries(st.sampled_from("abcdef"), POINTS)


@given(SOME, SOME, st.data())
def test_a_total_lies_between_nothing_and_all_and_grows_with_each_figure(figures, by_hand, data):
    weights = st.decimals(0, 5, places=1)
    columns = [Column(key, key, "quiz", Decimal(10), data.draw(weights)) for key in "abcdef"]
    found = {key: figure(value, 10) for key, value in figures.items()}
    row = grades.row(columns, found, by_hand)
    if row.total is None:
        return
    assert 0 <= row.total <= 100
    most = grades.row(columns, found, {key: Decimal(10) for key in {**figures, **by_hand}})
    assert most.total == 100
    assert row.graded == len({*figures, *by_hand})


@pytest.mark.parametrize(("value", "text"), [("5", "5"), ("5.04", "5"), ("5.05", "5.1"), ("100", "100"), ("0", "0")])
def test_figures_have_one_place_at_most(value, text):
    assert grades.short(Decimal(value)) == text


@pytest.fixture
def graded(held, enrolment, assignment, video, ada):
    said(written(enrolment, assignment), assignment, ada, accept=True, chosen=(1, 0))
    complete(enrolment=enrolment, lesson=video.translation_key, how="watched", now=NOW)
    for number, state in enumerate(["present", "absent", "excused"]):
        session = LiveSession.objects.create(
            course_class=held, title=f"{number}", starts_at=NOW, ends_at=NOW + timedelta(hours=1)
        )
        Presence.objects.create(session=session, enrolment=enrolment, state=state, taken_at=NOW)
    return f"lesson:{assignment.translation_key}"


def test_the_book_gathers_what_stands_elsewhere(held, enrolment, graded):
    line = book(held, now=NOW).lines[0]
    assert {cell.column.kind: cell.shown for cell in line.row.cells} == {
        "assignment": "5", "watched": "100", "attendance": "50",
    }  # fmt: skip
    assert line.row.total == Decimal("62.5")  # attendance and watching weigh nothing until somebody says so
    version = enrolment.works.get().submissions.get()
    assert line.traces[graded] == f"/courses/submissions/{version.pk}/"


def test_returned_work_is_no_figure_yet(held, enrolment, assignment, ada):
    said(written(enrolment, assignment), assignment, ada, accept=False)
    assert [cell.shown for cell in book(held, now=NOW).lines[0].row.cells] == [""]


def test_weights_and_figures_by_hand_are_on_record(held, enrolment, graded, ada):
    weigh(
        course_class=held, weights={graded: Decimal("1"), "attendance": Decimal("1.50")}, missing_counts=False, by=ada,
        now=NOW,
    )  # fmt: skip
    assert book(held, now=NOW).lines[0].row.total == Decimal(55)  # (62.5 + 1.5 × 50) / 2.5
    override(enrolment=enrolment, column=graded, points=Decimal(8), reason="Oral", by=ada, now=NOW)
    override(enrolment=enrolment, column=graded, points=Decimal(7), reason="Heard again", by=ada, now=NOW)
    cell = book(held, now=NOW).lines[0].row.cells[0]
    assert (cell.shown, cell.computed, cell.by_hand) == ("7", 5, True)
    override(enrolment=enrolment, column=graded, points=None, reason="By mistake", by=ada, now=NOW)
    cell = book(held, now=NOW).lines[0].row.cells[0]
    assert (cell.shown, cell.by_hand) == ("5", False)
    rows = GradeOverride.objects.values_list("was", "points", "reason")
    assert list(rows) == [("5", 8, "Oral"), ("8", 7, "Heard again"), ("7", None, "By mistake")]
    acts = list(AuditEntry.objects.filter(act__startswith="grade.").values_list("act", flat=True))
    assert sorted(acts) == ["grade.override"] * 3 + ["grade.weigh"]
    with pytest.raises(ValueError, match="9"):
        override(enrolment=enrolment, column=graded, points=Decimal(9), reason="Too much", by=ada, now=NOW)


def test_queries_do_not_grow_with_people(client, held, enrolment, graded, assignment, quiz, unit, ada):
    client.force_login(ada)

    def people(first, last):
        for number in range(first, last):
            who = somebody(f"learner{number}", unit, "member")
            row = enrol(course_class=held, person=who, by=who, now=NOW)
            said(written(row, assignment), assignment, ada, accept=True)
            attempt = start(enrolment=row, lesson=quiz, now=NOW)
            submit(person=who, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=NOW)
            override(enrolment=row, column=graded, points=Decimal(1), reason="x", by=ada, now=NOW)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(f"/courses/classes/{held.pk}/grades/")
        return answer.content.decode().count('<th scope="row">'), len(seen)

    people(0, 2)
    asked()  # what is looked up once for all
    few = asked()
    people(2, 29)
    many = asked()
    assert (few[0], many[0]) == (3, 30)
    assert few[1] == many[1]


def test_screen_csv_and_xlsx_have_the_same_figures(client, held, enrolment, graded, ada, bob):
    bob.display_name = '=HYPERLINK("http://x")'
    bob.save()
    client.force_login(ada)
    page = client.get(f"/courses/classes/{held.pk}/grades/").content.decode()
    table = book(held, now=NOW).table()
    csv = client.get(f"/courses/classes/{held.pk}/grades.csv")
    assert csv["Content-Disposition"] == f'attachment; filename="gradebook-{held.pk}.csv"'
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("\"'=HYPERLINK")
    assert lines[1].endswith(",bob,5,100,50,3,62.5")
    sheet = load_workbook(io.BytesIO(client.get(f"/courses/classes/{held.pk}/grades.xlsx").content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1] == ['\'=HYPERLINK("http://x")', "bob", 5, 100, 50, 3, 62.5]
    assert sheet["A2"].data_type == "s"
    assert [str(cell) for cell in rows[1][1:]] == table[1][1:]
    for shown in table[1][2:]:
        assert f">{shown}<" in page
    assert client.get(f"/courses/classes/{held.pk}/grades.exe").status_code == 404


def test_everybody_sees_their_own_row_and_teachers_the_book(client, held, enrolment, graded, ada, bob, eve, unit):
    carl = somebody("carl", unit, "member")
    own, whole = f"/courses/enrolments/{enrolment.pk}/grades/", f"/courses/classes/{held.pk}/grades/"
    for who, one, all_of_it in ((bob, 200, 404), (ada, 200, 200), (eve, 404, 404), (carl, 404, 404)):
        client.force_login(who)
        assert client.get(own).status_code == one, who
        assert client.get(whole).status_code == all_of_it, who
        assert client.get(f"{whole[:-1]}.csv").status_code == all_of_it, who
        if who is not ada:
            wish = {"column": graded, "points": "8", "reason": "Please"}
            assert client.post(f"{own}correct/", wish).status_code == 404
            assert client.post(f"{whole}weights/", {}).status_code == 404
    assert not GradeOverride.objects.exists()


def test_the_teachers_forms(client, held, enrolment, graded, ada):
    client.force_login(ada)
    correct = f"/courses/enrolments/{enrolment.pk}/grades/correct/"
    client.post(correct, {"column": graded, "points": "8", "reason": ""})
    client.post(correct, {"column": graded, "points": "9", "reason": "Too much"})
    assert not GradeOverride.objects.exists()
    assert client.post(correct, {"column": "lesson:x", "points": "1", "reason": "x"}).status_code == 404
    client.post(correct, {"column": graded, "points": "8", "reason": "Oral"})
    assert "Oral" in client.get(f"/courses/enrolments/{enrolment.pk}/grades/").content.decode()
    weights = {f"weight-{graded}": "1", "weight-watched": "0", "weight-attendance": "-1"}
    client.post(f"/courses/classes/{held.pk}/grades/weights/", weights)
    assert not hasattr(held, "grade_rules")
    client.post(f"/courses/classes/{held.pk}/grades/weights/", {**weights, "weight-attendance": "2,5"})
    held.refresh_from_db()
    assert held.grade_rules.weights["attendance"] == "2.5"


def test_a_quiz_counts_in_percent_with_the_attempt_it_comes_from(held, enrolment, quiz, bob):
    assert book(held, now=NOW).lines[0].row.shown_total == ""
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
    assert book(held, now=NOW).lines[0].row.graded == 0
    done = submit(person=bob, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=NOW)
    line = book(held, now=NOW).lines[0]
    cell = next(cell for cell in line.row.cells if cell.column.kind == "quiz")
    assert cell.points == grades.rounded(done.score * 100 / done.most)
    assert cell.out_of == 100
    assert str(attempt.pk) in line.traces[cell.column.key]
