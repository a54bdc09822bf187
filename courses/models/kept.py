"""Rows that are only ever added: what was handed in, what was said about it, figures by hand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class StaysAsItIs(TypeError):
    """Somebody wrote code that changes or deletes what is evidence."""


class KeptRows(models.QuerySet[Any]):
    def update(self, **values: Any) -> int:
        raise StaysAsItIs

    def delete(self) -> tuple[int, dict[str, int]]:
        raise StaysAsItIs


class Kept(models.Model):
    """Taking an account out of `by` goes past this: Django does that by itself when the account is deleted."""

    objects: ClassVar[Any] = KeptRows.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise StaysAsItIs
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise StaysAsItIs
