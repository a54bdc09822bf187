"""Watched means watched, on the real database: one test for each way to cheat."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from courses.errors import ClassOver, NoSuchViewing, NotEnrolled
from courses.models import Completion, CourseClass, Watched, WatchSpan
from courses.selectors.courses import counting_in, enrolment_in
from courses.services.enrolling import enrol, leave
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


def test_the_last_day_counts_whole_and_nothing_after_it(bob, viewing, enrolment, video, settings):
    settings.TIME_ZONE = "Asia/Shanghai"  # NOW is 17:00 there; midnight is seven hours away
    CourseClass.objects.filter(pk=enrolment.course_class_id).update(ends_on=date(2026, 11, 23))
    midnight = 7 * 3600
    assert say(bob, viewing, 1, (0, 60), at=midnight - 1).seconds == 60
    assert say(bob, viewing, 2, (60, 75), at=midnight + 14).seconds <= 60 + 1 + 3
    before = Watched.objects.get().seconds
    assert say(bob, viewing, 3, (70, 100), at=midnight + 90).seconds == before
    assert WatchSpan.objects.get(sequence=3).why == "over"
    again = type(enrolment).objects.get(pk=enrolment.pk)
    assert open_player(enrolment=again, lesson=video, now=after(midnight - 1))
    with pytest.raises(ClassOver):
        open_player(enrolment=again, lesson=video, now=after(midnight))


def test_a_finished_class_does_not_hide_one_that_goes_on(bob, enrolment, course):
    CourseClass.objects.filter(pk=enrolment.course_class_id).update(ends_on=date(2026, 11, 22))
    earlier = CourseClass.objects.create(course=course, title="Long", starts_on=date(2026, 1, 1), created=NOW)
    goes_on = enrol(course_class=earlier, person=bob, by=bob, now=NOW)
    assert enrolment_in(bob, course, now=NOW) == goes_on
    CourseClass.objects.filter(pk=earlier.pk).update(ends_on=date(2026, 11, 20))
    assert enrolment_in(bob, course, now=NOW) == enrolment
    with pytest.raises(ClassOver):
        counting_in(bob, course, now=NOW)


def test_who_left_the_class_is_not_counted(bob, viewing, enrolment):
    leave(enrolment=enrolment, by=bob, now=NOW)
    with pytest.raises(NoSuchViewing):
        say(bob, viewing, 1, (0, 15), at=15)
    assert not WatchSpan.objects.exists()


def test_who_is_not_enrolled_opens_no_player(client, ada, bob, eve, video):
    for who in (bob, eve):
        client.force_login(who)
        assert client.get(video.url).status_code in {403, 404}
    client.force_login(ada)  # teaches, and learns not
    assert client.get(video.url).status_code == 200
    assert not Watched.objects.exists()
    with pytest.raises(NotEnrolled):
        counting_in(ada, video.course, now=NOW)


def test_reports_out_of_order_count_once_each_and_no_more_than_time(bob, viewing):
    assert say(bob, viewing, 2, (15, 30), at=30).seconds == 15
    late = say(bob, viewing, 1, (0, 15), at=30)
    assert (late.counted, late.seconds) == (True, 30)
    assert say(bob, viewing, 1, (40, 55), at=60).counted is False
    assert say(bob, viewing, 0, (30, 90, 2.0), at=31).seconds <= 31 + 1 + 3


def test_time_that_nobody_claimed_is_not_saved_up(bob, viewing):
    told = say(bob, viewing, 1, (0, 100, 1.0), at=3600)
    assert told.seconds <= 60 + 2
    more = say(bob, viewing, 2, (0, 100, 1.0), at=3600)
    assert more.seconds <= 60 + 3


def test_an_empty_report_uses_up_its_number(bob, viewing):
    assert say(bob, viewing, 1, at=15, position=4.0).counted is True
    again = say(bob, viewing, 1, (0, 15), at=15)
    assert (again.counted, again.seconds) == (False, 0)
    row = WatchSpan.objects.get()
    assert (row.counted_from, row.counted_to, row.why) == (4, 4, "nothing")


def test_every_figure_is_made_anew_of_its_spans(bob, viewing, enrolment):
    say(bob, viewing, 1, (0, 15), at=15)
    say(bob, viewing, 2, (30, 45), at=30)
    said = io.StringIO()
    call_command("watched", "recompute", stdout=said)
    assert "1 figures looked at, 0 not in order" in said.getvalue()
    Watched.objects.update(seconds=99, ranges=[[0, 99]])
    for options in (["--class", str(enrolment.course_class_id)], []):
        with pytest.raises(CommandError):
            call_command("watched", "recompute", *options, stdout=said)
    assert ", Autumn, lesson" in said.getvalue()
    assert "spans say 30 s [[0, 15], [30, 45]]" in said.getvalue()
    assert Watched.objects.get().seconds == 99
    call_command("watched", "recompute", "--fix", stdout=said)
    row = Watched.objects.get()
    assert (row.seconds, row.ranges) == (30, [[0, 15], [30, 45]])
    Completion.objects.create(enrolment=enrolment, lesson=row.lesson, how="watched", at=NOW)
    with pytest.raises(CommandError):
        call_command("watched", "recompute", "--fix", stdout=said)
    assert "completed, but the spans make only 30 s" in said.getvalue()
    with pytest.raises(CommandError, match="no class"):
        call_command("watched", "recompute", "--class", "999999", stdout=said)
