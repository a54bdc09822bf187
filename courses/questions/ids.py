"""What a page calls a choice: a name made from its words.

It says nothing of the order in which the author wrote (the right one first, an ordering in its right order), and stays
when others are added, moved or taken away.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2s
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from courses.questions.answers import Answer
    from courses.questions.shapes import Matching, Ordering

T = TypeVar("T")


def names(words: Iterable[str]) -> tuple[str, ...]:
    """One id for each; equal words are told apart by which of them comes first."""
    seen: Counter[str] = Counter()
    found = []
    for word in words:
        found.append(blake2s(f"{seen[word]}:{word}".encode(), digest_size=6).hexdigest())
        seen[word] += 1
    return tuple(found)


def choices(answers: tuple[Answer, ...]) -> dict[str, Answer]:
    return dict(zip(names(f"{answer.text.form}:{answer.text.value}" for answer in answers), answers, strict=True))


def lefts(question: Matching) -> dict[str, int]:
    """Id of each left side → which pair it is."""
    named = names(f"left:{pair.left.form}:{pair.left.value}" for pair in question.pairs)
    return {name: place for place, name in enumerate(named)}


def options(question: Matching) -> dict[str, str]:
    """Id of each right side → its words. Pairs with the same right side share it."""
    words = list(dict.fromkeys([*(pair.right for pair in question.pairs), *question.more]))
    return dict(zip(names(f"right:{word}" for word in words), words, strict=True))


def items(question: Ordering) -> dict[str, int]:
    """Id of each item → its place in the right order, from 0."""
    named = names(f"{item.form}:{item.value}" for item in question.items)
    return {name: place for place, name in enumerate(named)}


def shuffled(named: Mapping[str, T], seed: object) -> list[tuple[str, T]]:
    """An order that depends on the seed and the ids alone."""
    return sorted(named.items(), key=lambda item: blake2s(f"{seed}:{item[0]}".encode()).digest())
