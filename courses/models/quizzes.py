"""A quiz as a lesson: what it draws, and by which rules it is taken."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from courses.models.banks import Question, QuestionBank
from courses.models.pages import Lesson
from courses.quizzing import Counts, Reveal
from organisations.policies import Scope, may
from organisations.selectors import actor_for
from pages.models import BasePage

REVEALS = [
    (Reveal.ATTEMPT.value, _("After each attempt")),
    (Reveal.DUE.value, _("After the day to complete until")),
    (Reveal.NEVER.value, _("Never")),
]
COUNTS = [(Counts.BEST.value, _("The best one")), (Counts.LAST.value, _("The last one"))]


class QuizForm(WagtailAdminPageForm):
    """Offers the banks and questions of the organisations that the author writes questions for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = actor_for(self.for_user)
        banks = QuestionBank.objects.select_related("organisation")
        seen = [bank.pk for bank in banks if may(actor, "question.edit", Scope(path=bank.organisation.path))]
        offered = {
            "bank": banks.filter(pk__in=seen),
            "question": Question.objects.filter(bank__in=seen, retired=False).select_related("bank"),
        }
        formset = self.formsets["parts"]
        for form in formset.forms:
            for name, rows in offered.items():
                form.fields[name].queryset = rows
        fields = copy.deepcopy(formset.form.base_fields)  # the empty form's too, for this author only
        for name, rows in offered.items():
            fields[name].queryset = rows
        formset.form = type("PartForm", (formset.form,), {})
        formset.form.base_fields = fields


class QuizLesson(Lesson):
    """Questions that are answered and graded."""

    body = RichTextField(_("introduction"), blank=True)
    pass_mark = models.PositiveSmallIntegerField(_("percent to pass"), default=60, validators=[MaxValueValidator(100)])
    attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"), default=0, validators=[MaxValueValidator(100)], help_text=_("0: as many as one wants.")
    )
    time_limit = models.PositiveSmallIntegerField(
        _("minutes of time"), default=0, validators=[MaxValueValidator(1440)], help_text=_("0: without a limit.")
    )
    shuffle_questions = models.BooleanField(_("questions in random order"), default=False)
    shuffle_answers = models.BooleanField(_("choices in random order"), default=True)
    reveal = models.CharField(
        _("show points, right answers and feedback"), max_length=10, choices=REVEALS, default=Reveal.ATTEMPT.value,
        help_text=_("A class without a day to complete until uses its last day. Teachers always see them."),
    )  # fmt: skip
    counts = models.CharField(_("attempt that counts"), max_length=10, choices=COUNTS, default=Counts.BEST.value)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("body"),
        InlinePanel("parts", heading=_("Questions"), label=_("question, or several at random"), min_num=0),
        MultiFieldPanel(
            [
                FieldPanel("pass_mark"),
                FieldPanel("attempts"),
                FieldPanel("time_limit"),
                FieldPanel("shuffle_questions"),
                FieldPanel("shuffle_answers"),
                FieldPanel("reveal"),
                FieldPanel("counts"),
            ],
            heading=_("Taking the quiz"),
        ),
        Lesson.rules_panel,
    ]
    base_form_class = QuizForm
    icon_name = "list-checks"
    part = "courses/parts/quiz.html"
    is_creatable = True
    template = "courses/lesson.html"

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")


class QuizPart(Orderable):
    """One question, or some at random from a bank, perhaps of one category and what is below it."""

    lesson = ParentalKey(QuizLesson, on_delete=models.CASCADE, related_name="parts")
    question = models.ForeignKey(
        Question, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("this question")
    )
    bank = models.ForeignKey(
        QuestionBank, models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("or from this bank")
    )
    category = models.CharField(_("of this category"), max_length=255, blank=True)
    count = models.PositiveSmallIntegerField(
        _("so many at random"), default=1, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("question"),
        FieldPanel("bank"),
        FieldPanel("category"),
        FieldPanel("count"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("part of a quiz")
        verbose_name_plural = _("parts of a quiz")

    def __str__(self) -> str:
        return str(self.question or f"{self.count} × {self.bank}")

    def clean(self) -> None:
        super().clean()
        if (self.question_id is None) == (self.bank_id is None):
            raise ValidationError(_("Choose a question, or a bank to draw from: one of the two."))
