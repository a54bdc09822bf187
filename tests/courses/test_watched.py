"""Watched means watched, by the pure rules."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.watched import GRACE_S, HIGHEST_SPEED, Rules, Span, Why, complete, count, merge, reached, seconds

HOUR = Rules(duration_s=3600)
anything = st.floats(allow_nan=True, allow_infinity=True)
moments = st.floats(-50, 4000)
spans = st.builds(Span, moments | anything, moments | anything, st.floats(0, 100) | anything, st.booleans())
ranges = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3600)), max_size=20)


def outcome(*given_spans, rules=HOUR, before=(), elapsed=15.0):
    return count(given_spans, rules=rules, ranges=before, elapsed_s=elapsed)


def test_fifteen_seconds_watched_are_fifteen_buckets():
    told = outcome(Span(0, 15))
    assert told.ranges == ((0, 15),)
    assert told.used_s == 15


def test_faster_than_time_is_cut_to_what_time_allows():
    told = outcome(Span(0, 600, 2.0))
    assert told.ranges == ((0, 33),)
    assert told.spans[0].why is Why.FAST


def test_a_claimed_speed_beyond_the_highest_is_the_highest():
    assert seconds(outcome(Span(0, 600, 16.0)).ranges) == 33


def test_a_span_before_any_time_passed_is_the_grace_and_no_more():
    assert seconds(outcome(Span(0, 600, 2.0), elapsed=0).ranges) == GRACE_S


def test_slivers_do_not_buy_whole_seconds():
    slivers = [Span(n + 0.49, n + 0.51, 2.0) for n in range(600)]
    assert seconds(outcome(*slivers).ranges) <= 33


def test_a_hidden_tab_counts_only_where_listening_is_enough():
    assert outcome(Span(0, 15, hidden=True)).ranges == ()
    assert outcome(Span(0, 15, hidden=True), rules=Rules(3600, audio_only=True)).ranges == ((0, 15),)


def test_a_hidden_span_spends_no_time():
    assert outcome(Span(0, 15, hidden=True)).used_s == 0


def test_seeking_ahead_does_not_count_where_it_is_forbidden():
    rules = Rules(3600, no_seek=True)
    told = outcome(Span(100, 115), rules=rules, before=((0, 60),))
    assert told.ranges == ((0, 60),)
    assert told.spans[0].why is Why.AHEAD
    assert outcome(Span(60, 75), rules=rules, before=((0, 60),)).ranges == ((0, 75),)


def test_nothing_past_the_end():
    assert outcome(Span(3590, 9000), elapsed=9000).ranges == ((3590, 3600),)


def test_spans_that_touch_leave_no_hole():
    told = outcome(*[Span(n * 0.7, (n + 1) * 0.7) for n in range(40)], elapsed=60)
    assert told.ranges == ((0, 28),)


@pytest.mark.parametrize(("watched", "done"), [(89, False), (90, True), (100, True)])
def test_complete_at_its_share(watched, done):
    assert complete(((0, watched),), Rules(100, share=90)) is done


def test_reached_stops_at_the_first_hole():
    assert reached(((0, 40), (41, 60), (100, 200))) == 60
    assert reached(((5, 40),)) == 0


@given(st.lists(spans, max_size=30), ranges, st.floats(0, 10_000), st.booleans(), st.booleans())
def test_real_time_is_never_exceeded(claimed, before, elapsed, audio, no_seek):
    rules = Rules(3600, audio_only=audio, no_seek=no_seek)
    told = count(claimed, rules=rules, ranges=before, elapsed_s=elapsed)
    gained = seconds(told.ranges) - seconds(merge(before))
    assert 0 <= gained <= elapsed * HIGHEST_SPEED + GRACE_S + 1e-6
    assert told.used_s <= elapsed + GRACE_S / HIGHEST_SPEED + 1e-6
    assert set(expand(merge(before))) <= set(expand(told.ranges))
    assert len(told.spans) == len(claimed)
    assert all(0 <= each.start <= each.end <= rules.buckets for each in told.spans)


@given(st.lists(spans, max_size=15), ranges)
def test_the_figure_is_exactly_its_spans(claimed, before):
    told = count(claimed, rules=HOUR, ranges=before, elapsed_s=500)
    assert told.ranges == merge([*before, *((each.start, each.end) for each in told.spans)])


@given(st.lists(spans, max_size=15), st.floats(0, 500))
def test_watching_again_adds_nothing(claimed, elapsed):
    first = count(claimed, rules=HOUR, ranges=(), elapsed_s=elapsed)
    again = [Span(each.start, each.end) for each in first.spans]
    assert count(again, rules=HOUR, ranges=first.ranges, elapsed_s=1e6).ranges == first.ranges


@given(ranges)
def test_merged_is_sorted_and_apart(given_ranges):
    merged = merge(given_ranges)
    assert merge(merged) == merged
    assert all(one[1] < two[0] for one, two in itertools.pairwise(merged))
    assert set(expand(merged)) == set(expand(given_ranges))


@given(st.floats(0.01, 10_000))
def test_a_whole_viewing_completes_whatever_the_duration(duration):
    rules = Rules(duration, share=100)
    told = count([Span(0, math.ceil(duration))], rules=rules, ranges=(), elapsed_s=duration + 2)
    assert complete(told.ranges, rules)


def expand(some):
    return [second for start, end in some for second in range(start, end)]
