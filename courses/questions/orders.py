"""How much of an order is right: a share between 0 and 1."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from courses.questions.shapes import Ordered

if TYPE_CHECKING:
    from collections.abc import Sequence


def share(order: Sequence[int], how: Ordered) -> Fraction:
    """`order` has each item's place in the right order, from 0; there are at least two."""
    count = len(order)
    followed = sum(after == before + 1 for before, after in pairwise(order))
    if how is Ordered.EXACT:
        return Fraction(followed == count - 1)
    if how is Ordered.PLACE:
        return Fraction(sum(place == item for place, item in enumerate(order)), count)
    if how in {Ordered.NEXT, Ordered.NEIGHBOURS}:  # Each pair of neighbours counts once, or for both of them.
        return Fraction(followed, count - 1)
    if how is Ordered.NEXT_LAST:
        return Fraction(followed + (order[-1] == count - 1), count)
    if how is Ordered.ALL_AROUND:
        before = sum(one < other for one, other in combinations(order, 2))
        return Fraction(before * 2, count * (count - 1))
    if how is Ordered.DISTANCE:
        near = sum(count - 1 - abs(place - item) for place, item in enumerate(order))
        return Fraction(near, count * (count - 1))
    longest = _kept(order) if how is Ordered.LONGEST_KEPT else _run(order)
    return Fraction(longest, count) if longest > 1 else Fraction(0)  # one item alone is in no order


def _kept(order: Sequence[int]) -> int:
    ends: list[int] = []
    for item in order:
        at = bisect_left(ends, item)
        ends[at : at + 1] = [item]
    return len(ends)


def _run(order: Sequence[int]) -> int:
    longest = now = 1
    for before, after in pairwise(order):
        now = now + 1 if after == before + 1 else 1
        longest = max(longest, now)
    return longest
