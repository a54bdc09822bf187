"""What teachers and supervisors fill in about work that was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.assigning import Judged, judge
from courses.models import SpotMark
from organisations.models import Organisation

if TYPE_CHECKING:
    from courses.models import AssignmentLesson, CourseClass


class ReviewForm(forms.Form):
    """Points: one field for each criterion, or one for all."""

    comment = forms.CharField(
        label=_("Comment for the learner"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, lesson: AssignmentLesson, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = lesson.criteria
        for number, criterion in enumerate(self.criteria):
            choices = [(str(at), f"{level.title} ({level.points})") for at, level in enumerate(criterion.levels)]
            self.fields[f"level-{number}"] = forms.ChoiceField(
                label=criterion.title, choices=choices, required=False, widget=forms.RadioSelect
            )
            self.fields[f"comment-{number}"] = forms.CharField(label=_("Comment"), required=False, max_length=1000)
        if not self.criteria:
            self.fields["points"] = forms.DecimalField(
                label=_("Points of %(most)d") % {"most": lesson.points},
                required=False, min_value=0, max_value=lesson.points, decimal_places=1,
            )  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For the page: a criterion with its levels as they were written, and the fields."""
        return [
            {
                "criterion": criterion,
                "levels": list(enumerate(criterion.levels)),
                "level": self[f"level-{number}"],
                "comment": self[f"comment-{number}"],
            }
            for number, criterion in enumerate(self.criteria)
        ]

    def judged(self) -> list[Judged]:
        said = self.cleaned_data
        numbers = range(len(self.criteria))
        chosen = [said[f"level-{number}"] for number in numbers]
        return judge(
            self.criteria,
            [int(each) if each else None for each in chosen],
            [said[f"comment-{number}"] for number in numbers],
        )


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlaceField(forms.ModelChoiceField[Organisation]):
    def label_from_instance(self, place: Organisation) -> str:
        """In the reader's language, set in by how deep it lies."""
        name: str = place.name_zh if get_language() == "zh-hans" and place.name_zh else place.name
        return "\u2003" * int(place.get_depth() - 1) + name


class DrawForm(forms.Form):
    """From where and when, and how many: a number or a share."""

    organisation = PlaceField(
        label=_("Organisation and what is below it"), queryset=Organisation.objects.none(), empty_label=None
    )
    since = forms.DateField(
        label=_("Handed in from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(label=_("to"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    size = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000, initial=10)
    unit = forms.ChoiceField(label=_("Of what"), choices=[("notes", _("notes")), ("percent", _("percent"))])

    def __init__(self, places: Any, held: CourseClass | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if held is not None:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].queryset = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        if self.cleaned_data.get("unit") == "percent" and self.cleaned_data.get("size", 0) > 100:
            self.add_error("size", _("A share is at most 100 percent."))
        return said


class MarkForm(forms.Form):
    mark = forms.ChoiceField(label=_("Mark"), choices=SpotMark.Mark.choices)
    comment = forms.CharField(label=_("Comment"), required=False, max_length=500)


class OverrideForm(forms.Form):
    """A figure by hand; without points it is again what was worked out."""

    column = forms.CharField(max_length=60)
    points = forms.DecimalField(label=_("Points"), required=False, min_value=0, max_digits=7, decimal_places=1)
    reason = forms.CharField(label=_("Reason"), max_length=200)
