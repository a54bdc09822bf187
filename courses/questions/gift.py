"""GIFT, the text format of questions that people write by hand. https://docs.moodle.org/en/GIFT_format

A question is a run of lines; an empty line ends it. What stands in braces are the answers, `//` begins a comment,
`$CATEGORY:` the category of what follows. `~ = # { } : \\` in words have a backslash before them, `\\n` ends a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.questions import formats, shapes
from courses.questions.answers import Answer, Pair, Pattern, Value, line, some, weight
from courses.questions.errors import BadQuestion
from courses.questions.faults import Findings, Parsed, TooMany, at
from courses.questions.shapes import MAX_NAME, Ordered, Question
from courses.questions.texts import NOTHING, Text

ESCAPED = re.compile(r"\\([\\:#={}~n])")
FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]")
WEIGHT = re.compile(r"\s*%\s*([+-]?[0-9.,]+)\s*%")
NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
MARKED = re.compile(r"\[(id|tag|points):((?:\\.|[^\]\\])*)\]")
TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
BLANK = "_____"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the file: where it is, as it is written, and the same with escaped characters blotted out."""

    line: int
    raw: str
    mask: str

    @classmethod
    def of(cls, line_: int, raw: str) -> Piece:
        return cls(line_, raw, ESCAPED.sub("\0\0", raw))

    def cut(self, start: int, end: int | None = None) -> Piece:
        return Piece(self.line + self.raw.count("\n", 0, start), self.raw[start:end], self.mask[start:end])

    def split(self, mark: str) -> list[Piece]:
        return self.around([(found.start(), found.end()) for found in re.finditer(re.escape(mark), self.mask)])

    def around(self, places: list[tuple[int, int]]) -> list[Piece]:
        """What lies before, between and after the places; in one walk, for there may be very many."""
        pieces, line_, start = [], self.line, 0
        for end, after in [*places, (len(self.raw), len(self.raw))]:
            pieces.append(Piece(line_, self.raw[start:end], self.mask[start:end]))
            line_ += self.raw.count("\n", start, after)
            start = after
        return pieces

    def trimmed(self) -> Piece:
        start = len(self.raw) - len(self.raw.lstrip())
        return self.cut(start, max(start, len(self.raw.rstrip())))

    @property
    def words(self) -> str:
        return ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], self.raw).strip()

    def text(self, form: str) -> tuple[Text, str]:
        """Its words, and the form that they are in: the one it says or the one given."""
        start = self.trimmed()
        said = FORMAT.match(start.raw)
        if said:
            start, form = start.cut(said.end()), said[1]
        return formats.text(start.words, form), form


def parse(source: str) -> Parsed:
    """All questions of a file, or its faults."""
    found = Findings()
    block: list[str] = []
    where, first = "", 1
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        for place, written in enumerate([*lines, ""], 1):
            if written.strip() and not written.lstrip().startswith("$CATEGORY:"):
                first = place if not block else first
                block.append(written)
                continue
            if block:
                _question("\n".join(block), first, where, found)
                block = []
            if written.strip():
                where = _category(written, place, found)
    except TooMany:
        pass
    return found.parsed()


def _category(written: str, place: int, found: Findings) -> str:
    try:
        return formats.category(written.partition("$CATEGORY:")[2])
    except BadQuestion as error:
        found.refused(place, "", error)
        return ""


def _question(written: str, first: int, where: str, found: Findings) -> None:
    notes = "\n".join(row for row in written.split("\n") if row.lstrip().startswith("//"))
    rows = ["" if row.lstrip().startswith("//") else row for row in written.split("\n")]
    whole = Piece.of(first, "\n".join(rows)).trimmed()
    if not whole.raw:
        return
    name, rest = _name(whole)
    try:
        found.add(_made(name, rest, where, _marked(notes), len(found.questions) + 1))
    except BadQuestion as error:
        asked = rest.cut(0, rest.mask.find("{")) if "{" in rest.mask else rest
        found.refused(whole.line, name or formats.short(asked.words), error)


