"""Pages of a quiz: without a script too, what was shown is what is read back; teachers grade what a program can't."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses import quizforms
from courses.models import Attempt, Completion
from courses.questions.grading import grade
from courses.questions.responses import solution, tidy
from courses.questions.shown import shown
from courses.services.enrolling import enrol
from courses.services.quizzes import start, submit
from kernel import clock
from tests.courses.conftest import NOW, somebody
from tests.courses.quizlib import one_of_each
from tests.courses.test_quizzes import right

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(monkeypatch):
    def move(now):
        monkeypatch.setattr(clock, "now", lambda: now)

    move(NOW)
    return move


@pytest.fixture
def attempt(quiz, enrolment):
    return start(enrolment=enrolment, lesson=quiz, now=NOW)


def fields(laid) -> dict[str, list[str]]:
    """What a browser sends of a form drawn with `laid`."""
    found: dict[str, list[str]] = {}

    def choose(name, choices):
        found[name] = [each["id"] for each in choices if each["checked"]]

    if laid["kind"] in {"single", "multiple"}:
        choose(laid["name"], laid["choices"])
    elif laid["kind"] == "matching":
        found = {each["name"]: [each["chosen"]] for each in laid["lefts"]}
    elif laid["kind"] == "ordering":
        found = {each["name"]: [str(each["position"])] for each in laid["items"]}
    elif laid["kind"] == "cloze":
        for part in laid["parts"]:
            if "choices" in part:
                choose(part["name"], part["choices"])
            elif "gap" in part:
                found[part["name"]] = [part["value"]]
    else:
        found[laid["name"]] = [laid["value"]] if laid["value"] else []
    return found


@pytest.mark.parametrize("shape", one_of_each(), ids=lambda shape: str(shape.kind))
def test_what_a_form_shows_is_what_is_read_from_it(shape):
    asked = shown(shape, 7)
    answer = solution(shape)
    sent = fields(quizforms.laid(3, asked, answer))
    assert all(name.startswith("q3") for name in sent)
    read = quizforms.read(3, asked, lambda name: sent.get(name, []))
    assert tidy(shape, read) == tidy(shape, answer)
    if answer is not None:
        assert grade(shape, read).state == "right"
    empty = quizforms.read(3, asked, lambda _name: [])
    assert tidy(shape, empty) is None


def test_saved_and_handed_in_without_a_script(client, attempt, bob, at):
    client.force_login(bob)
    url = f"/courses/attempts/{attempt.pk}/"
    page = client.get(url)
    assert (page.context["sequence"], page.context["attempt"].sequence) == (1, 0)
    sent = {"sequence": 1, "base": 0, "page": page.context["token"], "q3": "false", "q4": "zither"}
    assert client.post(f"{url}save/", sent)["Location"] == url
    again = client.get(url)
    assert 'value="zither"' in again.content.decode()
    sent |= {"sequence": 2, "base": 1, "page": again.context["token"], "q4": "xylophone"}
    at(NOW + MINUTE)
    assert client.post(f"{url}submit/", sent)["Location"] == f"{url}review/"
    attempt.refresh_from_db()
    assert (attempt.score, attempt.submitted_at) == (2 + attempt.asked.get(place=7).points, NOW + MINUTE)
    assert client.get(url)["Location"] == f"{url}review/"
    for broken in ({}, {"sequence": "x"}, {"sequence": "0"}):
        assert client.post(f"{url}submit/", broken).status_code == 400


def test_an_old_page_is_told_that_the_attempt_went_on_elsewhere(client, attempt, bob, at):
    client.force_login(bob)
    url = f"/courses/attempts/{attempt.pk}/"
    client.post(f"{url}save/", {"sequence": 1, "base": 0, "page": "phone", "q3": "false"})
    old = {"sequence": 7, "base": 0, "page": "desk", "q3": "true"}
    told = client.post(f"{url}save/", old, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["error"]["code"]) == (409, "attempt.moved")
    answer = client.post(f"{url}submit/", old, follow=True)
    assert "continued on another page or device" in answer.content.decode()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.asked.get(place=3).response) == ("open", False)


def test_too_late_is_said_and_leads_to_what_was_saved(client, attempt, bob, at):
    client.force_login(bob)
    url = f"/courses/attempts/{attempt.pk}/"
    client.post(f"{url}save/", {"sequence": 1, "base": 0, "page": "p", "q3": "false"})
    at(NOW + 11 * MINUTE)
    answer = client.post(f"{url}submit/", {"sequence": 2, "base": 0, "page": "p", "q4": "zither"}, follow=True)
    assert "Time was over. What was saved in time was handed in." in answer.content.decode()
    attempt.refresh_from_db()
    assert attempt.asked.get(place=4).response is None


def test_a_teacher_grades_an_essay_and_the_learner_reads_why(client, attempt, held, bob, ada, eve, other, at):
    essay = attempt.asked.get(place=9)
    submit(person=bob, key=attempt.pk, sequence=1, page="p", answers={**right(attempt), 9: "Because."}, now=NOW)
    address, results = f"/courses/answers/{essay.pk}/mark/", f"/courses/classes/{held.pk}/quizzes/"
    for who in (bob, eve, somebody("elsewhere", other, "instructor")):
        client.force_login(who)
        for page in (address, results):
            assert client.get(page).status_code == 404
        assert client.post(address, {"points": "3"}).status_code == 404
    client.force_login(ada)
    assert address in client.get(results).content.decode()
    assert "SECRET-FEEDBACK-notes" in client.get(address).content.decode()
    for wrong in ("4", "-1", "x", ""):
        assert client.post(address, {"points": wrong}).status_code == 422
    assert client.post(address, {"points": "2.5", "comment": "Say <b>more</b>."}).status_code == 302
    assert client.post(address, {"points": "0"}).status_code == 409  # final
    attempt.refresh_from_db()
    assert (attempt.state, attempt.passed) == ("final", True)
    table = client.get(results).content.decode()
    assert "11.5 / 12" in table.replace("11.50", "11.5")
    assert address not in table
    client.force_login(bob)
    page = client.get(f"/courses/attempts/{attempt.pk}/review/").content.decode()
    assert "Say &lt;b&gt;more&lt;/b&gt;." in page
    assert Completion.objects.get().at == NOW


def test_nobody_grades_their_own(client, quiz, held, ada, at):
    mine = start(enrolment=enrol(course_class=held, person=ada, by=ada, now=NOW), lesson=quiz, now=NOW)
    submit(person=ada, key=mine.pk, sequence=1, page="p", answers={9: "Because."}, now=NOW)
    client.force_login(ada)
    assert client.post(f"/courses/answers/{mine.asked.get(place=9).pk}/mark/", {"points": "3"}).status_code == 404
    assert Attempt.objects.get().state == "waiting"
