"""Tables that people hand in: CSV or XLSX to rows of text. Sizes are bounded, nothing in them is run."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from typing import IO, ClassVar

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kernel.errors import StoaError

LARGEST = 8 * 1024 * 1024
MOST_ROWS = 25_000
UNPACKED = 64 * 1024 * 1024  # 25,000 full rows take about 25
ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel writes here and in China


# What the readers of ZIP and XML raise for files that somebody damaged, encrypted or wrote to do harm.
BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, ValueError, OSError, EOFError,
    NotImplementedError, RuntimeError, TypeError, AttributeError,
)  # fmt: skip


class TableUnreadable(StoaError):
    code: ClassVar[str] = "table.unreadable"
    status: ClassVar[int] = 422
    text: ClassVar[str] = "This file is not a table that can be read. Save it as CSV or XLSX and try again."


class TableTooLarge(StoaError):
    code: ClassVar[str] = "table.too_large"
    status: ClassVar[int] = 413
    text: ClassVar[str] = "This file is too large. Split it into parts of at most 25,000 rows."


def read(file: IO[bytes], name: str) -> list[dict[str, str]]:
    """One dict for each row, keys from the first row in lower case. Raises TableUnreadable, TableTooLarge."""
    return read_bytes(file.read(LARGEST + 1), name)


def read_bytes(data: bytes, name: str) -> list[dict[str, str]]:
    """Raises TableUnreadable, TableTooLarge."""
    if len(data) > LARGEST:
        raise TableTooLarge
    rows = _xlsx(data) if name.lower().endswith(".xlsx") else _csv(data)
    if not rows:
        raise TableUnreadable
    head = [cell.strip().lower() for cell in rows[0]]
    if len(rows) - 1 > MOST_ROWS:
        raise TableTooLarge
    return [
        {key: cell.strip() for key, cell in zip(head, [*row, *[""] * len(head)], strict=False) if key}
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]


def _csv(data: bytes) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableUnreadable
    if "\0" in text:
        raise TableUnreadable
    try:
        dialect = csv.Sniffer().sniff(text[:4096], ",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise TableUnreadable from error


def _xlsx(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNPACKED:
                raise TableTooLarge
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = []
        for row in sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=40):
            rows.append(["" if cell is None else str(cell) for cell in row])
        return rows
    except BROKEN as error:
        raise TableUnreadable from error
