"""What a quiz decides: draws, time, which attempt counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from courses.quizzing import (
    GRACE,
    MOST_QUESTIONS,
    Draw,
    Try,
    counting,
    drawn,
    ends,
    may_try,
    newer,
    over,
    passes,
    reveals,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
pools = st.lists(st.integers(1, 40), max_size=12).map(tuple)
draws = st.lists(st.builds(Draw, pools, st.integers(1, 20), st.booleans()), max_size=8)


@given(draws, st.integers(0, 2**62), st.booleans())
def test_a_draw_asks_nothing_twice_and_can_be_repeated(parts, seed, shuffle):
    found = drawn(parts, seed=seed, shuffle=shuffle)
    assert len(found) == len(set(found)) <= MOST_QUESTIONS
    assert found == drawn(parts, seed=seed, shuffle=shuffle)
    assert set(found) <= {each for part in parts for each in part.pool}
    assert {each for part in parts if part.fixed for each in part.pool} <= set(found)
    assert set(found) == set(drawn(parts, seed=seed, shuffle=False))


def test_a_draw_differs_between_learners():
    pool = [Draw(tuple(range(1, 41)), 5)]
    assert len({tuple(drawn(pool, seed=seed, shuffle=False)) for seed in range(20)}) > 15


def test_the_class_end_ends_an_attempt_too():
    early, late = NOW, NOW + timedelta(hours=1)
    assert ends(early, late) == ends(late, early) == early
    assert ends(None, late) == late
    assert ends(None, None) is None
    assert not over(NOW + GRACE, NOW)
    assert over(NOW + GRACE + timedelta(milliseconds=1), NOW)
    assert not over(NOW, None)


def test_attempts_are_limited_or_not():
    assert may_try(used=99, allowed=0)
    assert may_try(used=1, allowed=2)
    assert not may_try(used=2, allowed=2)


@given(st.fractions(0, 50), st.fractions(0, 50), st.integers(0, 100))
def test_passing_is_exact(score, most, mark):
    assert passes(score, most, mark) == (score >= most * mark / 100)


def test_two_thirds_reach_two_thirds():
    assert passes(Fraction(1, 3) * 2, Fraction(1), 66)
    assert not passes(Fraction(59999, 100000), Fraction(1), 60)


def test_secrets_are_shown_when_the_rule_says():
    due = NOW
    assert reveals("attempt", now=NOW, due=None)
    assert not reveals("due", now=NOW - timedelta(seconds=1), due=due)
    assert reveals("due", now=NOW, due=due)
    assert not reveals("due", now=NOW, due=None)
    assert not reveals("never", now=NOW + timedelta(days=900), due=due)


tries = st.lists(st.one_of(st.none(), st.fractions(0, 1)), max_size=8).map(
    lambda shares: [Try(number, number, share) for number, share in enumerate(shares, 1)]
)


@given(tries)
def test_the_best_or_the_last_attempt_counts(found):
    best, last = counting(found, "best"), counting(found, "last")
    graded = [each for each in found if each.share is not None]
    if graded:
        assert best is not None
        assert best.share == max(each.share for each in graded)
        assert best.number == min(each.number for each in graded if each.share == best.share)
    else:
        assert best is None
    assert last == (found[-1] if found and found[-1].share is not None else None)


def test_an_older_save_changes_nothing_and_another_page_is_told():
    assert newer(4, "a", base=0, kept=3, kept_page="a") is True
    assert newer(3, "a", base=0, kept=3, kept_page="a") is False
    assert newer(4, "b", base=3, kept=3, kept_page="a") is True
    assert newer(9, "b", base=2, kept=3, kept_page="a") is None  # it was without a connection and counted on
    assert newer(3, "b", base=None, kept=3, kept_page="a") is None
