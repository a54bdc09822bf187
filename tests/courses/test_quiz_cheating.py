"""Whoever cheats at a quiz gets nothing by it: late, twice, at once, for somebody else, looking ahead."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from courses.errors import AttemptClosed, AttemptMoved, NoMoreAttempts, NoSuchAttempt, NotEnrolled
from courses.models import Asked, Attempt, Completion, CourseClass, Enrolment, QuizLesson
from courses.questions.errors import BadResponse
from courses.questions.responses import solution
from courses.selectors import quizzes
from courses.services.quizzes import _close, save, start, submit
from kernel import clock
from tests.courses.conftest import NOW
from tests.courses.quizlib import SECRET
from tests.courses.test_quizzes import right

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
# What only a right answer or the author's side knows.
SECRETS = [SECRET, "xylophone", "zither", "41.5", "0.25", "quinquereme", '"weight"', '"answer"', "1/2", "tolerance"]


@pytest.fixture
def attempt(quiz, enrolment):
    return start(enrolment=enrolment, lesson=quiz, now=NOW)


@pytest.fixture
def at(monkeypatch):
    def move(now):
        monkeypatch.setattr(clock, "now", lambda: now)

    move(NOW)
    return move


def together(count, work):
    def run(number):
        try:
            return work(number)
        except (AttemptClosed, NoMoreAttempts, AttemptMoved) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_handed_in_late_counts_what_was_saved_in_time(attempt, bob):
    save(person=bob, key=attempt.pk, sequence=1, page="p", answers={3: False}, now=NOW + MINUTE)
    late = NOW + 10 * MINUTE + 6 * SECOND
    done = submit(person=bob, key=attempt.pk, sequence=2, page="p", answers=right(attempt), now=late)
    assert (done.closed_by, done.score) == ("time", 1)
    assert Asked.objects.exclude(response=None).count() == 1


def test_saved_late_is_refused_and_the_attempt_is_closed(attempt, bob):
    late = NOW + 10 * MINUTE + 6 * SECOND
    with pytest.raises(AttemptClosed):
        save(person=bob, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=late)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == ("final", 0)


def test_what_was_on_its_way_when_time_ended_arrives(attempt, bob):
    done = submit(
        person=bob, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=NOW + 10 * MINUTE + 4 * SECOND
    )
    assert (done.closed_by, done.score) == ("person", 9)


def test_handed_in_twice_is_one_result(attempt, bob):
    first = submit(person=bob, key=attempt.pk, sequence=1, page="p", answers={3: True}, now=NOW + MINUTE)
    again = submit(person=bob, key=attempt.pk, sequence=2, page="p", answers=right(attempt), now=NOW + 2 * MINUTE)
    assert (again.pk, again.score, again.submitted_at) == (first.pk, first.score, first.submitted_at)
    with pytest.raises(AttemptClosed):
        save(person=bob, key=attempt.pk, sequence=3, page="p", answers=right(attempt), now=NOW + 2 * MINUTE)


@pytest.mark.django_db(transaction=True)
def test_handed_in_eight_times_at_once_is_one_result(section, quiz, enrolment, bob):
    QuizLesson.objects.filter(pk=quiz.pk).update(pass_mark=0)
    attempt = start(enrolment=enrolment, lesson=QuizLesson.objects.get(pk=quiz.pk), now=NOW)
    answers = right(attempt)

    def hand_in(number):
        given = answers if number % 2 else {}
        return submit(
            person=bob, key=attempt.pk, sequence=1, page=f"p{number}", answers=given, now=NOW + (number + 1) * SECOND
        )

    found = together(8, hand_in)
    assert len({(each.score, each.submitted_at, each.state) for each in found}) == 1
    row = Attempt.objects.get()
    assert row.score == (9 if Asked.objects.exclude(response=None).exists() else 0)
    assert Completion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_begun_eight_times_at_once_is_one_attempt(quiz, enrolment):
    found = together(8, lambda _number: start(enrolment=enrolment, lesson=quiz, now=NOW))
    assert len({each.pk for each in found}) == 1
    assert Attempt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_attempts_over_the_limit_at_once_are_refused(quiz, enrolment, bob):
    """Eight browsers begin and hand in as fast as they can: two attempts were allowed."""

    def try_once(_number):
        mine = start(enrolment=enrolment, lesson=quiz, now=NOW)
        return submit(person=bob, key=mine.pk, now=NOW)

    for _round in range(2):
        found = together(8, try_once)
    assert Attempt.objects.count() == 2
    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2]
    assert all(isinstance(each, NoMoreAttempts) for each in found)


def test_another_persons_attempt_is_not_there(attempt, client, eve, bob, at):
    for somebody in (eve,):
        with pytest.raises(NoSuchAttempt):
            save(person=somebody, key=attempt.pk, sequence=1, page="p", answers={3: False}, now=NOW)
        with pytest.raises(NoSuchAttempt):
            submit(person=somebody, key=attempt.pk, now=NOW)
        client.force_login(somebody)
        for word in ("", "review/"):
            assert client.get(f"/courses/attempts/{attempt.pk}/{word}").status_code == 404
        for word in ("save/", "submit/"):
            assert client.post(f"/courses/attempts/{attempt.pk}/{word}", {"sequence": 1}).status_code == 404
    attempt.refresh_from_db()
    assert (attempt.state, attempt.sequence) == ("open", 0)


def test_a_teacher_reads_but_answers_for_nobody(attempt, client, ada, at):
    client.force_login(ada)
    assert client.post(f"/courses/attempts/{attempt.pk}/save/", {"sequence": 1, "q3": "false"}).status_code == 404
    assert client.get(f"/courses/attempts/{attempt.pk}/").status_code == 404


def test_who_left_the_class_answers_no_more(attempt, bob):
    Enrolment.objects.update(state="left")
    for call in (save, submit):
        with pytest.raises(NotEnrolled):
            call(person=bob, key=attempt.pk, sequence=1, page="p", answers={3: False}, now=NOW)


def test_after_the_class_nothing_is_answered(attempt, bob, held):
    CourseClass.objects.filter(pk=held.pk).update(ends_on=date(2026, 11, 22))
    with pytest.raises(AttemptClosed):
        save(person=bob, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=NOW)
    attempt.refresh_from_db()
    assert (attempt.closed_by, attempt.score) == ("time", 0)


def test_a_replayed_save_changes_nothing(attempt, bob):
    save(person=bob, key=attempt.pk, sequence=1, page="p", answers={3: False}, now=NOW)
    save(person=bob, key=attempt.pk, sequence=2, page="p", answers={3: True}, now=NOW)
    for sequence in (1, 2):
        save(person=bob, key=attempt.pk, sequence=sequence, page="p", answers={3: False, 4: "zither"}, now=NOW)
    asked = {each.place: each.response for each in attempt.asked.all()}
    assert (asked[3], asked[4]) == (True, None)


def test_an_old_page_overwrites_nothing_that_was_written_on_another_device(attempt, bob):
    save(person=bob, key=attempt.pk, sequence=1, page="desktop", answers={3: False}, now=NOW)
    save(person=bob, key=attempt.pk, sequence=2, page="phone", answers={3: True}, now=NOW)
    for call in (save, submit):
        with pytest.raises(AttemptMoved):
            call(person=bob, key=attempt.pk, sequence=2, page="desktop", answers={3: False}, now=NOW)
    assert attempt.asked.get(place=3).response is True


def test_another_question_can_not_be_answered_here(attempt, bob):
    for place in (0, 10, -1, 10**9):
        with pytest.raises(NoSuchAttempt):
            save(person=bob, key=attempt.pk, sequence=1, page="p", answers={place: "x", 3: False}, now=NOW)
    with pytest.raises(BadResponse):  # a choice of another question
        save(person=bob, key=attempt.pk, sequence=1, page="p", answers={1: solution(shape(attempt, 2))[0]}, now=NOW)
    assert not Asked.objects.exclude(response=None).exists()


def shape(attempt, place):
    return attempt.asked.get(place=place).version.shape


def clean(answer):
    body = answer.content.decode()
    return [secret for secret in SECRETS if secret in body]


def test_no_answer_reaches_the_browser_before_the_attempt_is_closed(quiz, enrolment, client, bob, at):
    client.force_login(bob)
    pages = [client.get(quiz.get_url())]
    pages.append(client.post(f"/courses/quizzes/{quiz.pk}/start/", follow=True))
    attempt = Attempt.objects.get()
    url = f"/courses/attempts/{attempt.pk}/"
    pages.append(client.get(url))
    pages.append(client.post(f"{url}save/", {"sequence": 1, "q3": "false"}, headers={"Accept": "application/json"}))
    pages.append(client.post(f"{url}save/", {"sequence": 2, "q3": "false"}, follow=True))
    pages.append(client.get(f"{url}review/", follow=True))
    pages.append(client.get("/courses/mine/"))
    for page in pages:
        assert page.status_code == 200
        assert clean(page) == []
    assert "Question 3" in pages[2].content.decode()
    assert "no-store" in pages[2]["Cache-Control"]


@pytest.mark.parametrize(
    ("rule", "later", "seen"),
    [("attempt", False, True), ("due", False, False), ("due", True, True), ("never", True, False)],
)
def test_after_handing_in_the_rule_says_what_is_seen(quiz, enrolment, held, client, bob, ada, at, rule, later, seen):
    QuizLesson.objects.filter(pk=quiz.pk).update(reveal=rule)
    CourseClass.objects.filter(pk=held.pk).update(due_on=date(2026, 11, 23))
    attempt = start(enrolment=Enrolment.objects.get(), lesson=QuizLesson.objects.get(pk=quiz.pk), now=NOW)
    submit(person=bob, key=attempt.pk, sequence=1, page="p", answers={3: True, 9: "Essay."}, now=NOW)
    at(NOW + timedelta(days=1) if later else NOW + MINUTE)
    client.force_login(bob)
    page = client.get(f"/courses/attempts/{attempt.pk}/review/")
    assert page.status_code == 200
    assert ("xylophone" in page.content.decode()) is seen
    assert (f"{SECRET}-true" in page.content.decode()) is seen
    if not seen:
        assert clean(page) == []
    assert f"{SECRET}-notes" not in page.content.decode()
    client.force_login(ada)
    teacher = client.get(f"/courses/attempts/{attempt.pk}/review/").content.decode()
    assert "xylophone" in teacher


def test_what_is_stored_for_the_page_has_no_secret(attempt):
    assert [each for each in SECRETS if each in json.dumps([each.shown for each in quizzes.papers(attempt)])] == []


def test_a_close_that_comes_second_changes_nothing(attempt, bob):
    """As where the database has no row locks: the state moves by compare and set."""
    stale = Attempt.objects.get(pk=attempt.pk)
    first = submit(person=bob, key=attempt.pk, sequence=1, page="p", answers=right(attempt), now=NOW)
    _close(stale, by=Attempt.Closed.TIME, at=NOW + MINUTE)
    assert (stale.closed_by, stale.submitted_at, stale.score) == ("person", NOW, first.score)
    assert Attempt.objects.get().closed_by == "person"
