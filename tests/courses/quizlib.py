"""Questions and quizzes that tests of quizzes share."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from courses.models import Question, QuestionBank, QuizLesson, QuizPart
from courses.questions import shapes
from courses.questions.answers import Answer, ChoiceGap, Pair, Pattern, ShortGap, Value
from courses.questions.texts import Text
from courses.services.banks import keep
from tests.courses.conftest import NOW

SECRET = "SECRET-FEEDBACK"


def secret(where: str) -> Text:
    return Text(f"{SECRET}-{where}")


def one_of_each() -> list[shapes.Question]:
    said = {"right": secret("right"), "wrong": secret("wrong"), "partly": secret("partly"), "feedback": secret("all")}
    return [
        shapes.SingleChoice(
            name="single", text=Text("How long do you wash?"), **said,
            answers=(Answer(Text("Forty seconds"), Fraction(1), secret("forty")), Answer(Text("Five"), Fraction(0))),
        ),
        shapes.MultipleChoice(
            name="multiple", text=Text("What do you need?"), points=Fraction(2), **said,
            answers=(
                Answer(Text("Water"), Fraction(1, 2), secret("water")), Answer(Text("Soap"), Fraction(1, 2)),
                Answer(Text("Luck"), Fraction(-1)),
            ),
        ),
        shapes.TrueFalse(name="tf", text=Text("Gloves replace washing."), answer=False, if_true=secret("true"), **said),
        shapes.ShortText(
            name="short", text=Text("Name it."), answers=(Pattern("xylophone"), Pattern("zither")), **said,
        ),
        shapes.Number(
            name="number", text=Text("How many?"), answers=(Value(Decimal("41.5"), Decimal("0.25")),), **said,
        ),
        shapes.Matching(
            name="matching", text=Text("Match."), more=("Green",), **said,
            pairs=(Pair(Text("Sky"), "Blue"), Pair(Text("Grass"), "Verdant")),
        ),
        shapes.Ordering(
            name="ordering", text=Text("Order."), items=(Text("First"), Text("Second"), Text("Third")), **said,
        ),
        shapes.Cloze(
            name="cloze", text=Text("Wet, {#1}, then {#2}."), **said,
            gaps=(
                ShortGap(answers=(Pattern("quinquereme"),)),
                ChoiceGap(answers=(Answer(Text("rinse"), Fraction(1)), Answer(Text("run")))),
            ),
        ),
        shapes.Essay(name="essay", text=Text("Why?"), points=Fraction(3), notes=secret("notes"), **said),
    ]  # fmt: skip


def bank_of(organisation, questions, title="Bank") -> tuple[QuestionBank, list[Question]]:
    bank = QuestionBank.objects.create(organisation=organisation, title=title, created=NOW)
    return bank, [keep(bank=bank, shape=each, by=None, now=NOW) for each in questions]


def quiz_in(section, parts, **rules) -> QuizLesson:
    page = QuizLesson(title="Quiz", slug=rules.pop("slug", "quiz"), **rules)
    section.add_child(instance=page)
    for order, part in enumerate(parts):
        QuizPart.objects.create(lesson=page, sort_order=order, **part)
    return page
