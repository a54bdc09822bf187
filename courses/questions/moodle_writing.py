"""Questions as Moodle XML: all kinds, and all that is in them."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from courses.questions import formats, gaps, pictures
from courses.questions.faults import Written
from courses.questions.shapes import (
    Cloze,
    Description,
    Essay,
    Kind,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    Question,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from courses.questions.texts import NOTHING, Form, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from courses.questions.answers import Answer, Pattern, Value

Element = ElementTree.Element
FORMS = {Form.PLAIN: "plain_text", Form.HTML: "html"}
TYPES = {
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.TRUE_FALSE: "truefalse",
    Kind.SHORT: "shortanswer",
    Kind.NUMBER: "numerical",
    Kind.MATCHING: "matching",
    Kind.ORDERING: "ordering",
    Kind.CLOZE: "cloze",
    Kind.ESSAY: "essay",
    Kind.DESCRIPTION: "description",
}


def write(questions: Iterable[Question]) -> Written:
    quiz, where = Element("quiz"), ""
    for question in questions:
        if question.category != where:
            where = question.category
            node = ElementTree.SubElement(quiz, "question", type="category")
            _say(ElementTree.SubElement(node, "category"), f"$course$/top{'/' if where else ''}{where}")
        quiz.append(_written(question))
    ElementTree.indent(quiz)
    return Written('<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(quiz, encoding="unicode") + "\n")


def _written(question: Question) -> Element:
    node = Element("question", type=TYPES[question.kind])
    _say(ElementTree.SubElement(node, "name"), question.name)
    if isinstance(question, Cloze):
        _cloze(node, question)
    else:
        _text(node, "questiontext", question.text)
    _text(node, "generalfeedback", question.feedback)
    _plain(node, "defaultgrade", formats.as_decimal(question.points))
    _plain(node, "idnumber", question.ref)
    for tag, text in (
        ("correctfeedback", question.right),
        ("partiallycorrectfeedback", question.partly),
        ("incorrectfeedback", question.wrong),
    ):
        if text:
            _text(node, tag, text)
    _more(question, node)
    if question.tags:
        tags = ElementTree.SubElement(node, "tags")
        for tag in question.tags:
            _say(ElementTree.SubElement(tags, "tag"), tag)
    return node


@singledispatch
def _more(question: Question, node: Element) -> None:
    """What this kind has besides."""


@_more.register
def _(question: SingleChoice, node: Element) -> None:
    _plain(node, "single", "true")
    _choices(node, question.answers, shuffle=question.shuffle)


@_more.register
def _(question: MultipleChoice, node: Element) -> None:
    _plain(node, "single", "false")
    _choices(node, question.answers, shuffle=question.shuffle)


def _choices(node: Element, answers: tuple[Answer, ...], *, shuffle: bool) -> None:
    _plain(node, "shuffleanswers", _word(value=shuffle))
    for answer in answers:
        row = _text(node, "answer", answer.text)
        row.set("fraction", formats.as_percent(answer.weight))
        _text(row, "feedback", answer.feedback)


@_more.register
def _(question: TrueFalse, node: Element) -> None:
    for said, text in ((True, question.if_true), (False, question.if_false)):
        row = _text(node, "answer", Text(_word(value=said)))
        row.set("fraction", "100" if said is question.answer else "0")
        _text(row, "feedback", text)


@_more.register
def _(question: ShortText, node: Element) -> None:
    _plain(node, "usecase", "1" if question.case else "0")
    for answer in question.answers:
        _typed(node, answer, answer.text)


@_more.register
def _(question: Number, node: Element) -> None:
    for answer in question.answers:
        row = _typed(node, answer, "*" if answer.value is None else f"{answer.value:f}")
        _plain(row, "tolerance", f"{answer.tolerance:f}")
    if question.units:
        units = ElementTree.SubElement(node, "units")
        for unit in question.units:
            row = ElementTree.SubElement(units, "unit")
            _plain(row, "multiplier", f"{unit.count:f}")
            _plain(row, "unit_name", unit.name)
    _plain(node, "unitgradingtype", "0")
    _plain(node, "showunits", "0" if question.units else "3")


def _typed(node: Element, answer: Pattern | Value, words: str) -> Element:
    row = _text(node, "answer", Text(words))
    row.set("fraction", formats.as_percent(answer.weight))
    _text(row, "feedback", answer.feedback)
    return row


@_more.register
def _(question: Matching, node: Element) -> None:
    _plain(node, "shuffleanswers", _word(value=question.shuffle))
    pairs = [(pair.left, pair.right) for pair in question.pairs]
    for left, right in [*pairs, *((NOTHING, option) for option in question.more)]:
        row = _text(node, "subquestion", left)
        _say(ElementTree.SubElement(row, "answer"), right)


@_more.register
def _(question: Ordering, node: Element) -> None:
    _plain(node, "layouttype", "HORIZONTAL" if question.level else "VERTICAL")
    _plain(node, "selecttype", "ALL")
    _plain(node, "selectcount", "0")
    _plain(node, "gradingtype", formats.GRADING_NAMES[question.grading])
    for place, item in enumerate(question.items, 1):
        _text(node, "answer", item).set("fraction", f"{place}.0000000")


@_more.register
def _(question: Essay, node: Element) -> None:
    _plain(node, "responsefieldlines", str(question.lines))
    _plain(node, "minwordlimit", "" if question.min_words is None else str(question.min_words))
    _plain(node, "maxwordlimit", "" if question.max_words is None else str(question.max_words))
    _text(node, "graderinfo", question.notes)
    _text(node, "responsetemplate", question.template)


@_more.register
def _(question: Description, node: Element) -> None:
    """Only words."""


def _cloze(node: Element, question: Cloze) -> None:
    """Plain words stay plain as long as no gap of theirs has a character that only HTML can hide."""
    plain = question.text.form is Form.PLAIN
    markup = question.text.value if plain else question.text.html
    field = ElementTree.SubElement(node, "questiontext", format=FORMS[question.text.form])
    markup, files = pictures.taken(markup) if not plain else (markup, [])
    _say(field, gaps.write(markup, question.gaps, plain=plain))
    _files(field, files)


def _text(node: Element, tag: str, text: Text) -> Element:
    field = ElementTree.SubElement(node, tag, format=FORMS[text.form])
    markup, files = pictures.taken(text.value) if text.form is Form.HTML else (text.value, [])
    _say(field, markup)
    _files(field, files)
    return field


def _files(field: Element, files: list[tuple[str, str]]) -> None:
    for name, encoded in files:
        ElementTree.SubElement(field, "file", name=name, path="/", encoding="base64").text = encoded


def _say(node: Element, words: str) -> None:
    ElementTree.SubElement(node, "text").text = words


def _plain(node: Element, tag: str, words: str) -> None:
    ElementTree.SubElement(node, tag).text = words


def _word(*, value: bool) -> str:
    return "true" if value else "false"
