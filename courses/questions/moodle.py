"""Moodle XML, as Moodle exports it. https://docs.moodle.org/en/Moodle_XML_format

What we have no place for is passed over: hints, penalties, numbering, what is said of an ordering's item, how many
items of an ordering are drawn. Files other than small pictures stay behind, and a note says so.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from courses.questions import formats, gaps, pictures, shapes, xmltree
from courses.questions.answers import Answer, ChoiceGap, Pair, Pattern, Unit, Value, some, weight
from courses.questions.errors import BadQuestion
from courses.questions.faults import Findings, Parsed, TooMany
from courses.questions.shapes import MAX_GAPS, MAX_NAME, Ordered, Question
from courses.questions.texts import NOTHING, Text, html

if TYPE_CHECKING:
    from collections.abc import Callable

    from courses.questions.xmltree import Node

OWN = "moodle_auto_format"
YES = {"1", "true", "yes"}
GRADING = {
    "-1": Ordered.EXACT,
    "0": Ordered.PLACE,
    "1": Ordered.NEXT,
    "2": Ordered.NEXT_LAST,
    "3": Ordered.NEIGHBOURS,
    "4": Ordered.ALL_AROUND,
    "5": Ordered.LONGEST_KEPT,
    "6": Ordered.LONGEST_RUN,
    "7": Ordered.DISTANCE,
} | formats.GRADING


def parse(source: str) -> Parsed:
    """All questions of a file, or its faults."""
    found = Findings()
    try:
        root = xmltree.read(source)
    except BadQuestion as error:
        found.refused(1, "", error)
        return found.parsed()
    if root.tag not in {"quiz", "question"}:
        found.fault(root.line, "", "xml.root", tag=root.tag[:40])
        return found.parsed()
    category = ""
    try:
        for node in root.all("question") if root.tag == "quiz" else [root]:
            if node.attributes.get("type") == "category":
                category = _category(node, found)
            else:
                _question(node, category, found)
    except TooMany:
        pass
    return found.parsed()


def _category(node: Node, found: Findings) -> str:
    try:
        return formats.category(node.said("category"))
    except BadQuestion as error:
        found.refused(node.line, "", error)
        return ""


def _question(node: Node, category: str, found: Findings) -> None:
    reading = _Reading(node, found)
    kind = node.attributes.get("type", "")
    try:
        make = KINDS.get(kind)
        if make is None:
            raise BadQuestion("kind.unknown", kind=kind)
        found.add(make(node, reading, reading.base(category, len(found.questions) + 1)))
    except BadQuestion as error:
        found.refused(reading.line, reading.name, error)


class _Reading:
    """One question: where it is being read, for its faults."""

    def __init__(self, node: Node, found: Findings) -> None:
        self.node, self.found = node, found
        self.line = node.line
        self.name = " ".join(node.said("name").split())[:MAX_NAME]

    def base(self, category: str, count: int) -> dict[str, Any]:
        text = self.text(self.node.first("questiontext"))
        tags = self.node.first("tags")
        self.name = self.name or formats.short(text.words) or str(count)
        said: dict[str, Any] = {
            "name": self.name,
            "text": self.picture(text),
            "category": category,
            "ref": self.node.said("idnumber"),
            "feedback": self.text(self.node.first("generalfeedback")),
            "right": self.text(self.node.first("correctfeedback")),
            "partly": self.text(self.node.first("partiallycorrectfeedback")),
            "wrong": self.text(self.node.first("incorrectfeedback")),
            "tags": tuple(tag.text.strip() or tag.said("text") for tag in tags.all("tag")) if tags else (),
        }
        points = self.node.said("defaultgrade")
        if points:
            said["points"] = weight(formats.number(points))
        self.line = self.node.line
        return said

    def text(self, node: Node | None, form: str = OWN) -> Text:
        """The words of a field, its pictures in them."""
        if node is None:
            return NOTHING
        self.line = node.line
        return formats.text(self.raw(node), self.form(node, form))

    def form(self, node: Node, otherwise: str = OWN) -> str:
        return node.attributes.get("format", otherwise)

    def raw(self, node: Node) -> str:
        inner = node.first("text")
        return pictures.placed((inner or node).text, self.files(node))

    def files(self, node: Node) -> dict[str, str]:
        kept = {}
        for file in node.all("file"):
            name = file.attributes.get("name", "")
            path = f"{file.attributes.get('path', '/').strip('/')}/{name}".lstrip("/")
            if pictures.is_picture(name):
                self.line = file.line
                kept[path] = pictures.data(name, file.text)
            else:
                self.found.note(file.line, self.name, "file.left", file=name)
        return kept

    def picture(self, text: Text) -> Text:
        """Very old files have one picture beside the words."""
        name, encoded = self.node.said("image"), self.node.said("image_base64")
        if not encoded:
            return text
        return html(f'{text.html}<br><img src="{pictures.data(name or "image", encoded)}" alt="">')

    def share(self, node: Node) -> Fraction:
        self.line = node.line
        return formats.percent(node.attributes.get("fraction", "0"))

    def place(self, node: Node) -> Decimal:
        self.line = node.line
        return formats.number(node.attributes.get("fraction", "0"))

    def on(self, tag: str, *, otherwise: bool) -> bool:
        said = self.node.said(tag).lower()
        return said in YES if said else otherwise


def _choice(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    answers = []
    for row in some(node.all("answer")):
        share, text = reading.share(row), reading.text(row)
        feedback = reading.text(row.first("feedback"))
        reading.line = row.line
        answers.append(Answer(text, share, feedback))
    reading.line = node.line
    shuffle = reading.on("shuffleanswers", otherwise=True)
    if reading.on("single", otherwise=True):
        return shapes.SingleChoice(**base, answers=tuple(answers), shuffle=shuffle)
    return shapes.MultipleChoice(**base, answers=formats.settled(answers), shuffle=shuffle)


def _true_false(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    said = {row.said("text").lower(): row for row in some(node.all("answer"))}
    if said.keys() != {"true", "false"}:
        raise BadQuestion("field.wrong", field="answer")
    shares = {word: reading.share(row) for word, row in said.items()}
    feedback = {word: reading.text(row.first("feedback")) for word, row in said.items()}
    reading.line = node.line
    if shares["true"] == shares["false"]:
        raise BadQuestion("answers.none_right")
    answer = shares["true"] > shares["false"]
    return shapes.TrueFalse(**base, answer=answer, if_true=feedback["true"], if_false=feedback["false"])


def _short(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    answers = []
    for row in some(node.all("answer")):
        share, feedback = reading.share(row), reading.text(row.first("feedback"))
        reading.line = row.line
        answers.append(Pattern(row.said("text"), share, feedback))
    reading.line = node.line
    return shapes.ShortText(**base, answers=tuple(answers), case=reading.on("usecase", otherwise=False))


def _number(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    answers = []
    for row in some(node.all("answer")):
        share, feedback = reading.share(row), reading.text(row.first("feedback"))
        reading.line = row.line
        words, tolerance = row.said("text"), row.said("tolerance", "0")
        any_ = words == "*"
        value, around = None if any_ else formats.number(words), Decimal(0) if any_ else formats.number(tolerance)
        answers.append(Value(value, around, share, feedback))
    listed = node.first("units")
    units = []
    for row in some(listed.all("unit")) if listed else []:
        reading.line = row.line
        units.append(Unit(row.said("unit_name"), formats.number(row.said("multiplier", "1"))))
    reading.line = node.line
    return shapes.Number(**base, answers=tuple(answers), units=tuple(units))


def _matching(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    pairs, more = [], []
    for row in some(node.all("subquestion")):
        left, right = reading.text(row), row.said("answer")
        reading.line = row.line
        if left:
            pairs.append(Pair(left, right))
        elif right:
            more.append(right)
    reading.line = node.line
    shuffle = reading.on("shuffleanswers", otherwise=True)
    return shapes.Matching(**base, pairs=tuple(pairs), more=tuple(more), shuffle=shuffle)


def _ordering(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    rows = [(reading.place(row), reading.text(row)) for row in some(node.all("answer"))]
    reading.line = node.line
    return shapes.Ordering(
        **base,
        items=tuple(text for _, text in sorted(rows, key=lambda row: row[0])),
        grading=GRADING.get(node.said("gradingtype").upper(), Ordered.PLACE),
        level=node.said("layouttype").upper() in {"1", "HORIZONTAL"},
    )


def _cloze(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    field = node.first("questiontext")
    if field is None:
        raise BadQuestion("field.missing", field="questiontext")
    reading.line = field.line
    marked, found = gaps.read(reading.raw(field))
    total = Fraction(sum(gap.weight for gap in found))
    text = reading.picture(formats.text(marked, reading.form(field)))
    return shapes.Cloze(**{"points": total} | base | {"text": text}, gaps=found)


def _missing_words(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    """`[[2]]` in the words is where the second option goes; one chooses from those of its group."""
    field = node.first("questiontext")
    options = some(node.all("selectoption") + node.all("dragbox"))
    if field is None:
        raise BadQuestion("field.missing", field="questiontext")
    reading.line = field.line
    found: list[ChoiceGap] = []

    def mark(place: re.Match[str]) -> str:
        number_ = int(place[1])
        if not 1 <= number_ <= len(options) or len(found) == MAX_GAPS:
            raise BadQuestion("cloze.gap", gap=place[0])
        right = options[number_ - 1]
        near = [option for option in options if option.said("group", "1") == right.said("group", "1")]
        answers = [Answer(_option(one), Fraction(_option(one) == _option(right))) for one in near]
        found.append(ChoiceGap(answers=tuple(answers), shuffle=reading.on("shuffleanswers", otherwise=False)))
        return f"{{#{len(found)}}}"

    marked = re.sub(r"\[\[([0-9]{1,3})\]\]", mark, reading.raw(field))
    return shapes.Cloze(**base | {"text": formats.text(marked, reading.form(field))}, gaps=tuple(found))


def _option(node: Node) -> Text:
    return formats.text(node.said("text"), OWN)


def _essay(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    counts = {tag: node.said(tag) for tag in ("responsefieldlines", "minwordlimit", "maxwordlimit")}
    for tag, said in counts.items():
        if said and not (said.isascii() and said.isdigit() and len(said) < 7):
            raise BadQuestion("field.wrong", field=tag)
    low, high = counts["minwordlimit"], counts["maxwordlimit"]
    return shapes.Essay(
        **base,
        lines=int(counts["responsefieldlines"] or 15),
        min_words=int(low) if low else None,
        max_words=int(high) if high else None,
        template=reading.text(node.first("responsetemplate")),
        notes=reading.text(node.first("graderinfo")),
    )


def _description(node: Node, reading: _Reading, base: dict[str, Any]) -> Question:
    return shapes.Description(**{key: value for key, value in base.items() if key != "points"})


KINDS: dict[str, Callable[[Node, _Reading, dict[str, Any]], Question]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _number,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _missing_words,
    "ddwtos": _missing_words,
    "essay": _essay,
    "description": _description,
}
