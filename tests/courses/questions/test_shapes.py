"""A question is sure of itself, is the same after JSON, and shows no secret."""

from __future__ import annotations

import contextlib
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions import shapes, texts
from courses.questions.answers import Answer, ChoiceGap, Pair, Pattern, Value, weight
from courses.questions.errors import BadQuestion
from courses.questions.shown import shown
from courses.questions.stored import from_json, to_json
from tests.courses.questions import strategies as some

ASK = {"name": "q", "text": texts.Text("Which?")}


@given(some.questions)
@settings(max_examples=80, deadline=None)
def test_a_question_is_the_same_after_json(question):
    assert from_json(json.loads(json.dumps(to_json(question)))) == question


@given(some.anything | st.dictionaries(st.sampled_from(["kind", "name", "text", "answers"]), some.anything))
@settings(max_examples=100, deadline=None)
def test_what_is_no_question_is_refused_by_name(data):
    with pytest.raises(BadQuestion):
        from_json(data)


@given(some.questions, st.data())
@settings(max_examples=80, deadline=None)
def test_a_question_with_one_thing_changed_is_a_question_or_refused(question, data):
    stored = to_json(question)
    stored[data.draw(st.sampled_from(sorted(stored.keys() - {"kind"})))] = data.draw(some.anything)
    with contextlib.suppress(BadQuestion):
        assert from_json(stored).kind is question.kind


SECRET = "s3cr3t"
hidden = st.integers(0, 999).map(lambda number: texts.Text(f"{SECRET}{number}"))


@given(some.questions, st.integers(), hidden)
@settings(max_examples=80, deadline=None)
def test_what_is_shown_has_no_secret(question, seed, secret):
    stored = to_json(question)
    for name in {"name", "feedback", "right", "partly", "wrong", "category", "ref", "if_true", "if_false", "notes"}:
        if name in stored:
            stored[name] = secret.value
    stored["tags"] = [secret.value]
    for answer in [*stored.get("answers", ()), *(one for gap in stored.get("gaps", ()) for one in gap["answers"])]:
        answer["feedback"] = secret.value
        if isinstance(answer.get("text"), str) and question.kind is shapes.Kind.SHORT:
            answer["text"] = secret.value
    page = shown(from_json(stored), seed)
    assert SECRET not in json.dumps(page)
    told = set(_keys(page))
    assert told <= {
        *("kind", "html", "points", "choices", "id", "units", "lefts", "options", "text", "items", "level"),
        *("lines", "min_words", "max_words", "template", "parts", "gap", "look"),
    }


def _keys(page):
    if isinstance(page, dict):
        for key, value in page.items():
            yield key
            yield from _keys(value)
    elif isinstance(page, list):
        for value in page:
            yield from _keys(value)


def test_what_is_shown_of_numbers_and_gaps_has_no_answer():
    number = shapes.Number(**ASK, answers=(Value(Decimal("31337")),))
    assert "31337" not in json.dumps(shown(number, 1))
    stored = {"kind": "cloze", "name": "q", "text": "A {#1} and {#2}"}
    gaps = [{"kind": "short", "answers": [{"text": "hush"}]}, {"kind": "number", "answers": [{"value": "31337"}]}]
    page = json.dumps(shown(from_json(stored | {"gaps": gaps}), 1))
    assert "hush" not in page
    assert "31337" not in page


@given(some.questions, st.integers())
@settings(max_examples=50, deadline=None)
def test_the_same_seed_shows_the_same(question, seed):
    assert shown(question, seed) == shown(from_json(to_json(question)), seed)


def test_another_seed_shuffles_only_who_wants_it():
    choices = tuple(Answer(texts.Text(f"choice {n}"), Fraction(n == 0)) for n in range(8))
    orders = {
        shuffle: {str(shown(shapes.SingleChoice(**ASK, answers=choices, shuffle=shuffle), seed)) for seed in range(20)}
        for shuffle in (True, False)
    }
    assert len(orders[True]) > 15
    assert len(orders[False]) == 1


def test_ids_tell_nothing_of_the_order():
    first, second = (texts.Text(word) for word in ("left foot", "right foot"))
    forth = shown(shapes.Ordering(**ASK, items=(first, second)), 7)
    back = shown(shapes.Ordering(**ASK, items=(second, first)), 7)
    assert forth == back


def test_equal_choices_have_ids_of_their_own():
    twin = texts.Text("the same")
    page = shown(shapes.Ordering(**ASK, items=(twin, twin, twin)), 1)
    assert len({item["id"] for item in page["items"]}) == 3


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("0.3333333", Fraction(1, 3)),
        ("0.66667", Fraction(2, 3)),
        ("0.3333", Fraction(1, 3)),
        ("0.1428571", Fraction(1, 7)),
        ("0.33", Fraction(33, 100)),
    ],
)
def test_a_weight_written_in_decimals_is_the_fraction_it_means(given, meant):
    assert weight(given) == meant


@given(some.weights)
def test_a_weight_has_one_form(value):
    assert weight(weight(value)) == weight(value)


def made(shape, **values):
    return shape(**ASK | values)


HALF = Answer(texts.Text("half"), Fraction(1, 2))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: made(shapes.SingleChoice, answers=(HALF,)), "answers.none_right"),
        (lambda: made(shapes.SingleChoice, answers=()), "answers.count"),
        (lambda: made(shapes.MultipleChoice, answers=(HALF,)), "answers.sum"),
        (lambda: made(shapes.ShortText, answers=(Pattern("a", Fraction(1, 2)),)), "answers.none_right"),
        (lambda: made(shapes.Number, answers=(Value(None),)), "answers.none_right"),
        (lambda: made(shapes.Matching, pairs=(Pair(texts.Text("a"), "b"),)), "answers.count"),
        (lambda: made(shapes.Ordering, items=(texts.Text("a"),)), "answers.count"),
        (lambda: made(shapes.Essay, min_words=9, max_words=3), "essay.words"),
        (lambda: made(shapes.TrueFalse, answer=True, points=Fraction(-1)), "points.range"),
        (lambda: made(shapes.TrueFalse, answer=True, name=" "), "name.empty"),
        (lambda: made(shapes.Description, text=texts.NOTHING), "text.empty"),
        (lambda: Answer(texts.Text("x"), Fraction(2)), "weight.range"),
        (lambda: Value(Decimal("NaN")), "number.range"),
        (lambda: Value(Decimal(1), Decimal(-1)), "number.tolerance"),
        (lambda: texts.Text("x" * (texts.MAX_PLAIN + 1)), "text.long"),
    ],
)
def test_what_cannot_be_asked_is_refused(make, why):
    with pytest.raises(BadQuestion) as refused:
        make()
    assert refused.value.why == why


GAP = ChoiceGap(answers=(Answer(texts.Text("a"), Fraction(1)),))


@pytest.mark.parametrize("words", ["no gap", "{#1} {#1}", '<a title="{#1}">x</a>', "{#2}"])
def test_a_gap_is_once_in_the_text_and_never_in_a_tag(words):
    with pytest.raises(BadQuestion):
        shapes.Cloze(name="q", text=texts.html(words), gaps=(GAP,))
    assert shapes.Cloze(name="q", text=texts.html("<b>{#1}</b> {#2}"), gaps=(GAP,))
