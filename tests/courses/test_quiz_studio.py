"""A quiz in the Studio: authors choose among their own organisation's questions, and a copy draws the same."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import QuizLesson
from courses.services.quizzes import start
from courses.tasks import close_quizzes
from jobs import registry
from pages import rights
from tests.courses.conftest import NOW, somebody
from tests.courses.quizlib import bank_of, one_of_each


@pytest.fixture
def editor(home, unit, client):
    person = somebody("editor", unit, "editor")
    rights.settle(unit)
    rights.sync(person)
    client.force_login(person)
    return person


def form(**parts):
    said = {
        "title": "Quiz", "slug": "quiz", "summary": "", "body": "null", "minutes": "5", "opens_at": "",
        "notes_least": "0",
        "pass_mark": "50", "attempts": "0", "time_limit": "0", "reveal": "attempt", "counts": "best",
        "parts-TOTAL_FORMS": "1", "parts-INITIAL_FORMS": "0", "parts-MIN_NUM_FORMS": "0", "parts-MAX_NUM_FORMS": "",
        "parts-0-id": "", "parts-0-ORDER": "1", "parts-0-DELETE": "", "parts-0-count": "1", "parts-0-category": "",
        "parts-0-question": "", "parts-0-bank": "", "action-publish": "1",
    }  # fmt: skip
    return said | {f"parts-0-{name}": str(value) for name, value in parts.items()}


def test_an_author_draws_from_banks_of_their_own_organisation(client, editor, section, unit, other, enrolment):
    mine, (question, *_more) = bank_of(unit, one_of_each(), title="Our bank")
    theirs, _questions = bank_of(other, one_of_each(), title="Their bank")
    address = reverse("wagtailadmin_pages:add", args=["courses", "quizlesson", section.pk])
    page = client.get(address).content.decode()
    assert "Our bank" in page
    assert "Their bank" not in page
    client.post(address, form(bank=theirs.pk))
    client.post(address, form(bank=mine.pk, question=question.pk))
    client.post(address, form())
    assert not QuizLesson.objects.exists()
    client.post(address, form(bank=mine.pk, count=4))
    quiz = QuizLesson.objects.get()
    assert quiz.live
    assert start(enrolment=enrolment, lesson=quiz, now=NOW).asked.count() == 4
    assert client.get(reverse("wagtailadmin_pages:edit", args=[quiz.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:view_draft", args=[quiz.pk])).status_code == 200


def test_a_copied_quiz_draws_the_same_and_counts_for_itself(editor, quiz, section):
    copied = quiz.copy(update_attrs={"slug": "again", "title": "Again"})
    assert [part.question_id for part in copied.specific.parts.all()] == [part.question_id for part in quiz.parts.all()]
    assert copied.translation_key != quiz.translation_key


def test_the_studio_leads_to_the_banks(client, editor):
    assert "/courses/banks/" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_quizzes_whose_time_is_over_are_closed_by_a_job(quiz, enrolment):
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW.replace(year=2020))
    assert close_quizzes(None) == {"closed": 1}
    attempt.refresh_from_db()
    assert attempt.closed_by == "time"
    assert "courses.quizzes" in {each.name for each in registry.periodic()}
