"""Watched means watched, on the real database: one test for each way to cheat."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from courses.errors import NoSuchViewing
from courses.models import Completion, CourseClass, Watched, WatchSpan
from courses.services.enrolling import enrol
from courses.services.watching import open_player, report
from courses.watched import Span, merge, seconds
from tests.courses.conftest import NOW


def after(s):
    return NOW + timedelta(seconds=s)


@pytest.fixture
def viewing(enrolment, video):
    return open_player(enrolment=enrolment, lesson=video, now=NOW)


def say(who, viewing, sequence, *spans, at, position=0.0):
    spans = [Span(*span) if isinstance(span, tuple) else span for span in spans]
    return report(person=who, key=viewing.pk, sequence=sequence, spans=spans, position_s=position, now=after(at))


def test_a_lesson_watched_to_its_share_is_complete_and_traced(bob, viewing, enrolment, video):
    for number in range(1, 7):
        told = say(bob, viewing, number, ((number - 1) * 15.0, number * 15.0), at=number * 15, position=number * 15)
    assert told.seconds == 90
    assert told.complete
    row = Watched.objects.get()
    assert row.position_s == 90
    spans = WatchSpan.objects.filter(viewing__watched=row)
    assert seconds(merge([(each.counted_from, each.counted_to) for each in spans])) == row.seconds
    assert Completion.objects.get().how == "watched"


def test_spans_from_the_future_are_not_believed(bob, viewing):
    assert say(bob, viewing, 1, (0, 100), at=0).seconds <= 3


def test_the_grace_is_given_once_not_with_every_report(bob, viewing):
    for number in range(1, 30):
        told = say(bob, viewing, number, (0, 100, 2.0), at=0)
    assert told.seconds <= 3


def test_a_report_sent_twice_counts_once(bob, viewing):
    first = say(bob, viewing, 1, (0, 10), at=10)
    again = say(bob, viewing, 1, (50, 60), at=60)
    assert (first.counted, again.counted) == (True, False)
    assert again.seconds == 10
    assert WatchSpan.objects.count() == 1


def test_faster_than_time_is_cut(bob, viewing):
    assert say(bob, viewing, 1, (0, 100, 16.0), at=15).seconds <= 15 * 2 + 3


def test_two_players_at_once_do_not_double_time(bob, enrolment, video, viewing):
    second = open_player(enrolment=enrolment, lesson=video, now=NOW)
    say(bob, viewing, 1, (0, 30), at=30)
    told = say(bob, second, 1, (50, 80), at=30)
    assert told.seconds <= 30 + 3


def test_time_before_the_player_was_opened_is_no_time(bob, enrolment, video, viewing):
    late = open_player(enrolment=enrolment, lesson=video, now=after(3600))
    assert say(bob, late, 1, (0, 100), at=3601).seconds <= 2 + 3


def test_nobody_reports_for_another_person(eve, ada, viewing):
    for who in (eve, ada):
        with pytest.raises(NoSuchViewing):
            say(who, viewing, 1, (0, 15), at=15)
    assert not WatchSpan.objects.exists()


def test_a_forged_duration_changes_nothing(bob, viewing, client, monkeypatch):
    client.force_login(bob)
    body = {
        "viewing": str(viewing.pk),
        "sequence": 1,
        "duration": 2,
        "position": 2,
        "spans": [{"from": 0, "to": 2}],
    }
    answer = client.post("/courses/watched/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    assert Watched.objects.get().duration_s == 100.2
    assert not Completion.objects.exists()


def test_a_hidden_tab_does_not_count(bob, viewing):
    assert say(bob, viewing, 1, Span(0, 15, 1.0, True), at=15).seconds == 0
    assert WatchSpan.objects.get().why == "hidden"


def test_no_seeking_ahead_where_the_lesson_says_so(bob, enrolment, video):
    video.no_seek = True
    video.save()
    viewing = open_player(enrolment=enrolment, lesson=video, now=NOW)
    told = say(bob, viewing, 1, (0, 10), (50, 60), at=30, position=60)
    assert told.seconds == 10
    assert Watched.objects.get().position_s <= 12
    assert list(WatchSpan.objects.values_list("why", flat=True)) == ["", "ahead"]


def test_a_rule_changed_later_does_not_change_what_was_agreed(bob, viewing, video):
    video.share = 10
    video.save()
    assert not say(bob, viewing, 1, (0, 15), at=15).complete


def test_last_years_viewing_does_not_count_again(bob, viewing, course, video):
    say(bob, viewing, 1, (0, 90), at=90)
    anew = CourseClass.objects.create(course=course, title="Spring", starts_on=date(2027, 3, 1), created=NOW)
    enrolment = enrol(course_class=anew, person=bob, by=bob, now=NOW)
    opened = open_player(enrolment=enrolment, lesson=video, now=after(1000))
    assert opened.watched.seconds == 0
    assert say(bob, opened, 1, (0, 5), at=1005).seconds == 5
    assert not Completion.objects.filter(enrolment=enrolment).exists()


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", '{"viewing": "x", "sequence": 1, "spans": []}', "null",
        '{"viewing": "00000000-0000-0000-0000-000000000000", "sequence": -1, "spans": []}',
        '{"viewing": "00000000-0000-0000-0000-000000000000", "sequence": 1, "spans": [{"from": [], "to": 1}]}',
    ],
)  # fmt: skip
def test_damaged_reports_are_refused(client, bob, body):
    client.force_login(bob)
    assert client.post("/courses/watched/", body, content_type="application/json").status_code == 400


def test_numbers_that_are_none_are_kept_out(client, bob, viewing):
    client.force_login(bob)
    body = f'{{"viewing": "{viewing.pk}", "sequence": 1, "position": NaN, "spans": [{{"from": NaN, "to": Infinity}}]}}'
    assert client.post("/courses/watched/", body, content_type="application/json").status_code == 200
    assert Watched.objects.get().seconds == 0


@pytest.mark.django_db(transaction=True)
def test_the_same_report_from_many_places_at_once_counts_once(bob, viewing):
    assert connection.vendor == "postgresql"

    def post(sequence):
        try:
            client = Client()
            client.force_login(bob)
            body = {
                "viewing": str(viewing.pk),
                "sequence": sequence,
                "spans": [{"from": 0, "to": 60, "speed": 2}],
            }
            return client.post("/courses/watched/", json.dumps(body), content_type="application/json").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, [1] * 8 + [2] * 4))
    assert set(answers) == {200}
    assert WatchSpan.objects.count() == 2
    row = Watched.objects.get()
    spans = WatchSpan.objects.all()
    assert row.seconds == seconds(merge([(each.counted_from, each.counted_to) for each in spans]))


def test_a_figure_is_traced_by_who_may(client, ada, bob, eve, viewing):
    say(bob, viewing, 1, (0, 15), at=15)
    address = f"/courses/watched/{viewing.watched_id}/"
    for who, expected in ((ada, 200), (bob, 200), (eve, 404)):
        client.force_login(who)
        assert client.get(address).status_code == expected
