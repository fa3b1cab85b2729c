"""Messy payroll files: what people type is read exactly, and each problem is named by file, row and
column."""

from __future__ import annotations

import ast
import contextlib
import random
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tavolo.bonus.cells import CellError, decimal_mark, read_date, read_flag, read_number
from tavolo.bonus.italian import in_italian
from tavolo.bonus.payroll import PayrollProblems, read_workers
from tavolo.common.errors import Problem

NEEDED = {
    "id": "names the worker",
    "prior_income": "the income test looks at the year before payment",
    "worked_hours": "clause art5 uses hours of presence",
}


def rates(name):
    return {"ordinary": Decimal("0.0919"), "cigs": Decimal("0.0949"), "apprentice": Decimal("0.0584")}[name]


def write(folder: Path, text: str, name: str = "paghe.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path, needed=NEEDED):
    return read_workers(path, rates, needed)


def said(path, needed=NEEDED) -> list[str]:
    with pytest.raises(PayrollProblems) as caught:
        read(path, needed)
    return [str(problem) for problem in caught.value.problems]


GOOD = (
    "Matricola;Cognome e nome;Ore lavorate;Ore congedo parentale;Part-time %;Reddito anno precedente;Data "
    "assunzione;Rinuncia\n"
    "001;Rossi Ada;1.720,50;;100;28.400,00;01/02/2019;no\n002;Bianchi Ugo;860;40,25;50%;€ "
    "15.200,5;3.9.2020;sì\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_italian_decimals_dates_and_headings_are_read_exactly(tmp_path, encoding):
    found = read(write(tmp_path, GOOD, encoding=encoding)).workers
    assert found.worked_hours.tolist() == [172_050, 86_000]
    assert found.leave_hours["parental"].tolist() == [0, 4_025]
    assert found.prior_income.tolist() == [2_840_000, 1_520_050]
    assert found.part_time.tolist() == [10_000, 5_000]
    assert [str(day) for day in found.hired] == ["2019-02-01", "2020-09-03"]
    assert found.renounced.tolist() == [False, True]
    assert found.ids.tolist() == ["001", "002"]


@pytest.mark.parametrize(
    ("row", "where", "what"),
    [
        ("001;Verdi Eva;10;;100;1,00;;no", "row 4, column A «Matricola»", "repeats the id of row 2"),
        (";Verdi Eva;10;;100;1,00;;no", "row 4, column A «Matricola»", "the worker's id is missing"),
        (";TOTALE;10;;;1,00;;", "row 4, column A «Matricola»", "row of totals"),
        ("003;Verdi Eva;;;100;1,00;;no", "row 4, column C «Ore lavorate»", "is empty: clause art5 uses "
            "hours"),
        ("003;Verdi Eva;mille;;100;1,00;;no", "row 4, column C «Ore lavorate»", "is not a number"),
        ("003;Verdi Eva;-5;;100;1,00;;no", "row 4, column C «Ore lavorate»", "is negative"),
        ("003;Verdi Eva;10;;140;1,00;;no", "row 4, column E «Part-time %»", "between 0 and 100%"),
        ("003;Verdi Eva;10;;100;1,005;;no", "row 4, column F «Reddito anno "
            "precedente»", "more than two decimals"),
        ("003;Verdi Eva;10;;100;1,00;31/02/2020;no", "row 4, column G «Data "
            "assunzione»", "not a day of the calendar"),
        ("003;Verdi Eva;10;;100;1,00;1/2/20;no", "row 4, column G «Data assunzione»", "two-digit year"),
        ("003;Verdi Eva;10;;100;1,00;;forse", "row 4, column H «Rinuncia»", "neither yes nor no"),
    ],
)  # fmt: skip
def test_each_problem_is_named_by_file_row_and_column(tmp_path, row, where, what):
    found = said(write(tmp_path, GOOD + row + "\n"))
    assert any(line.startswith(f"paghe.csv, {where}:") and what in line for line in found), found


def test_every_problem_can_be_said_in_italian(tmp_path):
    header = "Matricola;Nome;CF;Ore lavorate;Part time;Data assunzione;Rinuncia\n"
    text = header + "1;x;Y;boh;140;31/02/2020;forse\n1;y;Y;;;1/2/20;"
    for line in said(write(tmp_path, text)):
        italian = in_italian(line)
        assert not {"is", "the", "row", "column", "not"} & set(italian.split()), italian


def test_no_value_of_a_cell_appears_in_a_problem(tmp_path):
    secret = "Segreta Persona;ZZZZZZ99Z99Z999Z;novecento;12/34/2020"
    text = (
        "Matricola;Nome;Codice fiscale;Ore lavorate;Data assunzione;Reddito anno precedente\n7;"
        + secret
        + ";\n"
    )
    lines = "\n".join(said(write(tmp_path, text)))
    for word in ("Segreta", "ZZZZZZ99", "novecento", "12/34"):
        assert word not in lines


def test_duplicate_and_invalid_tax_codes_are_named_by_rows(tmp_path):
    rows = ["1;RSSMRA85T10A562S;1;1", "2;rssmra85t10a562s;1;1", "3;RSSMRA85T10A562X;1;1"]
    text = "Matricola;CF;Ore lavorate;Reddito anno precedente\n" + "\n".join(rows)
    found = said(write(tmp_path, text))
    assert "row 3, column B «CF»: repeats the tax code of row 2" in found[0]
    assert "row 4, column B «CF»: is not a valid tax code" in found[1]


def test_missing_columns_are_named_with_the_reason(tmp_path):
    found = said(write(tmp_path, "Matricola;Nome;RAL\n1;x;1\n"))
    assert any("«ore lavorate»" in line and "clause art5" in line for line in found)
    with pytest.raises(Problem, match="no header row"):
        read(write(tmp_path, "a;b\n1;2\n"))


def test_a_number_that_could_be_two_is_a_problem_unless_the_file_tells(tmp_path):
    alone = "Matricola;Ore lavorate;Reddito anno precedente\n1;1.720;30\n"
    assert "two ways" in said(write(tmp_path, alone))[0]
    told = "Matricola;Ore lavorate;Reddito anno precedente\n1;1.720;30,55\n"
    assert read(write(tmp_path, told)).workers.worked_hours.tolist() == [172_000]


def test_merged_headers_and_title_rows_of_a_workbook_are_understood_and_told(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Officina Prova - presenze 2025"])
    sheet.append([])
    sheet.append(["Matricola", "Ore", None, None, "Reddito anno precedente", "Data assunzione"])
    sheet.append([None, "lavorate", "maternità", "malattia", None, None])
    sheet.merge_cells("B3:D3")
    for cells in ("A3:A4", "E3:E4", "F3:F4"):
        sheet.merge_cells(cells)
    sheet.append(["001", 1700.5, 20, None, 25000.1, datetime(2020, 1, 31)])
    book.save(tmp_path / "paghe.xlsx")
    found = read(tmp_path / "paghe.xlsx")
    assert found.workers.worked_hours.tolist() == [170_050]
    assert found.workers.leave_hours["maternity"].tolist() == [2_000]
    assert found.workers.prior_income.tolist() == [2_500_010]
    assert str(found.workers.hired[0]) == "2020-01-31"
    assert any("merged headings" in notice for notice in found.notices)


def test_parquet_is_read(tmp_path):
    table = pa.table({
        "matricola": ["1", "2"], "ore lavorate": [10.5, 11.25], "reddito anno precedente": [100.1, 200.0],
        "data assunzione": [date(2020, 1, 1), None],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "paghe.parquet")
    found = read(tmp_path / "paghe.parquet").workers
    assert found.worked_hours.tolist() == [1_050, 1_125]
    assert found.prior_income.tolist() == [10_010, 20_000]


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,56", None, "1234.56"), ("1,234.56", None, "1234.56"), ("1234,5", None, "1234.5"),
        ("0,0919", None, "0.0919"),
        ("1.234", ",", "1234"), ("1.234", ".", "1.234"), ("1.234.567", None, "1234567"), ("€ 12", None, "12"),
        ("12 345,6", None, "12345.6"), ("-3,5", None, "-3.5"), ("1'234.5", None, "1234.5"),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text, mark, value):
    assert read_number(text, mark) == Decimal(value)


@pytest.mark.parametrize("text", ["1,2,3", "12a", "1.2.3,4.5", "--1", "1,23.4", "="])
def test_what_is_not_a_number_is_refused(text):
    with pytest.raises(CellError):
        read_number(text, None)


def test_the_decimal_mark_is_told_by_certain_cells_only():
    assert decimal_mark(["1.234", "5,20"]) == ","
    assert decimal_mark(["1.234", "5.20"]) == "."
    assert decimal_mark(["1.234", "2.345"]) is None
    assert decimal_mark(["5,20", "5.20"]) is None


def test_dates_and_flags():
    assert read_date("31/12/2025") == read_date("2025-12-31") == date(2025, 12, 31)
    assert read_flag("SÌ") is True
    assert read_flag(None) is False


def test_seeded_noise_never_escapes_as_a_traceback(tmp_path):
    """Random damage to a good file ends in workers or in sentences, never in another error."""
    r = random.Random(5)
    for _ in range(150):
        text = list(GOOD)
        for _ in range(r.randint(1, 12)):
            text[r.randrange(len(text))] = r.choice(";,.\n\"'=-09aZ€\t ")
        with contextlib.suppress(PayrollProblems, Problem):
            read(write(tmp_path, "".join(text)))


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("Matricola;Cognome e nome;Ore lavorate;Ore congedo parentale;;;;", "repeats the header"),
        ("Stampato il 12/01/2026 dall'ufficio paghe", "looks like a note"),
        ("Totale;;2.580,50;;;43.600,5;;", "row of totals"),
        ("003;Verdi; Eva;10;;100;1,00;;no", "has more cells than the header"),
    ],
)
def test_a_row_that_is_no_worker_is_one_problem_not_many(tmp_path, row, what):
    (found,) = said(write(tmp_path, GOOD + row + "\n"))[-1:]
    assert what in found
    assert "row 4" in found


def test_a_quotation_mark_left_open_never_swallows_workers(tmp_path):
    with pytest.raises(Problem, match="row 2: a quotation mark opened here is not closed"):
        read(write(tmp_path, GOOD.replace("28.400,00;01/02/2019;no", '28.400,00;01/02/2019;"no')))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_without_its_mark_and_refused_when_cut(tmp_path, encoding):
    assert len(read(write(tmp_path, GOOD, encoding=encoding)).workers) == 2
    path = tmp_path / "cut.csv"
    path.write_bytes(GOOD.encode("utf-16") + b"x")
    with pytest.raises(Problem, match="is not text in UTF-8") as caught:
        read(path)
    assert "Rossi" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("40189", "spreadsheet's day number"), ("1e999999999", "too large"), ("1e-999999999", "decimals"),
        ("#N/A", "not a number"), ("12-", "not a number"),
    ],
)  # fmt: skip
def test_spreadsheet_leftovers_are_named(text, said_of_it):
    with pytest.raises(CellError, match=said_of_it):
        read_date(text) if text.isdigit() else read_number(text, ",")


