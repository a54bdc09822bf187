"""A quiz in the demonstration's course, in both languages: eight kinds of questions out of a bank each."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from courses.models import QuestionBank, QuizLesson, QuizPart, SectionPage
from courses.questions.answers import Answer, ChoiceGap, Pair, Pattern, ShortGap, Unit, Value
from courses.questions.shapes import (
    MARK,
    Cloze,
    Matching,
    MultipleChoice,
    Number,
    Ordering,
    Question,
    ShortText,
    SingleChoice,
    TrueFalse,
)
from courses.questions.texts import Text
from courses.services import banks

if TYPE_CHECKING:
    from datetime import datetime

    from courses.models import CoursePage

ALL, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "bank": "Hygiene", "category": "Hygiene/Hands", "title": "What do you know about washing?",
        "body": "<p>Eight questions about this course. You may try three times; the best one counts.</p>",
        "single": ("How long do you rub your hands with soap?",
                   ("Five seconds", "About forty seconds", "Until the soap is gone"),
                   "Forty seconds: as long as humming a short song twice."),
        "multiple": ("When do you wash? Choose all that are right.",
                     ("Before you touch somebody", "After touching what is around them", "Only when hands look dirty"),
                     "Look at the five moments again."),
        "true": ("Gloves make washing unnecessary.", "Gloves get holes, and taking them off soils the hands."),
        "number": ("How many moments are there for washing?", "moments"),
        "short": ("Which finger is forgotten most often?", ("thumb", "*thumb*")),
        "matching": ("What is it for?", (("Soap", "loosens fat"), ("Water", "carries away"), ("Towel", "dries")),
                     "disinfects"),
        "ordering": ("Put the steps in order.",
                     ("Wet the hands", "Take soap", "Rub palms and fingers", "Rinse", "Dry")),
        "cloze": ("After a risk you wash {#1}. Wet hands carry {#2} germs than dry ones.",
                  ("at once", "immediately"), ("more", "fewer")),
    },
    "zh-hans": {
        "bank": "卫生", "category": "卫生/洗手", "title": "关于洗手，您知道多少？",
        "body": "<p>关于本课程的八道题。您可以作答三次，以最好的一次为准。</p>",
        "single": ("用洗手液揉搓双手要多长时间？", ("五秒", "大约四十秒", "到洗手液没有了为止"),
                   "四十秒：大约是哼两遍短歌的时间。"),
        "multiple": ("什么时候要洗手？请选出所有正确的。",
                     ("接触他人之前", "接触他人周围物品之后", "只在手看起来脏的时候"),
                     "请再看看五个时刻。"),
        "true": ("戴了手套就不必洗手。", "手套会破，脱手套时也会弄脏手。"),
        "number": ("洗手有几个时刻？", "个"),
        "short": ("最常被忘记的是哪个手指？", ("拇指", "*拇指*")),
        "matching": ("各有什么用？", (("洗手液", "去除油脂"), ("水", "冲走污物"), ("毛巾", "擦干")), "消毒"),
        "ordering": ("请按步骤排序。", ("打湿双手", "取洗手液", "揉搓掌心和手指", "冲净", "擦干")),
        "cloze": ("有污染风险之后要{#1}洗手。湿手带的细菌比干手{#2}。", ("立即", "马上"), ("多", "少")),
    },
}  # fmt: skip


def questions(words: dict[str, Any]) -> list[Question]:
    def more(name: str) -> dict[str, Any]:
        return {"name": MARK.sub("…", words[name][0]), "text": Text(words[name][0]), "category": words["category"]}

    single, multiple, gaps = words["single"], words["multiple"], words["cloze"]
    return [
        SingleChoice(
            **more("single"), feedback=Text(single[2]),
            answers=tuple(Answer(Text(each), ALL if place == 1 else NONE) for place, each in enumerate(single[1])),
        ),
        MultipleChoice(
            **more("multiple"), points=Fraction(2), wrong=Text(multiple[2]), partly=Text(multiple[2]),
            answers=tuple(Answer(Text(each), HALF if place < 2 else -HALF) for place, each in enumerate(multiple[1])),
        ),
        TrueFalse(**more("true"), answer=False, if_true=Text(words["true"][1])),
        Number(**more("number"), answers=(Value(Decimal(5)),), units=(Unit(words["number"][1]),)),
        ShortText(**more("short"), answers=tuple(Pattern(each) for each in words["short"][1])),
        Matching(
            **more("matching"), points=Fraction(3), more=(words["matching"][2],),
            pairs=tuple(Pair(Text(left), right) for left, right in words["matching"][1]),
        ),
        Ordering(**more("ordering"), points=Fraction(2), items=tuple(Text(each) for each in words["ordering"][1])),
        Cloze(
            **more("cloze"), points=Fraction(2),
            gaps=(
                ShortGap(answers=tuple(Pattern(each) for each in gaps[1])),
                ChoiceGap(answers=(Answer(Text(gaps[2][0]), ALL), Answer(Text(gaps[2][1])))),
            ),
        ),
    ]  # fmt: skip


def write(course: CoursePage, original: CoursePage | None, *, now: datetime) -> None:
    """The last lesson of the first translation's twin, so that progress is one."""
    words, organisation = WORDS[course.locale.language_code], course.organisation
    section = SectionPage.objects.child_of(course).order_by("path").last()
    if organisation is None or section is None:
        return
    bank = QuestionBank.objects.create(organisation=organisation, title=words["bank"], created=now)
    rows = [banks.keep(bank=bank, shape=each, by=None, now=now) for each in questions(words)]
    page = QuizLesson(
        title=words["title"], slug="quiz", minutes=10, body=words["body"], pass_mark=60, attempts=3, time_limit=20,
        locale=course.locale,
    )  # fmt: skip
    twin = QuizLesson.objects.descendant_of(original).filter(slug="quiz").first() if original else None
    if twin is not None:
        page.translation_key = twin.translation_key
    section.add_child(instance=page)
    for order, row in enumerate(rows):
        page.parts.add(QuizPart(question=row, sort_order=order))
    page.save_revision().publish()
