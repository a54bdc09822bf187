"""What a question is: ten frozen shapes, each sure of itself from the moment it is made.

A weight is a part of a question's points: 1 is all of them, 1/3 a third, negative takes away. Every kind can be
answered for full points; what can't is refused as BadQuestion. Words about outcomes (`right`, `partly`, `wrong`) and
`feedback` are secrets until the attempt is reviewed: a learner's browser gets `shown(question, seed)`, no question.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from html.parser import HTMLParser
from typing import TYPE_CHECKING, ClassVar

from courses.questions.answers import (
    MAX_LINE,
    MAX_POINTS,
    Answer,
    Gap,
    Pair,
    Pattern,
    Unit,
    Value,
    count,
    line,
    one_is_full,
    sum_is_full,
    weight,
)
from courses.questions.errors import BadQuestion
from courses.questions.texts import NOTHING, Form, Text

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_GAPS = 100
MAX_NAME = 255
MAX_TAGS = 50
MARK = re.compile(r"\{#([1-9][0-9]{0,2})\}")  # where a gap is in a cloze's text


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"
    SHORT = "short"
    NUMBER = "number"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    ESSAY = "essay"
    DESCRIPTION = "description"  # words between questions: nothing to answer, no points


class Ordered(StrEnum):
    """How an order earns points."""

    EXACT = "exact"  # all or nothing
    PLACE = "place"  # each item in its place
    NEXT = "next"  # each item followed by its follower
    NEXT_LAST = "next_last"  # and the last one last
    NEIGHBOURS = "neighbours"  # each item with its neighbour before and after
    ALL_AROUND = "all_around"  # each item with all that come before and after
    LONGEST_KEPT = "longest_kept"  # the most items that stand in order, with others between
    LONGEST_RUN = "longest_run"  # the same without others between
    DISTANCE = "distance"  # each item by how far it is from its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What all kinds share. `name` is for those who make quizzes: learners don't see it."""

    kind: ClassVar[Kind]

    name: str
    text: Text
    points: Fraction = Fraction(1)
    feedback: Text = NOTHING  # said to everybody afterwards
    right: Text = NOTHING  # said when all, some, none of the points were earned
    partly: Text = NOTHING
    wrong: Text = NOTHING
    tags: tuple[str, ...] = ()
    category: str = ""  # its path: "Chemistry/Acids"
    ref: str = ""  # what another system calls it

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name, MAX_NAME))
        object.__setattr__(self, "category", path(self.category))
        object.__setattr__(self, "ref", line(self.ref, MAX_NAME))
        tags = [line(tag, MAX_NAME) for tag in self.tags]
        object.__setattr__(self, "tags", tuple(dict.fromkeys(tag for tag in tags if tag)))
        object.__setattr__(self, "points", weight(self.points))
        if not self.name:
            raise BadQuestion("name.empty")
        if len(self.tags) > MAX_TAGS:
            raise BadQuestion("tags.many", count=len(self.tags))
        if not 0 <= self.points <= MAX_POINTS:
            raise BadQuestion("points.range", points=self.points)
        self._check()

    def _check(self) -> None:
        """What this kind asks for besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(Question):
    kind: ClassVar[Kind] = Kind.SINGLE
    answers: tuple[Answer, ...]
    shuffle: bool = True

    def _check(self) -> None:
        count(self.answers, 1)
        one_is_full(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(Question):
    kind: ClassVar[Kind] = Kind.MULTIPLE
    answers: tuple[Answer, ...]
    shuffle: bool = True

    def _check(self) -> None:
        count(self.answers, 1)
        sum_is_full(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(Question):
    kind: ClassVar[Kind] = Kind.TRUE_FALSE
    answer: bool
    if_true: Text = NOTHING  # feedback to who said so
    if_false: Text = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortText(Question):
    kind: ClassVar[Kind] = Kind.SHORT
    answers: tuple[Pattern, ...]
    case: bool = False

    def _check(self) -> None:
        count(self.answers, 1)
        one_is_full(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Question):
    kind: ClassVar[Kind] = Kind.NUMBER
    answers: tuple[Value, ...]
    units: tuple[Unit, ...] = ()

    def _check(self) -> None:
        count(self.answers, 1)
        one_is_full([answer for answer in self.answers if answer.value is not None])
        count(self.units, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(Question):
    """`more` are options that belong to nothing."""

    kind: ClassVar[Kind] = Kind.MATCHING
    pairs: tuple[Pair, ...]
    more: tuple[str, ...] = ()
    shuffle: bool = True  # the left side; the options always are

    def _check(self) -> None:
        taken = {pair.right for pair in self.pairs}
        more = dict.fromkeys(line(option) for option in self.more)
        object.__setattr__(self, "more", tuple(option for option in more if option and option not in taken))
        count(self.pairs, 2)
        count(self.more, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering(Question):
    """`items` stand in their right order."""

    kind: ClassVar[Kind] = Kind.ORDERING
    items: tuple[Text, ...]
    grading: Ordered = Ordered.PLACE
    level: bool = False  # lay the items out in a row

    def _check(self) -> None:
        count(self.items, 2)
        if not all(self.items):
            raise BadQuestion("answer.empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze(Question):
    """Gaps in a text: `{#1}` in it is where the first one goes."""

    kind: ClassVar[Kind] = Kind.CLOZE
    gaps: tuple[Gap, ...]

    def _check(self) -> None:
        if not 1 <= len(self.gaps) <= MAX_GAPS:
            raise BadQuestion("cloze.count", count=len(self.gaps), most=MAX_GAPS)
        everywhere = Counter(MARK.findall(self.text.value))
        readable = Counter(MARK.findall(_outside_tags(self.text)))
        for place in range(1, len(self.gaps) + 1):
            # A gap in an attribute would put a field where only words may be.
            if everywhere[str(place)] != 1 or readable[str(place)] != 1:
                raise BadQuestion("cloze.mark", gap=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Essay(Question):
    kind: ClassVar[Kind] = Kind.ESSAY
    lines: int = 15
    min_words: int | None = None
    max_words: int | None = None
    template: Text = NOTHING  # what the learner finds in the field
    notes: Text = NOTHING  # for who grades

    def _check(self) -> None:
        object.__setattr__(self, "lines", min(max(self.lines, 1), 100))
        low, high = self.min_words, self.max_words
        if (low is not None and low < 0) or (high is not None and (high < 1 or high < (low or 0))):
            raise BadQuestion("essay.words", least=low, most=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description(Question):
    kind: ClassVar[Kind] = Kind.DESCRIPTION
    points: Fraction = Fraction(0)

    def _check(self) -> None:
        object.__setattr__(self, "points", Fraction(0))
        if not self.text:
            raise BadQuestion("text.empty")


KINDS: dict[Kind, type[Question]] = {
    shape.kind: shape
    for shape in (
        *(SingleChoice, MultipleChoice, TrueFalse, ShortText, Number),
        *(Matching, Ordering, Cloze, Essay, Description),
    )
}


def path(value: str) -> str:
    """A category's path in its one form: a slash inside a name is written twice."""
    return "/".join(name for name in (part.strip() for part in _parts(value)) if name)


def _parts(value: str) -> Iterable[str]:
    flat = line(value, MAX_LINE).replace("//", "\0")
    return (part.replace("\0", "//") for part in flat.split("/"))


class _Outside(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _outside_tags(text: Text) -> str:
    if text.form is Form.PLAIN:
        return text.value
    outside = _Outside()
    outside.feed(text.value)
    outside.close()
    return "".join(outside.found)