@pytest.mark.parametrize("text", ["2025-12-31 00:00:00", "31/12/2025 00:00", "2025/12/31", "20251231"])
def test_dates_as_exports_write_them(text):
    assert read_date(text) == date(2025, 12, 31)


def test_an_unknown_gender_or_level_is_a_problem_and_a_percent_coefficient_too(tmp_path):
    text = (
        "Matricola;Sesso;Livello;Coeff;Ore lavorate;Reddito anno precedente\n1;Q;Z;100;1;1\n2;F;B;105%;1;1\n"
    )
    with pytest.raises(PayrollProblems) as caught:
        read_workers(write(tmp_path, text), rates, NEEDED, levels=("B", "C"))
    lines = "\n".join(map(str, caught.value.problems))
    assert "column B «Sesso»: is neither F nor M" in lines
    assert "column C «Livello»: is a level the plan does not have; it has B, C" in lines
    assert "column D «Coeff»: is out of range" in lines
    assert "row 3" not in lines


def test_a_column_that_leavers_need_must_be_there_and_unknown_headings_are_shown(tmp_path):
    path = write(tmp_path, "Matricola;Ore lavorate;Reddito anno precedente;Data uscita\n1;1;1;\n")
    with pytest.raises(PayrollProblems, match=r"«data cessazione».*recognised here: Data uscita"):
        read_workers(path, rates, NEEDED, {"left": "clause art4 counts leavers in proportion or not at all"})


