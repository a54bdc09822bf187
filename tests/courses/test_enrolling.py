"""Into a class and out: places, waiting list, deadlines, lists."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from courses.errors import CourseBefore, EnrolmentClosed
from courses.models import CourseClass, CoursePage, Enrolment
from courses.services import lists
from courses.services.enrolling import enrol, leave
from kernel.errors import NotAllowed
from tests.courses.conftest import NOW, somebody


def states(held):
    return dict(held.enrolments.values_list("person__username", "state"))


def test_a_member_enrols_and_somebody_from_elsewhere_is_refused(held, bob, eve):
    assert enrol(course_class=held, person=bob, by=bob, now=NOW).state == "active"
    with pytest.raises(NotAllowed):
        enrol(course_class=held, person=eve, by=eve, now=NOW)


def test_who_comes_when_it_is_full_waits_and_moves_up(held, unit, bob):
    CourseClass.objects.filter(pk=held.pk).update(places=1)
    first = enrol(course_class=held, person=bob, by=bob, now=NOW)
    carl, dora = somebody("carl", unit, "member"), somebody("dora", unit, "member")
    enrol(course_class=held, person=carl, by=carl, now=NOW)
    enrol(course_class=held, person=dora, by=dora, now=NOW)
    assert states(held) == {"bob": "active", "carl": "waiting", "dora": "waiting"}
    leave(enrolment=first, by=bob, now=NOW)
    assert states(held) == {"bob": "left", "carl": "active", "dora": "waiting"}


def test_after_the_deadline_only_who_manages_enrols(held, ada, bob):
    CourseClass.objects.filter(pk=held.pk).update(enrol_until=date(2026, 11, 1))
    held.refresh_from_db()
    with pytest.raises(EnrolmentClosed):
        enrol(course_class=held, person=bob, by=bob, now=NOW)
    assert enrol(course_class=held, person=bob, by=ada, now=NOW).state == "active"


def test_an_editor_enrols_people_of_their_own_organisation_only(held, course, unit, other, bob, eve):
    CoursePage.objects.filter(pk=course.pk).update(audience="signed_in")
    held = CourseClass.objects.get(pk=held.pk)
    elsewhere = somebody("editor", other, "editor")
    assert enrol(course_class=held, person=eve, by=elsewhere, now=NOW).state == "active"
    with pytest.raises(NotAllowed):
        enrol(course_class=held, person=bob, by=elsewhere, now=NOW)


def test_another_course_first(home, course, held, bob):
    before = CoursePage(title="Before", slug="before")
    home.add_child(instance=before)
    course.prerequisites.set([before])
    course.save()
    held = CourseClass.objects.get(pk=held.pk)
    with pytest.raises(CourseBefore):
        enrol(course_class=held, person=bob, by=bob, now=NOW)
    earlier = CourseClass.objects.create(course=before, title="B", starts_on=date(2026, 1, 1), created=NOW)
    Enrolment.objects.create(
        course_class=earlier, person=bob, state="active", since=NOW, asked_at=NOW, completed_at=NOW
    )
    assert enrol(course_class=held, person=bob, by=bob, now=NOW).state == "active"


def test_a_dry_run_writes_nothing_and_names_each_fault(held, ada, bob):
    rows = [{"username": "bob"}, {"username": "nobody"}, {"username": "BOB"}]
    plan = lists.plan(rows, course_class=held, by=ada, now=NOW)
    assert [(fault.row, fault.value) for fault in plan.faults] == [(3, "nobody"), (4, "BOB")]
    assert not held.enrolments.exists()
    lists.carry_out(rows, course_class=held, by=ada, now=NOW)
    assert not held.enrolments.exists()
    done = lists.carry_out([{"email": "Bob@example.org"}], course_class=held, by=ada, now=NOW)
    assert (done.new, states(held)) == (1, {"bob": "active"})


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once(held, unit):
    CourseClass.objects.filter(pk=held.pk).update(places=1)
    people = [somebody(f"p{number}", unit, "member") for number in range(8)]

    def ask(person):
        try:
            enrol(course_class=held, person=person, by=person, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, people))
    assert sorted(states(held).values()) == ["active"] + ["waiting"] * 7
