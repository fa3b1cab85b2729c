# mypy: disable-error-code="attr-defined, no-any-return"
"""The first half of an import: reading the uploads and finding every problem, without saving anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common import files, jobs
from tavolo.common.errors import Problem
from tavolo.common.imports.declare import IMPORTERS, Column, Header, Importer, Part, Row, Work
from tavolo.common.imports.readers import open_table
from tavolo.common.models import ImportChunk, ImportFile, ImportRun

CHUNK = 1000
MOST_PROBLEMS = 500


class Notebook:
    """Collects problems: all are counted, the first five hundred kept."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run

    def add(self, problem: Problem) -> None:
        """Keep or at least count a problem."""
        self.run.problem_count += 1
        if len(self.run.problems) < MOST_PROBLEMS:
            self.run.problems.append(
                {
                    "file": problem.file,
                    "row": problem.row,
                    "column": problem.column,
                    "message": problem.message,
                }
            )

    @property
    def full(self) -> bool:
        """Return whether reading on would only repeat what is wrong."""
        return self.run.problem_count >= MOST_PROBLEMS


def check(run: ImportRun, job: jobs.Running) -> None:
    """Read every upload from where it was left, then look at the whole; the run ends ready or refused."""
    importer = IMPORTERS[run.importer]
    if run.state not in (ImportRun.State.UPLOADED, ImportRun.State.CHECKING):
        return
    run.state = ImportRun.State.CHECKING
    run.save(update_fields=["state"])
    notebook = Notebook(run)
    for upload in run.files.select_related("file").order_by("part"):
        if not upload.complete:
            _read(importer, run, upload, notebook, job)
    if not run.problem_count:
        for problem in importer.check(work_of(run)):
            notebook.add(problem)
            if notebook.full:
                break
    run.state = ImportRun.State.REFUSED if run.problem_count else ImportRun.State.READY
    run.save()


def work_of(run: ImportRun) -> Work:
    """Return what an importer's `check` and `save` receive."""
    importer = IMPORTERS[run.importer]
    parts = {upload.part: _rows_of(importer.part(upload.part), upload) for upload in run.files.all()}
    return Work(owner_id=run.owner_id, subject_id=run.subject_id, parts=parts, import_id=run.pk)


def _rows_of(part: Part, upload: ImportFile) -> Any:
    """Return a function that yields the stored rows of an upload, parsed again."""

    def rows() -> Iterator[Row]:
        columns = {column.name: column for column in part.columns}
        for chunk in ImportChunk.objects.filter(file=upload).order_by("number").iterator(20):
            for number, cells in chunk.rows:
                yield Row(
                    upload.name, number, {name: _value(columns[name], cells.get(name)) for name in columns}
                )

    return rows


def _value(column: Column, cell: str | None) -> Any:
    return column.parse(cell) if cell else None


def _read(
    importer: Importer, run: ImportRun, upload: ImportFile, notebook: Notebook, job: jobs.Running
) -> None:
    """Read one upload in chunks; each chunk is stored together with how far reading has come."""
    part = importer.part(upload.part)
    stored = upload.file
    try:
        table = open_table(
            files.location(stored.path), stored.media_type, upload.name, most_rows=importer.most_rows
        )
        rows = iter(table.rows)
        first = next(rows, None)
        header = read_header(part, first[1] if first else [])
        for column, message in header.problems:
            notebook.add(Problem(message, file=upload.name, row=1, column=column or None))
        if not upload.rows_read:
            run.notes = [*run.notes, *({"file": upload.name, "note": note} for note in table.notes)]
        if not header.problems:
            _read_rows(part, run, upload, header, rows, notebook, job)
    except Problem as problem:
        notebook.add(problem)
    upload.complete = True
    upload.save(update_fields=["complete"])
    run.save()


def read_header(part: Part, cells: list[str]) -> Header:
    """Find each column's place; say which are missing, doubled."""
    header = Header()
    names = [cell.casefold().strip() for cell in cells]
    for column in part.columns:
        accepted = {column.name.casefold(), *(alias.casefold() for alias in column.aliases)}
        places = [at for at, name in enumerate(names) if name in accepted]
        if len(places) > 1:
            header.problems.append((column.name, _("The column appears twice in the first row.")))
        elif places:
            header.places[column.name] = places[0]
        elif column.required:
            header.problems.append((column.name, _("The column is missing from the first row.")))
    return header


def _read_rows(
    part: Part,
    run: ImportRun,
    upload: ImportFile,
    header: Header,
    rows: Iterator[tuple[int, list[str]]],
    notebook: Notebook,
    job: jobs.Running,
) -> None:
    seen = _seen(part, upload)
    chunk: list[tuple[int, dict[str, str]]] = []
    done = 0
    for number, cells in rows:
        done += 1
        if done <= upload.rows_read:
            continue
        values = _check_row(part, header, upload.name, number, cells, notebook)
        if values is not None and _repeats(part, upload.name, number, values, seen, notebook):
            values = None
        if values is not None:
            chunk.append((number, values))
        if notebook.full:
            run.notes = [*run.notes, {"file": upload.name, "note": _("Reading stopped: too many problems.")}]
            break
        if done % CHUNK == 0:
            _store(run, upload, chunk, done, job)
            chunk = []
    _store(run, upload, chunk, done, job)


@transaction.atomic
def _store(
    run: ImportRun, upload: ImportFile, chunk: list[tuple[int, dict[str, str]]], done: int, job: jobs.Running
) -> None:
    """Keep a chunk of good rows and the place reading has come to, together."""
    if chunk:
        ImportChunk.objects.create(territory_id=run.territory_id, file=upload, number=done, rows=chunk)
    run.rows += max(done - upload.rows_read, 0)
    upload.rows_read = done
    upload.save(update_fields=["rows_read"])
    run.save(update_fields=["rows", "problems", "problem_count", "notes"])
    job.progress(run.rows, message="rows_checked")


def _check_row(
    part: Part, header: Header, file: str, number: int, cells: list[str], notebook: Notebook
) -> dict[str, str] | None:
    """Parse every cell; return the row's texts, or None after noting what is wrong."""
    good = True
    values: dict[str, str] = {}
    for column in part.columns:
        at = header.places.get(column.name)
        cell = cells[at] if at is not None and at < len(cells) else ""
        try:
            if cell:
                column.parse(cell)
                values[column.name] = cell
            elif column.required:
                raise ValueError(_("The cell is empty."))
        except ValueError as error:
            good = False
            notebook.add(Problem(str(error), file=file, row=number, column=column.name))
    return values if good else None


def _key(part: Part, values: dict[str, str]) -> tuple[str, ...]:
    return tuple(values.get(name, "").casefold() for name in part.unique)


def _repeats(
    part: Part,
    file: str,
    number: int,
    values: dict[str, str],
    seen: dict[tuple[str, ...], int],
    notebook: Notebook,
) -> bool:
    """Note a row whose unique columns repeat an earlier row's."""
    if not part.unique:
        return False
    key = _key(part, values)
    first = seen.setdefault(key, number)
    if first == number:
        return False
    notebook.add(
        Problem(_("The row repeats row %(first)s.") % {"first": first}, file, number, ", ".join(part.unique))
    )
    return True


def _seen(part: Part, upload: ImportFile) -> dict[tuple[str, ...], int]:
    """Return the keys of rows read before an interruption."""
    if not part.unique or not upload.rows_read:
        return {}
    seen: dict[tuple[str, ...], int] = {}
    for chunk in ImportChunk.objects.filter(file=upload).order_by("number").iterator(20):
        for number, values in chunk.rows:
            seen.setdefault(_key(part, values), number)
    return seen