def _name(whole: Piece) -> tuple[str, Piece]:
    said = NAME.match(whole.mask)
    if said is None:
        return "", whole
    return " ".join(whole.cut(said.start(1), said.end(1)).words.split())[:MAX_NAME], whole.cut(said.end()).trimmed()


def _marked(notes: str) -> dict[str, Any]:
    """What comments say of a question: its id, its tags, and, where we wrote them, its points."""
    said = [(found[1], re.sub(r"\\(.)", r"\1", found[2])) for found in MARKED.finditer(notes)]
    marked: dict[str, Any] = {"tags": tuple(words for key, words in said if key == "tag")}
    for key, words in said:
        if key == "id":
            marked["ref"] = words
        elif key == "points" and re.fullmatch(r"[0-9/.]{1,20}", words):
            marked["points"] = weight(words)
    return marked


def _made(name: str, piece: Piece, where: str, marked: dict[str, Any], count: int) -> Question:
    start, end = piece.mask.find("{"), piece.mask.find("}")
    if (start < 0) != (end < 0) or end < start:
        raise at(piece.line, "gift.brace")
    before, body, after = (
        (piece, None, "") if start < 0 else (piece.cut(0, start), piece.cut(start + 1, end), piece.raw[end + 1 :])
    )
    # Words after the answers: the answers fill a blank in the sentence.
    asked = before.raw if start < 0 or not after.strip() else f"{before.raw}{BLANK}{after}"
    text, form = Piece.of(piece.line, asked).text("moodle")
    base: dict[str, Any] = {
        "name": name or formats.short(text.words) or f"{count}",
        "text": text,
        "category": where,
    } | marked
    if body is None:
        return shapes.Description(**{key: value for key, value in base.items() if key != "points"})
    at_end = body.mask.rfind("####")
    if at_end >= 0:
        base["feedback"] = body.cut(at_end + 4).text(form)[0]
        body = body.cut(0, at_end)
    try:
        return _kind(base, body.trimmed(), form)
    except BadQuestion as error:
        error.line = error.line or piece.line
        raise


def _kind(base: dict[str, Any], body: Piece, form: str) -> Question:
    if not body.raw:
        return shapes.Essay(**base)
    if body.mask.startswith("#"):
        return shapes.Number(**base, answers=tuple(_values(body.cut(1), form)))
    if body.mask.startswith(">"):
        return _ordering(base, body.cut(1), form)
    if "~" in body.mask:
        return _choices(base, body, form)
    if "=" in body.mask and "->" in body.mask:
        return _matching(base, body, form)
    parts = body.split("#")
    if parts[0].words in TRUTH:
        return _true_false(base, parts, form)
    return shapes.ShortText(**base, answers=tuple(_patterns(body, form)))


def _entries(body: Piece) -> list[tuple[str, Piece]]:
    """`=` or `~`, and what follows it. Raises BadQuestion for words before the first one."""
    marks = some([(found.start(), found.end()) for found in re.finditer("[=~]", body.mask)])
    before, *entries = body.around(marks)
    if before.words or not entries:
        raise at(body.line, "gift.answers", words=body.raw)
    return [(body.raw[place], entry) for (place, _), entry in zip(marks, entries, strict=True)]


def _weighed(mark: str, piece: Piece) -> tuple[Fraction, Piece]:
    said = WEIGHT.match(piece.mask)
    if said is None:
        return Fraction(mark == "="), piece
    try:
        return formats.percent(said[1]), piece.cut(said.end())
    except BadQuestion as error:
        error.line = piece.line
        raise


def _commented(piece: Piece, form: str) -> tuple[Piece, Text]:
    words, *comment = piece.split("#")
    if not comment:
        return words, NOTHING
    return words, piece.cut(len(words.raw) + 1).text(form)[0]


