"""Courses over HTTP, as a program uses them with a key."""

from __future__ import annotations

import pytest

from accounts import tokens
from courses.models import CourseClass, CoursePage, Enrolment
from courses.services.enrolling import enrol
from courses.services.watching import complete
from kernel import clock
from tests.courses.conftest import NOW


@pytest.fixture
def ask(client):
    """`ask(person, path)` with a key of theirs; no cookie, no session."""

    def call(person, path, method="get"):
        headers = {}
        if person is not None:
            _row, key = tokens.give(user=person, name="program", now=clock.now())
            headers["Authorization"] = f"Bearer {key}"
        return getattr(client, method)(f"/api/courses{path}", headers=headers)

    return call


def test_the_catalogue_is_each_readers_own(ask, course, bob, eve):
    found = ask(bob, "").json()
    assert [(each["title"], each["key"], each["organisation"], each["language"]) for each in found] == [
        ("Clean hands", str(course.translation_key), "nurses", "en")
    ]
    assert found[0]["url"].endswith("/nurses/clean-hands/")
    assert ask(eve, "").json() == []
    assert [len(ask(bob, f"?q={word}").json()) for word in ("HANDS", "feet")] == [1, 0]
    assert ask(None, "").status_code == 401


def test_a_draft_is_in_no_answer(ask, course, bob):
    CoursePage.objects.filter(pk=course.pk).update(live=False)
    assert ask(bob, "").json() == []


def test_enrol_and_see_ones_own(ask, held, video, bob, eve):
    assert ask(eve, f"/classes/{held.pk}/enrol", "post").status_code == 404
    for _again in range(2):
        answer = ask(bob, f"/classes/{held.pk}/enrol", "post")
        assert (answer.status_code, answer.json()) == (200, {"class_id": held.pk, "state": "active"})
    assert Enrolment.objects.count() == 1
    complete(enrolment=Enrolment.objects.get(), lesson=video.translation_key, how="watched", now=NOW)
    mine = ask(bob, "/mine").json()
    assert [(each["class_id"], each["lessons"], each["done"], bool(each["completed_at"])) for each in mine] == [
        (held.pk, 1, 1, True)
    ]
    assert ask(eve, "/mine").json() == []
    assert [ask(None, path).status_code for path in ("/mine",)] == [401]


def test_a_full_class_answers_with_the_waiting_list_and_a_closed_one_refuses(ask, held, ada, bob):
    CourseClass.objects.filter(pk=held.pk).update(places=1)
    held.refresh_from_db()
    enrol(course_class=held, person=ada, by=ada, now=NOW)
    assert ask(bob, f"/classes/{held.pk}/enrol", "post").json()["state"] == "waiting"
    Enrolment.objects.all().delete()
    CourseClass.objects.filter(pk=held.pk).update(ends_on="2026-11-02")
    refused = ask(bob, f"/classes/{held.pk}/enrol", "post")
    assert refused.status_code == 409
    assert "class.closed" in refused.content.decode()
    assert ask(bob, "/classes/999999/enrol", "post").status_code == 404


def test_a_key_that_was_taken_back_opens_nothing(client, course, bob):
    row, key = tokens.give(user=bob, name="program", now=clock.now())
    tokens.take_back(user=bob, pk=row.pk, now=clock.now())
    assert client.get("/api/courses", headers={"Authorization": f"Bearer {key}"}).status_code == 401
