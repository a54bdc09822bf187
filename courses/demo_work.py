"""For the demonstration's course: an assignment with a rubric, one work that was returned, reading notes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import User
from courses.assigning import Judged, State
from courses.models import (
    ArticleLesson,
    AssignmentLesson,
    Completion,
    CoursePage,
    Enrolment,
    ReadingNote,
    Review,
    SectionPage,
    Submission,
    Work,
)
from courses.services import reading

if TYPE_CHECKING:
    from datetime import datetime

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "article": "Soap or rub", "text": "<p>Rub when hands look clean. Wash when they do not, and after gloves. "
        "A rub needs half the time and spares the skin; it does nothing against dirt that can be seen.</p>",
        "assignment": "Watch your own ward",
        "body": "<p>Watch your ward for one hour. Count how often the five moments occurred, and how often hands were "
        "cleaned. Say what stands in the way, and propose one change.</p>",
        "rubric": (
            ("Observation", (("Missing", 0, ""), ("Some moments", 2, "Counted, without saying when"),
                             ("All five moments", 4, "Counted, with the hour and the place"))),
            ("Proposal", (("Missing", 0, ""), ("General", 2, "It could stand anywhere"),
                          ("Fits the ward", 4, "It answers what was seen"))),
            ("Words", (("Hard to follow", 0, ""), ("Clear", 2, "A colleague could act on it"))),
        ),
    },
    "zh-hans": {
        "article": "用皂还是用液", "text": "<p>手看起来干净时用免洗液；有污渍、脱手套之后用皂洗。"
        "免洗液省一半时间，也不伤皮肤，但对看得见的污渍没有用。</p>",
        "assignment": "观察自己的病房",
        "body": "<p>在自己的病房观察一小时，数一数五个时刻出现了多少次，其中多少次清洁了双手。"
        "说明有什么困难，并提出一项改进。</p>",
        "rubric": (
            ("观察", (("没有", 0, ""), ("部分时刻", 2, "有次数，没有时间"), ("五个时刻齐全", 4, "有次数、时间和地点"))),
            ("建议", (("没有", 0, ""), ("笼统", 2, "放在哪里都适用"), ("切合病房", 4, "针对所见的问题"))),
            ("表达", (("难懂", 0, ""), ("清楚", 2, "同事可以照着做"))),
        ),
    },
}  # fmt: skip
WORK = "我在周三上午观察了一小时：应当洗手十六次，实际九次。最常漏掉的是接触病人周围物品之后。"
COMMENT = "数得很仔细。请补上每个时刻各有几次，并提出一项切合病房的改进。"
NOTES = {
    "lin": "手看起来干净就用免洗液，省时间；有污渍时免洗液没有用，要用皂和流动水。"
    "我们病房的皂液瓶常常是空的，应当每天检查一次。",
    "xiaoyan": "A rub is faster and kinder to the skin, but only on hands that look clean. I had been using it "
    "after gloves and did not know that washing is asked for there.",
}  # fmt: skip


def write(course: CoursePage, original: CoursePage | None) -> None:
    """Two more lessons in the last section, in the course's language."""
    words = WORDS[course.locale.language_code]
    section = SectionPage.objects.child_of(course).order_by("path").last()
    if section is None:
        return
    rubric = [
        {
            "type": "criterion",
            "value": {
                "title": title,
                "levels": [{"title": level, "points": points, "text": text} for level, points, text in levels],
            },
        }
        for title, levels in words["rubric"]
    ]
    pages = [
        ArticleLesson(
            title=words["article"], slug="soap", minutes=5, notes_least=30, body=[("text", words["text"])]
        ),
        AssignmentLesson(
            title=words["assignment"], slug="ward", minutes=90, body=words["body"], rubric=rubric, due_days=30
        ),
    ]  # fmt: skip
    for page in pages:
        twin = type(page).objects.descendant_of(original).filter(slug=page.slug).first() if original else None
        page.locale = course.locale
        if twin is not None:
            page.translation_key = twin.translation_key
        section.add_child(instance=page)
        page.save_revision().publish()


def hand_in(course: CoursePage, *, now: datetime) -> None:
    """Rows as they would be after a week of the class."""
    lesson = AssignmentLesson.objects.descendant_of(course).first()
    article = ArticleLesson.objects.descendant_of(course).filter(notes_least__gt=0).first()
    people = Enrolment.objects.filter(course_class__course=course, state=Enrolment.State.ACTIVE)
    enrolled = {row.person.username: row for row in people.select_related("person")}
    if lesson is None or article is None:
        return
    for name, text in NOTES.items():
        if name in enrolled:
            ReadingNote.objects.create(
                enrolment=enrolled[name], lesson=article.translation_key, text=text, least=article.notes_least,
                changed=now, submitted_at=now - timedelta(days=1),
            )  # fmt: skip
            Completion.objects.create(
                enrolment=enrolled[name], lesson=article.translation_key, how=Completion.How.READ, at=now
            )
    by = User.objects.filter(username="jianguo").first()
    if course.organisation is not None and by is not None and enrolled.keys() & NOTES.keys():
        day = timezone.localdate(now)
        reading.draw(
            organisation=course.organisation, course_class=None, since=day - timedelta(days=7), until=day, number=1,
            percent=None, by=by, now=now,
        )  # fmt: skip
    if "lin" not in enrolled:
        return
    work = Work.objects.create(
        enrolment=enrolled["lin"], lesson=lesson.translation_key, state=State.RETURNED.value, text=WORK, changed=now
    )
    version = Submission.objects.create(work=work, number=1, text=WORK, at=now - timedelta(days=2))
    criteria = lesson.criteria
    judged = [
        Judged(each.title, each.levels[at].title, each.levels[at].points, each.most)
        for each, at in zip(criteria, (1, 0, 1), strict=True)
    ]
    Review.objects.create(
        submission=version, verdict=State.RETURNED.value, points=sum(row.points for row in judged),
        out_of=lesson.worth, comment=COMMENT, by=User.objects.filter(username="tan").first(),
        at=now - timedelta(days=1), judged=[asdict(row) for row in judged],
    )  # fmt: skip
