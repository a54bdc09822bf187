"""GIFT as people write it, and what we write comes back the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions import faults, gift, gift_writing, shapes, texts
from courses.questions.answers import Pair, Pattern, Value
from courses.questions.faults import MAX_FAULTS
from courses.questions.shapes import Kind, Ordered
from tests.courses.questions import strategies as some


def one(source):
    told = gift.parse(source)
    assert told.faults == ()
    assert len(told.questions) == 1
    return told.questions[0]


def told(source):
    found = gift.parse(source)
    assert found.questions == ()
    return [(fault.line, fault.question, fault.code) for fault in found.faults]


def test_one_right_choice_with_partial_credit_and_comments():
    question = one("::Rivers:: Longest river of Europe? {\n =Volga #yes\n ~%50%Danube #nearly\n ~Rhine}")
    assert question.kind is Kind.SINGLE
    assert question.name == "Rivers"
    assert [(answer.text.value, answer.weight, answer.feedback.value) for answer in question.answers] == [
        ("Volga", 1, "yes"),
        ("Danube", Fraction(1, 2), "nearly"),
        ("Rhine", 0, ""),
    ]


def test_several_right_choices_have_weights():
    question = one("Primes? {~%33%2 ~%33%3 ~%33.333%5 ~%-100%9}")
    assert question.kind is Kind.MULTIPLE
    assert [answer.weight for answer in question.answers] == [Fraction(1, 3)] * 3 + [-1]


@pytest.mark.parametrize(("written", "answer"), [("T", True), ("TRUE", True), ("F", False), ("FALSE", False)])
def test_true_and_false(written, answer):
    question = one(f"Water is wet.{{{written}#no#yes####because}}")
    assert question.answer is answer
    said = (question.if_true.value, question.if_false.value)
    assert said == (("yes", "no") if answer else ("no", "yes"))
    assert question.feedback.value == "because"


def test_short_answers():
    question = one("Capital of China? {=Beijing =北京 =%50%Peking#old name =%0%*#no}")
    assert question.answers == (
        Pattern("Beijing"),
        Pattern("北京"),
        Pattern("Peking", Fraction(1, 2), texts.Text("old name")),
        Pattern("*", Fraction(0), texts.Text("no")),
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("#1869", Value(Decimal(1869))),
        ("#3.14:0.01", Value(Decimal("3.14"), Decimal("0.01"))),
        ("#3,14:0,01", Value(Decimal("3.14"), Decimal("0.01"))),
        ("# 1 .. 5", Value(Decimal(3), Decimal(2))),
        ("#-2..-1", Value(Decimal("-1.5"), Decimal("0.5"))),
        ("#=12", Value(Decimal(12))),
    ],
)
def test_one_number(written, value):
    assert one(f"How many? {{{written}}}").answers == (value,)


def test_several_numbers_and_what_is_said_to_all_others():
    question = one("Year? {#\n =1822:0 #yes\n =%50%1822:2 #close\n ~#no}")
    assert [(value.value, value.weight) for value in question.answers] == [(1822, 1), (1822, Fraction(1, 2)), (None, 0)]
    assert one("Year? {#3:2~#no}").answers[1] == Value(None, Decimal(0), Fraction(0), texts.Text("no"))


def test_pairs_and_options_that_belong_to_nothing():
    question = one("Match. {\n =cat -> Katze\n =dog->Hund\n = -> Maus\n}")
    assert question.pairs == (Pair(texts.Text("cat"), "Katze"), Pair(texts.Text("dog"), "Hund"))
    assert question.more == ("Maus",)


def test_a_missing_word():
    assert one("Rome {~fell =stood} for long.").text.value == "Rome _____ for long."
    assert one("Did Rome fall? {T}").text.value == "Did Rome fall?"


def test_an_essay_and_a_description():
    assert one("Tell us about you. {}").kind is Kind.ESSAY
    assert one("What follows is hard.").kind is Kind.DESCRIPTION


def test_an_order():
    question = one("Sort. {>3 ALL VERTICAL RELATIVE_TO_CORRECT SHOW NONE\none\n\\#two\nthree\n####said}")
    assert [item.value for item in question.items] == ["one", "#two", "three"]
    assert question.grading is Ordered.DISTANCE
    assert question.feedback.value == "said"
    assert one("Sort. {>3\none\ntwo}").grading is Ordered.PLACE
    assert one("Sort. {>3 ALL\none\ntwo}").grading is Ordered.PLACE


def test_control_characters_have_a_backslash():
    question = one(r"::a\:\:b::Is \{1\} \= \#1 \~ c\\d\ne? {~ \= 1 # \# = \= 2}")
    assert question.name == "a::b"
    assert question.text.value == "Is {1} = #1 ~ c\\d\ne?"
    assert [answer.text.value for answer in question.answers] == ["= 1", "= 2"]
    assert question.answers[0].feedback.value == "#"


def test_a_backslash_before_anything_else_is_a_backslash():
    assert one(r"\(x\) is? {T}").text.value == r"\(x\) is?"


def test_formats():
    question = one("[html]<b>Bold</b>? {~[plain]<b> =[markdown]**yes** ~<i>no</i>}")
    assert [answer.text for answer in question.answers] == [
        texts.Text("<b>"),
        texts.html("<p><strong>yes</strong></p>"),
        texts.html("<i>no</i>"),
    ]
    assert one("[markdown]*A* {T}").text == texts.html("<p><em>A</em></p>")
    assert one("[moodle]One <b>two</b>\nthree {T}").text == texts.html("One <b>two</b><br>three")
    assert one("[plain]a <b> c {T}").text == texts.Text("a <b> c")
    assert one("[sic] a {T}").text == texts.Text("[sic] a")


def test_comments_categories_ids_and_tags():
    found = gift.parse(
        "// a comment\n$CATEGORY: $course$/top/Acids/Weak\n\n// [id:q-1] [tag:lab] [tag:a\\]b] [points:5/2]\n"
        "Sour? {\n// in between\nT}\n\n$CATEGORY: Bases\nSoapy? {T}\n\n$CATEGORY: $course$/top\n\nSalty? {T}\n"
    )
    assert found.faults == ()
    first, second, third = found.questions
    assert (first.category, first.ref, first.tags, first.points) == (
        "Acids/Weak",
        "q-1",
        ("lab", "a]b"),
        Fraction(5, 2),
    )
    assert (second.category, second.ref, third.category) == ("Bases", "", "")


def test_a_question_without_a_name_takes_its_first_words():
    assert one("Is this so? {T}").name == "Is this so?"
    assert len(one(f"{'long ' * 99} {{T}}").name) <= 80


def test_scripts_do_not_come_in():
    question = one('[html]<script\\>alert(1)</script\\>Safe? {~<img src\\="x" onerror\\="y"> no =yes}')
    assert "script" not in question.text.value
    assert "onerror" not in question.answers[0].text.value


def test_a_fault_names_its_line_and_question_and_nothing_is_imported():
    source = (
        "Fine? {T}\n\n::Broken::What? {\n =a\n\n::Half::Which? {~%50%a\n ~b}\n\n::Pair::Match {\n =a -> b\n =c\n}\n"
    )
    assert told(source) == [(3, "Broken", "gift.brace"), (6, "Half", "answers.sum"), (11, "Pair", "gift.pair")]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", (0, "", "file.nothing")),
        ("// only a comment", (0, "", "file.nothing")),
        ("Which? {~a ~b}", (1, "Which?", "answers.sum")),
        ("How many? {#many}", (1, "How many?", "number.unreadable")),
        ("How many? {#}", (1, "How many?", "number.unreadable")),
        ("How many? {#\n=1\n=1:x}", (3, "How many?", "number.unreadable")),
        ("Which? {\n~%500%a\n=b}", (2, "Which?", "weight.range")),
        ("Which? {\n~%5x%a\n=\n}", (3, "Which?", "answer.empty")),
        ("Which? {a ~b =c}", (1, "Which?", "gift.answers")),
        ("Which }", (1, "Which }", "gift.brace")),
        ("Match {=a -> b}", (1, "Match", "answers.count")),
        (f"$CATEGORY: {'x' * 2000}\n\nA? {{T}}", (1, "", "text.long")),
    ],
)
def test_faults(source, fault):
    assert told(source) == [fault]


@pytest.mark.parametrize("many", ["~a", "=a", "=a->b", "#1=", ">\n\\n"])
def test_answers_without_end_cost_no_time(many):
    assert told(f"Q {{{many[0]}{many * 500_000}}}")[0][2] in {"answers.count", "number.unreadable"}


def test_faults_are_not_told_without_end():
    assert len(told("Which? {~a}\n\n" * 500)) == MAX_FAULTS


def test_a_file_has_a_limit_of_questions():
    assert told("A? {T}\n\n" * (faults.MAX_QUESTIONS + 1)) == [(0, "", "file.many")]


kinds = st.one_of(
    some.single,
    some.multiple,
    some.true_false,
    some.short,
    some.number,
    some.matching,
    some.ordering,
    some.essay,
    some.description,
)


def sayable(question):
    """The question with what GIFT has no words for taken away."""
    plain = {"right": texts.NOTHING, "partly": texts.NOTHING, "wrong": texts.NOTHING}
    kept = {
        Kind.SINGLE: {"shuffle": True},
        Kind.MULTIPLE: {"shuffle": True},
        Kind.MATCHING: {"shuffle": True},
        Kind.SHORT: {"case": False},
        Kind.NUMBER: {"units": ()},
        Kind.ESSAY: {
            "lines": 15,
            "min_words": None,
            "max_words": None,
            "template": texts.NOTHING,
            "notes": texts.NOTHING,
        },
        Kind.DESCRIPTION: {"feedback": texts.NOTHING},
    }
    return replace(question, **plain | kept.get(question.kind, {}))


@given(st.lists(kinds.map(sayable), max_size=4))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_the_same(questions):
    questions = [replace(question, name=f"{place} {question.name}") for place, question in enumerate(questions)]
    written = gift_writing.write(questions)
    kept = [question for question in questions if question.name not in written.left]
    if kept:
        assert gift.parse(written.text).faults == ()
        assert list(gift.parse(written.text).questions) == kept


def test_what_cannot_be_said_is_left_and_named():
    gap = {"kind": "cloze", "name": "gaps", "text": "{#1}", "gaps": [{"kind": "short", "answers": [{"text": "x"}]}]}
    from courses.questions.stored import from_json

    question = shapes.TrueFalse(name="kept", text=texts.Text("?"), answer=True)
    written = gift_writing.write([from_json(gap), question])
    assert written.left == ("gaps",)
    assert "// gaps" in written.text
    assert gift.parse(written.text).questions == (question,)


@given(st.text(st.sampled_from("{}=~#:%\\/-> \n[]$html.5aT*") | st.characters(), max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_file_stops_the_reader(source):
    found = gift.parse(source)
    assert bool(found.faults) != bool(found.questions)
    assert all(str(fault) for fault in found.faults)
