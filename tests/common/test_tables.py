"""No exported cell is executed by a spreadsheet program."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tavolo.common.tables import csv_bytes, safe_text, write_xlsx

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
ATTACKS = [
    '=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1",
    "\u00a0=1", "＝1+1", "\u200b@x", "\x1f=1",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_formulas_become_text(text: str) -> None:
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Impresa e lavoro", "3 - 2", "a=b", "'quoted", "anna@prova.example"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@settings(deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=4), max_size=5))
def test_a_csv_read_back_has_no_cell_that_begins_a_formula(rows: list[list[str]]) -> None:
    data = csv_bytes(rows).decode()
    for cells in csv.reader(io.StringIO(data, newline="")):
        assert not any(cell.startswith(DANGEROUS) for cell in cells)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_an_xlsx_read_back_has_only_strings(texts: list[str]) -> None:
    out = io.BytesIO()
    write_xlsx(out, {"=Foglio/1": [texts]})
    sheet = load_workbook(out).worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "inlineStr", "n")
            assert cell.value is None or not str(cell.value).startswith(DANGEROUS)


def test_numbers_and_dates_keep_their_type() -> None:
    row = [
        -5,
        2.5,
        Decimal("-3.10"),
        True,
        None,
        date(2026, 4, 13),
        datetime(2026, 4, 13, 9, tzinfo=UTC),
        "x",
    ]
    assert csv_bytes([row]) == b"-5,2.5,-3.10,true,,2026-04-13,2026-04-13T09:00:00+00:00,x\r\n"
    out = io.BytesIO()
    write_xlsx(out, {"a": [row]})
    (cells,) = load_workbook(out).worksheets[0].iter_rows(values_only=True)
    assert cells[:5] == (-5, 2.5, -3.1, True, None)


def test_a_byte_order_mark_where_excel_wants_one() -> None:
    assert csv_bytes([["è"]], delimiter=";", mark=True) == b"\xef\xbb\xbf\xc3\xa8\r\n"
