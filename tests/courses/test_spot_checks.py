"""Bob writes a reading note; Ada draws and marks; the proof is on the page."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from courses import sampling
from courses.errors import NotHandedIn, NothingToDraw
from courses.models import ArticleLesson, Completion, Enrolment, ReadingNote, SpotCheck, SpotMark
from courses.selectors import spot_checks
from courses.services import reading
from courses.services.enrolling import enrol
from tests.courses.conftest import NOW, somebody

TODAY = NOW.date()


@pytest.fixture
def lesson(section):
    page = ArticleLesson(title="Read this", slug="read", body=[("text", "<p>Soap.</p>")], notes_least=10)
    section.add_child(instance=page)
    return page


def noted(enrolment, lesson, text="Wash for forty seconds.", now=NOW):
    reading.write_note(enrolment=enrolment, lesson=lesson, text=text, now=now)
    return reading.hand_in_note(enrolment=enrolment, lesson=lesson, now=now)


@pytest.fixture
def many(held, unit, lesson):
    rows = []
    for number in range(12):
        who = somebody(f"learner{number}", unit, "member")
        rows.append(
            noted(enrol(course_class=held, person=who, by=who, now=NOW), lesson, f"Ten letters and more {number}")
        )
    return rows


def drawn(by, *, organisation=None, course_class=None, number=5, percent=None, now=NOW, **more):
    period = {"since": TODAY, "until": TODAY} | more
    return reading.draw(
        organisation=organisation, course_class=course_class, number=number, percent=percent, by=by, now=now, **period
    )


def test_a_note_is_handed_in_once_and_long_enough(enrolment, lesson):
    with pytest.raises(NotHandedIn, match="short"):
        noted(enrolment, lesson, "a  b  c  d  e        ")
    assert not Completion.objects.exists()
    row = noted(enrolment, lesson)
    assert Completion.objects.get().how == "read"
    with pytest.raises(NotHandedIn, match="state"):
        reading.write_note(enrolment=enrolment, lesson=lesson, text="Something else", now=NOW)
    with pytest.raises(NotHandedIn, match="state"):
        reading.hand_in_note(enrolment=enrolment, lesson=lesson, now=NOW)
    row.refresh_from_db()
    assert row.text == "Wash for forty seconds."


def test_where_a_note_is_asked_for_saying_that_one_read_is_not_enough(client, bob, enrolment, lesson):
    client.force_login(bob)
    assert client.post(f"/courses/lessons/{lesson.pk}/read/").status_code == 403
    save = f"/courses/lessons/{lesson.pk}/reading-note/"
    assert "3 of at least 10" in client.post(save, {"text": "abc"}, headers={"HX-Request": "true"}).content.decode()
    answer = client.post(save, {"text": "abc", "hand_in": "1"}, follow=True)
    assert "too short" in answer.content.decode()
    client.post(save, {"text": "Wash for forty seconds.", "hand_in": "1"})
    assert ReadingNote.objects.get().submitted_at is not None
    assert Completion.objects.filter(enrolment=enrolment).exists()


def test_the_draw_is_what_seed_and_list_say_and_is_on_record(ada, unit, many):
    check = drawn(ada, organisation=unit)
    assert check.population == sampling.frozen(sampling.line(row.key, row.text) for row in many)
    assert check.drawn == sampling.draw(check.seed, check.population, 5)
    assert spot_checks.proof(check).holds
    acts = list(AuditEntry.objects.filter(subject=str(check.key)).order_by("pk"))
    assert [entry.act for entry in acts] == ["check.seed", "check.draw"]
    assert acts[0].details["seed"] == check.seed
    assert acts[1].details["fingerprint"] == check.fingerprint


def test_the_seed_is_kept_before_there_is_a_list(ada, unit, monkeypatch, many):
    seen = []

    def look(check):
        seen.append(SpotCheck.objects.get(pk=check.pk).seed)
        return ReadingNote.objects.none()

    monkeypatch.setattr(reading, "notes_in", look)
    with pytest.raises(NothingToDraw):
        drawn(ada, organisation=unit)
    row = SpotCheck.objects.get()
    assert seen == [row.seed]
    assert row.frozen_at is None
    assert AuditEntry.objects.filter(act="check.seed").exists()


def test_a_note_changed_behind_the_back_is_seen(ada, unit, many):
    check = drawn(ada, organisation=unit)
    ReadingNote.objects.filter(pk=many[0].pk).update(text="rewritten by somebody")
    found = spot_checks.proof(check)
    assert not found.holds
    assert [line[:36] for line in found.changed] == [str(many[0].key)]
    assert found.same_draw


def test_only_what_was_handed_in_there_and_then(ada, eve, unit, other, held, course, lesson, enrolment, many):
    draft = reading.write_note(enrolment=enrolment, lesson=lesson, text="Only a draft so far", now=NOW)
    late = noted(
        Enrolment.objects.create(course_class=held, person=eve, state="active", since=NOW, asked_at=NOW), lesson
    )
    by_unit = drawn(ada, organisation=unit, number=100)
    keys = {line[:36] for line in by_unit.population}
    assert str(draft.key) not in keys
    assert str(late.key) not in keys  # Eve belongs elsewhere
    by_class = drawn(ada, course_class=held, number=100)
    assert str(late.key) in {line[:36] for line in by_class.population}
    with pytest.raises(NothingToDraw):
        drawn(ada, course_class=held, since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1))
    with pytest.raises(NothingToDraw):  # what comes after the seed is not in the list
        drawn(ada, course_class=held, now=NOW - timedelta(seconds=1))


def test_a_check_has_one_place_and_one_size(ada, unit, held):
    common = {"since": TODAY, "until": TODAY, "seed": "00", "seeded_at": NOW, "by": ada}
    for wrong in (
        {"organisation": unit, "course_class": held, "number": 1},
        {"number": 1},
        {"organisation": unit, "number": 1, "percent": 1},
        {"organisation": unit},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SpotCheck.objects.create(**common, **wrong)


def test_who_draws_where(client, ada, bob, eve, office, unit, held, many):
    chief = somebody("chief", office, "administrator")
    check = drawn(ada, organisation=unit)
    of_class = drawn(ada, course_class=held)
    address = f"/courses/checks/{check.key}/"
    held.teachers.add(bob)  # who teaches a class does not check it by that alone
    for who, seen, may_open in ((ada, 200, 200), (chief, 200, 200), (bob, 403, 404), (eve, 403, 404)):
        client.force_login(who)
        assert client.get("/courses/checks/").status_code == seen, who
        for path in (address, f"{address}population.txt", f"{address}sample.csv", f"/courses/checks/{of_class.key}/"):
            assert client.get(path).status_code == may_open, (who, path)
        assert client.get(f"/courses/checks/?class={held.pk}").status_code == may_open
        expected = {check.pk, of_class.pk} if may_open == 200 else set()
        assert set(spot_checks.checks_for(who).values_list("pk", flat=True)) == expected


def test_drawn_marked_proven_on_the_page(client, ada, unit, many):
    client.force_login(ada)
    today = timezone.localdate()
    said = {"organisation": unit.pk, "since": TODAY, "until": today, "size": "50", "unit": "percent"}
    answer = client.post("/courses/checks/", said)
    check = SpotCheck.objects.get()
    assert (answer.status_code, len(check.drawn)) == (302, 6)
    page = f"/courses/checks/{check.key}/"
    shown = client.get(page).content.decode()
    assert check.seed in shown
    assert check.fingerprint in shown
    note = check.drawn[0][:36]
    for mark, comment in (("poor", "Short"), ("good", "=cmd|calc")):
        assert client.post(f"{page}{note}/", {"mark": mark, "comment": comment}).status_code == 302
    assert [row.mark for row in SpotMark.objects.all()] == ["poor", "good"]
    not_drawn = next(line for line in check.population if line not in check.drawn)[:36]
    assert client.post(f"{page}{not_drawn}/", {"mark": "good"}).status_code == 404
    assert "gives the same sample" in client.get(f"{page}?repeat=1").content.decode()
    ReadingNote.objects.filter(key=note).update(text="x")
    assert "does not agree" in client.get(f"{page}?repeat=1").content.decode()
    table = client.get(f"{page}sample.csv").content.decode("utf-8-sig")
    assert "'=cmd|calc" in table
    assert len(table.splitlines()) == 7
    listed = client.get(f"{page}population.txt").content.decode()
    assert sampling.fingerprint(listed.splitlines()) == check.fingerprint


def test_a_draw_that_makes_no_sense_is_refused(client, ada, unit, other, many):
    client.force_login(ada)
    good = {"organisation": unit.pk, "since": TODAY, "until": TODAY, "size": "5", "unit": "notes"}
    for wrong in (
        {"organisation": other.pk},
        {"until": TODAY - timedelta(days=1)},
        {"size": "0"},
        {"size": "101", "unit": "percent"},
    ):
        assert client.post("/courses/checks/", good | wrong).status_code == 422, json.dumps(wrong, default=str)
    assert not SpotCheck.objects.exists()
