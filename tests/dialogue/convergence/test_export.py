"""Results leave as documented JSON, as tables, and as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pyarrow as pa
import pytest

from tavolo.dialogue.convergence import export
from tavolo.dialogue.convergence.analysis import analyse, table_from_array
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.result import Result
from tests.dialogue.convergence.worlds import camps
from tests.shared_data import shared

SCHEMA = json.loads((Path(export.__file__).parent / "result.schema.json").read_text())
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "＝1+1", "\n=1")


def two_camps() -> Result:
    votes, camp = camps(160, 12)
    return analyse(votes, groups=["imprese" if c else "lavoro" for c in camp], resamples=5)


@pytest.mark.parametrize("groups", [None, ["a", "a", "b"], ["a", "", "b"]])
def test_every_json_follows_the_schema(groups) -> None:
    result = analyse([[1, 0, -1], [1, 1, 0], [-1, 0, 1]], groups, resamples=3)
    jsonschema.validate(json.loads(result.to_json()), SCHEMA)


def test_json_of_found_groups_follows_the_schema_and_uses_documented_keys() -> None:
    votes, _ = camps(300, 20)
    document = json.loads(analyse(votes, resamples=5).to_json())
    jsonschema.validate(document, SCHEMA)
    assert {group["kind"] for group in document["groups"]} == {"found"}
    documented = (Path(__file__).parents[3] / "docs/schema/convergence.md").read_text()
    for key in (*document, *document["statements"][0], *document["statements"][0]["by_group"][0]):
        assert f"`{key}`" in documented or f"`{key}[]`" in documented, key


@pytest.mark.shared_data
def test_json_of_a_real_consultation_follows_the_schema() -> None:
    document = analyse(shared("polis/london.youth.policing"), resamples=3).to_json()
    jsonschema.validate(json.loads(document), SCHEMA)


def test_equal_results_give_equal_text() -> None:
    assert two_camps().to_json() == two_camps().to_json()


@pytest.mark.parametrize("table", export.TABLES)
def test_tables_have_equally_long_columns_and_go_to_arrow(table: str) -> None:
    columns = two_camps().to_frame(table)
    assert pa.table(columns).num_rows == len(next(iter(columns.values())))
    rows = list(csv.reader(io.StringIO(two_camps().to_csv(table), newline="")))
    assert rows[0] == list(columns)
    assert len(rows) == len(next(iter(columns.values()))) + 1


def test_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of"):
        two_camps().to_frame("everything")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_text_is_a_formula(formula: str) -> None:
    table = table_from_array([[1], [0]], statements=[formula], texts=[formula], participants=[formula, "b"])
    result = analyse(table, groups=[formula, "b"], resamples=0)
    for name in export.TABLES:
        for row in csv.reader(io.StringIO(result.to_csv(name), newline="")):
            for cell in row:
                if not _is_number(cell):
                    assert cell.strip(" \u00a0")[:1] not in tuple("=+-@＝\t\r\n")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_numbers_stay_numbers() -> None:
    assert export.safe_cell(-1.5) == "-1.5"
    assert export.safe_cell(None) == ""
    assert export.safe_cell("-1.5") == "'-1.5"
    assert export.safe_cell("\x00=1+1") == "'\x00=1+1"
    assert export.safe_cell("\u200b=1+1") == "'\u200b=1+1"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "result.json"
    target.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.os, "replace", refuse)
    with pytest.raises(DataError, match="No space left"):
        two_camps().write(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_unknown_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be written as \.doc"):
        two_camps().write(tmp_path / "result.doc")
