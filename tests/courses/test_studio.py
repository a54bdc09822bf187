"""Courses in the Studio: every kind of page can be written, previewed and copied by its organisation's editor."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import ArticleLesson, CoursePage
from courses.services.review import lay_review
from pages import rights
from tests.courses.conftest import somebody


@pytest.fixture
def editor(home, unit, client):
    person = somebody("editor", unit, "editor")
    rights.settle(unit)
    rights.sync(person)
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    "kind", ["videolesson", "articlelesson", "filelesson", "livelesson", "assignmentlesson", "quizlesson"]
)
def test_each_kind_of_lesson_has_its_form(client, editor, section, kind):
    assert client.get(reverse("wagtailadmin_pages:add", args=["courses", kind, section.pk])).status_code == 200


def test_a_course_is_written_reordered_previewed_and_copied(client, editor, home, course, article):
    assert client.get(reverse("wagtailadmin_pages:add", args=["courses", "coursepage", home.pk])).status_code == 200
    for page in (course, article):
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        page.save_revision()
        assert client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_explore", args=[course.pk]) + "?ordering=ord").status_code == 200
    copied = course.copy(recursive=True, update_attrs={"slug": "again", "title": "Again"})
    assert copied.get_descendants().count() == course.get_descendants().count()
    assert copied.translation_key != course.translation_key


def test_the_general_lesson_is_no_kind_of_its_own(client, editor, section):
    answer = client.get(reverse("wagtailadmin_pages:add", args=["courses", "lesson", section.pk]))
    assert answer.status_code in {302, 403, 404}


def test_what_others_see_waits_for_the_office(client, editor, office, course):
    lay_review()
    lay_review()
    course.unpublish()
    edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
    said = {
        "title": "Clean hands", "slug": "clean-hands", "summary": "", "introduction": "null",
        "languages": "", "topic": "",
        "audience": "public", "action-publish": "1",
    }  # fmt: skip
    client.post(edit, said)
    assert not CoursePage.objects.get(pk=course.pk).live
    draft = CoursePage.objects.get(pk=course.pk).get_latest_revision_as_object()
    assert draft.audience == "public"
    workflow = course.get_workflow()
    state = workflow.start(CoursePage.objects.get(pk=course.pk), editor)
    chief = somebody("chief", office, "editor")
    rights.sync(chief)
    assert state.current_task_state.task.specific.user_can_access_editor(draft, chief)
    state.current_task_state.approve(user=chief)
    found = CoursePage.objects.get(pk=course.pk)
    assert (found.live, found.audience) == (True, "public")


def test_a_lesson_that_others_see_waits_for_the_office_too(client, editor, course, article):
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    said = {
        "title": "Changed", "slug": article.slug, "summary": "", "minutes": "5", "opens_at": "",
        "notes_least": "0", "body-count": "0", "action-publish": "1",
    }  # fmt: skip
    client.post(edit, said)
    article.refresh_from_db()
    assert article.title == "Changed"  # for its own people
    CoursePage.objects.filter(pk=course.pk).update(audience="signed_in")
    client.post(edit, {**said, "title": "Not reviewed"})
    article.refresh_from_db()
    assert article.title == "Changed"
    assert article.get_latest_revision_as_object().title == "Not reviewed"
    fresh = reverse("wagtailadmin_pages:add", args=["courses", "articlelesson", article.get_parent().pk])
    client.post(fresh, {**said, "title": "New", "slug": "new"})
    assert not ArticleLesson.objects.filter(slug="new", live=True).exists()
    assert ArticleLesson.objects.filter(slug="new").exists()
