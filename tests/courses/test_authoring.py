"""The Studio's own tools on courses, by real requests: drafts, schedule, comparison, order, preview, questions."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import ArticleLesson, CoursePage, VideoLesson
from courses.models.pauses import answered, asked
from jobs import registry
from kernel import clock
from pages import rights
from tests.courses.conftest import somebody


@pytest.fixture(autouse=True)
def editor(home, unit, client):
    person = somebody("editor", unit, "editor")
    rights.settle(unit)
    rights.sync(person)
    client.force_login(person)
    return person


def course_form(**more):
    return {
        "title": "Clean hands", "slug": "clean-hands", "summary": "", "introduction": "null", "languages": "",
        "topic": "", "audience": "members", **more,
    }  # fmt: skip


def article_form(**more):
    return {
        "title": "Read this", "slug": "article", "summary": "", "minutes": "5", "opens_at": "", "notes_least": "0",
        "body-count": "0", **more,
    }  # fmt: skip


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def publish_scheduled():
    registry.find("pages.publish_scheduled").work(None)


def test_a_draft_is_seen_by_nobody_and_compared_with_what_is_live(client, course, bob):
    course.save_revision().publish()
    client.post(edit(course), course_form(title="Washed hands"))
    course.refresh_from_db()
    assert (course.title, course.has_unpublished_changes) == ("Clean hands", True)
    compared = client.get(reverse("wagtailadmin_pages:revisions_compare", args=[course.pk, "live", "latest"]))
    assert compared.status_code == 200
    assert "Washed" in compared.content.decode()
    assert client.get(reverse("wagtailadmin_pages:history", args=[course.pk])).status_code == 200
    client.force_login(bob)
    assert "Washed" not in client.get(course.url).content.decode()


def test_what_is_scheduled_goes_live_and_ends_by_itself(client, course, article, bob, monkeypatch):
    assert "pages.publish_scheduled" in {each.name for each in registry.periodic()}
    course.unpublish()
    at = timezone.localtime(clock.now() + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    client.post(edit(course), course_form(go_live_at=at, **{"action-publish": "1"}))
    publish_scheduled()
    assert not CoursePage.objects.get(pk=course.pk).live
    found = CoursePage.objects.get(pk=course.pk)
    assert found.approved_schedule
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    publish_scheduled()
    assert CoursePage.objects.get(pk=course.pk).live
    CoursePage.objects.filter(pk=course.pk).update(expire_at=clock.now() - timedelta(minutes=1))
    publish_scheduled()
    assert not CoursePage.objects.get(pk=course.pk).live
    client.force_login(bob)
    assert client.get(course.url).status_code == 404


def test_lessons_are_put_into_another_order(client, ada, section, video, article):
    place = reverse("wagtailadmin_pages:set_page_position", args=[article.pk]) + "?position=0"
    assert client.post(place).status_code == 200
    assert [page.slug for page in section.get_children()] == ["article", "video"]
    client.force_login(ada)
    page = client.get(section.get_parent().specific.url).content.decode()
    assert page.index("Read this") < page.index("Watch this")


def test_what_is_being_typed_is_previewed_as_a_learner_gets_it(client, article):
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[article.pk])
    told = client.post(preview, article_form(title="Typed just now"))
    assert json.loads(told.content)["is_valid"]
    shown = client.get(preview)
    assert shown.status_code == 200
    assert "Typed just now" in shown.content.decode()
    assert ArticleLesson.objects.get().title == "Read this"


def pause_form(video, answers, **more):
    said = {
        "title": video.title, "slug": video.slug, "summary": "", "asset": str(video.asset_id), "body": "null",
        "minutes": "5", "opens_at": "", "share": "90", "notes_least": "0", "pauses-count": "1", "pauses-0-deleted": "",
        "pauses-0-order": "0", "pauses-0-type": "question", "pauses-0-id": "", "pauses-0-value-at": "12",
        "pauses-0-value-text": "How long?", "pauses-0-value-feedback": "Twenty.",
        "pauses-0-value-answers-count": str(len(answers)), "action-publish": "1", **more,
    }  # fmt: skip
    for number, (text, right) in enumerate(answers):
        before = f"pauses-0-value-answers-{number}"
        said |= {f"{before}-deleted": "", f"{before}-order": str(number), f"{before}-type": "item", f"{before}-id": ""}
        said |= {f"{before}-value-text": text} | ({f"{before}-value-right": "on"} if right else {})
    return said


def test_a_question_goes_from_the_studio_to_the_player_without_its_answer(client, ada, bob, eve, enrolment, video):
    client.post(edit(video), pause_form(video, [("Five", False), ("Ten", False)]))
    assert not VideoLesson.objects.get(pk=video.pk).pauses  # one has to be right
    assert client.post(edit(video), pause_form(video, [("Five", False), ("Twenty", True)])).status_code == 302
    lesson = VideoLesson.objects.get(pk=video.pk)
    [pause] = asked(lesson.pauses)
    assert (pause["at"], pause["text"], pause["several"]) == (12, "How long?", False)
    five, twenty = (each["id"] for each in pause["answers"])
    client.force_login(bob)
    shown = client.get(lesson.url).context["player"]["pauses"]
    assert shown == [pause]
    assert set(pause) == {"name", "at", "text", "several", "answers"}
    assert all(set(each) == {"id", "text"} for each in pause["answers"])
    address = f"/courses/lessons/{lesson.pk}/pauses/{pause['name']}/"

    def say(*chosen):
        return client.post(address, json.dumps({"chosen": chosen}), content_type="application/json")

    assert say(five).json() == {"right": False, "answers": [twenty], "feedback": "Twenty."}
    assert say(twenty).json()["right"] is True
    assert say(five, twenty).json()["right"] is False
    assert say().status_code == 400
    assert client.post(address, "[]", content_type="application/json").status_code == 400
    assert answered(lesson.pauses, "no such", [five]) is None
    for who in (eve, somebody("carl", lesson.course.organisation, "member")):
        client.force_login(who)
        assert say(twenty).status_code == 403
