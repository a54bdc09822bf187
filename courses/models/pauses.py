"""Questions that pause a video at a moment: to think about, not to be marked. Written in the Studio with the lesson."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue  # noqa: TC002 the type below
from wagtail.blocks.struct_block import StructBlockValidationError


class AnswerBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=200, label=_("answer"))
    right = blocks.BooleanBlock(required=False, label=_("right"))


class PauseBlock(blocks.StructBlock):
    """Which answers are right stays on the server until somebody has answered."""

    at = blocks.IntegerBlock(min_value=0, label=_("at second"))
    text = blocks.CharBlock(max_length=300, label=_("question"))
    answers = blocks.ListBlock(AnswerBlock(), min_num=2, max_num=8, label=_("answers"))
    feedback = blocks.TextBlock(required=False, max_length=500, label=_("said after the answer"))

    class Meta:
        icon = "help"
        label = _("Question")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not any(answer["right"] for answer in cleaned["answers"]):
            raise StructBlockValidationError(non_block_errors=[_("At least one answer has to be right.")])
        return cleaned


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody who answered is told."""

    right: bool
    answers: Sequence[str]  # the right ones
    feedback: str

    def shown(self) -> dict[str, Any]:
        return {"right": self.right, "answers": list(self.answers), "feedback": self.feedback}


def asked(pauses: StreamValue) -> list[dict[str, Any]]:
    """The questions as the player may know them: nothing says which answers are right."""
    return [
        {
            "name": str(block.id),
            "at": block.value["at"],
            "text": block.value["text"],
            "several": sum(bool(answer["right"]) for answer in block.value["answers"]) > 1,
            "answers": [{"id": str(each.id), "text": each.value["text"]} for each in _answers(block)],
        }
        for block in sorted(pauses, key=lambda each: each.value["at"])
    ]


def answered(pauses: StreamValue, name: str, chosen: Sequence[str]) -> Told | None:
    """None: there is no such question."""
    block = next((each for each in pauses if str(each.id) == name), None)
    if block is None:
        return None
    right = [str(each.id) for each in _answers(block) if each.value["right"]]
    return Told(set(chosen) == set(right), right, block.value["feedback"] or "")


def _answers(block: Any) -> Any:
    return block.value["answers"].bound_blocks
