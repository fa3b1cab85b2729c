# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A participants-votes.csv (one row a person, one column a statement) as the table of votes an import takes.

It is read by the reader of the command line, which proves the sign by n-agree and n-disagree; what is wrong
is named by its place in the upload.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.common.imports.services import Upload
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.polis import is_matrix, read_matrix
from tavolo.dialogue.convergence.records import Layout, read_layout

# It is read while the page waits; what is larger is for the command line.
LARGEST_MATRIX = 16 * 1024 * 1024
MOST_VOTES = 1_000_000


def sentence(error: DataError) -> str:
    """Return what was wrong and what to do, in the language of the moment, without the place."""
    lang = "it" if (get_language() or "").startswith("it") else "en"
    return DataError(error.problem, advice=error.advice).say(lang)


def _too_much(name: str) -> Problem:
    return Problem(_("This is more than the page takes; use `tavolo convergence analyse` for it."), file=name)


def matrix_layout(path: Path) -> Layout | None:
    """Return how a participants-votes.csv is laid out, None where the file is something else."""
    try:
        layout = read_layout(path)
    except DataError:
        return None
    return layout if is_matrix(layout) else None


def votes_of_matrix(path: Path, name: str, layout: Layout | None = None) -> Upload:
    """Return the votes of a participants-votes.csv as an upload of one row a vote, open for reading.

    Raises Problem with row and column where it cannot be read, is turned round, or holds too much.
    """
    if path.stat().st_size > LARGEST_MATRIX:
        raise _too_much(name)
    try:
        cast, _people = read_matrix(layout or read_layout(path))
    except DataError as error:
        raise Problem(sentence(error), file=name, row=error.row, column=error.column) from error
    if len(cast.vote) > MOST_VOTES:
        raise _too_much(name)
    if not len(cast.vote):
        raise Problem(_("There are no votes in it."), file=name)
    target = path.with_name(f"{path.stem}-rows.csv")
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["participant", "statement", "vote"])
        for person, statement, vote in zip(
            cast.person.tolist(), cast.statement.tolist(), cast.vote.tolist(), strict=True
        ):
            writer.writerow([cast.participants[person], cast.statements[statement], vote])
    return Upload(name, target.stat().st_size, target.open("rb"))
