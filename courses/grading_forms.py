"""What teachers and supervisors fill in about work that was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.assigning import Judged, judge

if TYPE_CHECKING:
    from courses.models import AssignmentLesson


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
