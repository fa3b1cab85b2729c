"""One way to import: everything wrong is listed first, then all is saved or nothing."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from tavolo.common import jobs
from tavolo.common.errors import Problem
from tavolo.common.imports import checking, declare, parsers, services
from tavolo.common.imports.declare import Column, Importer, Part, Work
from tavolo.common.models import ImportChunk, ImportRun, StoredFile, Territory

OWNER = uuid.uuid4()
SAVED: list[tuple[str, int]] = []


def save(work: Work) -> Mapping[str, int]:
    """Remember what would be saved."""
    count = 0
    for row in work.rows("workers"):
        if row["email"].startswith("late"):
            raise row.problem("this address is taken", "email")
        SAVED.append((row["email"], row["hours"]))
        count += 1
    return {"workers": count, "notes": sum(1 for _ in work.rows("notes"))}


def check(work: Work) -> Iterable[Problem]:
    """Find what a single cell cannot tell."""
    for row in work.rows("workers"):
        if row["hours"] == 13:
            yield row.problem("thirteen hours are not possible here", "hours")


@pytest.fixture
def importer() -> Iterator[Importer]:
    """An import of workers, with an optional second file."""
    SAVED.clear()
    made = declare.register(
        Importer(
            name="test.workers",
            title="Workers",
            parts=(
                Part(
                    "workers",
                    "Workers",
                    columns=(
                        Column("email", parsers.email, aliases=("e-mail",)),
                        Column("hours", parsers.integer(1, 60), aliases=("ore",)),
                        Column("starts_on", parsers.day, required=False),
                    ),
                    unique=("email",),
                ),
                Part("notes", "Notes", columns=(Column("note", parsers.text(20)),), required=False),
            ),
            may_use=lambda request, subject: True,
            save=save,
            check=check,
            most_rows=5000,
        )
    )
    yield made
    del declare.IMPORTERS["test.workers"]


def upload(data: bytes, name: str = "workers.csv") -> services.Upload:
    """Return an upload."""
    return services.Upload(name, len(data), io.BytesIO(data))


def checked(importer: Importer, data: bytes, name: str = "workers.csv", **more: services.Upload) -> ImportRun:
    """Upload and check."""
    run = services.begin(importer, {"workers": upload(data, name), **more}, owner_id=OWNER)
    assert run.check_job is not None
    jobs.run(run.check_job.pk, run.territory_id)
    run.refresh_from_db()
    return run


def places(run: ImportRun) -> list[tuple[Any, Any, Any]]:
    """Return where the problems are."""
    return [(entry["file"], entry["row"], entry["column"]) for entry in run.problems]


GOOD = b"email,hours,starts_on\nanna@prova.example,40,2026-01-01\nbruno@prova.example,20,\n"


def test_nothing_is_saved_before_confirmation_and_everything_after(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    run = checked(importer, GOOD)
    assert (run.state, run.rows, run.problem_count) == ("ready", 2, 0)
    assert SAVED == []
    shown = services.preview(run)
    assert shown[0]["rows"][0] == (2, ["anna@prova.example", "40", "2026-01-01"])
    run = services.confirm(run.pk)
    assert run.save_job is not None
    jobs.run(run.save_job.pk, territory.pk)
    run.refresh_from_db()
    assert (run.state, run.summary) == ("done", {"workers": 2, "notes": 0})
    assert SAVED == [("anna@prova.example", 40), ("bruno@prova.example", 20)]
    assert not ImportChunk.objects.exists()
    assert not StoredFile.objects.exists()


def test_problems_are_told_by_file_row_and_column(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    data = b"E-Mail;Ore;starts_on\nnot-an-address;40;\nanna@prova.example;99;32/01/2026\n;;\n,;1;\n"
    data += b"anna@prova.example;;\n"
    run = checked(importer, data, notes=upload(b"note\n" + b"x" * 30 + b"\n", "notes.csv"))
    assert run.state == "refused"
    assert places(run) == [
        ("notes.csv", 2, "note"),
        ("workers.csv", 2, "email"),
        ("workers.csv", 3, "hours"),
        ("workers.csv", 3, "starts_on"),
        ("workers.csv", 5, "email"),
        ("workers.csv", 6, "hours"),
    ]
    with pytest.raises(Problem):
        services.confirm(run.pk)


def test_rows_that_repeat_are_found(territory: Territory, storage: Path, importer: Importer) -> None:
    run = checked(importer, b"email,hours\na@b.it,1\nA@B.it,2\n")
    assert places(run) == [("workers.csv", 3, "email")]


def test_what_only_the_whole_tells_is_checked_too(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    run = checked(importer, b"email,hours\na@b.it,13\n")
    assert places(run) == [("workers.csv", 2, "hours")]


def test_missing_and_doubled_columns_are_named(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    run = checked(importer, b"email,e-mail\na@b.it,1\n")
    assert places(run) == [("workers.csv", 1, "email"), ("workers.csv", 1, "hours")]
    assert checked(importer, b"\n").state == "refused"


def test_saving_is_all_or_nothing(territory: Territory, storage: Path, importer: Importer) -> None:
    run = checked(importer, b"email,hours\na@b.it,1\nlate@b.it,2\n")
    run = services.confirm(run.pk)
    assert run.save_job is not None
    jobs.run(run.save_job.pk, territory.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert places(run) == [("workers.csv", 3, "email")]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("email,hours\nanna@prova.example,40\n".encode("utf-8-sig"), None),
        ("email;hours\nanna@prova.example;40\n".encode("cp1252"), "punto e virgola|semicolon"),
        ("email\thours\nanna@prova.example\t40\n".encode("utf-16"), "UTF-16"),
        ("email,hours,città\nanna@prova.example,40,è\n".encode("latin-1"), "Windows Latin"),
    ],
)
def test_usual_encodings_and_separators_are_read_and_said(
    territory: Territory, storage: Path, importer: Importer, data: bytes, note: str | None
) -> None:
    run = checked(importer, data)
    assert (run.state, run.rows) == ("ready", 1), run.problems
    said = " ".join(entry["note"] for entry in run.notes)
    if note is None:
        assert said == ""
    else:
        assert any(word in said for word in note.split("|"))


def spreadsheet(rows: list[list[object]]) -> bytes:
    """Return an XLSX."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_spreadsheets_are_read(territory: Territory, storage: Path, importer: Importer) -> None:
    import datetime

    data = spreadsheet(
        [["email", "hours", "starts_on"], [], ["anna@prova.example", 40.0, datetime.datetime(2026, 4, 13)]]
    )
    run = checked(importer, data, "workers.xlsx")
    assert run.state == "ready", run.problems
    assert services.preview(run)[0]["rows"] == [(3, ["anna@prova.example", "40", "2026-04-13"])]


