"""What teachers and learners fill in."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.models import CourseClass, LiveSession, Presence
from courses.selectors.courses import live_lessons


class ClassForm(forms.ModelForm[CourseClass]):
    teacher_names = forms.CharField(
        label=_("Teachers"),
        required=False,
        help_text=_("User names, with commas between them."),
        max_length=1000,
    )

    class Meta:
        model = CourseClass
        fields: ClassVar[list[str]] = [
            "title",
            "starts_on",
            "ends_on",
            "enrol_until",
            "due_on",
            "remind_days",
            "places",
            "self_enrol",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("starts_on", "ends_on", "enrol_until", "due_on")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["teacher_names"] = ", ".join(self.instance.teachers.values_list("username", flat=True))

    def clean_teacher_names(self) -> list[User]:
        names = [name.strip() for name in self.cleaned_data["teacher_names"].replace("，", ",").split(",")]
        names = [name for name in names if name]
        found = {user.username: user for user in User.objects.filter(username__in=names)}
        for name in names:
            if name not in found:
                raise forms.ValidationError(_("Nobody here is called %(name)s."), params={"name": name})
        return list(found.values())

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first."))
        return said


class TableForm(forms.Form):
    file = forms.FileField(label=_("Table (CSV or XLSX)"))


class SessionForm(forms.ModelForm[LiveSession]):
    lesson = forms.TypedChoiceField(
        label=_("Lesson"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=_("Who was there has completed this lesson."),
    )

    class Meta:
        model = LiveSession
        fields: ClassVar[list[str]] = ["title", "lesson", "starts_at", "ends_at", "room", "share"]
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("starts_at", "ends_at")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lessons = live_lessons(self.instance.course_class.course)
        field = cast("forms.TypedChoiceField", self.fields["lesson"])
        field.choices = [("", _("No lesson")), *((str(each.translation_key), each.title) for each in lessons)]

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        starts, ends = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end is before the beginning."))
        return said


class CorrectionForm(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=Presence.State.choices)
    reason = forms.CharField(label=_("Reason"), max_length=200)
