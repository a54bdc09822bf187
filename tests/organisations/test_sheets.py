"""What people take away is text and figures, and nothing that a spreadsheet would work out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from organisations import sheets


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "-"])
def test_what_a_spreadsheet_would_run_is_text(cell):
    assert sheets.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "5", "-5", "62.5", "Ada", "洗手", "a=b", "0"])
def test_other_cells_stay_as_they_are(cell):
    assert sheets.safe(cell) == cell


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_cell_of_either_table_is_a_formula(rows):
    for row in csv.reader(io.StringIO(sheets.csv_bytes(rows).decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    sheet = load_workbook(io.BytesIO(sheets.xlsx_bytes(rows))).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