def _choices(base: dict[str, Any], body: Piece, form: str) -> Question:
    entries = _entries(body)
    answers = []
    for mark, piece in entries:
        share, rest = _weighed(mark, piece)
        words, comment = _commented(rest, form)
        try:
            answers.append(Answer(words.text(form)[0], share, comment))
        except BadQuestion as error:
            error.line = error.line or piece.trimmed().line
            raise
    if any(mark == "=" for mark, _ in entries):
        return shapes.SingleChoice(**base, answers=tuple(answers))
    return shapes.MultipleChoice(**base, answers=formats.settled(answers))


def _patterns(body: Piece, form: str) -> list[Pattern]:
    entries = _entries(body) if "=" in body.mask else [("=", body)]
    answers = []
    for mark, piece in entries:
        share, rest = _weighed(mark, piece)
        words, comment = _commented(rest, form)
        said = FORMAT.match(words.trimmed().raw)
        plain = words.trimmed().cut(said.end()) if said else words
        answers.append(Pattern(plain.words, share, comment))
    return answers


def _true_false(base: dict[str, Any], parts: list[Piece], form: str) -> Question:
    answer = TRUTH[parts[0].words]
    wrong, right = ([part.text(form)[0] for part in parts[1:3]] + [NOTHING, NOTHING])[:2]
    if_true, if_false = (right, wrong) if answer else (wrong, right)
    return shapes.TrueFalse(**base, answer=answer, if_true=if_true, if_false=if_false)


def _values(body: Piece, form: str) -> list[Value]:
    """`5:0.1`, `4.9..5.1`, or several of them with `=`; `~` or `*` is any other number."""
    listed = _entries(body) if re.match(r"\s*[=~]", body.mask) else []
    if not listed:
        first = min((at_ for at_ in map(body.mask.find, "=~") if at_ >= 0), default=len(body.mask))
        rest = body.cut(first)
        listed = [("=", body.cut(0, first)), *(_entries(rest) if rest.words else [])]
    answers = []
    for mark, piece in listed:
        share, rest = _weighed(mark, piece)
        words, comment = _commented(rest, form)
        try:
            answers.append(_value(words.words, share, comment))
        except BadQuestion as error:
            error.line = error.line or piece.trimmed().line
            raise
    return answers


def _value(words: str, share: Fraction, comment: Text) -> Value:
    if words in {"", "*"}:
        if share == 1:
            raise BadQuestion("number.unreadable", words=words)
        return Value(None, weight=share, feedback=comment)
    low, between, high = words.partition("..")
    if between:
        ends = formats.number(low), formats.number(high)
        return Value(sum(ends) / Decimal(2), abs(ends[1] - ends[0]) / Decimal(2), share, comment)
    value, _, tolerance = words.partition(":")
    return Value(formats.number(value), formats.number(tolerance or "0"), share, comment)


def _matching(base: dict[str, Any], body: Piece, form: str) -> Question:
    pairs, more = [], []
    for _, piece in _entries(body):
        place = piece.mask.find("->")
        if place < 0:
            raise at(piece.trimmed().line, "gift.pair", words=piece.words)
        left, right = piece.cut(0, place).text(form)[0], piece.cut(place + 2)
        if left:
            pairs.append(Pair(left, right.words))
        else:
            more.append(line(right.words))
    return shapes.Matching(**base, pairs=tuple(pairs), more=tuple(more))


def _ordering(base: dict[str, Any], body: Piece, form: str) -> Question:
    head, *items = some(body.split("\n"))
    said = head.words.upper().split()
    grading = next(
        (how for name, how in formats.GRADING.items() for word in said if len(word) > 4 and name.startswith(word)),
        Ordered.PLACE,
    )
    texts = tuple(item.text(form)[0] for item in items if item.words)
    return shapes.Ordering(**base, items=texts, grading=grading, level="HORI" in " ".join(said))
