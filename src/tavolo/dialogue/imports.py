# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A finished consultation held elsewhere, as the one import framework reads it: details, votes, statements.

Rows are read, limited and stored by the framework. What they mean together (sign, times, names) is said by
the reader the command line uses: the rows are written out again as an export and given to it, and the places
it names are turned back into those of the uploaded files.
"""

from __future__ import annotations

import csv
import tempfile
import uuid
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.common.imports import parsers
from tavolo.common.imports.declare import Column, Importer, Part, Row, Work, register
from tavolo.dialogue import policies, standing
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.longtable import PARTICIPANT, STATEMENT, TIME, VOTE, WORDS
from tavolo.dialogue.convergence.reading import read
from tavolo.dialogue.convergence.table import VoteTable
from tavolo.dialogue.models import Table
from tavolo.dialogue.services import importing
from tavolo.dialogue.services.import_matrix import sentence


def vote_cell(cell: str) -> str:
    """Pass on a cell that the reader takes for a vote; ValueError with a sentence on any other."""
    if cell.casefold().replace("’", "'") not in WORDS:
        error = DataError(
            f"{cell[:40]!r} is not a vote",
            advice="votes are 1 (agree), 0 (pass) and -1 (disagree); leave the row out where nobody voted",
        )
        raise ValueError(sentence(error))
    return cell


DETAILS = (
    Column("title", parsers.text(200), says=gettext_lazy("title")),
    Column("question", parsers.text(1000), required=False, says=gettext_lazy("what was asked")),
    Column("source", parsers.text(300), required=False, says=gettext_lazy("who held it, when, licence")),
)
VOTES = (
    Column(
        "participant", parsers.text(200), aliases=PARTICIPANT[1:], says=gettext_lazy("number of the person")
    ),
    Column(
        "statement", parsers.text(200), aliases=STATEMENT[1:], says=gettext_lazy("number of the statement")
    ),
    Column("vote", vote_cell, aliases=VOTE[1:], says=gettext_lazy("1 agree, -1 disagree, 0 pass")),
    Column(
        "time",
        parsers.text(60),
        required=False,
        aliases=TIME[1:],
        says=gettext_lazy("when; of several votes the last counts"),
    ),
)
STATEMENTS = (
    Column(
        "comment-id",
        parsers.text(200),
        aliases=("statement", "statement-id"),
        says=gettext_lazy("number of the statement"),
    ),
    Column(
        "comment-body",
        parsers.text(20_000),
        required=False,
        aliases=("text", "statement-text", "testo"),
        says=gettext_lazy("text of the statement"),
    ),
    Column(
        "moderated",
        parsers.integer(-1, 1),
        required=False,
        says=gettext_lazy("-1 out, 0 undecided, 1 in"),
    ),
    Column("agrees", parsers.integer(0), required=False, says=gettext_lazy("votes in favour, as a check")),
    Column("disagrees", parsers.integer(0), required=False, says=gettext_lazy("votes against, as a check")),
    Column(
        "is-meta",
        parsers.text(10),
        required=False,
        aliases=("meta", "is_meta"),
        says=gettext_lazy("whether it is about the consultation itself"),
    ),
)


@dataclass
class Written:
    """One part written out again: its upload's name, and the original number of each of its rows."""

    name: str = ""
    numbers: array[int] = field(default_factory=lambda: array("q"))


def _write(path: Path, columns: list[str], rows: Iterable[Row]) -> Written:
    """Write rows as CSV; a row's place is remembered, since empty rows of the upload are gone."""
    written = Written()
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in rows:
            written.name = row.file
            written.numbers.append(row.number)
            writer.writerow(["" if (cell := row[name]) is None else cell for name in columns])
    return written


def read_votes(work: Work) -> VoteTable:
    """Return the votes of an import as the command line reads them.

    Raises Problem with file, row and column of the upload.
    """
    with tempfile.TemporaryDirectory(prefix="tavolo-import-") as place:
        folder = Path(place)
        columns = ["participant", "statement", "vote"]
        if any(row["time"] for row in work.rows("votes")):
            columns.append("time")
        written = {"votes.csv": _write(folder / "votes.csv", columns, work.rows("votes"))}
        if "statements" in work.parts:
            names = [column.name for column in STATEMENTS]
            written["comments.csv"] = _write(folder / "comments.csv", names, work.rows("statements"))
        try:
            return read(folder)
        except DataError as error:
            raise _placed(error, written) from error


def _placed(error: DataError, written: Mapping[str, Written]) -> Problem:
    """Turn the reader's complaint about the written copy into one about the upload."""
    copy = written.get(Path(error.file).name if error.file else "", Written())
    row = error.row
    if row is not None and 0 <= row - 2 < len(copy.numbers):
        row = copy.numbers[row - 2]
    return Problem(sentence(error), file=copy.name or None, row=row, column=error.column)


def check(work: Work) -> Iterator[Problem]:
    """Find what single rows cannot tell: the sign, times, doubled statements, size."""
    details = list(work.rows("consultation"))
    if len(details) != 1:
        yield Problem(_("Give the title of one consultation: exactly one row."))
        return
    try:
        votes = read_votes(work)
        table = Table.objects.get(pk=work.subject_id)
        importing.check_size(*votes.votes.shape, table.minimum_group)
    except Problem as problem:
        yield problem


def save(work: Work) -> Mapping[str, int]:
    """Write the consultation; the framework does so once, in one transaction."""
    table = Table.objects.get(pk=work.subject_id)
    if not standing.is_secretary(work.owner_id, table.pk):
        raise Problem(_("Only the joint secretariat may do this."))
    details = next(work.rows("consultation"))
    votes = read_votes(work)
    importing.write_import(
        table, votes, actor_id=work.owner_id, title=details["title"], question=details["question"] or "",
        source=details["source"] or "",
    )  # fmt: skip
    people, statements = votes.votes.shape
    return {_("participants"): people, _("statements"): statements}


def _may_use(request: HttpRequest, subject_id: uuid.UUID | None) -> bool:
    return (
        subject_id is not None
        and request.user.is_authenticated
        and policies.is_secretary(request, {"table_id": subject_id})
    )


def _table_page(subject_id: uuid.UUID | None) -> str:
    return reverse("dialogue:table", args=[subject_id]) if subject_id else ""


register(
    Importer(
        name=importing.IMPORTER,
        title=gettext_lazy("A consultation held elsewhere"),
        says=gettext_lazy("It becomes a closed, anonymous consultation of the table."),
        parts=(
            Part("consultation", gettext_lazy("Title, question, source"), DETAILS),
            Part("votes", gettext_lazy("Votes"), VOTES),
            Part("statements", gettext_lazy("Statements"), STATEMENTS, required=False),
        ),
        may_use=_may_use,
        check=check,
        save=save,
        largest=importing.LARGEST_FILE,
        link=_table_page,
    )
)
