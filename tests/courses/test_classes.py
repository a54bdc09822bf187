"""Classes by their pages: live lessons, places, files for those enrolled, an organisation's own people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.models import Document
from wagtail.models import ReferenceIndex
from wagtail.rich_text import RichText

from courses.models import (
    ArticleLesson,
    ClassList,
    CourseClass,
    CoursePage,
    Enrolment,
    FileLesson,
    LiveLesson,
    LiveSession,
)
from courses.services import class_lists
from courses.services.enrolling import enrol
from jobs.models import Job
from kernel import clock
from portals.models import HomePage
from rooms.models import Room
from rooms.services.meetings import open_meeting, record_join, record_leave
from tests.courses.conftest import NOW, somebody
from tests.courses.test_notices import work


@pytest.fixture
def live(section):
    page = LiveLesson(title="Meet", slug="meet")
    section.add_child(instance=page)
    return page


def test_a_live_lesson_is_planned_attended_and_completes_the_course(client, ada, bob, unit, held, enrolment, live):
    Room.objects.create(title="Kitchen", slug="kitchen", organisation=unit, created_at=NOW, changed_at=NOW)
    client.force_login(ada)
    said = {
        "title": "First", "lesson": str(live.translation_key), "room": "kitchen", "share": "75",
        "starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T10:00",
    }  # fmt: skip
    made = client.post(f"/courses/classes/{held.pk}/sessions/new/", said)
    assert made.status_code == 302
    session = LiveSession.objects.get()
    assert session.lesson == live.translation_key
    session.starts_at, session.ends_at = NOW, NOW + timedelta(hours=1)
    session.save()
    client.force_login(bob)
    assert "First" in client.get(live.url).content.decode()
    meeting = open_meeting(room=Room.objects.get(), key="m", now=NOW)
    record_join(
        meeting=meeting, participant="p", person=str(bob.public_id), guest="", name="Bob", organisation="",
        role="participant", now=NOW,
    )  # fmt: skip
    record_leave(meeting=meeting, participant="p", reason="left", now=NOW + timedelta(minutes=50))
    client.force_login(ada)
    assert client.post(f"/courses/sessions/{session.pk}/take/").status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None
    assert "Meet" in client.get(made.url).content.decode()


def test_a_session_is_linked_to_lessons_of_its_own_course_only(client, ada, home, held, live):
    elsewhere = CoursePage(title="Other", slug="other")
    home.add_child(instance=elsewhere)
    client.force_login(ada)
    said = {"title": "First", "share": "75", "starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T10:00", "room": ""}
    refused = {**said, "lesson": str(elsewhere.translation_key)}
    assert client.post(f"/courses/classes/{held.pk}/sessions/new/", refused).status_code == 422
    client.post(f"/courses/classes/{held.pk}/sessions/new/", said)
    session = LiveSession.objects.get()
    change = f"/courses/sessions/{session.pk}/change/"
    assert str(live.translation_key) in client.get(change).content.decode()
    client.post(change, {**said, "lesson": str(live.translation_key)})
    session.refresh_from_db()
    assert session.lesson == live.translation_key


def test_more_places_let_those_in_who_wait(client, ada, bob, unit, held):
    CourseClass.objects.filter(pk=held.pk).update(places=1)
    people = [bob, *(somebody(name, unit, "member") for name in ("carl", "dora"))]
    for person in people:
        enrol(course_class=held, person=person, by=person, now=NOW)
    client.force_login(ada)
    said = {"title": "Autumn", "starts_on": "2026-11-01", "places": "2", "remind_days": "3", "self_enrol": "on"}
    assert client.post(f"/courses/classes/{held.pk}/change/", said).status_code == 302
    states = list(held.enrolments.order_by("pk").values_list("state", flat=True))
    assert states == ["active", "active", "waiting"]


def document(name="plan.pdf"):
    return Document.objects.create(title=name, file=ContentFile(b"%PDF-1.4 secret", name=name))


def opens(client, who, found):
    client.logout()
    if who is not None:
        client.force_login(who)
    return client.get(found.url).status_code


@pytest.fixture
def lesson_with_file(section):
    page = FileLesson(title="Take this", slug="file", file=document())
    section.add_child(instance=page)
    return page


def test_a_lessons_file_is_for_who_may_read_the_lesson(client, ada, bob, eve, held, lesson_with_file):
    file = lesson_with_file.file
    assert [opens(client, who, file) for who in (None, bob, eve, ada)] == [302, 404, 404, 200]
    enrol(course_class=held, person=bob, by=bob, now=NOW)
    assert opens(client, bob, file) == 200
    FileLesson.objects.update(opens_at=clock.now() + timedelta(days=1))
    assert [opens(client, who, file) for who in (bob, ada)] == [404, 200]
    FileLesson.objects.update(opens_at=None, live=False)
    assert [opens(client, who, file) for who in (bob, ada)] == [404, 200]


def test_an_articles_file_is_guarded_and_a_public_pages_is_not(client, bob, eve, held, section):
    inside, outside, nowhere = document("inside.pdf"), document("outside.pdf"), document("nowhere.pdf")
    article = ArticleLesson(title="Read", slug="read", body=[("file", inside)])
    section.add_child(instance=article)
    ReferenceIndex.create_or_update_for_object(article)  # the worker does it
    home = HomePage.objects.first()
    link = RichText(f'<p><a linktype="document" id="{outside.pk}">Plan</a></p>')
    home.body = [("notice", {"heading": "Plan", "text": link})]
    home.save()
    ReferenceIndex.create_or_update_for_object(home)
    assert [opens(client, who, inside) for who in (None, bob, eve)] == [302, 404, 404]
    assert [opens(client, who, outside) for who in (None, eve)] == [200, 200]
    assert [opens(client, who, nowhere) for who in (None, eve)] == [302, 404]
    enrol(course_class=held, person=bob, by=bob, now=NOW)
    assert opens(client, bob, inside) == 200


@pytest.fixture
def editor(other):
    return somebody("editor", other, "editor")


@pytest.fixture
def open_class(course, held):
    CoursePage.objects.filter(pk=course.pk).update(audience="signed_in")
    return CourseClass.objects.get(pk=held.pk)


def test_an_editor_enrols_their_own_people_by_ticking_them(client, editor, bob, eve, open_class, course):
    client.force_login(editor)
    address = f"/courses/classes/{open_class.pk}/people/"
    assert address in client.get(course.url).content.decode()
    page = client.get(address).content.decode()
    assert f'value="{eve.pk}"' in page
    assert f'value="{bob.pk}"' not in page
    assert f'value="{eve.pk}"' not in client.get(address, {"q": "zz"}).content.decode()
    client.post(address, {"person": [str(eve.pk), str(bob.pk), "x"]})
    assert list(open_class.enrolments.values_list("person__username", "by__username")) == [("eve", "editor")]
    assert f'value="{eve.pk}"' not in client.get(address).content.decode()


def test_the_page_is_for_editors_who_may_see_the_course(client, editor, bob, eve, held):
    for who, expected in ((editor, 404), (bob, 403), (eve, 404)):
        client.force_login(who)
        assert client.get(f"/courses/classes/{held.pk}/people/").status_code == expected
        file = SimpleUploadedFile("l.csv", b"username\neve\n")
        assert client.post(f"/courses/classes/{held.pk}/list/", {"file": file}).status_code == expected
    assert not Enrolment.objects.exists()


def hand_in(client, held, text):
    file = SimpleUploadedFile("people.csv", text.encode())
    return client.post(f"/courses/classes/{held.pk}/list/", {"file": file})


def test_an_editors_list_tells_nothing_of_others(client, editor, bob, eve, open_class):
    client.force_login(editor)
    page = client.get(hand_in(client, open_class, "username\neve\nbob\nnobody\n").url).content.decode()
    held = ClassList.objects.get()
    assert held.stage == "refused"
    assert [fault[:3] for fault in held.faults] == [[3, "username", "bob"], [4, "username", "nobody"]]
    assert held.faults[0][3] == held.faults[1][3]
    assert "nobody" in page
    sound = hand_in(client, open_class, "username\neve\n")
    assert not open_class.enrolments.exists()
    client.post(sound.url + "carry-out/")
    assert list(open_class.enrolments.values_list("person__username", flat=True)) == ["eve"]
    client.post(sound.url + "carry-out/")
    client.force_login(bob)
    assert client.get(sound.url).status_code == 404


def test_a_long_list_is_a_job(client, ada, unit, held, monkeypatch):
    monkeypatch.setattr(class_lists, "AT_ONCE", 2)
    for name in ("p1", "p2", "p3"):
        somebody(name, unit, "member")
    client.force_login(ada)
    address = hand_in(client, held, "username\np1\np2\np3\n").url
    assert "stoa-job" in client.get(address).content.decode()
    assert Job.objects.get().kind == class_lists.LOOK
    work()
    assert "The list is in order: 3 new" in client.get(address).content.decode()
    client.post(address + "carry-out/")
    assert not held.enrolments.exists()
    work()
    assert held.enrolments.filter(state="active").count() == 3
    assert "Done: 3 enrolled" in client.get(address).content.decode()
    assert bytes(ClassList.objects.get().data) == b""
    assert class_lists.tidy(now=clock.now() + timedelta(days=2)) == 1
