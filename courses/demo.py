"""A course in both languages: a short video made on the spot, an article, a class."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.models import User
from courses import demo_certificates, demo_quiz, demo_work
from courses.demo_pause import pauses
from courses.models import ArticleLesson, CourseClass, CoursePage, Enrolment, SectionPage, VideoLesson
from courses.services.enrolling import home_of
from media.assets import services as assets
from media.pipeline import runner
from media.pipeline.transcode import ffmpeg
from organisations.models import Organisation
from pages.models import OrganisationPage

if TYPE_CHECKING:
    from media.assets.models import Asset

SLUG = "clean-hands"
CLIP_S = 40
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Clean hands", "summary": "When to wash, how long, and how to teach it to others.",
        "languages": "English and Chinese captions", "topic": "Hygiene",
        "introduction": "<p>For everybody who works near patients. You need no previous knowledge.</p>",
        "sections": ("Why and when", "In practice"), "video": "Forty seconds that matter",
        "article": "The five moments", "class": "Autumn class 2026",
        "text": "<p>Before you touch somebody. Before a clean task. After a risk. After touching somebody. "
        "After touching what is around them.</p>",
    },
    "zh-hans": {
        "title": "洗手", "summary": "什么时候洗，洗多久，怎样教别人洗。",
        "languages": "中英文字幕", "topic": "卫生",
        "introduction": "<p>给每一位在病人身边工作的人，不需要任何基础。</p>",
        "sections": ("为什么洗，什么时候洗", "怎样做"), "video": "要紧的四十秒",
        "article": "五个时刻", "class": "2026 年秋季班",
        "text": "<p>接触他人之前；清洁操作之前；有污染风险之后；接触他人之后；接触他人周围物品之后。</p>",
    },
}  # fmt: skip
CAPTIONS = {
    "en": ("English", ("Wet your hands first.", "Take enough soap.", "Palm to palm, then between the fingers.",
                       "Do not forget the thumbs.", "Rinse, and dry with a clean towel.")),
    "zh-Hans": ("简体中文",
                ("先把手打湿。", "取足够的洗手液。", "掌心相对，再洗指缝。",
                 "别忘了拇指。", "冲净，用干净的毛巾擦干。")),
}  # fmt: skip
CHAPTERS = {"en": ("Begin", "Wash", "Dry"), "zh-Hans": ("开始", "洗", "擦干")}


def make(*, now: datetime) -> None:
    organisation = Organisation.objects.filter(slug="nurses").first()
    homes = OrganisationPage.objects.filter(organisation=organisation, locale__language_code__in=WORDS)
    if organisation is None or CoursePage.objects.filter(slug=SLUG).exists() or not homes.exists():
        return
    asset = video(organisation, now=now)
    first: CoursePage | None = None
    for home in homes.order_by("locale__language_code"):
        course = write(home, WORDS[home.locale.language_code], asset, first)
        demo_work.write(course, first)
        demo_quiz.write(course, first, now=now)
        first = first or course
    if first is not None:
        hold(first, now=now)
        demo_certificates.make(first, now=now)
        demo_work.hand_in(first, now=now)


def write(home: OrganisationPage, words: dict[str, Any], asset: Asset, original: CoursePage | None) -> CoursePage:
    def below(parent: Any, page: Any, twin: Any) -> Any:
        page.locale = home.locale
        if twin is not None:
            page.translation_key = twin.translation_key
        parent.add_child(instance=page)
        page.save_revision().publish()
        page.refresh_from_db()
        return page

    names = ("title", "summary", "languages", "topic", "introduction")
    course = below(home, CoursePage(slug=SLUG, **{name: words[name] for name in names}), original)
    twins = list(SectionPage.objects.child_of(original).order_by("path")) if original else [None, None]
    sections = [
        below(course, SectionPage(title=title, slug=f"part-{number}"), twin)
        for number, (title, twin) in enumerate(zip(words["sections"], twins, strict=True), 1)
    ]
    lessons = [
        VideoLesson(
            title=words["video"], slug="video", asset=asset, minutes=1, pauses=pauses(home.locale.language_code)
        ),
        ArticleLesson(title=words["article"], slug="moments", minutes=5, body=[("text", words["text"])]),
    ]
    for section, twin, lesson in zip(sections, twins, lessons, strict=True):
        below(section, lesson, type(lesson).objects.child_of(twin).first() if twin else None)
    return course  # type: ignore[no-any-return]


def hold(course: CoursePage, *, now: datetime) -> None:
    today = timezone.localdate(now)
    held = CourseClass.objects.create(
        course=course,
        title=WORDS[course.locale.language_code]["class"],
        starts_on=today - timedelta(days=7),
        ends_on=today + timedelta(days=60),
        due_on=today + timedelta(days=45),
        places=30,
        created=now,
    )
    held.teachers.set(User.objects.filter(username="tan"))
    for username in ("lin", "xiaoyan"):
        person = User.objects.filter(username=username).first()
        if person is not None:
            Enrolment.objects.create(
                course_class=held,
                person=person,
                organisation=home_of(person, course),
                state=Enrolment.State.ACTIVE,
                since=now,
                asked_at=now,
            )


def video(organisation: Organisation, *, now: datetime) -> Asset:
    """A small clip from ffmpeg's own patterns, through the pipeline that everything goes through."""
    owner = User.objects.filter(username="tan").first()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean-hands.mp4"
        program = ffmpeg()
        runner.run(
            [
                program, "-hide_banner", "-loglevel", "error", "-f", "lavfi",
                "-i", f"gradients=s=640x360:r=25:d={CLIP_S}:c0=0x23486b:c1=0xb7cddb:speed=0.02",
                "-f", "lavfi", "-i", f"sine=f=220:d={CLIP_S}", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50",
                "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", path,
            ],
            cwd=Path(folder),
            limits=runner.Limits(wall_s=120, memory_bytes=8 << 30, file_bytes=64 << 20),
            write=[Path(folder)],
            run=[program],
        )  # fmt: skip
        asset = assets.import_file(path=path, organisation=organisation, owner=owner, now=now, title="Clean hands 洗手")
    for language, (label, lines) in CAPTIONS.items():
        keep(asset, language, "captions", label, lines, now)
        keep(asset, language, "chapters", label, CHAPTERS[language], now)
    return asset


def keep(asset: Asset, language: str, kind: str, label: str, lines: tuple[str, ...], now: datetime) -> None:
    each = CLIP_S // len(lines)
    cues = [
        f"00:00:{number * each:02}.000 --> 00:00:{min(CLIP_S, (number + 1) * each):02}.000\n{line}"
        for number, line in enumerate(lines)
    ]
    text = "WEBVTT\n\n" + "\n\n".join(cues) + "\n"
    assets.keep_track(asset, language=language, kind=kind, label=label, text=text, origin="upload", now=now)
