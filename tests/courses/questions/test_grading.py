"""Points are exact, between nothing and all of them, and nothing a browser sends stops the grading."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions import ids, shapes, texts
from courses.questions.answers import Answer, ChoiceGap, NumberGap, Pair, Pattern, ShortGap, Unit, Value
from courses.questions.errors import BadResponse
from courses.questions.grading import Part, State, as_decimal, grade, said
from courses.questions.responses import MAX_ESSAY, solution, tidy
from courses.questions.shapes import Ordered
from courses.questions.shown import shown
from tests.courses.questions import strategies as some

ASK = {"name": "q", "text": texts.Text("Which?")}
by_machine = some.questions.filter(lambda question: question.kind not in {shapes.Kind.ESSAY, shapes.Kind.DESCRIPTION})


@given(by_machine)
@settings(max_examples=100, deadline=None)
def test_the_full_answer_gives_full_points(question):
    response = json.loads(json.dumps(solution(question)))
    told = grade(question, response)
    assert told.points == question.points
    assert told.state is State.RIGHT


@given(some.questions, some.anything)
@settings(max_examples=100, deadline=None)
def test_whatever_is_sent_is_graded_within_the_points(question, response):
    told = grade(question, response)
    assert 0 <= told.points <= question.points
    json.dumps(told.to_json())


def _pick(draw, page):
    """What a browser could send for what it was shown."""
    if "choices" in page:
        names = [choice["id"] for choice in page["choices"]]
        several = page["kind"] == "multiple"
        return draw(st.lists(st.sampled_from(names), unique=True) if several else st.sampled_from(names))
    if "lefts" in page:
        options = [option["id"] for option in page["options"]]
        return {left["id"]: draw(st.sampled_from(options)) for left in page["lefts"]}
    if "items" in page:
        return draw(st.permutations([item["id"] for item in page["items"]]))
    if "parts" in page:
        return {part["gap"]: _pick(draw, part) for part in page["parts"] if "gap" in part}
    return True if page["kind"] == "true_false" else draw(st.text(max_size=20) | st.integers().map(str))


@given(some.questions, st.data())
@settings(max_examples=100, deadline=None)
def test_every_answer_that_can_be_given_is_graded_once_it_is_tidy(question, data):
    response = _pick(data.draw, shown(question, 1))
    told = grade(question, response)
    assert 0 <= told.points <= question.points
    assert grade(question, tidy(question, response)) == told
    assert all(said(question, key) for key in told.feedback)
    if question.points and told.state in {State.RIGHT, State.WRONG}:
        assert (told.points == question.points) is (told.state is State.RIGHT)


def choices(*weights):
    return tuple(Answer(texts.Text(f"choice {n}"), Fraction(share)) for n, share in enumerate(weights))


def names(question):
    return list(ids.choices(question.answers))


def test_a_single_choice_earns_its_weight():
    question = shapes.SingleChoice(**ASK, points=Fraction(3), answers=choices(0, Fraction(1, 3), 1))
    assert [grade(question, name).points for name in names(question)] == [0, 1, 3]


def test_wrong_choices_take_away_and_never_below_nothing():
    question = shapes.MultipleChoice(**ASK, answers=choices("1/3", "1/3", "1/3", "-1/2"))
    one, two, three, bad = names(question)
    assert grade(question, [one, two, three]).points == 1
    assert grade(question, [one, two, bad]).points == Fraction(1, 6)
    assert grade(question, [one, bad]).points == 0
    assert grade(question, [one, bad]).parts == (
        Part(one, Fraction(1, 3), State.PARTLY),
        Part(bad, Fraction(-1, 2), State.WRONG),
    )


def test_a_choice_sent_twice_counts_once():
    question = shapes.MultipleChoice(**ASK, answers=choices("1/2", "1/2"))
    one, _ = names(question)
    assert grade(question, [one, one]).points == Fraction(1, 2)


@pytest.mark.parametrize("said", [True, "true"])
def test_true_is_true(said):
    question = shapes.TrueFalse(**ASK, answer=True, if_true=texts.Text("yes"), if_false=texts.Text("no"))
    assert grade(question, said).points == 1
    assert grade(question, said).feedback == ("true",)
    assert grade(question, 1).points == 0  # 1 is no answer of ours


@pytest.mark.parametrize(
    ("pattern", "typed", "fits"),
    [
        ("colo*r", "Colour", True),
        ("colo*r", "color", True),
        ("colo*r", "col", False),
        ("*cat*", "a CAT sat", True),
        ("a*a", "a", False),
        (r"2 \* 3", "2 * 3", True),
        (r"2 \* 3", "2 x 3", False),
        ("H2O", "Ｈ２Ｏ", True),
        ("北京", " 北京 ", True),
        ("café", "cafe\u0301", True),
        ("Straße", "STRASSE", True),
        ("two words", "two   words", True),
        ("(a+)+$", "aaa", False),
        ("a.c", "abc", False),
    ],
)
def test_short_text_as_people_type_it(pattern, typed, fits):
    question = shapes.ShortText(**ASK, answers=(Pattern(pattern),))
    assert (grade(question, typed).points == 1) is fits


def test_case_counts_where_it_is_asked_for():
    question = shapes.ShortText(**ASK, answers=(Pattern("NaCl"),), case=True)
    assert grade(question, "NaCl").points == 1
    assert grade(question, "ＮａＣｌ").points == 1
    assert grade(question, "nacl").points == 0


def test_many_stars_cost_no_time():
    question = shapes.ShortText(**ASK, answers=(Pattern("*a" * 400 + "b"),))
    assert grade(question, "a" * 1000).points == 0


def test_the_best_of_the_patterns_that_fit_counts():
    answers = (Pattern("*", Fraction(0), texts.Text("no")), Pattern("ca*", Fraction(1, 2)), Pattern("cat"))
    question = shapes.ShortText(**ASK, answers=answers)
    assert grade(question, "cat").points == 1
    assert grade(question, "car").points == Fraction(1, 2)
    assert said(question, grade(question, "dog").feedback[0]).value == "no"


@pytest.mark.parametrize(
    "typed",
    [
        "1234.5",
        "1234,5",
        "1,234.5",
        "1.234,5",
        "1 234.5",
        "１２３４．５",
        "１２３４。５",
        "1.2345e3",
        "1.2345 × 10^3",
        1234.5,
        " +1234.50 ",
    ],
)
def test_a_number_as_people_type_it(typed):
    question = shapes.Number(**ASK, answers=(Value(Decimal("1234.5")),))
    assert grade(question, typed).points == 1


@pytest.mark.parametrize(
    "typed",
    [
        "1234.4",
        "12345",
        "1.2.3.4",
        "NaN",
        "inf",
        "1e",
        "1e999",
        "--1234.5",
        "1234.5x",
        "0x4d2",
        "1_234.5",
        float("nan"),
        float("inf"),
        10**400,
        True,
    ],
)
def test_what_is_another_number_or_none_is_wrong(typed):
    question = shapes.Number(**ASK, answers=(Value(Decimal("1234.5")),))
    assert grade(question, typed).points == 0


def test_a_comma_may_part_thousands_or_decimals():
    assert grade(shapes.Number(**ASK, answers=(Value(Decimal("1.234")),)), "1,234").points == 1
    assert grade(shapes.Number(**ASK, answers=(Value(Decimal(1234)),)), "1,234").points == 1
    assert grade(shapes.Number(**ASK, answers=(Value(Decimal(1234)),)), "12,34").points == 0


def test_the_edges_of_the_tolerance_count():
    question = shapes.Number(**ASK, answers=(Value(Decimal("0.3"), Decimal("0.1")), Value(None, weight=Fraction(0))))
    assert [grade(question, typed).points for typed in ("0.2", "0.4", "−0.3", "0.19999", "0.40001")] == [1, 1, 0, 0, 0]


def test_a_minus_of_any_kind():
    question = shapes.Number(**ASK, answers=(Value(Decimal(-5)),))
    assert {grade(question, typed).points for typed in ("-5", "−5", "－５", "–5")} == {1}


def test_units():
    units = (Unit("m"), Unit("km", Decimal("0.001")))
    question = shapes.Number(**ASK, answers=(Value(Decimal(2500)),), units=units)
    assert {grade(question, typed).points for typed in ("2500", "2500 m", "2.5km", "2,5 ｋｍ")} == {1}
    assert grade(question, "2.5").points == 0
    assert grade(question, "2500 miles").points == 0


def test_matching_earns_by_pair():
    pairs = tuple(Pair(texts.Text(f"left {n}"), f"right {n}") for n in range(3))
    question = shapes.Matching(**ASK, pairs=pairs, more=("none",))
    right = solution(question)
    first, second, third = right
    mixed = right | {first: right[second], third: ""}
    assert grade(question, mixed).points == Fraction(1, 3)
    assert [part.state for part in grade(question, mixed).parts] == [State.WRONG, State.RIGHT, State.BLANK]


def test_equal_right_sides_are_one_option():
    pairs = (Pair(texts.Text("a"), "vowel"), Pair(texts.Text("e"), "vowel"), Pair(texts.Text("b"), "consonant"))
    question = shapes.Matching(**ASK, pairs=pairs)
    assert len(shown(question, 1)["options"]) == 2
    assert grade(question, solution(question)).points == 1


@pytest.mark.parametrize(
    ("how", "order", "share"),
    [
        (Ordered.EXACT, "0123", 1),
        (Ordered.EXACT, "0132", 0),
        (Ordered.PLACE, "0132", Fraction(1, 2)),
        (Ordered.NEXT, "1230", Fraction(2, 3)),
        (Ordered.NEXT_LAST, "0231", Fraction(1, 4)),
        (Ordered.NEXT_LAST, "0123", 1),
        (Ordered.NEIGHBOURS, "1230", Fraction(2, 3)),
        (Ordered.ALL_AROUND, "3210", 0),
        (Ordered.ALL_AROUND, "0132", Fraction(5, 6)),
        (Ordered.LONGEST_KEPT, "1203", Fraction(3, 4)),
        (Ordered.LONGEST_KEPT, "3210", 0),
        (Ordered.LONGEST_RUN, "1203", Fraction(1, 2)),
        (Ordered.DISTANCE, "1023", Fraction(5, 6)),
    ],
)
def test_an_order_earns_as_its_question_says(how, order, share):
    question = shapes.Ordering(**ASK, items=tuple(texts.Text(f"item {n}") for n in range(4)), grading=how)
    named = list(ids.items(question))
    assert grade(question, [named[int(n)] for n in order]).points == share


def test_items_of_the_same_words_are_the_same():
    question = shapes.Ordering(**ASK, items=(texts.Text("tick"), texts.Text("tock"), texts.Text("tick")))
    first, tock, last = ids.items(question)
    assert grade(question, [last, tock, first]).points == 1


def test_an_order_that_leaves_something_out_is_wrong():
    question = shapes.Ordering(**ASK, items=tuple(texts.Text(f"item {n}") for n in range(4)), grading=Ordered.NEXT)
    assert grade(question, list(ids.items(question))[:2]).state is State.WRONG


def test_a_cloze_is_weighed():
    gaps = (
        ChoiceGap(answers=choices(0, 1), weight=2),
        ShortGap(answers=(Pattern("word", feedback=texts.Text("well")),)),
        NumberGap(answers=(Value(Decimal(5)),)),
    )
    question = shapes.Cloze(name="q", text=texts.Text("{#1} {#2} {#3}"), points=Fraction(8), gaps=gaps)
    wrong, right = ids.choices(gaps[0].answers)
    told = grade(question, {"1": right, "2": "word"})
    assert told.points == 6
    assert [part.state for part in told.parts] == [State.RIGHT, State.RIGHT, State.BLANK]
    assert said(question, told.feedback[0]).value == "well"
    assert grade(question, {"1": wrong, "3": "5"}).points == 2


def test_an_essay_waits_for_a_person_and_an_empty_one_does_not():
    question = shapes.Essay(**ASK)
    assert grade(question, "I think").needs_hand
    assert grade(question, " \n").state is State.BLANK


@pytest.mark.parametrize(
    ("question", "response"),
    [
        (shapes.Essay(**ASK), "x" * (MAX_ESSAY + 1)),
        (shapes.Essay(**ASK), ["x"]),
        (shapes.ShortText(**ASK, answers=(Pattern("*"),)), "x" * 100_000),
        (shapes.SingleChoice(**ASK, answers=choices(1)), "unknown"),
        (shapes.MultipleChoice(**ASK, answers=choices(1)), ["unknown"]),
        (shapes.MultipleChoice(**ASK, answers=choices(1)), [["deep"]]),
        (shapes.Cloze(name="q", text=texts.Text("{#1}"), gaps=(NumberGap(answers=(Value(Decimal(1)),)),)), {"2": "1"}),
    ],
)
def test_what_no_page_sends_is_refused_before_it_is_stored_and_wrong_when_graded(question, response):
    with pytest.raises(BadResponse):
        tidy(question, response)
    assert grade(question, response).state is State.WRONG


def test_feedback_follows_the_outcome():
    words = {name: texts.Text(name) for name in ("feedback", "right", "partly", "wrong")}
    question = shapes.SingleChoice(**ASK, **words, answers=choices(0, "1/2", 1))
    assert [grade(question, name).feedback[0] for name in names(question)] == ["wrong", "partly", "right"]
    assert grade(question, None).feedback == ("wrong", "feedback")


def test_points_for_a_column():
    assert as_decimal(Fraction(2, 3)) == Decimal("0.66667")
