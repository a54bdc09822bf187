"""Bob hands in, Ada returns and accepts; what was handed in stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from courses.assigning import judge
from courses.errors import AlreadyReviewed, FileNotTaken, NotAllJudged, NotHandedIn
from courses.models import AssignmentLesson, Completion, Review, Submission, Work, WorkFile
from courses.models.kept import StaysAsItIs
from courses.services import assignments
from kernel.errors import StoaError
from media.assets import storage
from tests.courses.conftest import NOW, somebody

RUBRIC = [
    (
        "criterion",
        {
            "title": name,
            "levels": [{"title": "Weak", "points": 1, "text": ""}, {"title": "Good", "points": 4, "text": "Clear"}],
        },
    )
    for name in ("Content", "Form")
]
PDF = b"%PDF-1.7 soap"


@pytest.fixture
def assignment(section):
    page = AssignmentLesson(title="Watch your ward", slug="ward", body="<p>Describe it.</p>", rubric=RUBRIC)
    section.add_child(instance=page)
    return page


@pytest.fixture
def page(assignment):
    return "/nurses/clean-hands/why/ward/"


def written(enrolment, assignment, text="We wash.", now=NOW):
    assignments.write(enrolment=enrolment, lesson=assignment, text=text, now=now)
    return assignments.hand_in(enrolment=enrolment, lesson=assignment, now=now)


def said(version, lesson, by, *, accept, chosen=(1, 1), comment="Look again."):
    return assignments.review(
        submission=version, lesson=lesson, accept=accept, judged=judge(lesson.criteria, list(chosen), ["", ""]),
        points=None, comment=comment, by=by, now=NOW,
    )  # fmt: skip


def test_return_and_accept_keep_every_version_and_tell_the_learner(enrolment, assignment, ada, bob):
    first = written(enrolment, assignment)
    said(first, assignment, ada, accept=False)
    assert not Completion.objects.exists()
    second = written(enrolment, assignment, "We wash for forty seconds.")
    row = said(second, assignment, ada, accept=True, chosen=(1, 0))
    assert [(each.number, each.text) for each in Submission.objects.all()] == [
        (1, "We wash."),
        (2, "We wash for forty seconds."),
    ]
    assert (row.points, row.out_of) == (Decimal(5), 8)
    assert [each["level"] for each in row.judged] == ["Good", "Weak"]
    assert Completion.objects.get().lesson == assignment.translation_key
    told = list(bob.notices.filter(kind__startswith="work.").order_by("pk"))
    assert [each.subject for each in told] == ["Returned: Watch your ward", "Accepted: Watch your ward"]
    assert "Look again." in told[0].text
    assert told[0].path.endswith("/nurses/clean-hands/why/ward/")


def test_a_version_is_decided_once(enrolment, assignment, ada):
    first = written(enrolment, assignment)
    said(first, assignment, ada, accept=False)
    with pytest.raises(AlreadyReviewed):
        said(first, assignment, ada, accept=True)
    second = written(enrolment, assignment)
    with pytest.raises(AlreadyReviewed):
        said(first, assignment, ada, accept=True)
    said(second, assignment, ada, accept=True)
    assert Review.objects.count() == 2


def test_what_was_handed_in_is_not_changed_and_not_handed_in_twice(enrolment, assignment):
    written(enrolment, assignment)
    with pytest.raises(NotHandedIn, match="state"):
        assignments.write(enrolment=enrolment, lesson=assignment, text="Other", now=NOW)
    with pytest.raises(NotHandedIn, match="state"):
        assignments.hand_in(enrolment=enrolment, lesson=assignment, now=NOW)
    with pytest.raises(NotHandedIn, match="state"):
        assignments.attach(enrolment=enrolment, lesson=assignment, name="a.pdf", data=PDF, now=NOW)
    assert Submission.objects.get().text == "We wash."


def test_late_is_written_down_or_refused(enrolment, assignment):
    AssignmentLesson.objects.filter(pk=assignment.pk).update(due_at=NOW - timedelta(days=1), late_allowed=False)
    assignment.refresh_from_db()
    with pytest.raises(NotHandedIn, match="late"):
        written(enrolment, assignment)
    assignment.late_allowed = True
    written(enrolment, assignment)
    assert Submission.objects.get().late


def test_no_acceptance_without_a_level_for_each_criterion(enrolment, assignment, ada):
    version = written(enrolment, assignment)
    with pytest.raises(NotAllJudged):
        said(version, assignment, ada, accept=True, chosen=(1, None))
    assert Work.objects.get().state == "submitted"
    assert said(version, assignment, ada, accept=False, chosen=(1, None)).points == 4


def test_a_rubric_changed_later_changes_no_past_review(enrolment, assignment, ada):
    row = said(written(enrolment, assignment), assignment, ada, accept=True)
    assignment.rubric = []
    assignment.points = 100
    assignment.save()
    row.refresh_from_db()
    assert (row.points, row.out_of) == (8, 8)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.exe", b"MZ", "kind"),
        ("a.pdf", b"<html>", "kind"),
        ("a.pdf", b"", "kind"),
        ("a.pdf", PDF * (1 << 17), "large"),
    ],
)
def test_a_file_of_another_kind_or_too_large_is_refused_and_leaves_nothing(enrolment, assignment, name, data, why):
    assignment.file_mb = 1
    with pytest.raises(FileNotTaken, match=why):
        assignments.attach(enrolment=enrolment, lesson=assignment, name=name, data=data, now=NOW)
    assert not WorkFile.objects.exists()


def test_no_more_files_than_may_be(enrolment, assignment):
    for number in range(assignment.files_most):
        assignments.attach(enrolment=enrolment, lesson=assignment, name=f"{number}.pdf", data=PDF, now=NOW)
    with pytest.raises(FileNotTaken, match="many"):
        assignments.attach(enrolment=enrolment, lesson=assignment, name="more.pdf", data=PDF, now=NOW)


def test_a_file_taken_out_of_the_draft_stays_in_the_version(
    enrolment, assignment, ada, django_capture_on_commit_callbacks
):
    kept = assignments.attach(enrolment=enrolment, lesson=assignment, name="a.pdf", data=PDF, now=NOW)
    gone = assignments.attach(enrolment=enrolment, lesson=assignment, name="b.pdf", data=PDF, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assignments.detach(file=gone)
    assert not storage.store().exists(gone.stored)
    first = written(enrolment, assignment, "")
    said(first, assignment, ada, accept=False)
    with django_capture_on_commit_callbacks(execute=True):
        assignments.detach(file=kept)
    second = written(enrolment, assignment, "Again")
    assert [file.name for file in first.files.all()] == ["a.pdf"]
    assert list(second.files.all()) == []
    assert storage.read(kept.stored) == PDF


def test_files_go_to_the_learner_and_the_teachers_only_and_are_never_shown(
    client, enrolment, assignment, ada, bob, eve, unit
):
    file = assignments.attach(enrolment=enrolment, lesson=assignment, name="洗手.pdf", data=PDF, now=NOW)
    address = f"/courses/handed-in/{file.key}/"
    colleague = somebody("carl", unit, "member")

    def answers(*people):
        found = []
        for each in people:
            client.force_login(each)
            found.append(client.get(address).status_code)
        return found

    assert answers(bob, ada, eve, colleague) == [200, 404, 404, 404]
    written(enrolment, assignment)
    assert answers(bob, ada, eve, colleague) == [200, 200, 404, 404]
    client.force_login(ada)
    got = client.get(address)
    assert got["Content-Disposition"].startswith("attachment;")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got["Content-Security-Policy"]
    part = client.get(address, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 1-3/{len(PDF)}")
    client.force_login(eve)
    assert client.post(f"{address}take-out/").status_code == 404


def test_the_page_writes_attaches_hands_in_and_is_reviewed(client, enrolment, assignment, page, ada, bob, held):
    client.force_login(bob)
    save = f"/courses/assignments/{assignment.pk}/save/"
    saved = client.post(save, {"text": "We"}, headers={"HX-Request": "true"})
    assert "Saved" in saved.content.decode()
    file = SimpleUploadedFile("plan.pdf", PDF)
    client.post(save, {"text": "We wash.", "files": [file], "hand_in": "1"})
    version = Submission.objects.get()
    assert [each.name for each in version.files.all()] == ["plan.pdf"]
    assert "plan.pdf" in client.get(page).content.decode()
    review = f"/courses/submissions/{version.pk}/"
    assert client.get(review).status_code == 404
    client.force_login(ada)
    assert "bob" in client.get(f"/courses/classes/{held.pk}/handed-in/").content.decode()
    assert client.get(review).status_code == 200
    assert client.post(review, {"accept": "1", "level-0": "1"}).status_code == 422
    assert client.post(review, {"accept": "1", "level-0": "1", "level-1": "7"}).status_code == 422
    assert client.post(review, {"accept": "1", "level-0": "1", "level-1": "0", "comment": "好"}).status_code == 302
    assert client.post(review, {"return": "1"}).status_code == 409
    client.force_login(bob)
    shown = client.get(page).content.decode()
    assert "5 of 8 points" in shown
    assert "好" in shown


def test_a_bad_file_keeps_the_work_from_going_off(client, enrolment, assignment, bob):
    client.force_login(bob)
    save = f"/courses/assignments/{assignment.pk}/save/"
    bad = SimpleUploadedFile("plan.pdf", b"<html>")
    answer = client.post(save, {"text": "We wash.", "files": [bad], "hand_in": "1"}, follow=True)
    assert "plan.pdf was not taken" in answer.content.decode()
    assert Work.objects.get().text == "We wash."
    assert not Submission.objects.exists()


def test_only_who_is_enrolled_hands_in_and_only_when_it_is_open(client, enrolment, assignment, ada, bob, eve):
    save = f"/courses/assignments/{assignment.pk}/save/"
    for who in (ada, eve):
        client.force_login(who)
        assert client.post(save, {"text": "x", "hand_in": "1"}).status_code == 403
    AssignmentLesson.objects.filter(pk=assignment.pk).update(opens_at=timezone.now() + timedelta(days=1))
    client.force_login(bob)
    assert client.post(save, {"text": "x", "hand_in": "1"}).status_code == 409
    assert not Submission.objects.exists()


def test_what_is_evidence_is_not_changed_or_deleted(enrolment, assignment, ada):
    version = written(enrolment, assignment)
    row = said(version, assignment, ada, accept=False)
    for each in (version, row):
        with pytest.raises(StaysAsItIs):
            each.save()
        with pytest.raises(StaysAsItIs):
            each.delete()
        with pytest.raises(StaysAsItIs):
            type(each).objects.filter(pk=each.pk).delete()
        with pytest.raises(StaysAsItIs):
            type(each).objects.filter(pk=each.pk).update(pk=1)
    ada.delete()
    row.refresh_from_db()
    assert (row.comment, row.by) == ("Look again.", None)


def test_an_assignment_is_due_on_ones_own_page_until_it_is_handed_in(client, enrolment, assignment, ada, bob):
    AssignmentLesson.objects.filter(pk=assignment.pk).update(due_days=90)
    client.force_login(bob)
    mine = "/courses/mine/"
    assert "Watch your ward" in client.get(mine).content.decode()
    version = written(enrolment, assignment)
    assert "Watch your ward" not in client.get(mine).content.decode()
    said(version, assignment, ada, accept=False)
    assert "Returned" in client.get(mine).content.decode()


@pytest.mark.django_db(transaction=True)
def test_handed_in_and_decided_by_several_at_once_is_one(enrolment, assignment, ada):
    assignments.write(enrolment=enrolment, lesson=assignment, text="We wash.", now=NOW)

    def together(work):
        def run(number):
            try:
                return work(number)
            except (NotHandedIn, AlreadyReviewed) as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            return [each for each in pool.map(run, range(4)) if not isinstance(each, StoaError)]

    done = together(lambda number: assignments.hand_in(enrolment=enrolment, lesson=assignment, now=NOW))
    assert len(done) == 1
    decided = together(lambda number: said(done[0], assignment, ada, accept=number % 2 == 0))
    assert len(decided) == 1
    assert Work.objects.get().state == decided[0].verdict
    assert Completion.objects.count() == (decided[0].verdict == "accepted")
