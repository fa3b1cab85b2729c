# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Bringing in a finished, anonymous consultation held elsewhere: all of it or nothing."""

from __future__ import annotations

import csv
import shutil
import tempfile
import uuid
import zipfile
from pathlib import Path

import numpy as np
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.reading import read
from tavolo.dialogue.convergence.table import VoteTable
from tavolo.dialogue.models import Consultation, Statement, StatementVersion, Table
from tavolo.dialogue.services.closing import write_cells
from tavolo.ledger.services import record_act

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
MOST_ENTRIES = 50
MOST_PEOPLE = 200_000
MOST_STATEMENTS = 10_000
MOST_SHEET_ROWS = 500_000
EXPORT_FILES = ("votes.csv", "comments.csv", "participants-votes.csv", "participant-votes.csv", "summary.csv")
# A vote as the analysis reads it -> the byte of a closed ballot (index: vote + 1).
BYTE = np.array([2, 3, 1], dtype=np.uint8)


def import_consultation(
    table: Table, file: UploadedFile, *, actor_id: uuid.UUID, title: str, question: str = "", source: str = ""
) -> Consultation:
    """Read, check and write a consultation held elsewhere; only the joint secretariat may.

    Raises Problem naming file, row and column where something is wrong; then nothing is written.
    """
    if not standing.is_secretary(actor_id, table.pk):
        raise Problem(_("Only the joint secretariat may do this."))
    votes = read_upload(file)
    return write_import(table, votes, actor_id=actor_id, title=title, question=question, source=source)


def read_upload(file: UploadedFile) -> VoteTable:
    """Read an uploaded export, spreadsheet or table in a folder of its own that is removed afterwards."""
    name = Path(file.name or "upload").name
    if (file.size or 0) > LARGEST_FILE:
        raise Problem(_("The file is larger than 64 MB; use the command line for larger data."), file=name)
    folder = Path(tempfile.mkdtemp(prefix="tavolo-import-"))
    try:
        path = folder / ("upload" + Path(name).suffix.lower())
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return _read(path, name)
    except DataError as error:
        shown = name if error.file is None else Path(error.file).name.replace(path.name, name)
        sentence = error.problem + (f"; {error.advice}" if error.advice else "")
        raise Problem(sentence, file=shown, row=error.row, column=error.column) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path, name: str) -> VoteTable:
    if path.suffix == ".zip":
        return read(_unpacked(path, name))
    if path.suffix == ".xlsx":
        return read(_sheet_as_csv(path, name))
    if path.suffix in (".csv", ".parquet"):
        return read(path)
    raise Problem(_("Choose a .zip, .csv, .xlsx or .parquet file."), file=name)


def _archive(path: Path, name: str) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise Problem(
            _("The file is damaged or not what its name says; export it again."), file=name
        ) from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        archive.close()
        raise Problem(
            _("The archive unpacks to far more than an export holds; it was not opened."), file=name
        )
    return archive


def _unpacked(path: Path, name: str) -> Path:
    folder = path.parent / "export"
    folder.mkdir()
    with _archive(path, name) as archive:
        for entry in archive.infolist():
            own = Path(entry.filename).name
            if entry.is_dir() or not own.casefold().endswith(EXPORT_FILES):
                continue
            with archive.open(entry) as inside, (folder / own).open("xb") as out:
                shutil.copyfileobj(inside, out, 1 << 16)
    if not any(folder.iterdir()):
        raise Problem(_("The archive holds no votes.csv or participants-votes.csv."), file=name)
    return folder


def _sheet_as_csv(path: Path, name: str) -> Path:
    import openpyxl

    _archive(path, name).close()
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise Problem(_("The spreadsheet cannot be opened; save it again as .xlsx."), file=name) from error
    target = path.with_suffix(".csv")
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            if number > MOST_SHEET_ROWS:
                raise Problem(_("The sheet has too many rows; save it as CSV."), file=name, row=number)
            writer.writerow(["" if cell is None else cell for cell in row])
    book.close()
    return target


@transaction.atomic
def write_import(
    table: Table, votes: VoteTable, *, actor_id: uuid.UUID, title: str, question: str, source: str
) -> Consultation:
    """Write an imported consultation: closed, anonymous, without groups of parties."""
    people, width = votes.votes.shape
    _check_size(people, width, table.minimum_group)
    today = standing.today()
    consultation = Consultation.objects.create(
        territory=table.territory, table=table, title=title.strip(),
        question=question.strip() or votes.source.description or title.strip(),
        state=Consultation.State.CLOSED, imported=True, source=source.strip() or votes.source.url,
        capacity=width, closed_on=today,
    )  # fmt: skip
    _write_statements(consultation, votes)
    ballots = _bytes_of(votes)
    ballots = ballots[ballots.any(axis=1)]
    with connection.cursor() as cursor:
        write_cells(cursor, consultation, {("", None): ballots})
    record_act(
        actor_id=actor_id, role="secretariat", act="dialogue.consultation_imported",
        object_type="dialogue.consultation", object_id=consultation.pk,
        content={"title": consultation.title, "participants": len(ballots), "statements": width},
    )  # fmt: skip
    return consultation


def _check_size(people: int, width: int, least: int) -> None:
    if people > MOST_PEOPLE or width > MOST_STATEMENTS:
        raise Problem(_("This is more than the page takes; use `tavolo convergence analyse` for it."))
    if people < least or not width:
        raise Problem(
            _("Fewer than %(least)s people voted: nothing of it could be shown.") % {"least": least}
        )


def _write_statements(consultation: Consultation, votes: VoteTable) -> None:
    statements, versions = [], []
    for slot, (name, text) in enumerate(zip(votes.statements, votes.texts, strict=True)):
        out = int(votes.moderated[slot]) == -1
        statement = Statement(
            territory_id=consultation.territory_id, consultation=consultation, number=slot + 1,
            withdrawn=out, meta=bool(votes.meta[slot]),
        )  # fmt: skip
        statements.append(statement)
        versions.append(
            StatementVersion(
                territory_id=consultation.territory_id, consultation=consultation, statement=statement,
                number=1, language="", slot=slot,
                text=text.strip() or _("Statement %(name)s") % {"name": name},
                open_to_votes=not out,
            )
        )  # fmt: skip
    Statement.objects.bulk_create(statements, batch_size=1_000)
    StatementVersion.objects.bulk_create(versions, batch_size=1_000)


def _bytes_of(votes: VoteTable) -> NDArray[np.uint8]:
    people, width = votes.votes.shape
    out = np.zeros((people, width), dtype=np.uint8)
    step = max(1, 4_000_000 // max(width, 1))
    for start in range(0, people, step):
        stop = min(start + step, people)
        rows, columns, values = votes.votes.entries(start, stop)
        out[rows + start, columns] = BYTE[values.astype(np.int64) + 1]
    return out