def workbook(path, edit):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Paghe"
    sheet.append(["Matricola", "Ore lavorate", "Reddito anno precedente", "Coefficiente"])
    sheet.append([1, 1720.125 - 0.005, 26_734.1 + 0.2, 1.125])
    edit(book, sheet)
    book.save(path)
    return path


def test_number_cells_are_numbers_whatever_the_decimal_mark_of_the_office(tmp_path):
    found = read(workbook(tmp_path / "p.xlsx", lambda book, sheet: None)).workers
    assert found.coefficient.tolist() == [11_250]
    assert found.worked_hours.tolist() == [172_012]
    assert found.prior_income.tolist() == [2_673_430]


def test_the_first_visible_sheet_is_read_and_the_others_are_told(tmp_path):
    def hide(book, sheet):
        book.create_sheet("Vecchio", 0).append(["Matricola", "Ore lavorate", "Reddito anno precedente"])
        book["Vecchio"].sheet_state = "hidden"
        book.create_sheet("Note")
        book.active = 1

    found = read(workbook(tmp_path / "p.xlsx", hide))
    assert found.workers.ids.tolist() == ["1"]
    assert found.notices == ("only the sheet «Paghe» was read, not «Note»",)


def test_a_formula_without_its_value_is_never_read_as_nothing(tmp_path):
    def formula(book, sheet):
        sheet["D2"] = "=1+1"

    with pytest.raises(Problem, match="row 2, column D: holds a formula without its value"):
        read(workbook(tmp_path / "p.xlsx", formula))


