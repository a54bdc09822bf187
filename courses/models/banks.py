"""Banks of questions: what an organisation may ask. A question is edited by adding a version, never by changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.kept import Kept
from courses.questions.shapes import Kind
from courses.questions.stored import from_json
from organisations.models import Organisation

if TYPE_CHECKING:
    from courses.questions.shapes import Question as Shape

KINDS = {
    Kind.SINGLE: _("One choice"),
    Kind.MULTIPLE: _("Several choices"),
    Kind.TRUE_FALSE: _("True or false"),
    Kind.SHORT: _("Short answer"),
    Kind.NUMBER: _("A number"),
    Kind.MATCHING: _("Matching"),
    Kind.ORDERING: _("Ordering"),
    Kind.CLOZE: _("Text with gaps"),
    Kind.ESSAY: _("Essay"),
    Kind.DESCRIPTION: _("Words between questions"),
}


class QuestionBank(models.Model):
    """Questions that an organisation keeps together."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="question_banks", verbose_name=_("organisation")
    )
    title = models.CharField(_("name"), max_length=120)
    created = models.DateTimeField()

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="courses_bank_title_once")]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question through all its versions; the columns are the newest one's, to find it by."""

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions")
    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, name) for kind, name in KINDS.items()])
    category = models.CharField(_("category"), max_length=1000, blank=True)
    words = models.TextField(blank=True)
    retired = models.BooleanField(default=False)  # asked nowhere from now on
    changed = models.DateTimeField()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["category", "name", "pk"]
        indexes = [models.Index(fields=["bank", "retired", "category"])]

    def __str__(self) -> str:
        return self.name

    @property
    def newest(self) -> QuestionVersion:
        found: QuestionVersion = self.versions.order_by("-number")[0]
        return found


class QuestionVersion(Kept):
    """What was asked, word for word. Only ever added: an attempt points at the one it was made of."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()  # courses.questions.stored.to_json
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="courses_question_version_once")]

    def __str__(self) -> str:
        return f"{self.question_id} v{self.number}"

    @property
    def shape(self) -> Shape:
        return from_json(self.data)
