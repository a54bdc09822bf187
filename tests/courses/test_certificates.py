"""Certificates: earned, issued once, frozen, verified by anybody, revoked with a reason."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from courses import numbering
from courses.errors import NoPaper, NotEarned
from courses.models import Certificate, CertificateRule, Completion, Enrolment
from courses.selectors import certificates
from courses.services import certificates as change
from courses.services import paper
from courses.services.watching import complete
from jobs.models import Job
from tests.courses.conftest import NOW, somebody


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def finish(enrolment, *lessons, now=NOW):
    for lesson in lessons:
        complete(enrolment=enrolment, lesson=lesson.translation_key, how=Completion.How.READ, now=now)
    enrolment.refresh_from_db()


# Numbers


@given(
    st.text(alphabet=numbering.ALPHABET, min_size=12, max_size=12),
    st.integers(0, 12),
    st.sampled_from(numbering.ALPHABET),
)
def test_one_wrong_letter_is_noticed(body, place, other):
    number = numbering.with_check(body)
    assert numbering.tidy(number) == number
    letters = list(number.replace("-", ""))
    if letters[place] == other:
        return
    letters[place] = other
    assert numbering.tidy("".join(letters)) is None


def test_every_other_letter_in_every_place_is_noticed():
    number = numbering.with_check("7k3mq9xd4tpa").replace("-", "")
    for place, right in enumerate(number):
        for wrong in set(numbering.ALPHABET) - {right}:
            assert numbering.tidy(number[:place] + wrong + number[place + 1 :]) is None, (place, wrong)


@given(st.text(alphabet=numbering.ALPHABET, min_size=12, max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_two_letters_that_changed_places_are_noticed(body, one, two):
    letters = list(numbering.with_check(body).replace("-", ""))
    if letters[one] == letters[two]:
        return
    letters[one], letters[two] = letters[two], letters[one]
    assert numbering.tidy("".join(letters)) is None


@pytest.mark.parametrize("how", [str.upper, lambda n: n.replace("-", " "), lambda n: n.replace("-", "－")])
def test_a_number_is_known_however_it_is_typed(how):
    number = numbering.new()
    assert numbering.tidy(how(number)) == number


@pytest.mark.parametrize("typed", ["", "a", "\x00" * 13, "1" * 13, "k7mp" * 9, "🙂" * 13, "0oil-0oil-0oil-0"])
def test_what_is_no_number(typed):
    assert numbering.tidy(typed) is None


# Issuing


def test_who_completes_everything_has_one_and_is_told(enrolment, video, article, django_capture_on_commit_callbacks):
    finish(enrolment, article)
    assert not Certificate.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        finish(enrolment, video)
    made = Certificate.objects.get()
    assert (made.enrolment, made.person_name, made.course_title) == (enrolment, "bob", "Clean hands")
    assert (made.class_title, made.organisation_name, made.issued_by) == (enrolment.course_class.title, "Nurses", None)
    finish(enrolment, video, article)
    assert Certificate.objects.count() == 1
    assert made.number in enrolment.person.notices.get(kind="certificate").text


def test_it_stays_as_it_was_issued(enrolment, video, article, course, bob):
    finish(enrolment, article, video)
    course.title, bob.display_name = "Another", "Robert"
    course.save()
    bob.save()
    made = Certificate.objects.get()
    assert (made.person_name, made.course_title) == ("bob", "Clean hands")


def test_a_class_may_ask_for_more_than_completion(enrolment, video, article, ada):
    change.set_rule(held=enrolment.course_class, by_itself=True, least=100)
    finish(enrolment, article, video)
    assert not Certificate.objects.exists()
    with pytest.raises(NotEarned):
        change.issue(enrolment=enrolment, by=ada, now=NOW)
    assert change.catch_up(now=NOW) == 0
    CertificateRule.objects.update(least=None)
    assert change.catch_up(now=NOW) == 1
    assert change.catch_up(now=NOW) == 0


def test_without_the_rule_a_teacher_issues(enrolment, video, article, ada, client):
    change.set_rule(held=enrolment.course_class, by_itself=False, least=None)
    finish(enrolment, article, video)
    assert not Certificate.objects.exists()
    client.force_login(ada)
    client.post(reverse("certificates:issue", args=[enrolment.pk]))
    assert Certificate.objects.get().issued_by == ada


def test_who_has_not_completed_can_t_be_given_one(enrolment, ada, client):
    client.force_login(ada)
    assert client.post(reverse("certificates:issue", args=[enrolment.pk])).status_code == 409
    assert not Certificate.objects.exists()


def test_revoked_once_and_never_issued_again_by_itself(enrolment, video, article, ada):
    finish(enrolment, article, video)
    made = Certificate.objects.get()
    assert change.revoke(certificate=made, reason="Somebody else's answers", by=ada, now=NOW)
    assert not change.revoke(certificate=made, reason="Again", by=ada, now=NOW + timedelta(days=1))
    made.refresh_from_db()
    assert (made.reason, made.revoked_at) == ("Somebody else's answers", NOW)
    assert change.issue_by_rule(enrolment=enrolment, now=NOW) is None
    assert change.issue_all(held=enrolment.course_class, by=ada, now=NOW) == 0
    again = change.issue(enrolment=enrolment, by=ada, now=NOW)
    assert again.number != made.number


def test_many_at_once_are_a_job(held, unit, video, article, ada, client, monkeypatch):
    from courses.services.enrolling import enrol
    from courses.views import certificates as view

    monkeypatch.setattr(view, "AT_ONCE", 1)
    change.set_rule(held=held, by_itself=False, least=None)
    for name in ("one", "two", "three"):
        person = somebody(name, unit, "member")
        finish(enrol(course_class=held, person=person, by=person, now=NOW), video, article)
    client.force_login(ada)
    client.post(reverse("certificates:issue-all", args=[held.pk]))
    job = Job.objects.get(kind=change.ISSUE_ALL)
    assert job.args == {"pk": held.pk, "by": ada.pk}
    heard = []
    assert change.issue_all(held=held, by=ada, now=NOW, told=lambda share, words: heard.append((share, words))) == 3
    assert [share for share, _ in heard] == [0, 1 / 3, 2 / 3]
    assert change.issue_all(held=held, by=ada, now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_issued_at_once_by_two_it_is_one(enrolment, video, article, ada):
    change.set_rule(held=enrolment.course_class, by_itself=False, least=None)
    finish(enrolment, article, video)
    gate, got = threading.Barrier(4), []

    def issue():
        try:
            gate.wait()
            got.append(change.issue(enrolment=Enrolment.objects.get(pk=enrolment.pk), by=ada, now=NOW).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(got) == 4
    assert len(set(got)) == 1


# The paper

try:
    import weasyprint  # noqa: F401
except OSError:
    PANGO = False
else:
    PANGO = True
draws = pytest.mark.skipif(not PANGO and os.environ.get("CI") != "true", reason="no Pango on this machine")


def drawn(enrolment, **other):
    facts = {
        "number": numbering.new(), "enrolment": enrolment, "language": "zh-hans", "person_name": "林静",
        "course_title": "洗手", "class_title": "秋季班", "organisation_name": "护理学会", "minutes": 375,
        "completed_on": NOW.date(), "issued_at": NOW,
    }  # fmt: skip
    made = Certificate(**facts | other)
    return made, pypdfium2.PdfDocument(paper.draw(made))


@draws
def test_the_paper_says_what_was_issued_in_its_language_and_its_code_leads_to_the_page(enrolment):
    made, pdf = drawn(enrolment)
    assert len(pdf) == 1
    said = pdf[0].get_textpage().get_text_range()
    for words in ("林静", "洗手", "护理学会", "6.5", made.number, change.address(made)):
        assert words in said
    read = zxingcpp.read_barcodes(pdf[0].render(scale=2).to_pil())
    assert [code.text for code in read] == [change.address(made)]


@draws
@pytest.mark.parametrize(
    "name",
    [
        "<img src=http://127.0.0.1:9/x><script>alert(1)</script>",
        "Alexandrina Wolfeschlegelsteinhausenbergerdorff " * 4,
        "龚骉堃喆昇䶮" * 30,
        "مرحبا 👩‍⚕️ \u202etxt",
        'url("file:///etc/passwd")',
    ],
)
def test_whatever_somebody_is_called_it_is_one_page_of_text(enrolment, name):
    _made, pdf = drawn(enrolment, person_name=name[:200], course_title=name[:255], organisation_name=name[:200])
    assert len(pdf) == 1
    assert pdf.count_attachments() == 0
    assert not list(pdf[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))


def test_a_server_without_pango_says_so(enrolment, monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest, **other):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **other)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NoPaper, match="Pango"):
        paper.draw(Certificate(language="en", issued_at=NOW, number=numbering.new()))


# Who sees what


def test_anybody_verifies_and_sees_no_more_than_the_paper_says(enrolment, video, article, client, ada):
    finish(enrolment, article, video)
    made = Certificate.objects.get()
    answer = client.get(reverse("certificates:verify", args=[made.number.upper()]))
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex"
    said = answer.content.decode()
    assert "This certificate is valid." in said
    assert "bob@example.org" not in said
    change.revoke(certificate=made, reason="Somebody else's answers", by=ada, now=NOW)
    said = client.get(reverse("certificates:verify", args=[made.number])).content.decode()
    assert "was revoked" in said
    assert "valid." not in said
    assert "Somebody else" not in said


def test_a_number_is_not_found_by_trying(db, client):
    for _ in range(60):
        assert client.get(reverse("certificates:verify", args=[numbering.new()])).status_code == 404
    assert client.get(reverse("certificates:verify", args=[numbering.new()])).status_code == 429


def test_typing_a_number_leads_to_its_page(enrolment, video, article, client):
    finish(enrolment, article, video)
    number = Certificate.objects.get().number
    answer = client.get(reverse("certificates:check"), {"number": f" {number.upper()} "})
    assert answer["Location"] == reverse("certificates:verify", args=[number])
    assert client.get(reverse("certificates:check")).status_code == 200


@draws
def test_the_paper_is_for_its_owner_and_who_teaches(enrolment, video, article, bob, ada, eve, unit, client):
    finish(enrolment, article, video)
    address = reverse("certificates:pdf", args=[Certificate.objects.get().number])
    assert client.get(address).status_code == 302  # to sign in
    for person, status in ((bob, 200), (ada, 200), (eve, 404), (somebody("carl", unit, "member"), 404)):
        client.force_login(person)
        answer = client.get(address)
        assert answer.status_code == status
        if status == 200:
            assert answer["Content-Type"] == "application/pdf"
            assert answer.content.startswith(b"%PDF-")


def test_a_revoked_one_has_no_paper_any_more(enrolment, video, article, bob, ada, client):
    finish(enrolment, article, video)
    made = Certificate.objects.get()
    change.revoke(certificate=made, reason="Wrong name", by=ada, now=NOW)
    client.force_login(bob)
    answer = client.get(reverse("certificates:pdf", args=[made.number]))
    assert answer["Location"] == reverse("certificates:verify", args=[made.number])
    assert "Revoked" in client.get(reverse("certificates:mine")).content.decode()


def test_learners_neither_issue_nor_revoke(enrolment, video, article, bob, client):
    finish(enrolment, article, video)
    made = Certificate.objects.get()
    client.force_login(bob)
    assert client.get(reverse("certificates:class", args=[enrolment.course_class_id])).status_code == 404
    assert client.post(reverse("certificates:revoke", args=[made.number]), {"reason": "x"}).status_code == 404
    assert client.post(reverse("certificates:issue-all", args=[enrolment.course_class_id])).status_code == 404
    made.refresh_from_db()
    assert made.holds


def test_a_teacher_sees_the_class_sets_the_rule_and_revokes_with_a_reason(enrolment, video, article, ada, client):
    finish(enrolment, article, video)
    made = Certificate.objects.get()
    client.force_login(ada)
    page = reverse("certificates:class", args=[enrolment.course_class_id])
    assert made.number in client.get(page).content.decode()
    client.post(reverse("certificates:revoke", args=[made.number]), {"reason": " "})
    made.refresh_from_db()
    assert made.holds
    client.post(reverse("certificates:revoke", args=[made.number]), {"reason": "Wrong name"})
    made.refresh_from_db()
    assert (made.holds, made.revoked_by) == (False, ada)
    rule = reverse("certificates:rule", args=[enrolment.course_class_id])
    assert client.post(rule, {"least": "101"}).status_code == 422
    client.post(rule, {"least": "60"})
    found = certificates.rule_of(enrolment.course_class)
    assert (found.by_itself, found.least) == (False, 60)
    assert mail.outbox == []


def test_a_class_costs_the_same_number_of_questions_whatever_its_size(
    held, unit, video, article, django_assert_max_num_queries
):
    from django.test.utils import CaptureQueriesContext

    from courses.services.enrolling import enrol

    change.set_rule(held=held, by_itself=True, least=10)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            certificates.standings(held, now=NOW)
        return len(queries)

    asked()
    few = asked()
    for number in range(12):
        person = somebody(f"p{number}", unit, "member")
        enrol(course_class=held, person=person, by=person, now=NOW)
    assert asked() == few
