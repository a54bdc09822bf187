"""Whatever file people have, in whatever letters."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import courses.questions
from courses.questions import files, moodle_writing
from courses.questions.faults import MAX_BYTES, WORDS, Fault
from tests.courses.questions import strategies as some

GIFT = "::首都::中国的首都是？{=北京 ~上海}"
XML = (
    '<?xml version="1.0" encoding="{}"?>\n<quiz><question type="essay"><name><text>首都</text></name>'
    "<questiontext><text>中国的首都是？</text></questiontext></question></quiz>"
)


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("written", [GIFT, XML])
def test_chinese_in_the_letters_that_computers_write(written, letters):
    said = {"utf-8-sig": "utf-8", "gbk": "GB2312"}.get(letters, letters)
    found = files.read("x.txt", written.replace("{}", said).encode(letters))
    assert found.faults == ()
    assert found.questions[0].name == "首都"


def test_what_the_xml_says_of_its_letters_may_be_wrong():
    assert files.read("x.xml", XML.format("gb2312").encode()).questions[0].name == "首都"


def test_letters_that_are_none_are_not_believed():
    written = XML.format("unicode_escape").replace("中国的首都是？", "Où ?").replace("首都", r"Käse \u0041")
    assert files.read("x.xml", written.encode("cp1252")).questions[0].name == r"Käse \u0041"


@pytest.mark.parametrize("letters", ["cp1252", "utf-8"])
def test_western_letters(letters):
    found = files.read("x.txt", "::Käse::Où est-il né ? {=à Genève ~en Corrèze}".encode(letters))
    assert found.questions[0].name == "Käse"
    assert found.questions[0].answers[0].text.value == "à Genève"


def test_a_lone_accent_is_western_though_it_could_be_half_of_a_chinese_letter():
    found = files.read("x.txt", "::Käse und Möhren::Wofür? {=Süppchen ~Brötchen}".encode("cp1252"))
    assert found.questions[0].name == "Käse und Möhren"


def test_line_numbers_count_the_line_that_the_xml_begins_with():
    found = files.read("x.xml", XML.format("utf-8").replace("essay", "hologram").encode())
    assert [fault.line for fault in found.faults] == [2]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("x.gift", b"", "file.nothing"),
        ("x.gift", b"\0\1\2", "file.encoding"),
        ("x.docx", b"PK\3\4" + b"\0" * 50, "file.encoding"),
        ("x.csv", b"question,answer\na,b\n", "file.format"),
        ("x.xml", b"no xml", "xml.broken"),
        ("x.gift", b"x" * (MAX_BYTES + 1), "file.large"),
    ],
)
def test_what_is_no_file_of_questions(name, data, code):
    found = files.read(name, data)
    assert [fault.code for fault in found.faults] == [code]
    assert found.questions == ()


@given(st.lists(some.single | some.essay, min_size=1, max_size=2), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(max_examples=40, deadline=None)
def test_what_we_hand_out_comes_back_in_any_letters(questions, letters):
    assert list(files.read("x.xml", moodle_writing.write(questions).text.encode(letters)).questions) == questions


def test_a_text_with_gaps_is_one_cloze():
    found = files.read("trees.txt", b"An oak is a {2:MULTICHOICE:=tree~fish}.\nIt lives {1:NM:=500:400} years.")
    (question,) = found.questions
    assert (question.name, question.points, len(question.gaps)) == ("trees", 3, 2)
    assert question.text.value == "An oak is a {#1}.\nIt lives {#2} years."
    faults = files.read("trees.txt", b"A {1:MULTICHOICE:no~one}").faults
    assert [(fault.line, fault.question, fault.code) for fault in faults] == [(1, "trees", "answers.none_right")]


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_bytes_stop_the_reader(data):
    found = files.read("x", data)
    assert bool(found.faults) != bool(found.questions)


def test_every_fault_has_its_words():
    raised = set()
    for path in Path(courses.questions.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                raised |= {node.value} if re.fullmatch(r"[a-z]+\.[a-z_]+", node.value) else set()
    raised -= {"question.bad", "response.bad"}
    assert raised == set(WORDS)


def test_a_fault_is_a_sentence():
    assert str(Fault(3, "Rivers", "number.unreadable", {"words": "many"})) == "3: Rivers: many is no number."
