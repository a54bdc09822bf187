"""Who was there, as a table for other programs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rooms.models import Attendance

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """Spreadsheets run what begins like a formula; an apostrophe keeps it a text."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def table(stays: Iterable[Attendance]) -> str:
    """One row for each stay, times in UTC as ISO 8601, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(
        [_("Meeting"), _("Name"), _("Organisation"), _("Guest"), _("Role"), _("Came"), _("Left"), _("Minutes")]
    )
    for stay in stays:
        left = stay.left_at
        minutes = round((left - stay.joined_at).total_seconds() / 60, 1) if left else ""
        writer.writerow(
            [
                f"{stay.meeting.started_at:%Y-%m-%dT%H:%M:%SZ}",
                cell(stay.name),
                cell(stay.organisation),
                _("no") if stay.person_id else _("yes"),
                stay.role,
                f"{stay.joined_at:%Y-%m-%dT%H:%M:%SZ}",
                f"{left:%Y-%m-%dT%H:%M:%SZ}" if left else "",
                minutes,
            ]
        )
    return out.getvalue()
