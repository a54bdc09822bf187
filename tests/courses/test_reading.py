"""The pages of courses, by who reads them."""

from __future__ import annotations

import pytest
from wagtail.models import Locale

from courses.models import CoursePage
from courses.selectors.courses import catalogue, learner, visible
from organisations.policies import may
from tests.courses.conftest import somebody

COURSE, VIDEO, ARTICLE = (
    "/nurses/clean-hands/",
    "/nurses/clean-hands/why/video/",
    "/nurses/clean-hands/why/article/",
)


@pytest.fixture(autouse=True)
def pages(article, held):
    """All of them."""


def test_course_enrol_lesson(client, bob, held):
    client.force_login(bob)
    assert "Clean hands" in client.get("/courses/").content.decode()
    assert "Enrol" in client.get(COURSE).content.decode()
    assert client.get(VIDEO).status_code == 403
    assert client.post(f"/courses/classes/{held.pk}/enrol/").status_code == 302
    page = client.get(VIDEO).content.decode()
    assert "stoa-player" in page or "being prepared" in page
    assert client.get("/courses/mine/").status_code == 200


def test_somebody_of_another_organisation_is_refused(client, eve, held):
    client.force_login(eve)
    assert client.get(COURSE).status_code == 404
    assert client.get(VIDEO).status_code == 404
    assert client.post(f"/courses/classes/{held.pk}/enrol/").status_code == 404
    assert "Clean hands" not in client.get("/courses/").content.decode()


def test_a_stranger_is_led_to_sign_in(client):
    assert client.get(COURSE).status_code == 302
    assert client.get("/courses/").status_code == 200


def test_a_lesson_opens_when_the_one_before_is_completed(client, bob, enrolment, video, article):
    from courses.services.watching import complete
    from tests.courses.conftest import NOW

    client.force_login(bob)
    assert client.get(ARTICLE).status_code == 409
    assert client.post(f"/courses/lessons/{article.pk}/read/").status_code == 409
    complete(enrolment=enrolment, lesson=video.translation_key, how="watched", now=NOW)
    assert client.get(ARTICLE).status_code == 200
    assert client.post(f"/courses/lessons/{article.pk}/read/").status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None


def test_a_video_is_not_completed_by_saying_so(client, bob, enrolment, video):
    client.force_login(bob)
    assert client.post(f"/courses/lessons/{video.pk}/read/").status_code == 403
    assert not enrolment.completions.exists()


def test_a_class_is_for_who_manages_it(client, ada, bob, held, enrolment):
    for who, expected in ((ada, 200), (bob, 404)):
        client.force_login(who)
        assert client.get(f"/courses/classes/{held.pk}/").status_code == expected


@pytest.mark.parametrize("audience", ["public", "signed_in", "members"])
def test_the_catalogue_shows_what_may_be_seen_and_nothing_else(course, ada, bob, eve, office, unit, audience):
    CoursePage.objects.filter(pk=course.pk).update(audience=audience)
    below = unit.add_child(name="Ward", slug="ward", kind="unit")
    people = [ada, bob, eve, somebody("root", office, "administrator"), somebody("low", below, "member")]
    for person in people:
        found = CoursePage.objects.get(pk=course.pk)
        expected = may(learner(person, found), "course.see", found.scope)
        assert visible(person).filter(pk=course.pk).exists() is expected, person.username


def test_search_finds_by_title(bob):
    assert [course.title for course in catalogue(bob, language="en", sought="hands")] == ["Clean hands"]
    assert list(catalogue(bob, language="en", sought="feet")) == []


def test_each_course_stands_once_in_the_readers_language_and_pages_are_the_databases(
    client, home, course, bob, django_assert_max_num_queries
):
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    twin = CoursePage(title="洗手", slug="xi-shou", locale=chinese, translation_key=course.translation_key)
    home.add_child(instance=twin)
    only = CoursePage(title="只有中文", slug="zh-only", locale=chinese)
    home.add_child(instance=only)

    def found(language, **more):
        return {each.title for each in catalogue(bob, language=language, **more)}

    assert found("en") == {"Clean hands", "只有中文"}
    assert found("zh-hans") == {"洗手", "只有中文"}
    assert found("en", sought="洗手") == {"洗手"}  # what was found is shown, whatever its language
    CoursePage.objects.filter(pk=course.pk).update(live=False)
    assert found("en") == {"洗手", "只有中文"}
    for number in range(30):
        home.add_child(instance=CoursePage(title=f"More {number:02}", slug=f"more-{number}"))
    client.force_login(bob)
    with django_assert_max_num_queries(40):
        first = client.get("/courses/")
    assert len(first.context["page"].object_list) == 24
    assert len(client.get("/courses/?page=2").context["page"].object_list) == 8


def test_notes_are_ones_own(client, bob, eve, video):
    client.force_login(bob)
    said = {"text": "Rinse", "at": 21}
    made = client.post(f"/courses/lessons/{video.translation_key}/notes/", said, content_type="application/json").json()
    assert [note["text"] for note in made["notes"]] == ["Rinse"]
    client.force_login(eve)
    assert client.post(f"/courses/notes/{made['notes'][0]['id']}/delete/").status_code == 404


def test_a_unit_publishes_for_its_own_people_and_the_office_for_all(course, unit, office):
    from pages import rights

    editor, chief = somebody("editor", unit, "editor"), somebody("chief", office, "editor")
    for person in (editor, chief):
        rights.sync(person)
    assert course.permissions_for_user(editor).can_publish()
    course.audience = "public"
    assert not course.permissions_for_user(editor).can_publish()
    assert course.permissions_for_user(chief).can_publish()
