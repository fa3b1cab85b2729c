# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Bringing in a finished, anonymous consultation held elsewhere: all of it or nothing.

`begin_import` hands the files to the import framework (limits, problems, preview, confirmation, resuming;
what is read is declared in `tavolo.dialogue.imports`); `write_import` writes what was confirmed.
"""

from __future__ import annotations

import csv
import io
import tempfile
import uuid
import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tavolo.common.errors import Problem
from tavolo.common.imports import services
from tavolo.common.imports.declare import IMPORTERS
from tavolo.common.imports.services import Upload
from tavolo.common.models import ImportRun
from tavolo.dialogue import standing
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.polis import read_summary
from tavolo.dialogue.convergence.table import VoteTable
from tavolo.dialogue.models import Consultation, Statement, StatementVersion, Table
from tavolo.dialogue.services.closing import write_cells
from tavolo.dialogue.services.import_matrix import matrix_layout, votes_of_matrix
from tavolo.ledger.services import record_act

IMPORTER = "dialogue.consultation"
LARGEST_FILE = 64 * 1024 * 1024
MOST_ENTRIES = 50
LARGEST_SUMMARY = 1024 * 1024
MOST_PEOPLE = 200_000
MOST_STATEMENTS = 10_000
# What an archive may hold, by the part of the import it becomes.
PARTS = {"votes": "votes.csv", "statements": "comments.csv", "summary": "summary.csv"}
MATRIX = ("participants-votes.csv", "participant-votes.csv")
# A vote as the analysis reads it -> the byte of a closed ballot (index: vote + 1).
BYTE = np.array([2, 3, 1], dtype=np.uint8)


def begin_import(
    table: Table, file: UploadedFile, *, actor_id: uuid.UUID, title: str, question: str = "", source: str = ""
) -> ImportRun:
    """Store the files of a consultation held elsewhere and have them checked; nothing else is written.

    Only the joint secretariat may. Raises Problem where the file cannot be what is asked for.
    """
    if not standing.is_secretary(actor_id, table.pk):
        raise Problem(_("Only the joint secretariat may do this."))
    name = Path(file.name or "upload").name
    if (file.size or 0) > LARGEST_FILE:
        raise Problem(_("The file is larger than 64 MB; use the command line for larger data."), file=name)
    with tempfile.TemporaryDirectory(prefix="tavolo-import-") as place:
        uploads: dict[str, Upload] = {}
        if name.lower().endswith(".zip"):
            uploads, about = _unpacked(file, name, Path(place))
            question, source = question or about[0], source or about[1]
        else:
            uploads["votes"] = _table_of(file, name, Path(place))
        uploads["consultation"] = _details(title, question, source)
        try:
            return services.begin(IMPORTERS[IMPORTER], uploads, owner_id=actor_id, subject_id=table.pk)
        finally:
            for upload in uploads.values():
                upload.content.close()


def _table_of(file: UploadedFile, name: str, folder: Path) -> Upload:
    """Return one table of votes; a participants-votes.csv is first turned into rows of votes."""
    if name.lower().endswith((".csv", ".txt", ".tsv")):
        held = folder / "upload.csv"
        with held.open("wb") as out:
            for piece in file.chunks():
                out.write(piece)
        layout = matrix_layout(held)
        if layout is not None:
            return votes_of_matrix(held, name, layout)
        file.seek(0)
    return Upload(name, file.size or 0, file.file)


def _details(title: str, question: str, source: str) -> Upload:
    """Return what the form says as the small table it is checked and shown as."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["title", "question", "source"])
    writer.writerow([title.strip(), question.strip()[:1000], source.strip()[:300]])
    data = text.getvalue().encode()
    return Upload("consultazione.csv", len(data), io.BytesIO(data))


def _unpacked(file: IO[bytes], name: str, folder: Path) -> tuple[dict[str, Upload], tuple[str, str]]:
    """Return the tables of an archive, written into `folder`, and (question, source) of its summary."""
    found: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(file) as archive:
            for part, entry in _entries(archive, name).items():
                found[part] = folder / Path(entry.filename).name
                _extract(archive, entry, found[part])
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Problem(
            _("The file is damaged or not what its name says; export it again."), file=name
        ) from error
    about = _about(found.pop("summary", None))
    matrix = found.pop("matrix", None)
    uploads = {"votes": votes_of_matrix(matrix, matrix.name)} if matrix is not None else {}
    for part, path in found.items():
        uploads[part] = Upload(path.name, path.stat().st_size, path.open("rb"))
    return uploads, about


def _entries(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the entry of each part; refuses archives that are no export, before unpacking anything."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        part = _part_of(Path(entry.filename).name.casefold())
        if part is None:
            continue
        if part in found:
            raise Problem(_("The archive holds more than one export."), file=name)
        found[part] = entry
    if "votes" in found:  # they say what the matrix says, and when
        found.pop("matrix", None)
    wanted = sum(entry.file_size for entry in found.values())
    if len(entries) > MOST_ENTRIES or wanted > 2 * LARGEST_FILE:
        raise Problem(
            _("The archive unpacks to far more than an export holds; it was not opened."), file=name
        )
    if not found.keys() & {"votes", "matrix"}:
        raise Problem(_("The archive holds neither votes.csv nor participants-votes.csv."), file=name)
    return found


def _part_of(own: str) -> str | None:
    """Return which part of an export a file is by its name, in lower case."""
    if own.endswith(MATRIX):
        return "matrix"
    return next((part for part, ending in PARTS.items() if own == ending or own.endswith("-" + ending)), None)


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Unpack one entry; never more than it says it holds, which was counted before."""
    with archive.open(entry) as inside, target.open("xb") as out:
        left = entry.file_size
        while left > 0 and (data := inside.read(min(left, 1 << 16))):
            left -= len(data)
            out.write(data)


def _about(summary: Path | None) -> tuple[str, str]:
    """Return what a summary says was asked, and its address; nothing where it cannot be read."""
    if summary is None or summary.stat().st_size > LARGEST_SUMMARY:
        return "", ""
    try:
        source = read_summary(summary, summary.name)
    except DataError:
        return "", ""
    return source.description, source.url


@transaction.atomic
def write_import(
    table: Table, votes: VoteTable, *, actor_id: uuid.UUID, title: str, question: str, source: str
) -> Consultation:
    """Write an imported consultation: closed, anonymous, without groups of parties."""
    people, width = votes.votes.shape
    check_size(people, width, table.minimum_group)
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


def check_size(people: int, width: int, least: int) -> None:
    """Raise Problem where there are too many people or statements to show, or too few to show any."""
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
