"""The demonstration's question that pauses its video."""

from __future__ import annotations

from typing import Any

AT_S = 12
WORDS: dict[str, tuple[str, tuple[tuple[str, bool], ...], str]] = {
    "en": (
        "How long should you rub your hands with soap?",
        (("Five seconds", False), ("At least twenty seconds", True), ("Until the soap is gone", False)),
        "Twenty seconds: as long as it takes to reach every part, the thumbs too.",
    ),
    "zh-hans": (
        "用洗手液应揉搓多久？",
        (("五秒", False), ("至少二十秒", True), ("泡沫消失为止", False)),
        "二十秒：这样才能洗到每个部位，包括拇指。",
    ),
}


def pauses(language: str) -> list[tuple[str, dict[str, Any]]]:
    text, answers, feedback = WORDS[language]
    said = [{"text": answer, "right": right} for answer, right in answers]
    return [("question", {"at": AT_S, "text": text, "answers": said, "feedback": feedback})]
