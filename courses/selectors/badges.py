"""Which badges don't hold any more, and the keys that verify them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.models import Badge, BadgeKey

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from django.db.models import QuerySet


def revoked() -> Iterable[uuid.UUID]:
    rows = Badge.objects.filter(certificate__revoked_at__isnull=False)
    return rows.order_by("public_id").values_list("public_id", flat=True)


def all_keys() -> QuerySet[BadgeKey]:
    return BadgeKey.objects.all()


def key(name: str) -> BadgeKey | None:
    return BadgeKey.objects.filter(name=name).first()
