"""What questions refuse, by name."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import StoaError


class BadQuestion(StoaError):
    """A question that can't be asked. `why` says what is wrong with it, `values` fill in its words."""

    code: ClassVar[str] = "question.bad"
    status: ClassVar[int] = 422
    text: ClassVar[str] = "This question can't be used as it is."

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(" ".join([why, *(f"{name}={value!r}" for name, value in values.items())]))
        self.why = why
        self.line = 0  # in its file, where that is known
        self.values: dict[str, str] = {name: str(value)[:80] for name, value in values.items()}


class BadResponse(StoaError):
    """An answer that no page of ours would send: of another shape, far too long, of choices that there aren't."""

    code: ClassVar[str] = "response.bad"
    status: ClassVar[int] = 422
    text: ClassVar[str] = "This answer doesn't fit its question."
