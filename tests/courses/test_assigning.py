"""An assignment's states, due time and points, without anything around them; and which files are taken."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import assigning, filetypes
from courses.assigning import NEXT, Criterion, Level, State, Why

DUE = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
EARLY, LATE = DUE - timedelta(hours=1), DUE + timedelta(hours=1)
ALLOWED = {
    (State.DRAFT, State.SUBMITTED),
    (State.SUBMITTED, State.RETURNED),
    (State.SUBMITTED, State.ACCEPTED),
    (State.RETURNED, State.SUBMITTED),
}


@pytest.mark.parametrize("there", list(State))
@pytest.mark.parametrize("here", list(State))
def test_every_transition(here, there):
    assert (there in NEXT[here]) is ((here, there) in ALLOWED)
    assert (here in assigning.before(there)) is ((here, there) in ALLOWED)


@pytest.mark.parametrize(
    ("state", "writable"), [("draft", True), ("returned", True), ("submitted", False), ("accepted", False)]
)
def test_what_was_handed_in_is_not_written_on(state, writable):
    assert assigning.writable(State(state)) is writable


def refused(state=State.DRAFT, now=EARLY, late_allowed=False, text="Soap.", files=0):
    return assigning.refused(state, now=now, due_at=DUE, late_allowed=late_allowed, text=text, files=files)


def test_why_something_is_not_taken():
    assert refused() is None
    assert refused(text="  ") is Why.EMPTY
    assert refused(text="", files=1) is None
    assert refused(now=LATE) is Why.LATE
    assert refused(now=LATE, late_allowed=True) is None
    assert refused(state=State.SUBMITTED) is Why.STATE
    assert refused(state=State.ACCEPTED, now=LATE) is Why.STATE


def test_what_was_returned_is_never_late():
    assert refused(state=State.RETURNED, now=LATE) is None
    assert not assigning.late(State.RETURNED, now=LATE, due_at=DUE)
    assert assigning.late(State.DRAFT, now=LATE, due_at=DUE)


def test_due_is_the_lessons_moment_else_its_days_else_the_classs_last():
    begin, last = date(2026, 11, 1), date(2026, 12, 24)
    common = {"starts_on": begin, "class_due_on": last, "zone": UTC}
    assert assigning.due(at=DUE, days=3, **common) == DUE
    assert assigning.due(at=None, days=3, **common) == datetime(2026, 11, 4, 23, 59, 59, tzinfo=UTC)
    assert assigning.due(at=None, days=0, **common) == datetime(2026, 11, 1, 23, 59, 59, tzinfo=UTC)
    assert assigning.due(at=None, days=None, **common) == datetime(2026, 12, 24, 23, 59, 59, tzinfo=UTC)
    assert assigning.due(at=None, days=None, starts_on=begin, class_due_on=None, zone=UTC) is None


CRITERIA = st.lists(
    st.builds(
        Criterion,
        st.just("Clear"),
        st.lists(st.builds(Level, st.just("Good"), st.integers(0, 50)), min_size=1, max_size=4).map(tuple),
    ),
    min_size=1,
    max_size=5,
)


@given(CRITERIA, st.data())
def test_a_rubrics_points_are_the_sum_and_never_more_than_its_worth(criteria, data):
    chosen = [data.draw(st.integers(0, len(each.levels) - 1)) for each in criteria]
    rows = assigning.judge(criteria, chosen, [""] * len(criteria))
    assert assigning.total(rows) == sum(c.levels[n].points for c, n in zip(criteria, chosen, strict=True))
    assert 0 <= assigning.total(rows) <= assigning.worth(criteria, 7)
    assert assigning.worth([], 7) == 7


def test_a_level_that_is_not_there_is_refused():
    one = [Criterion("Clear", (Level("Good", 3),))]
    for number in (-1, 1):
        with pytest.raises(IndexError):
            assigning.judge(one, [number], [""])
    assert assigning.judge(one, [None], [""]) == []


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "taken"),
    [
        ("a.pdf", b"%PDF-1.7", True),
        ("A.PDF", b"%PDF-1.7", True),
        ("a.pdf", b"<html><script>", False),
        ("a.docx", packed("[Content_Types].xml", "word/document.xml"), True),
        ("a.docx", packed("[Content_Types].xml", "xl/workbook.xml"), False),
        ("a.docx", b"MZ\x90", False),
        ("a.png", b"\x89PNG\r\n\x1a\n..", True),
        ("a.txt", "洗手".encode(), True),
        ("a.txt", "洗手".encode("gb18030"), True),
        ("a.txt", b"\0\1", False),
        ("a.exe", b"MZ\x90", False),
        ("a.zip", packed("x"), False),  # known, and not allowed here
        ("pdf", b"%PDF-1.7", False),
        ("", b"%PDF-1.7", False),
    ],
)
def test_a_file_is_what_it_says(name, data, taken):
    assert filetypes.is_what_it_says(name, data, ["pdf", "docx", "png", "txt", "exe"]) is taken


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("..", "file"),
        ("洗手.pdf", "洗手.pdf"),
    ],
)
def test_names_are_only_names(said, kept):
    assert filetypes.clean_name(said) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_plain_one(said):
    kept = filetypes.clean_name(said)
    assert 0 < len(kept) <= filetypes.LONGEST or "." in kept
    assert not set(kept) & set("/\\\r\n\0")


def test_an_authors_list_of_kinds():
    assert filetypes.named("PDF, .docx，txt") == ["pdf", "docx", "txt"]
    with pytest.raises(ValueError, match="exe"):
        filetypes.named("pdf, exe")
