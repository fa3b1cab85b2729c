"""Bombs, formulas and files of another kind: refused in a sentence, with bounded time and memory."""

from __future__ import annotations

import csv
import resource
import time
import zipfile

import openpyxl
import pytest

from tavolo.bonus import sheets
from tavolo.bonus.sheets import read_table, safe_cell, write_csv, write_xlsx
from tavolo.common.errors import Problem


def refused(path, said):
    with pytest.raises(Problem, match=said):
        read_table(path)


def bomb(path, rows, entry="xl/worksheets/sheet1.xml"):
    """A valid workbook whose sheet has many rows of the same short text."""
    book = openpyxl.Workbook()
    book.active.append(["x"])
    book.save(path)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    row = b"<row><c t='inlineStr'><is><t>a</t></is></c></row>"
    parts[entry] = (
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
        + row * rows
        + b"</sheetData></worksheet>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return path


def test_a_decompression_bomb_is_refused_before_it_is_parsed(tmp_path):
    path = bomb(tmp_path / "bomb.xlsx", 900_000)
    start = time.monotonic()
    refused(path, "far more data than its size")
    assert time.monotonic() - start < 1


def test_a_row_bomb_under_the_ratio_is_stopped_at_the_row_cap(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_RATIO", 10**9)
    monkeypatch.setattr(sheets, "MAX_ROWS", 20_000)
    path = bomb(tmp_path / "rows.xlsx", 800_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    refused(path, "more than 20,000 rows")
    assert time.monotonic() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_external_entities_are_not_followed(tmp_path):
    path = bomb(tmp_path / "xxe.xlsx", 1)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
        b"<row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData></worksheet>"
    )
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    refused(path, "document types or entities")


def test_files_of_another_kind_are_refused_in_a_sentence(tmp_path):
    for name, content, said in [
        ("a.csv", b"%PDF-1.7 ...", "is not a table"), ("b.xlsx", b"matricola;nome\n", "is not such a file"),
        ("c.xls", b"\xd0\xcf\x11\xe0rest", "old Excel or encrypted"), ("d.csv", b"\x89PNG\r\n",
        "is not a table"),
        ("e.parquet", b"PAR1 but no more", "damaged Parquet"), ("f.csv", b"a;b\x00c", "not a text file"),
        ("g.xlsx", b"PK\x03\x04 nonsense", "damaged XLSX"),
    ]:  # fmt: skip
        path = tmp_path / name
        path.write_bytes(content)
        refused(path, said)
    with zipfile.ZipFile(tmp_path / "h.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "x")
    refused(tmp_path / "h.xlsx", "not an XLSX workbook")
    refused(tmp_path / "missing.csv", "cannot be opened")


def test_a_workbook_with_macros_or_too_many_parts_is_refused(tmp_path):
    for name, entries in (
        ("macro.xlsx", ["xl/vbaProject.bin"]),
        ("parts.xlsx", [f"x{k}" for k in range(3000)]),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry in ["xl/workbook.xml", *entries]:
                archive.writestr(entry, "x")
        refused(tmp_path / name, "macros|parts")


FORMULAS = ['=HYPERLINK("http://x")', "+1+cmd", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def test_no_text_cell_of_an_export_begins_a_formula(tmp_path):
    rows = [[text, 1] for text in FORMULAS]
    write_csv(tmp_path / "out.csv", ["=testo", "n"], rows)
    write_xlsx(tmp_path / "out.xlsx", {"foglio": (["=testo", "n"], iter(rows))})
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8-sig") as stream:
        cells = [row[0] for row in csv.reader(stream, delimiter=";")]
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    written = [row[0] for row in book["foglio"].iter_rows()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    assert all(cell.data_type == "s" and str(cell.value).startswith("'") for cell in written)


def test_negative_amounts_stay_numbers():
    assert safe_cell("-12,50") == "-12,50"
    assert safe_cell("-12,50+cmd") == "'-12,50+cmd"


def test_a_failed_write_leaves_nothing_half_written(tmp_path):
    def rows():
        yield ["a", 1]
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        write_csv(tmp_path / "out.csv", ["a", "b"], rows())
    assert not (tmp_path / "out.csv").exists()


def test_empty_files_and_spreadsheets_of_other_kinds_are_told_apart(tmp_path):
    for name, content, said in [
        ("a.csv", b"", "is empty"), ("b.xlsx", b"", "is empty"),
        ("c.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel or encrypted"),
        ("d.xls", b"<html><table>", "web page or XML"),
        ("e.ods", b"PK\x03\x04", "spreadsheet of another kind"),
    ]:  # fmt: skip
        (tmp_path / name).write_bytes(content)
        refused(tmp_path / name, said)
