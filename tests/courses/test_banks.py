"""Banks of questions: each kind is written on a page, tried, copied, retired; files come in whole or not at all."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses import question_forms
from courses.models import Question, QuestionBank, QuestionVersion, QuizPart
from courses.models.kept import StaysAsItIs
from courses.questions.grading import grade
from courses.questions.responses import solution
from courses.questions.shapes import KINDS
from courses.questions.stored import to_json
from courses.services import banks
from courses.services.quizzes import start
from tests.courses.conftest import NOW, somebody
from tests.courses.quizlib import bank_of, one_of_each, quiz_in

SHAPES = {str(each.kind): each for each in one_of_each()}


@pytest.fixture
def bank(unit):
    return bank_of(unit, one_of_each())[0]


def form_of(page: str) -> dict[str, list[str]]:
    """Every field of the question's form, as a browser sends it."""
    body = page[page.index('class="stack qform"') : page.index("</form>", page.index('class="stack qform"'))]
    fields: dict[str, list[str]] = {}
    for tag in re.finditer(
        r"<input ([^>]*)>|<textarea ([^>]*)>(.*?)</textarea>|<select ([^>]*)>(.*?)</select>", body, re.DOTALL
    ):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag[1] or tag[2] or tag[4]))
        if tag[1] is not None:
            if said.get("type") in {"checkbox", "radio"} and " checked" not in tag[1]:
                continue
            value = said.get("value", "on")
        elif tag[2] is not None:
            value = tag[3]
        else:
            chosen = re.search(r'<option value="([^"]*)" selected', tag[5])
            value = chosen[1] if chosen else ""
        fields.setdefault(said["name"], []).append(unescape(value))
    return fields


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_a_question_opened_and_saved_without_a_change_is_the_same(client, ada, bank, kind):
    client.force_login(ada)
    question = bank.questions.get(kind=kind)
    page = client.get(f"/courses/questions/{question.pk}/").content.decode()
    answer = client.post(f"/courses/questions/{question.pk}/", form_of(page))
    assert answer.status_code == 302, re.findall(r'role="alert">.*?</p>', answer.content.decode(), re.DOTALL)
    shape = question.newest.shape
    if kind == "cloze":  # its gaps went through Moodle's way of writing them
        assert grade(shape, solution(SHAPES[kind])).state == "right"
    else:
        assert question.newest.data == to_json(SHAPES[kind])
        assert question.versions.count() == 1


@pytest.mark.parametrize("kind", sorted(str(kind) for kind in KINDS))
def test_each_kind_has_its_page(client, ada, bank, kind):
    client.force_login(ada)
    assert client.get(f"/courses/banks/{bank.pk}/new/{kind}/").status_code == 200


def test_a_question_is_written_changed_and_tried(client, ada, bank):
    client.force_login(ada)
    said = {
        "text": "Soap?", "name": "", "points": "2", "form": "plain", "category": "Hygiene / Hands",
        "answer_text": ["Yes", "No", ""], "weight": ["100", "", ""], "said": ["Well done", "Never", ""],
    }  # fmt: skip
    answer = client.post(f"/courses/banks/{bank.pk}/new/single/", said)
    question = Question.objects.get(name="Soap?")
    assert answer["Location"] == f"/courses/questions/{question.pk}/preview/"
    assert (question.category, question.newest.data["points"]) == ("Hygiene/Hands", "2")
    page = client.get(answer["Location"]).content.decode()
    assert "Well done" not in page
    choice = re.search(r'value="([0-9a-f]{12})"[^>]*><span>Yes', page)
    assert choice is not None
    tried = client.post(answer["Location"], {"q1": choice[1]}).content.decode()
    assert "Well done" in tried
    assert "2 / 2" in tried
    client.post(f"/courses/questions/{question.pk}/", {**said, "name": "Soap", "text": "Is it soap?"})
    question.refresh_from_db()
    assert (question.name, question.newest.number) == ("Soap", 2)
    assert QuestionVersion.objects.get(question=question, number=1).data["text"] == "Soap?"


