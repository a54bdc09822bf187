"""Questions of every kind, for properties."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from courses.questions import shapes, texts
from courses.questions.answers import Answer, ChoiceGap, Look, NumberGap, Pair, Pattern, ShortGap, Unit, Value
from courses.questions.shapes import Ordered

letters = st.characters(exclude_categories=["Cs", "Cc"])
words = st.text(letters, min_size=1, max_size=30).filter(lambda word: word.strip() and texts.tidy(word))
lines = words.filter(lambda word: len(word.split()) > 0)
plain = words.map(texts.Text)
tags = st.sampled_from(["b", "i", "p", "div", "code", "h2", "ul"])
markup = st.tuples(tags, words, words).map(lambda part: f"{part[1]}<{part[0]}>{part[2]}</{part[0]}>")
# Words such as "<?" swallow the tag after them: in a gap, what is left would come back as plain words.
html = markup.map(texts.html).filter(lambda words: "</" in words.value)
text = (plain | html).filter(bool)
maybe = st.just(texts.NOTHING) | text
weights = st.sampled_from([0, Fraction(1, 3), Fraction(1, 2), Fraction(3, 4), Fraction(-1, 2), Fraction(-1), 1])
weights = weights.map(Fraction) | st.integers(-(10**7), 10**7).map(lambda parts: Fraction(parts, 10**7))
FULL = st.just(Fraction(1))
decimals = st.decimals(-(10**9), 10**9, places=4)
tolerances = st.decimals(0, 1000, places=3)


def answers(one):
    """A list in which something is right, not always the first."""
    few = st.lists(one(weights), max_size=4)
    return st.tuples(few, one(FULL), few).map(lambda parts: (*parts[0], parts[1], *parts[2]))


def choice(weight):
    return st.builds(Answer, text, weight, maybe)


def pattern(weight):
    return st.builds(Pattern, lines, weight, maybe)


def value(weight):
    return st.builds(Value, decimals, tolerances, weight, maybe)


names = st.text(letters, min_size=1, max_size=40).filter(lambda name: name.split() and texts.tidy(name).split())
base = {
    "name": names,
    "text": text,
    "points": st.integers(0, 10**4).map(lambda parts: Fraction(parts, 100)),
    "feedback": maybe,
    "right": maybe,
    "partly": maybe,
    "wrong": maybe,
    "tags": st.lists(names, max_size=3).map(tuple),
    "category": st.lists(names, max_size=3).map("/".join),
    "ref": st.just("") | names,
}
single = st.builds(shapes.SingleChoice, **base, answers=answers(choice), shuffle=st.booleans())
multiple = st.builds(shapes.MultipleChoice, **base, answers=answers(choice), shuffle=st.booleans())
true_false = st.builds(shapes.TrueFalse, **base, answer=st.booleans(), if_true=maybe, if_false=maybe)
short = st.builds(shapes.ShortText, **base, answers=answers(pattern), case=st.booleans())
units = st.lists(
    st.builds(Unit, st.sampled_from(["m", "km", "Ω", "米"]), st.decimals("0.001", 1000, places=3)), max_size=2
)
number = st.builds(shapes.Number, **base, answers=answers(value), units=units.map(tuple))
pairs = st.lists(st.builds(Pair, text, lines), min_size=2, max_size=5).map(tuple)
matching = st.builds(
    shapes.Matching,
    **base,
    pairs=pairs,
    more=st.lists(lines, max_size=3).map(tuple),
    shuffle=st.booleans(),
)
items = st.lists(text, min_size=2, max_size=6).map(tuple)
ordering = st.builds(shapes.Ordering, **base, items=items, grading=st.sampled_from(Ordered), level=st.booleans())
essay = st.builds(
    shapes.Essay,
    **base,
    lines=st.integers(1, 100),
    min_words=st.none() | st.integers(0, 50),
    max_words=st.none() | st.integers(50, 500),
    template=maybe,
    notes=maybe,
)
description = st.builds(shapes.Description, **{key: how for key, how in base.items() if key != "points"})
shares = st.integers(1, 5)
choice_gap = st.builds(
    ChoiceGap,
    answers=answers(choice),
    weight=shares,
    look=st.sampled_from(Look),
    multiple=st.booleans(),
    shuffle=st.booleans(),
)
short_gap = st.builds(ShortGap, answers=answers(pattern), weight=shares, case=st.booleans())
number_gap = st.builds(NumberGap, answers=answers(value), weight=shares)


@st.composite
def clozes(draw):
    gaps = draw(st.lists(choice_gap | short_gap | number_gap, min_size=1, max_size=4))
    between = (
        "".join(f" {{#{place}}} {draw(words)}" for place in range(1, len(gaps) + 1)).replace("<", "").replace("&", "")
    )
    written = texts.html(f"<p>{between}</p>") if draw(st.booleans()) else texts.Text(between)
    return shapes.Cloze(**{key: draw(how) for key, how in base.items()} | {"text": written}, gaps=tuple(gaps))


cloze = clozes()
questions = st.one_of(single, multiple, true_false, short, number, matching, ordering, cloze, essay, description)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.just(Decimal(1)),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)
