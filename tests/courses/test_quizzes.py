"""A quiz is begun, answered, graded; each attempt keeps the rules and questions it began with."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from courses.errors import ClassOver, LessonNotOpen, NoMoreAttempts, NotEnrolled, NotGradedByHand, QuizEmpty
from courses.models import Attempt, Completion, CourseClass, Enrolment, Question, QuizLesson
from courses.questions.responses import solution
from courses.questions.shapes import TrueFalse
from courses.questions.texts import Text
from courses.selectors import quizzes
from courses.services import banks
from courses.services.quizzes import mark, save, settle_all, start, submit
from tests.courses.conftest import NOW
from tests.courses.quizlib import bank_of, quiz_in

MINUTE = timedelta(minutes=1)


def right(attempt):
    return {
        each.place: solution(each.version.shape) for each in attempt.asked.all() if each.version.shape.kind != "essay"
    }


def easy(count, **more):
    return [TrueFalse(name=f"q{number}", text=Text(f"{number}?"), answer=True, **more) for number in range(count)]


def test_right_answers_earn_all_points_and_an_essay_waits_for_a_teacher(quiz, enrolment, bob, ada):
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
    essay = next(each.place for each in attempt.asked.all() if each.version.shape.kind == "essay")
    answers = {**right(attempt), essay: "Because."}
    done = submit(person=bob, key=attempt.pk, sequence=1, page="p", answers=answers, now=NOW + MINUTE)
    assert (done.state, done.score, done.passed) == ("waiting", None, None)
    assert not Completion.objects.exists()
    (waits,) = quizzes.waiting(enrolment.course_class)
    for wrong in (Decimal("3.01"), Decimal(-1)):
        with pytest.raises(NotGradedByHand):
            mark(answer=waits.pk, by=ada, points=wrong, comment="", now=NOW + 2 * MINUTE)
    done = mark(answer=waits.pk, by=ada, points=Decimal("1.5"), comment="Say more.", now=NOW + 9 * MINUTE)
    assert (done.state, done.score, done.most, done.passed) == ("final", Decimal("10.5"), Decimal(12), True)
    completed = Completion.objects.get()
    assert (completed.how, completed.at, completed.lesson) == ("passed", NOW + MINUTE, quiz.translation_key)
    with pytest.raises(NotGradedByHand):  # final
        mark(answer=waits.pk, by=ada, points=Decimal(0), comment="", now=NOW + 9 * MINUTE)
    other = quizzes.waiting(enrolment.course_class)
    assert other == []


def test_an_edited_question_and_changed_rules_change_no_attempt_that_was_made(section, unit, enrolment, bob):
    bank, (question,) = bank_of(unit, easy(1))
    quiz = quiz_in(section, [{"question": question}], pass_mark=100)
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
    edited = TrueFalse(name="q0", text=Text("Otherwise?"), answer=False)
    banks.keep(bank=bank, shape=edited, by=bob, now=NOW, question=question)
    QuizLesson.objects.filter(pk=quiz.pk).update(pass_mark=0, reveal="never")
    assert quizzes.papers(attempt)[0].shown["html"] == "0?"
    done = submit(person=bob, key=attempt.pk, sequence=1, page="p", answers={1: False}, now=NOW)
    assert (done.passed, done.pass_mark, done.reveal) == (False, 100, "attempt")
    again = start(enrolment=enrolment, lesson=QuizLesson.objects.get(pk=quiz.pk), now=NOW)
    assert quizzes.papers(again)[0].shown["html"] == "Otherwise?"


def test_keeping_the_same_question_makes_no_version(unit, bob):
    bank, (question,) = bank_of(unit, easy(1))
    banks.keep(bank=bank, shape=question.newest.shape, by=bob, now=NOW, question=question)
    assert question.versions.count() == 1


def test_a_bank_gives_so_many_at_random_of_its_category_and_nothing_retired(section, unit, enrolment, bob):
    bank, questions = bank_of(unit, [*easy(6, category="Hands"), *easy(3, category="Feet")])
    Question.objects.filter(pk=questions[0].pk).update(retired=True)
    quiz = quiz_in(section, [{"bank": bank, "count": 4, "category": "Hands"}])
    for _again in range(5):
        attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
        drawn = [each.version.question for each in attempt.asked.all()]
        assert len(drawn) == 4
        assert {each.category for each in drawn} == {"Hands"}
        assert questions[0] not in drawn
        submit(person=bob, key=attempt.pk, now=NOW)


def test_the_page_shows_the_same_order_at_every_look(quiz, enrolment):
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
    assert quizzes.papers(attempt) == quizzes.papers(Attempt.objects.get(pk=attempt.pk))
    assert start(enrolment=enrolment, lesson=quiz, now=NOW + MINUTE).pk == attempt.pk  # resumes


def test_nobody_starts_what_is_not_theirs_not_open_or_over(quiz, enrolment, held):
    Enrolment.objects.filter(pk=enrolment.pk).update(state="left")
    with pytest.raises(NotEnrolled):
        start(enrolment=enrolment, lesson=quiz, now=NOW)
    Enrolment.objects.filter(pk=enrolment.pk).update(state="active")
    QuizLesson.objects.filter(pk=quiz.pk).update(opens_at=NOW + MINUTE)
    with pytest.raises(LessonNotOpen):
        start(enrolment=enrolment, lesson=quiz, now=NOW)
    CourseClass.objects.filter(pk=held.pk).update(ends_on=date(2026, 11, 22))
    with pytest.raises(ClassOver):
        start(enrolment=enrolment, lesson=quiz, now=NOW)


def test_a_quiz_without_questions_is_not_begun(section, enrolment):
    with pytest.raises(QuizEmpty):
        start(enrolment=enrolment, lesson=quiz_in(section, []), now=NOW)


def test_the_database_knows_one_attempt_of_a_number_and_one_that_is_open(quiz, enrolment):
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
    for number in (attempt.number, attempt.number + 1):
        attempt.pk, attempt.number, attempt._state.adding = None, number, True
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt.save(force_insert=True)


def test_an_attempt_left_lying_is_closed_with_what_was_saved(quiz, enrolment, bob):
    attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
    save(person=bob, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=NOW + MINUTE)
    assert settle_all(now=NOW + 10 * MINUTE) == 0  # the grace
    assert settle_all(now=NOW + 11 * MINUTE) == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.closed_by, attempt.score) == ("final", "time", Decimal(9))
    assert attempt.submitted_at == NOW + 10 * MINUTE
    assert settle_all(now=NOW + 12 * MINUTE) == 0


def test_the_class_end_closes_an_attempt_before_its_time(quiz, enrolment, held):
    CourseClass.objects.filter(pk=held.pk).update(ends_on=date(2026, 11, 23))
    held.refresh_from_db()
    attempt = start(enrolment=Enrolment.objects.get(), lesson=quiz, now=held.ends_at - MINUTE)
    assert settle_all(now=held.ends_at + MINUTE) == 1
    attempt.refresh_from_db()
    assert attempt.submitted_at == held.ends_at


def test_scores_of_a_class_by_the_rule_agreed(section, unit, held, enrolment, bob):
    _bank, questions = bank_of(unit, easy(2))
    parts = [{"question": each} for each in questions]
    best = quiz_in(section, parts, slug="best")
    last = quiz_in(section, parts, slug="last", counts="last", attempts=3)
    assert quizzes.scores(held) == []
    for quiz in (best, last):
        for answers in ({1: True, 2: True}, {1: True, 2: False}):
            attempt = start(enrolment=enrolment, lesson=quiz, now=NOW)
            submit(person=bob, key=attempt.pk, sequence=1, page="p", answers=answers, now=NOW + MINUTE)
    found = {each.lesson: each for each in quizzes.scores(held)}
    assert [found[quiz.translation_key].score for quiz in (best, last)] == [Decimal(2), Decimal(1)]
    row = found[best.translation_key]
    assert (row.enrolment, row.attempts, row.state, row.most, row.passed) == (
        enrolment.pk,
        2,
        "final",
        Decimal(2),
        True,
    )
    assert row.at == NOW + MINUTE
    start(enrolment=enrolment, lesson=last, now=NOW)
    assert {each.lesson: each for each in quizzes.scores(held)}[last.translation_key].score == Decimal(1)


def test_scores_take_one_query(quiz, enrolment, held, django_assert_num_queries):
    start(enrolment=enrolment, lesson=quiz, now=NOW)
    with django_assert_num_queries(1):
        assert [each.state for each in quizzes.scores(held)] == ["open"]


def test_used_up_attempts(section, unit, enrolment, bob):
    _bank, questions = bank_of(unit, easy(1))
    quiz = quiz_in(section, [{"question": questions[0]}], attempts=1)
    submit(person=bob, key=start(enrolment=enrolment, lesson=quiz, now=NOW).pk, now=NOW)
    with pytest.raises(NoMoreAttempts):
        start(enrolment=enrolment, lesson=quiz, now=NOW)
