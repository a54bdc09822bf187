"""Is what a person typed what was asked for? Words and numbers as people write them, Chinese input methods included."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from courses.questions.answers import Pattern, Unit, Value

MAX_TYPED = 1_000  # characters; what is longer is no short answer
MAX_DIGITS = 60

_FORM = re.compile(r"([+-]?)([0-9]+(?:[.,' ][0-9]+)*|[.,][0-9]+)(?:[eE]([+-]?[0-9]{1,2}))?", re.ASCII)
_SIGNS = str.maketrans({"−": "-", "–": "-", "。": ".", "、": ",", "，": ",", "’": "'", "\u066b": ".", "\u066c": ","})
_POWER = re.compile(r" ?[×x*·] ?10\^?([+-]?[0-9]{1,2})$")


def best(typed: str, patterns: Sequence[Pattern], *, case: bool) -> int | None:
    """Which of the patterns that fit is worth most; the first of several."""
    fitting = [place for place, pattern in enumerate(patterns) if fits(typed, pattern.text, case=case)]
    return max(fitting, key=lambda place: (patterns[place].weight, -place), default=None)


def fits(typed: str, pattern: str, *, case: bool) -> bool:
    r"""`*` stands for any characters or none, `\*` for a star. Linear in the length of both."""
    words = normal(typed, case=case)
    pieces = [normal(piece, case=case, edges=True) for piece in _pieces(pattern)]
    if words == normal(literal(pattern), case=case):
        return True
    if len(pieces) == 1:
        return False
    first, *middle, last = pieces
    if not (words.startswith(first) and words.endswith(last) and len(first) + len(last) <= len(words)):
        return False
    at, end = len(first), len(words) - len(last)
    for piece in middle:  # The earliest place is never worse than a later one.
        found = words.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def literal(pattern: str) -> str:
    """Something that fits: the pattern with nothing for each `*`."""
    return "".join(_pieces(pattern)) or "*"


def normal(words: str, *, case: bool, edges: bool = False) -> str:
    """Full-width letters and digits as plain ones, one blank for many, letters alike unless `case`."""
    folded = unicodedata.normalize("NFKC", words)
    if not case:
        folded = unicodedata.normalize("NFKC", folded.casefold())
    spaced = re.sub(r"\s+", " ", folded)
    return spaced if edges else spaced.strip()


def closest(typed: str, values: Sequence[Value], units: Sequence[Unit] = ()) -> int | None:
    """Which of the values is hit and worth most; one without a number is hit by what hits no other."""
    meant = list(readings(typed, units))
    hit = [
        place
        for place, value in enumerate(values)
        if value.value is not None
        and any(abs(number - Fraction(value.value)) <= Fraction(value.tolerance) for number in meant)
    ]
    rest = [place for place, value in enumerate(values) if value.value is None]
    return max(hit or rest[:1], key=lambda place: (values[place].weight, -place), default=None)


def readings(typed: str, units: Sequence[Unit] = ()) -> Iterator[Fraction]:
    """Every number that somebody may have meant: `1,234` is 1.234 in Berlin and 1234 in Boston."""
    if len(typed) > MAX_DIGITS + 40:
        return
    plain = normal(unicodedata.normalize("NFKC", typed).translate(_SIGNS), case=True)
    written = [(plain, Fraction(1))]
    for unit in units:
        name = normal(unit.name, case=True)
        written += [(cut.strip(), Fraction(unit.count)) for cut in _without(plain, name)]
    for words, count in written:
        for number in _numbers(words):
            yield number / count


def _without(words: str, unit: str) -> Iterator[str]:
    if words.endswith(unit):
        yield words[: -len(unit)]
    if words.startswith(unit):
        yield words[len(unit) :]


def _numbers(words: str) -> Iterator[Fraction]:
    found = _FORM.fullmatch(_POWER.sub(r"e\1", words))
    if found is None or len(words) > MAX_DIGITS:
        return
    sign, body, power = found[1], found[2], int(found[3] or 0)
    for figures in {_decimal(body, "."), _decimal(body, ",")} - {None}:
        yield Fraction(Decimal(f"{sign}{figures}")) * Fraction(10) ** power


def _decimal(body: str, point: str) -> str | None:
    """The figures, when `point` is the decimal mark and the others stand between thousands."""
    whole, found, part = body.partition(point)
    if found and not part.isdigit():
        return None
    groups = re.split(r"[.,' ]", whole)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    return f"{''.join(groups) or 0}.{part or 0}"


def _pieces(pattern: str) -> list[str]:
    pieces = [""]
    escaped = False
    for character in pattern:
        if character == "*" and not escaped:
            pieces.append("")
        elif character == "*":
            pieces[-1] = pieces[-1][:-1] + "*"
        else:
            pieces[-1] += character
        escaped = character == "\\" and not escaped
    return pieces
