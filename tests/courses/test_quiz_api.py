"""Quizzes over HTTP, as a program takes one with a key; and nothing it could not see on a page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts import tokens
from courses.models import Attempt, QuizLesson
from kernel import clock
from tests.courses.conftest import NOW
from tests.courses.test_quiz_cheating import clean
from tests.courses.test_quizzes import right


@pytest.fixture
def at(monkeypatch):
    def move(now):
        monkeypatch.setattr(clock, "now", lambda: now)

    move(NOW)
    return move


@pytest.fixture
def ask(client):
    def call(person, method, path, said=None):
        _row, key = tokens.give(user=person, name="program", now=clock.now())
        return getattr(client, method)(
            f"/api/courses{path}", said, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
        )

    return call


def test_begin_save_hand_in_and_review(ask, at, quiz, enrolment, bob):
    QuizLesson.objects.filter(pk=quiz.pk).update(reveal="due")
    begun = ask(bob, "post", f"/quizzes/{quiz.pk}/attempts")
    told = begun.json()
    attempt = Attempt.objects.get()
    assert (told["key"], told["number"], len(told["questions"])) == (str(attempt.pk), 1, 9)
    answers = {str(place): each for place, each in right(attempt).items()}
    path = f"/attempts/{attempt.pk}"
    saved = ask(bob, "post", f"{path}/answers", {"sequence": 1, "answers": answers})
    again = ask(bob, "get", path)
    early = ask(bob, "get", f"{path}/review")
    assert (saved.status_code, again.status_code, early.status_code) == (200, 200, 404)
    assert again.json()["questions"][2]["response"] is False
    assert clean(begun) == []
    done = ask(bob, "post", f"{path}/submit")
    assert (done.json()["state"], done.json()["score"]) == ("final", "9.00000")  # an empty essay waits for nobody
    veiled = ask(bob, "get", f"{path}/review")
    assert veiled.json()["revealed"] is False
    assert {each["solution"] for each in veiled.json()["questions"]} == {None}
    assert [each["points"] for each in veiled.json()["questions"]] == [None] * 9
    assert ask(bob, "get", path).status_code == 409


def test_a_program_may_do_no_more_than_a_page(ask, at, quiz, enrolment, bob, eve, ada):
    assert ask(eve, "post", f"/quizzes/{quiz.pk}/attempts").status_code == 403
    key = ask(bob, "post", f"/quizzes/{quiz.pk}/attempts").json()["key"]
    for who in (eve, ada):
        for method, path, said in (
            ("get", "", None),
            ("post", "/answers", {"sequence": 1, "answers": {"3": False}}),
            ("post", "/submit", None),
        ):
            assert ask(who, method, f"/attempts/{key}{path}", said).status_code == 404
    assert ask(bob, "post", f"/attempts/{key}/answers", {"sequence": 1, "answers": {"99": False}}).status_code == 404
    assert ask(bob, "post", f"/attempts/{key}/answers", {"sequence": 1, "answers": {"1": "none"}}).status_code == 422
    assert ask(bob, "post", f"/attempts/{key}/answers", {"sequence": 0, "answers": {}}).status_code == 422
    at(NOW + timedelta(minutes=11))
    late = ask(bob, "post", f"/attempts/{key}/answers", {"sequence": 1, "answers": {"3": False}})
    assert late.status_code == 409
    assert ask(bob, "post", f"/attempts/{key}/submit").json()["closed_by"] == "time"


def test_without_a_key_nothing(client, quiz, db):
    assert client.post(f"/api/courses/quizzes/{quiz.pk}/attempts").status_code == 401
