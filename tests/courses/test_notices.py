"""Told by mail: once, as often as the person chose, in their language, and never who is suspended."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from courses.models import CourseClass, LiveSession, Notice
from courses.reminding import mails_now, reminds
from courses.services.enrolling import enrol, leave
from courses.services.notices import mail_what_is_due, notify, token_for
from courses.services.reminders import remind
from jobs import registry, services
from jobs.models import Job
from jobs.tasks import attempt_at
from tests.courses.conftest import NOW, somebody

SUBJECT = _("%(course)s begins on %(day)s")


def work():
    """What a worker would do with everything that is queued."""
    for job in Job.objects.filter(state="queued"):
        taken = services.take(pk=job.pk, attempt=job.attempt + 1, worker="w", now=NOW)
        attempt_at(taken)
        taken.refresh_from_db()
        assert taken.state == "ready", taken.error


def tell(person, key="1", now=NOW):
    return notify(
        person, kind="test", key=key, subject=SUBJECT, text="%(course)s", path="/courses/", now=now, course="C", day="D"
    )


def choose(person, choice, **more):
    User.objects.filter(pk=person.pk).update(mails=choice, **more)
    person.refresh_from_db()


def test_told_once_in_ones_language_with_a_way_out(bob):
    choose(bob, "each", language="zh-hans")
    assert [tell(bob), tell(bob), tell(bob, "2")] == [True, False, True]
    work()
    work()
    assert [each.subject for each in mail.outbox] == ["C 将于 D 开始"] * 2
    sent = mail.outbox[0]
    assert sent.to == ["bob@example.org"]
    assert "/courses/" in sent.body
    assert re.fullmatch(r"<https?://.+/courses/notices/.+/>", sent.extra_headers["List-Unsubscribe"])
    assert sent.extra_headers["List-Unsubscribe"][1:-1] in sent.body


def test_a_digest_waits_for_its_round_and_is_one_mail(bob):
    choose(bob, "daily")
    tell(bob)
    tell(bob, "2")
    assert mail_what_is_due(now=NOW + timedelta(minutes=30)) == 0
    assert not mail.outbox
    assert mail_what_is_due(now=NOW + timedelta(days=1)) == 1
    work()
    assert [each.subject for each in mail.outbox] == ["2 notices"]
    assert mail_what_is_due(now=NOW + timedelta(days=2)) == 0


def test_nothing_is_sent_to_who_wants_none_or_is_suspended(bob, eve, ada):
    choose(bob, "none")
    choose(eve, "each", is_active=False)
    assert [tell(bob), tell(eve), tell(ada)] == [False, False, True]
    choose(ada, "each", is_active=False)  # after it was queued, before it was sent
    work()
    assert not mail.outbox
    assert set(Notice.objects.values_list("state", flat=True)) == {"dropped"}
    choose(bob, "daily")
    assert mail_what_is_due(now=NOW + timedelta(days=8)) == 0  # what was not wanted does not come later


def test_a_mail_that_could_not_go_is_tried_again(bob, settings):
    tell(bob)
    job = Job.objects.get()
    settings.EMAIL_BACKEND = "tests.courses.test_notices.no_such_backend"
    attempt_at(services.take(pk=job.pk, attempt=1, worker="w", now=NOW))
    assert Notice.objects.get().state == "waiting"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    work()
    assert (len(mail.outbox), Notice.objects.get().state) == (1, "sent")


def test_the_choice_by_link_and_one_click(client, bob):
    address = f"/courses/notices/{token_for(bob)}/"
    assert client.get(address).status_code == 200
    bob.refresh_from_db()
    assert bob.mails == "each"  # looking changes nothing
    for sent, expected in (
        ({"mails": "weekly"}, "weekly"),
        ({"mails": "hourly"}, "weekly"),
        ({"List-Unsubscribe": "One-Click"}, "none"),
    ):
        assert client.post(address, sent).status_code == 200
        bob.refresh_from_db()
        assert bob.mails == expected
    assert client.post(f"/courses/notices/{bob.public_id}:forged/", {"mails": "each"}).status_code == 404
    client.force_login(bob)
    client.post("/accounts/profile/", {"display_name": "Bob", "language": "", "theme": "", "mails": "daily"})
    bob.refresh_from_db()
    assert bob.mails == "daily"


def kinds(person):
    return sorted(person.notices.values_list("kind", flat=True))


def test_dates_are_told_in_time_and_once(held, unit, bob, enrolment):
    done, carl = somebody("done", unit, "member"), somebody("carl", unit, "member")
    enrol(course_class=held, person=done, by=done, now=NOW)
    held.enrolments.filter(person=done).update(completed_at=NOW)
    CourseClass.objects.filter(pk=held.pk).update(due_on=date(2026, 11, 26), places=2)
    held.refresh_from_db()
    enrol(course_class=held, person=carl, by=carl, now=NOW)  # waits
    assert remind(now=NOW - timedelta(days=1)) == 0
    assert remind(now=NOW) == 1
    assert remind(now=NOW) == 0
    assert (kinds(bob), kinds(done), kinds(carl)) == (["due"], [], [])
    CourseClass.objects.filter(pk=held.pk).update(due_on=date(2026, 11, 25))
    assert remind(now=NOW) == 1  # it was moved
    CourseClass.objects.filter(pk=held.pk).update(starts_on=date(2026, 11, 24), due_on=None)
    assert remind(now=NOW) == 2
    LiveSession.objects.create(
        course_class=held, title="First", starts_at=NOW + timedelta(hours=20), ends_at=NOW + timedelta(hours=21)
    )
    assert [remind(now=NOW), remind(now=NOW)] == [2, 0]
    assert "First begins at" in bob.notices.get(kind="session").subject
    CourseClass.objects.filter(pk=held.pk).update(remind_days=0, starts_on=date(2026, 11, 25))
    assert remind(now=NOW) == 0


def test_a_place_from_the_waiting_list_is_told(held, unit, bob):
    CourseClass.objects.filter(pk=held.pk).update(places=1)
    first = enrol(course_class=held, person=bob, by=bob, now=NOW)
    carl = somebody("carl", unit, "member")
    enrol(course_class=held, person=carl, by=carl, now=NOW)
    leave(enrolment=first, by=bob, now=NOW)
    assert (kinds(carl), kinds(bob)) == (["place"], [])


def test_who_is_enrolled_by_others_is_told(held, ada, bob):
    enrol(course_class=held, person=bob, by=ada, now=NOW)
    assert kinds(bob) == ["enrolled"]


def test_the_worker_reminds_by_itself():
    assert "courses.remind" in {each.name for each in registry.periodic()}


ZONE = ZoneInfo("Asia/Shanghai")
moments = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


@given(moments, st.integers(0, 40 * 24 * 60), st.sampled_from(["daily", "weekly"]))
def test_what_waits_goes_out_within_its_round_and_not_twice_in_it(since, minutes, choice):
    now = since + timedelta(minutes=minutes)
    length = timedelta(days=1 if choice == "daily" else 7)
    if now - since > length:
        assert mails_now(choice, waiting_since=since, now=now)
    edges = [at for at in range(minutes + 1) if at % 60 == 0]
    first = next(
        (at for at in edges if mails_now(choice, waiting_since=since, now=since + timedelta(minutes=at))), None
    )
    if first is not None:  # from its round on it stays due
        assert all(
            mails_now(choice, waiting_since=since, now=since + timedelta(minutes=at)) for at in edges if at >= first
        )
    assert not mails_now("none", waiting_since=since, now=now)


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(-100, 100), st.integers(0, 60))
def test_reminded_from_so_many_days_before_until_the_day(day, away, days_before):
    today = day - timedelta(days=away)
    assert reminds(day, today=today, days_before=days_before) is (days_before > 0 and 0 <= away <= days_before)
    assert not reminds(None, today=today, days_before=days_before)


def test_the_round_of_a_week_is_monday_morning_of_the_site():
    sunday, monday = datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, 7, 1, tzinfo=UTC)
    assert not mails_now("weekly", waiting_since=sunday, now=sunday + timedelta(minutes=30))
    assert mails_now("weekly", waiting_since=sunday, now=monday)


@pytest.mark.parametrize("path", ["/courses/notices/x/", "/courses/notices/:/"])
def test_a_made_up_link_opens_nothing(client, db, path):
    assert client.get(path).status_code == 404