def test_parquet_files_are_read(territory: Territory, storage: Path, importer: Importer) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"email": ["anna@prova.example"], "hours": [40]}), out)
    run = checked(importer, out.getvalue(), "workers.parquet")
    assert run.state == "ready", run.problems


def packed(**entries: bytes) -> bytes:
    """Return a zip file that looks like a spreadsheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", entries.get("book", b"<workbook/>"))
        archive.writestr("[Content_Types].xml", entries.get("types", b"<Types/>"))
        archive.writestr("xl/worksheets/sheet1.xml", entries.get("sheet", b"<worksheet/>"))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        packed(),
        packed(sheet=b"\x00" * 40_000_000),
        packed(book=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'),
        packed()[:-30],
    ],
    ids=["empty", "bomb", "entities", "cut"],
)
def test_crafted_spreadsheets_are_refused_with_a_sentence(
    territory: Territory, storage: Path, importer: Importer, data: bytes
) -> None:
    run = checked(importer, data, "workers.xlsx")
    assert run.state == "refused"
    assert run.problem_count == 1
    assert run.problems[0]["file"] == "workers.xlsx"


def test_a_spreadsheet_with_too_many_rows_is_stopped(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    data = spreadsheet([["email", "hours"], *([f"p{n}@b.it", 1] for n in range(5001))])
    run = checked(importer, data, "workers.xlsx")
    assert run.state == "refused"
    assert any(word in run.problems[0]["message"] for word in ("troppe righe", "too many rows"))


def test_a_table_with_too_many_rows_is_stopped(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    data = b"email,hours\n" + b"".join(b"p%d@b.it,1\n" % number for number in range(5001))
    assert checked(importer, data).state == "refused"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"<html></html>", b"\x00\x01", b"PK\x03\x04 nothing"])
def test_other_kinds_of_file_are_refused_at_once(
    territory: Territory, storage: Path, importer: Importer, data: bytes
) -> None:
    with pytest.raises(Problem):
        checked(importer, data)
    assert not StoredFile.objects.exists()


def test_reading_stops_when_everything_is_wrong(
    territory: Territory, storage: Path, importer: Importer
) -> None:
    run = checked(importer, b"email,hours\n" + b"x,y\n" * 3000)
    assert run.problem_count == checking.MOST_PROBLEMS
    assert len(run.problems) == checking.MOST_PROBLEMS


def test_an_interrupted_check_goes_on_where_it_stopped(
    territory: Territory, storage: Path, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"email,hours\n" + b"".join(b"p%d@b.it,1\n" % number for number in range(2500))
    data += b"p3@b.it,1\n"
    run = services.begin(importer, {"workers": upload(data)}, owner_id=OWNER)
    assert run.check_job is not None
    parsed: list[int] = []
    original = checking._check_row

    def counting(part: Any, header: Any, file: str, number: int, cells: Any, notebook: Any) -> Any:
        parsed.append(number)
        if len(parsed) == 2200:
            raise SystemExit
        return original(part, header, file, number, cells, notebook)

    monkeypatch.setattr(checking, "_check_row", counting)
    with pytest.raises(SystemExit):
        jobs.run(run.check_job.pk, territory.pk)
    run.refresh_from_db()
    assert (run.state, run.rows) == ("checking", 2000)
    jobs.run(run.check_job.pk, territory.pk)
    run.refresh_from_db()
    assert len(parsed) == 2200 + 501, "the first two thousand rows are not read twice"
    assert run.rows == 2501
    assert places(run) == [("workers.csv", 2502, "email")], "the row from before the interruption is known"


def test_an_interrupted_save_leaves_nothing_and_can_be_started_again(
    territory: Territory, storage: Path, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.confirm(checked(importer, GOOD).pk)
    assert run.save_job is not None
    broken = declare.Importer(**{**vars(importer), "save": lambda work: (_ for _ in ()).throw(SystemExit)})
    monkeypatch.setitem(declare.IMPORTERS, importer.name, broken)
    with pytest.raises(SystemExit):
        jobs.run(run.save_job.pk, territory.pk)
    run.refresh_from_db()
    assert run.state == "importing"
    monkeypatch.setitem(declare.IMPORTERS, importer.name, importer)
    jobs.run(run.save_job.pk, territory.pk)
    run.refresh_from_db()
    assert run.state == "done"
    jobs.run(run.save_job.pk, territory.pk)
    assert len(SAVED) == 2, "a second run of the same job does nothing"


def test_a_cancelled_import_leaves_nothing(territory: Territory, storage: Path, importer: Importer) -> None:
    run = services.cancel(checked(importer, GOOD).pk)
    assert run.state == "cancelled"
    assert not ImportChunk.objects.exists()
    assert not StoredFile.objects.exists()
    with pytest.raises(Problem):
        services.confirm(run.pk)


def test_a_required_file_must_be_chosen(territory: Territory, storage: Path, importer: Importer) -> None:
    with pytest.raises(Problem, match="Workers"):
        services.begin(importer, {"notes": upload(b"note\nx\n")}, owner_id=OWNER)


@pytest.mark.parametrize(
    ("parse", "cell", "value"),
    [
        (parsers.decimal, "1.234,50", "1234.50"),
        (parsers.decimal, "1234.5", "1234.5"),
        (parsers.integer(), "3.0", "3"),
        (parsers.day, "13/04/2026", "2026-04-13"),
        (parsers.day, "2026-04-13", "2026-04-13"),
        (parsers.moment, "1776070800", "2026-04-13 09:00:00+00:00"),
        (parsers.moment, "2026-04-13T09:00:00Z", "2026-04-13 09:00:00+00:00"),
        (parsers.choice({"Sì": True, "No": False}), "sì", "True"),
    ],
)
def test_cells_are_read(parse: Any, cell: str, value: str) -> None:
    assert str(parse(cell)) == value


@pytest.mark.parametrize(
    ("parse", "cell"),
    [
        (parsers.decimal, "x"), (parsers.decimal, "NaN"), (parsers.decimal, "Infinity"),
        (parsers.integer(), "1.5"), (parsers.integer(1, 3), "4"), (parsers.integer(), "1e3"),
        (parsers.integer(), "٣x"), (parsers.day, "2026-02-30"), (parsers.day, "04-13-2026"),
        (parsers.moment, "yesterday"), (parsers.moment, "9" * 30), (parsers.email, "a@"),
        (parsers.choice({"a": 1}), "b"), (parsers.text(3), "abcd"), (parsers.text(), "a\x00"),
    ],
)  # fmt: skip
def test_wrong_cells_are_refused_with_a_sentence(parse: Any, cell: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse(cell)
