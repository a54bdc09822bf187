"""What is wrong in a file of questions: the line, the question, words for it. One fault, and nothing is imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from courses.questions.errors import BadQuestion
from courses.questions.shapes import Question

MAX_FAULTS = 50
MAX_QUESTIONS = 2_000
MAX_BYTES = 16 * 1024 * 1024


def _(text: str) -> str:
    """Marks words for translation; the edge translates them and fills in the values."""
    return text


WORDS = {
    "answer.empty": _("One of the answers is empty."),
    "answers.count": _("There are %(count)s answers; there can be from %(least)s to %(most)s."),
    "answers.none_right": _("No answer is completely right."),
    "answers.sum": _("All right answers together earn %(percent)s; it has to be 100%%."),
    "cloze.count": _("There are %(count)s gaps in the text; there can be from 1 to %(most)s."),
    "cloze.gap": _("This gap can't be read: %(gap)s"),
    "cloze.mark": _("Gap %(gap)s has no place in the text where a field can be."),
    "cloze.weight": _("%(weight)s is no weight for a gap."),
    "essay.words": _("The limits for words, %(least)s and %(most)s, don't fit together."),
    "field.missing": _("%(field)s is missing."),
    "field.unknown": _("%(field)s isn't known here."),
    "field.wrong": _("%(field)s can't be read."),
    "file.encoding": _("The letters of this file can't be read. Save it as UTF-8."),
    "file.format": _("This is neither GIFT nor Moodle XML."),
    "file.large": _("This file is larger than %(most)s MB."),
    "file.many": _("There are more than %(most)s questions in this file."),
    "file.nothing": _("There is no question in this file."),
    "gift.answers": _("These answers can't be read: %(words)s"),
    "gift.brace": _("A brace stands alone. In words it is written \\{ or \\}; no empty line goes between two."),
    "gift.pair": _("A pair is written = left -> right. This isn't one: %(words)s"),
    "kind.unknown": _("Questions of the kind “%(kind)s” aren't known here."),
    "matching.empty": _("One side of a pair is empty."),
    "name.empty": _("The question has no name."),
    "number.range": _("%(number)s is no number that can be used."),
    "number.tolerance": _("%(tolerance)s is no tolerance that can be used."),
    "number.unit": _("%(unit)s is no unit that can be used."),
    "number.unreadable": _("%(words)s is no number."),
    "picture.kind": _("The picture %(file)s can't be used: only small PNG, JPEG, GIF and WebP pictures can."),
    "picture.large": _("The picture %(file)s is larger than %(most)s KB."),
    "file.left": _("The file %(file)s wasn't brought along: only small pictures are."),
    "points.range": _("%(points)s is no number of points that can be used."),
    "tags.many": _("There are %(count)s tags: too many."),
    "text.empty": _("There are no words in it."),
    "text.long": _("One of the texts has %(length)s characters: too many."),
    "text.markup": _("The markup of one of the texts is too tangled."),
    "weight.number": _("%(weight)s is no weight."),
    "weight.range": _("%(weight)s is no weight: it has to be between −100%% and 100%%."),
    "xml.broken": _("This isn't well-formed XML."),
    "xml.deep": _("The XML is nested too deeply."),
    "xml.entities": _("The XML declares entities or a document type. It is refused, for that can be a trap."),
    "xml.root": _("This XML is no Moodle quiz: it begins with <%(tag)s>."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts from 1; 0 is the whole file. `question` is its name, or empty."""

    line: int
    question: str
    code: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """English, to be translated and then filled with `values`."""
        return WORDS[self.code]

    def __str__(self) -> str:
        return f"{self.line}: {self.question}: {self.text % self.values}"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as it was read: all its questions, or its faults. `notes` tell what was left behind."""

    questions: tuple[Question, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A file to hand out, and the names of the questions that it can't hold."""

    text: str
    left: tuple[str, ...] = ()


class TooMany(Exception):
    """Enough faults to stop reading."""


class Findings:
    """Collects what a reader finds, up to the limits."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []

    def add(self, question: Question) -> None:
        if len(self.questions) >= MAX_QUESTIONS:
            self.fault(0, "", "file.many", most=MAX_QUESTIONS)
            raise TooMany
        self.questions.append(question)

    def fault(self, line: int, question: str, code: str, **values: Any) -> None:
        self.faults.append(Fault(line, question[:255], code, {name: str(value)[:80] for name, value in values.items()}))
        if len(self.faults) >= MAX_FAULTS:
            raise TooMany

    def refused(self, line: int, question: str, error: BadQuestion) -> None:
        self.fault(error.line or line, question, error.why, **error.values)

    def note(self, line: int, question: str, code: str, **values: Any) -> None:
        note = Fault(line, question[:255], code, {name: str(value)[:80] for name, value in values.items()})
        if note not in self.notes and len(self.notes) < MAX_FAULTS:
            self.notes.append(note)

    def parsed(self) -> Parsed:
        if not self.faults and not self.questions:
            self.faults.append(Fault(0, "", "file.nothing"))
        questions = () if self.faults else tuple(self.questions)
        return Parsed(questions, tuple(self.faults), tuple(self.notes))


def at(line: int, why: str, **values: object) -> BadQuestion:
    """A fault that knows its own line."""
    error = BadQuestion(why, **values)
    error.line = line
    return error