def test_every_sentence_of_the_command_line_has_its_italian():
    """Read from the sources: a sentence added without its Italian form is found here."""
    missing = [text for text in _sentences() if in_italian(text) == text]
    assert not missing, "\n".join(missing)


def _sentences():
    folder = Path(in_italian.__code__.co_filename).parent
    names = (
        "cells", "cli_common", "headers", "io", "letters", "payroll", "reading", "results", "sheets",
        "rules/amount", "rules/compare", "rules/credit", "rules/net", "rules/parameters", "rules/pool",
        "rules/sharing", "rules/solve", "rules/workers", "rules/distribution", "rules/plan_check",
    )  # fmt: skip
    raised = {"RuleError", "Problem", "CellError", "_Missing", "MissingLawValue"}
    passed_over = ("a weight is", "a pool cannot", "an index needs", "the 7 must lie")  # nobody gets them
    passed_over += ("columns 7", "the law has no value")  # their words do not fit a 7: tried elsewhere
    for name in names:
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            parts = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in raised:
                parts = [a for a in node.args[:2] if isinstance(a, ast.JoinedStr | ast.Constant)]
            elif name.endswith("plan_check") and isinstance(node, ast.List | ast.Return):
                parts = [a for a in getattr(node, "elts", []) if isinstance(a, ast.JoinedStr)]
            for part in parts:
                text = _with_sevens(part)
                if isinstance(text, str) and " " in text and not text.startswith(passed_over):
                    yield text


def _with_sevens(node):
    if isinstance(node, ast.Constant):
        return node.value
    return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)


def test_no_contract_hours_beside_hours_of_presence_is_told(tmp_path):
    needed = {**NEEDED, "contract_hours": "clause art5 compares hours of presence with contract hours"}
    header = "Matricola;Ore contrattuali;Ore lavorate;Ore maternità;Reddito anno precedente\n"
    found = said(write(tmp_path, header + "1;0;0;100;1\n2;0;0;0;1\n3;0;8;;1\n"), needed)
    assert [line.split(",")[1] for line in found] == [" row 2", " row 4"]
    assert all("«Ore contrattuali»: is zero beside hours" in line for line in found)