def test_a_fault_is_named_and_nothing_that_was_written_is_lost(client, ada, bank):
    client.force_login(ada)
    said = {"text": "Soap?", "form": "plain", "answer_text": ["Yes", "No"], "weight": ["50", "0"], "said": ["a", "b"]}
    answer = client.post(f"/courses/banks/{bank.pk}/new/single/", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No answer is completely right." in page
    assert 'value="Yes"' in page
    assert not Question.objects.filter(name="Soap?").exists()


def test_html_is_cleaned_before_it_is_kept(client, ada, bank):
    client.force_login(ada)
    said = {"text": "<p>Soap<script>alert(1)</script></p>", "name": "x", "form": "html", "answer": "true"}
    client.post(f"/courses/banks/{bank.pk}/new/true_false/", said)
    assert Question.objects.get(name="x").newest.data["text"] == {"html": "<p>Soap</p>"}


def test_a_used_question_is_retired_not_deleted(client, ada, section, enrolment, unit):
    bank, questions = bank_of(unit, one_of_each()[:3], title="Other")
    quiz = quiz_in(section, [{"question": questions[0]}])
    start(enrolment=enrolment, lesson=quiz, now=NOW)
    QuizPart.objects.all().delete()
    QuizPart.objects.create(lesson=quiz, question=questions[1], sort_order=1)
    client.force_login(ada)
    answers = [client.post(f"/courses/questions/{each.pk}/delete/").status_code for each in questions]
    assert answers == [409, 409, 302]
    assert bank.questions.count() == 2
    client.post(f"/courses/questions/{questions[0].pk}/retire/")
    assert [each.retired for each in bank.questions.order_by("pk")] == [True, False]
    client.post(f"/courses/questions/{questions[0].pk}/return/")
    client.post(f"/courses/questions/{questions[0].pk}/duplicate/")
    assert bank.questions.filter(retired=False, name="single (copy)").exists()


@pytest.mark.parametrize("form", ["xml", "gift"])
def test_a_bank_taken_out_and_brought_in_is_the_same(client, ada, bank, unit, form):
    client.force_login(ada)
    taken = client.get(f"/courses/banks/{bank.pk}/take-out.{form}")
    assert "attachment" in taken["Content-Disposition"]
    other = QuestionBank.objects.create(organisation=unit, title="Again", created=NOW)
    file = SimpleUploadedFile("q.txt", taken.content)
    assert client.post(f"/courses/banks/{other.pk}/bring-in/", {"file": file}).status_code == 302
    kinds = sorted(other.questions.values_list("kind", flat=True))
    expected = sorted(SHAPES)
    if form == "gift":
        expected = [kind for kind in expected if kind in kinds]  # GIFT has no gaps of several kinds
        assert len(kinds) >= 7
    assert kinds == expected


def test_a_file_with_a_fault_brings_in_nothing_and_names_line_and_question(client, ada, bank):
    client.force_login(ada)
    before = bank.questions.count()
    file = SimpleUploadedFile("q.gift", b"::Good:: Soap? {T}\n\n::Broken one:: Which? {~a ~b}\n")
    answer = client.post(f"/courses/banks/{bank.pk}/bring-in/", {"file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3" in page
    assert "Broken one" in page
    assert bank.questions.count() == before


def test_only_who_writes_for_the_organisation_sees_its_bank(client, bob, eve, other, bank):
    elsewhere = somebody("elsewhere", other, "editor")
    question = bank.questions.first()
    for who in (bob, eve, elsewhere):
        client.force_login(who)
        for path in (f"banks/{bank.pk}/", f"banks/{bank.pk}/take-out.xml", f"banks/{bank.pk}/new/single/",
                     f"questions/{question.pk}/", f"questions/{question.pk}/preview/"):  # fmt: skip
            assert client.get(f"/courses/{path}").status_code == 404, (who, path)
        assert client.post(f"/courses/questions/{question.pk}/retire/").status_code == 404
    assert client.get("/courses/banks/").status_code == 200  # an editor's own, without this one
    assert bank.title not in client.get("/courses/banks/").content.decode()
    client.force_login(bob)
    assert client.get("/courses/banks/").status_code == 403


def test_the_bank_is_searched(client, ada, bank):
    client.force_login(ada)
    page = client.get(f"/courses/banks/{bank.pk}/?q=gloves").content.decode()
    assert "Gloves replace washing." in page
    assert "Match." not in page


def test_spare_rows_are_always_there():
    assert len(question_forms.spare([])) == 4
    assert question_forms.spare([{"text": str(number)} for number in range(6)])[6:] == [{}, {}, {}]


def test_nothing_is_kept_of_a_question_that_did_not_change(bank, ada):
    question = bank.questions.first()
    banks.keep(bank=bank, shape=question.newest.shape, by=ada, now=NOW, question=question)
    assert question.versions.count() == 1


def test_a_version_is_never_changed_by_code(bank):
    version = bank.questions.first().newest
    with pytest.raises(StaysAsItIs):
        version.save()
    with pytest.raises(StaysAsItIs):
        QuestionVersion.objects.filter(pk=version.pk).update(data={})
    with pytest.raises(StaysAsItIs):
        version.delete()
