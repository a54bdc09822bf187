"""Gaps as Moodle writes them into a text: `{2:MULTICHOICE:=right#well done~wrong~%50%half}`.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type
"""

from __future__ import annotations

import html
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from courses.questions import formats
from courses.questions.answers import Answer, ChoiceGap, Gap, Look, NumberGap, Pattern, ShortGap, Value, some
from courses.questions.errors import BadQuestion
from courses.questions.shapes import MARK, MAX_GAPS
from courses.questions.texts import Form, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

START = re.compile(r"\{([0-9]{0,6}):([A-Za-z_]{2,20})(?=[:}])")
KNOWN = re.compile(
    r"\{[0-9]{0,6}:(?:MULTI(?:CHOICE|RESPONSE)|SHORTANSWER|NUMERICAL|M[CRW]|SA|NM)[A-Z_]{0,4}[:}]", re.IGNORECASE
)
END = re.compile(r":((?:\\.|[^}\\])*)\}", re.DOTALL)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
SHORT = {"SHORTANSWER": False, "SA": False, "MW": False, "SHORTANSWER_C": True, "SAC": True, "MWC": True}
NEAR = Fraction(1, 20_000)
LOOKS = {"": Look.MENU, "V": Look.COLUMN, "H": Look.ROW}


def read(written: str) -> tuple[str, tuple[Gap, ...]]:
    """The text with marks for its gaps, and the gaps. Raises BadQuestion."""
    found: list[Gap] = []
    parts, at = [], 0
    while start := START.search(written, at):
        end = END.match(written, start.end())
        if end is None or len(found) == MAX_GAPS:
            raise BadQuestion("cloze.gap", gap=written[start.start() :][:80])
        found.append(_gap(start[1], start[2].upper(), end[1]))
        parts.append(f"{written[at : start.start()]}{{#{len(found)}}}")
        at = end.end()
    return "".join(parts) + written[at:], tuple(found)


def _gap(count: str, kind: str, body: str) -> Gap:
    share, rows = int(count or 1), _rows(body)
    if kind in {"NUMERICAL", "NM"}:
        return NumberGap(answers=tuple(_value(*row) for row in rows), weight=share)
    if kind in SHORT:
        answers = tuple(Pattern(_plain(words), weight, _text(said)) for weight, words, said in rows)
        return ShortGap(answers=answers, weight=share, case=SHORT[kind])
    choice = re.fullmatch(r"(?:MULTI(CHOICE|RESPONSE)_?|M(C|R))([VH]?)(S?)", kind)
    if choice is None:
        raise BadQuestion("cloze.gap", gap=f"{{{count}:{kind}:{body}")
    several = "RESPONSE" in kind or choice[2] == "R"
    answers_ = tuple(Answer(_text(words), weight or Fraction(0), _text(said)) for weight, words, said in rows)
    return ChoiceGap(
        answers=evened(answers_, by_share="%" in body) if several else answers_,
        weight=share,
        look=Look.COLUMN if several and not choice[3] else LOOKS[choice[3]],
        multiple=several,
        shuffle=bool(choice[4]),
    )


def _rows(body: str) -> list[tuple[Fraction, str, str]]:
    rows = []
    for row in some(re.split(r"(?<!\\)~", body)):
        words, said = _cut(row)
        share = re.match(r"\s*(?:(=)|%\s*([^%]{1,12})%)", words)
        weight = Fraction(0) if share is None else Fraction(1) if share[1] else formats.percent(share[2])
        words = words[share.end() :] if share else words
        if words.strip():
            rows.append((weight, _unescaped(words), _unescaped(said)))
    if not rows:
        raise BadQuestion("cloze.gap", gap=body)
    return rows


def _cut(row: str) -> tuple[str, str]:
    comment = re.search(r"(?<![\\&])#", row)
    return (row, "") if comment is None else (row[: comment.start()], row[comment.end() :])


def _unescaped(words: str) -> str:
    return re.sub(r'\\([}#~/"\\])', r"\1", words).strip()


def _plain(words: str) -> str:
    return html.unescape(words)


def _text(words: str) -> Text:
    return Text(words, Form.HTML) if TAG.search(words) else Text(html.unescape(words))


def _value(weight: Fraction, words: str, said: str) -> Value:
    plain = _plain(words).strip()
    if plain == "*":
        return Value(None, weight=weight, feedback=_text(said))
    value, _, tolerance = plain.partition(":")
    return Value(formats.number(value), formats.number(tolerance or "0"), weight, _text(said))


def evened(answers: Sequence[Answer], *, by_share: bool) -> tuple[Answer, ...]:
    """As Moodle takes them: all right ones together are everything; without shares, a wrong one undoes a right one."""
    total = _total(answers)
    if not total:
        return tuple(answers)
    total = Fraction(1) if 1 <= total <= 1 + 2 * NEAR else total
    even = []
    for answer in answers:
        wrong = answer.weight if by_share else max(-1 / total, Fraction(-1))
        even.append(Answer(answer.text, answer.weight / total if answer.weight > 0 else wrong, answer.feedback))
    best = max(range(len(even)), key=lambda place: even[place].weight)
    for more in (Fraction(0), NEAR):  # Weights are rounded: nobody shall lose by it.
        if (missing := 1 - _total(even)) > 0:
            one = even[best]
            even[best] = Answer(one.text, one.weight + missing + more, one.feedback)
    return tuple(even)


def _total(answers: Sequence[Answer]) -> Fraction:
    return sum((max(answer.weight, Fraction(0)) for answer in answers), Fraction(0))


def write(markup: str, gaps: Sequence[Gap], *, plain: bool = False) -> str:
    """The text as Moodle has it; in HTML, other braces become entities, so that nothing else is a gap."""
    pieces = MARK.split(markup)
    parts = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            parts.append(piece if plain else piece.replace("{", "&#123;"))
        elif int(piece) <= len(gaps):
            parts.append(_written(gaps[int(piece) - 1]))
        else:
            parts.append(f"{{#{piece}}}" if plain else f"&#123;#{piece}}}")
    return "".join(parts)


def _written(gap: Gap) -> str:
    if isinstance(gap, NumberGap):
        kind = "NUMERICAL"
        rows = [
            (one.weight, "*" if one.value is None else f"{one.value:f}:{one.tolerance:f}", one.feedback)
            for one in gap.answers
        ]
    elif isinstance(gap, ShortGap):
        kind = "SHORTANSWER_C" if gap.case else "SHORTANSWER"
        rows = [(one.weight, _entities(html.escape(one.text)), one.feedback) for one in gap.answers]
    else:
        shuffled = "S" if gap.shuffle else ""
        look = {Look.MENU: "", Look.COLUMN: "" if gap.multiple else "V", Look.ROW: "H"}[gap.look]
        kind = f"MULTI{'RESPONSE' if gap.multiple else 'CHOICE'}{'_' if look or shuffled else ''}{look}{shuffled}"
        rows = [(one.weight, _entities(one.text.html), one.feedback) for one in gap.answers]
    told = [
        f"%{formats.as_percent(share)}%{words}{'#' if said else ''}{_entities(said.html)}"
        for share, words, said in rows
    ]
    return f"{{{gap.weight}:{kind}:{'~'.join(told)}}}"


def _entities(words: str) -> str:
    """Without a character that means something in a gap; entities that are there already stay."""
    return re.sub(r"[}~\\{]|(?<!&)#", lambda found: f"&#{ord(found[0])};", words)
