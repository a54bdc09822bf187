"""Reports as files: short ones at once, long ones as jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from courses.models import ReportFile
from courses.selectors import reports
from courses.selectors.reports import Asked
from jobs import services as jobs
from organisations import sheets

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from jobs.models import Job

WRITE = "courses.report"
AT_ONCE = 5000  # rows
KEPT = timedelta(days=1)


def make(asked: Asked, by: str) -> reports.Report:
    """`by` is "organisation", "class" or "person"."""
    if by == "person":
        return reports.by_person(asked)
    return reports.by_class(asked) if by == "class" else reports.by_organisation(asked)


@transaction.atomic
def begin(*, asked: Asked, by: str, kind: str, language: str, owner: User, now: datetime) -> tuple[ReportFile, Job]:
    said = {
        "path": asked.path,
        "year": asked.year,
        "course": str(asked.course or ""),
        "held": asked.held,
        "by": by,
        "sought": asked.sought,
    }
    row = ReportFile.objects.create(owner=owner, kind=kind, language=language, asked=said, created=now)
    return row, jobs.start(kind=WRITE, args={"key": str(row.pk)}, owner=owner, now=now)


def write(key: str) -> dict[str, Any]:
    """Doing it again writes the same file anew."""
    row = ReportFile.objects.get(pk=key)
    said = row.asked
    asked = Asked(
        path=said["path"],
        year=said["year"],
        course=UUID(said["course"]) if said["course"] else None,
        held=said["held"],
        sought=said["sought"],
    )
    with translation.override(row.language):
        table = make(asked, said["by"]).table()
    data = sheets.xlsx_bytes(table) if row.kind == "xlsx" else sheets.csv_bytes(table)
    ReportFile.objects.filter(pk=row.pk).update(data=data)
    return {"rows": len(table) - 1, "bytes": len(data)}


def tidy(*, now: datetime) -> int:
    return ReportFile.objects.filter(created__lt=now - KEPT).delete()[0]
