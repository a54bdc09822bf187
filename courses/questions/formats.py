"""Texts and weights as question files write them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from courses.questions.answers import Answer, weight
from courses.questions.errors import BadQuestion
from courses.questions.shapes import Ordered, path
from courses.questions.texts import Text, html, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

SHORT_NAME = 80
GRADING = {
    "ALL_OR_NOTHING": Ordered.EXACT,
    "ABSOLUTE_POSITION": Ordered.PLACE,
    "RELATIVE_NEXT_EXCLUDE_LAST": Ordered.NEXT,
    "RELATIVE_NEXT_INCLUDE_LAST": Ordered.NEXT_LAST,
    "RELATIVE_ONE_PREVIOUS_AND_NEXT": Ordered.NEIGHBOURS,
    "RELATIVE_ALL_PREVIOUS_AND_NEXT": Ordered.ALL_AROUND,
    "LONGEST_ORDERED_SUBSET": Ordered.LONGEST_KEPT,
    "LONGEST_CONTIGUOUS_SUBSET": Ordered.LONGEST_RUN,
    "RELATIVE_TO_CORRECT": Ordered.DISTANCE,
}
GRADING_NAMES = {how: name for name, how in GRADING.items()}
MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
# Shares that people round: a third is written 33, 33.3 or 33.33333.
THIRDS = [Fraction(part, whole) for whole in (3, 6, 7, 9) for part in range(1, whole)]
ROUGH = Fraction(4, 1000)


def text(value: str, form: str) -> Text:
    """`form` is Moodle's name for it. Its own kind is plain, with line breaks, until there is markup in it."""
    if form == "html":
        return html(value)
    if form == "markdown":
        return html(MarkdownIt("commonmark", {"html": True}).render(value))
    if form in {"plain", "plain_text"} or not MARKUP.search(value):
        return Text(value)
    return html(tidy(value).replace("\n", "<br>"))


def category(written: str) -> str:
    """A path without the context that it comes from: `$course$/top/Acids` is `Acids`."""
    names = re.split(r"(?<!/)/(?!/)", path(written))
    if re.fullmatch(r"\$\w+\$", names[0]):
        names = names[2:] if names[1:2] == ["top"] else names[1:]
    return "/".join(names)


def short(words: str) -> str:
    """The first words: a name for what has none."""
    flat = " ".join(tidy(words).split())
    return flat if len(flat) <= SHORT_NAME else flat[: SHORT_NAME - 1].rstrip() + "…"


def percent(value: str) -> Fraction:
    """`33.33333` is a third. Raises BadQuestion."""
    plain = value.strip().replace(",", ".")
    if not re.fullmatch(r"[+-]?[0-9]{1,4}(?:\.[0-9]{0,12})?", plain):
        raise BadQuestion("weight.number", weight=value)
    return weight(Fraction(plain) / 100)


def as_percent(share: Fraction) -> str:
    """The shortest that `percent` reads as the same."""
    exact = Decimal(round(share * 10**7)) / 10**5
    return f"{exact.normalize():f}"


def as_decimal(value: Fraction) -> str:
    """Up to seven places, which is all that a weight or points have: a third is 0.3333333."""
    return f"{(Decimal(round(value * 10**7)) / 10**7).normalize():f}"


def number(value: str) -> Decimal:
    """A number in a file: a point or a comma, no thousands. Raises BadQuestion."""
    plain = value.strip().replace(",", ".")
    try:
        if re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", plain, re.ASCII):
            return Decimal(plain)
    except InvalidOperation:
        pass
    raise BadQuestion("number.unreadable", words=value)


def settled(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Answers of which several are right: three times 33 % is everything, not 99 %."""
    total = sum((max(answer.weight, Fraction(0)) for answer in answers), Fraction(0))
    if not Fraction(95, 100) <= total < 1:
        return tuple(answers)
    exact = tuple(Answer(answer.text, _third(answer.weight), answer.feedback) for answer in answers)
    return exact if sum((max(answer.weight, Fraction(0)) for answer in exact), Fraction(0)) >= 1 else tuple(answers)


def _third(share: Fraction) -> Fraction:
    near = min(THIRDS, key=lambda third: abs(third - abs(share)))
    if abs(near - abs(share)) > ROUGH:
        return share
    return near if share > 0 else -near
