"""Tables that people take away: CSV and XLSX with the same cells. No cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cells = Iterable[Sequence[str]]


def safe(cell: str) -> str:
    """As text a spreadsheet shows and does not work out: =, +, -, @, tab or return in front gets an apostrophe."""
    if _NUMBER.fullmatch(cell) or not cell.lstrip(" \u3000").startswith(_FORMULA):
        return cell
    return f"'{cell}"


def csv_bytes(rows: Cells) -> bytes:
    """UTF-8 with the mark that Excel needs to see Chinese."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Cells, title: str = "Stoa") -> bytes:
    """Figures are numbers, all else is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "Stoa")
    for row in rows:
        line = []
        for cell in row:
            if _NUMBER.fullmatch(cell):
                line.append(WriteOnlyCell(sheet, value=float(cell) if "." in cell else int(cell)))
                continue
            made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", safe(cell)))
            made.data_type = "s"
            line.append(made)
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def download(rows: Cells, *, kind: str, name: str) -> HttpResponse:
    """`kind` is "csv" or "xlsx"; `name` has no ending and only plain letters."""
    data = xlsx_bytes(rows) if kind == "xlsx" else csv_bytes(rows)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=TYPES[kind], headers=headers)
