"""Assignments: what is asked, what was handed in, what was said about it. Versions and reviews are only ever added."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField

from courses import filetypes
from courses.assigning import Criterion, Level, State, worth
from courses.models.classes import Enrolment
from courses.models.kept import Kept
from courses.models.pages import Lesson
from pages.models import BasePage

STATES = [
    (State.DRAFT.value, _("Draft")),
    (State.SUBMITTED.value, _("Handed in")),
    (State.RETURNED.value, _("Returned")),
    (State.ACCEPTED.value, _("Accepted")),
]


class LevelBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=60, label=_("level"))
    points = blocks.IntegerBlock(min_value=0, max_value=1000, label=_("points"))
    text = blocks.TextBlock(required=False, label=_("what it takes"))


class CriterionBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("criterion"))
    levels = blocks.ListBlock(LevelBlock(), min_num=2, label=_("levels"))

    class Meta:
        icon = "list-ul"


def kinds_known(value: str) -> None:
    try:
        filetypes.named(value)
    except ValueError as error:
        raise ValidationError(
            _("%(kind)s is not among %(known)s."),
            params={"kind": str(error), "known": ", ".join(filetypes.KNOWN)},
        ) from error


class AssignmentLesson(Lesson):
    """Something to be done and handed in."""

    body = RichTextField(_("what is to be done"))
    text_wanted = models.BooleanField(_("a text may be written"), default=True)
    files_most = models.PositiveSmallIntegerField(
        _("files at most"), default=3, validators=[MaxValueValidator(10)], help_text=_("0: none.")
    )
    file_kinds = models.CharField(
        _("kinds of files"), max_length=120, default=filetypes.USUAL, validators=[kinds_known], blank=True
    )
    file_mb = models.PositiveSmallIntegerField(
        _("MB of a file at most"), default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(
        _("due how many days after the class begins"), null=True, blank=True, help_text=_("Where no moment is set.")
    )
    late_allowed = models.BooleanField(_("may be handed in late"), default=True)
    points = models.PositiveSmallIntegerField(
        _("points"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Where there is no rubric; a rubric's points are its own."),
    )  # fmt: skip
    rubric = StreamField([("criterion", CriterionBlock())], blank=True, verbose_name=_("rubric"))

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("text_wanted"), FieldPanel("files_most"), FieldPanel("file_kinds"), FieldPanel("file_mb")],
            heading=_("What is handed in"),
        ),
        MultiFieldPanel([FieldPanel("due_at"), FieldPanel("due_days"), FieldPanel("late_allowed")], heading=_("Due")),
        MultiFieldPanel([FieldPanel("points"), FieldPanel("rubric")], heading=_("Points")),
        Lesson.rules_panel,
    ]
    icon_name = "pencil"
    part = "courses/parts/assignment.html"
    is_creatable = True
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(
            Criterion(
                block.value["title"],
                tuple(Level(each["title"], each["points"], each["text"] or "") for each in block.value["levels"]),
            )
            for block in self.rubric
        )

    @property
    def worth(self) -> int:
        return worth(self.criteria, self.points)

    @property
    def kinds(self) -> list[str]:
        return filetypes.named(self.file_kinds)


class Work(models.Model):
    """One person's assignment in one class: the draft as it is now, and how far it got."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="works")
    lesson = models.UUIDField()  # the page's translation key: one for all languages
    state = models.CharField(max_length=10, choices=STATES, default=State.DRAFT.value)
    text = models.TextField(blank=True)
    changed = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="courses_work_once")]
        indexes = [models.Index(fields=["lesson", "state"])]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.lesson} {self.state}"


class WorkFile(models.Model):
    """A file attached to a work. What was handed in once stays, also when the draft drops it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(Work, models.PROTECT, related_name="files")
    stored = models.CharField(max_length=200)  # its name in the storage of media.assets
    name = models.CharField(max_length=filetypes.LONGEST)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    in_draft = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Submission(Kept):
    """A version as it was handed in. Only ever added."""

    work = models.ForeignKey(Work, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    files = models.ManyToManyField(WorkFile, related_name="submissions")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # as it was then
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["work", "number"], name="courses_submission_once")]

    def __str__(self) -> str:
        return f"{self.work_id} #{self.number}"


class Review(Kept):
    """What was decided about a version, with the rubric as it was then. Only ever added."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="review")
    verdict = models.CharField(
        max_length=10, choices=[each for each in STATES if each[0] in {State.RETURNED, State.ACCEPTED}]
    )
    judged = models.JSONField(default=list)  # [{criterion, level, points, most, comment}]
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    out_of = models.DecimalField(max_digits=7, decimal_places=2)
    comment = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.submission_id} {self.verdict}"
