"""Ada teaches in the unit, Bob belongs to it, Eve belongs elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page

from accounts.models import User
from courses.models import ArticleLesson, CourseClass, CoursePage, SectionPage, VideoLesson
from courses.services.enrolling import enrol
from media.assets.models import Asset
from organisations.models import Membership, Organisation
from pages.models import OrganisationPage
from portals.services import lay_site

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(db):
    return Organisation.add_root(name="Office", slug="office", kind="office")


@pytest.fixture
def unit(office):
    return office.add_child(name="Nurses", slug="nurses", kind="unit")


@pytest.fixture
def other(office, unit):
    return office.add_child(name="Waterworks", slug="waterworks", kind="unit")


def somebody(name, organisation, role):
    user = User.objects.create_user(name, f"{name}@example.org", None)
    Membership.objects.create(person=user, organisation=organisation, role=role, since=NOW)
    return user


@pytest.fixture
def ada(unit):
    return somebody("ada", unit, "instructor")


@pytest.fixture
def bob(unit):
    return somebody("bob", unit, "member")


@pytest.fixture
def eve(other):
    return somebody("eve", other, "member")


@pytest.fixture
def home(unit):
    locale, _made = Locale.objects.get_or_create(language_code="en")
    if Page.get_first_root_node() is None:  # a test before this one emptied the tables
        kind = ContentType.objects.get_for_model(Page)
        Page.add_root(title="Root", slug="root", locale=locale, content_type=kind)
    homes = lay_site()
    page = OrganisationPage(title="Nurses", slug="nurses", organisation=unit, locale=locale)
    homes["en"].add_child(instance=page)
    return page


@pytest.fixture
def course(home):
    page = CoursePage(title="Clean hands", slug="clean-hands", summary="When and how")
    home.add_child(instance=page)
    return page


@pytest.fixture
def section(course):
    page = SectionPage(title="Why", slug="why")
    course.add_child(instance=page)
    return page


@pytest.fixture
def asset(unit, ada):
    return Asset.objects.create(
        organisation=unit, owner=ada, title="Lecture", kind="video", state="ready", original_name="a.mp4",
        duration=100.2, generation=1, claimed=1, created=NOW,
    )  # fmt: skip


@pytest.fixture
def video(section, asset):
    page = VideoLesson(title="Watch this", slug="video", asset=asset)
    section.add_child(instance=page)
    return page


@pytest.fixture
def article(section, video):
    page = ArticleLesson(title="Read this", slug="article", after_previous=True, body=[("text", "<p>Soap.</p>")])
    section.add_child(instance=page)
    return page


@pytest.fixture
def held(course):
    return CourseClass.objects.create(course=course, title="Autumn", starts_on=date(2026, 11, 1), created=NOW)


@pytest.fixture
def enrolment(held, bob):
    return enrol(course_class=held, person=bob, by=bob, now=NOW)


@pytest.fixture
def quiz(section, unit):
    """One question of each kind, two attempts of ten minutes each."""
    from tests.courses.quizlib import bank_of, one_of_each, quiz_in

    _bank, questions = bank_of(unit, one_of_each())
    return quiz_in(section, [{"question": each} for each in questions], attempts=2, time_limit=10, pass_mark=60)
