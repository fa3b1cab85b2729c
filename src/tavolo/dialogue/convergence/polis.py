"""The files of a Polis export: participants-votes.csv, comments.csv, summary.csv, and the folder they form.

In these files agree = +1. The sign is proven at reading: a file written the other way round is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.errors import DataError, shorten
from tavolo.dialogue.convergence.longtable import PARTICIPANT, WORDS, CastVotes
from tavolo.dialogue.convergence.records import Layout, read_layout, read_pairs, rows_of
from tavolo.dialogue.convergence.result import Source
from tavolo.dialogue.convergence.table import UNKNOWN, WHOLE

LICENCE = re.compile(r"\b(?:CC BY(?:-[A-Z]{2})*|CC0|ODbL|PDDL) \d\.\d\b")
PERSON_COLUMNS = {"participant", "xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"}
Notes = list[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Wording:
    """What comments.csv says about one statement."""

    text: str
    moderated: int
    meta: bool
    agrees: int | None
    disagrees: int | None


@dataclass(frozen=True)
class Person:
    """What participants-votes.csv says about one participant; None where it does not."""

    row: int
    group: str
    agrees: int | None
    disagrees: int | None


def is_matrix(layout: Layout) -> bool:
    """Whether the heading is that of participants-votes.csv: one row per person, one column per statement."""
    names = set(layout.names)
    if "participant" not in names:
        return False
    statements = names - PERSON_COLUMNS
    return bool(names & (PERSON_COLUMNS - {"participant", "xid"})) or (
        bool(statements) and all(WHOLE.fullmatch(name) for name in statements)
    )


def is_comments(layout: Layout) -> bool:
    """Whether the heading is that of comments.csv."""
    return "comment-id" in layout.names and "comment-body" in layout.names


def read_matrix(layout: Layout) -> tuple[CastVotes, dict[str, Person]]:
    """Return the votes of a participants-votes.csv and what it says about people; proves the sign."""
    statements = [i for i, name in enumerate(layout.names) if name not in PERSON_COLUMNS]
    names = [layout.header[i].strip() for i in statements]
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.int8]] = []
    people: dict[str, Person] = {}
    reversed_rows = 0
    first_wrong: tuple[int, int, int] | None = None
    for row, cells in rows_of(layout):
        name, person = _person(layout, row, cells, people)
        voted = [(at, cells[i]) for at, i in enumerate(statements) if cells[i]]
        cast = np.array([_cell(layout, row, statements[at], cell) for at, cell in voted], np.int8)
        kept = cast != SILENT
        rows.append(np.full(int(kept.sum()), len(people), np.int64))
        columns.append(np.array([at for at, _ in voted], np.int64)[kept])
        values.append(cast[kept])
        people[name] = person
        agrees, disagrees = int((cast == 1).sum()), int((cast == -1).sum())
        if person.agrees is not None and person.agrees != agrees and first_wrong is None:
            first_wrong = (row, agrees, person.agrees)
        if person.agrees == disagrees and person.disagrees == agrees and agrees != disagrees:
            reversed_rows += 1
    if first_wrong is not None:
        _refuse_sign(layout, first_wrong, reversed_rows)
    empty = np.zeros(0, np.int64)
    cast_votes = CastVotes(
        person=np.concatenate(rows) if rows else empty,
        statement=np.concatenate(columns) if columns else empty,
        vote=np.concatenate(values) if values else np.zeros(0, np.int8),
        time=None,
        participants=list(people),
        statements=names,
    )
    return cast_votes, people


def _refuse_sign(layout: Layout, wrong: tuple[int, int, int], reversed_rows: int) -> None:
    row, agrees, stated = wrong
    if reversed_rows:
        problem = "the votes are written the other way round (agree as -1)"
        advice = "multiply all votes by -1, or export the file again"
    else:
        problem = f"the row has {agrees} votes of +1, but n-agree says {stated}"
        advice = "export the file again, or remove the column n-agree if the votes are right"
    raise DataError(problem, file=layout.path, row=row, column="n-agree", advice=advice)


SILENT = 100  # a cell of blanks


def _cell(layout: Layout, row: int, place: int, cell: str) -> int:
    vote = WORDS.get(cell)
    if vote is None:
        trimmed = cell.strip().casefold().replace("’", "'")
        if not trimmed:
            return SILENT
        vote = WORDS.get(trimmed)
    if vote is None:
        raise DataError(
            f"{shorten(cell)!r} is not a vote",
            file=layout.path,
            row=row,
            column=layout.header[place],
            advice="votes are 1 (agree), 0 (pass), -1 (disagree) and an empty cell for no vote",
        )
    return vote


def read_people(layout: Layout) -> dict[str, Person]:
    """Return what participants-votes.csv says about people, without reading the votes."""
    people: dict[str, Person] = {}
    for row, cells in rows_of(layout):
        name, person = _person(layout, row, cells, people)
        people[name] = person
    return people


def _person(layout: Layout, row: int, cells: list[str], known: Mapping[str, Person]) -> tuple[str, Person]:
    at = layout.need("participant", *PARTICIPANT)
    name = cells[at].strip()
    column = layout.header[at]
    if not name:
        raise DataError("the participant is missing", file=layout.path, row=row, column=column)
    if name in known:
        raise DataError(
            f"the participant {shorten(name)!r} has two rows",
            file=layout.path,
            row=row,
            column=column,
            advice="keep one row per participant",
        )
    group = layout.find("group-id")
    return name, Person(
        row=row,
        group=cells[group].strip() if group is not None else "",
        agrees=whole_number(layout, row, "n-agree", cells),
        disagrees=whole_number(layout, row, "n-disagree", cells),
    )


def whole_number(layout: Layout, row: int, column: str, cells: list[str]) -> int | None:
    """Return the whole number in a cell, None if the column is absent or the cell empty."""
    at = layout.find(column)
    if at is None or not cells[at].strip():
        return None
    text = cells[at].strip()
    try:
        number = int(text) if len(text) < 19 else None
    except ValueError:
        number = None
    if number is None:
        raise DataError(
            f"{shorten(text)!r} is not a whole number",
            file=layout.path,
            row=row,
            column=layout.header[at],
            advice="write digits only, without separators",
        )
    return number


def read_comments(path: Path) -> dict[str, Wording]:
    """Return the statements of a comments.csv by id; columns are found by name."""
    layout = read_layout(path)
    at = layout.need("statement", "comment-id", "statement", "statement-id")
    body = layout.need("text of the statement", "comment-body", "text", "statement-text", "testo")
    meta = layout.find("is-meta", "meta", "is_meta")
    found: dict[str, Wording] = {}
    for row, cells in rows_of(layout):
        name = cells[at].strip()
        if not name or name in found:
            problem = f"the statement {shorten(name)!r} appears twice" if name else "the statement is missing"
            raise DataError(problem, file=path, row=row, column=layout.header[at], advice="keep one row each")
        moderated = whole_number(layout, row, "moderated", cells)
        if moderated not in (None, -1, 0, 1):
            raise DataError(
                f"{moderated} is not a moderation state",
                file=path,
                row=row,
                column="moderated",
                advice="it is -1 (out), 0 (undecided) or 1 (in)",
            )
        found[name] = Wording(
            text=cells[body].strip(),
            moderated=UNKNOWN if moderated is None else moderated,
            meta=meta is not None and cells[meta].strip().casefold() in ("1", "true", "t", "yes"),
            agrees=whole_number(layout, row, "agrees", cells),
            disagrees=whole_number(layout, row, "disagrees", cells),
        )
    return found


def read_summary(path: Path, name: str) -> Source:
    """Return the source as summary.csv describes it (key,value rows without heading)."""
    pairs = read_pairs(path)
    polis = "pol.is/" in pairs.get("url", "")
    parts = ["Data gathered with Polis (compdemocracy.org/polis)"] if polis else []
    return Source(
        name=name,
        title=pairs.get("topic", ""),
        url=pairs.get("url", ""),
        description=pairs.get("conversation-description", ""),
        attribution="; ".join(parts + find_licence(path.parent)),
    )


def find_licence(folder: Path) -> list[str]:
    """Return the open licence that a licence file in the folder, or the one above, names; empty if none."""
    for place in (folder.resolve(), folder.resolve().parent):
        for name in ("LICENCE.txt", "LICENSE.txt", "LICENCE", "LICENSE"):
            with suppress(OSError):
                found = LICENCE.search((place / name).read_bytes()[:20_000].decode("utf-8", "replace"))
                if found:
                    return [f"{found.group()} ({name})"]
    return []


def prove_sign(cast: CastVotes, wordings: Mapping[str, Wording], path: Path) -> None:
    """Refuse a votes.csv whose agrees are the disagrees of comments.csv (both count every cast vote)."""
    width = len(cast.statements)
    agrees = np.bincount(cast.statement[cast.vote == 1], minlength=width)
    disagrees = np.bincount(cast.statement[cast.vote == -1], minlength=width)
    straight = turned = 0
    for at, name in enumerate(cast.statements):
        wording = wordings.get(name)
        if wording is None or wording.agrees is None or wording.agrees == wording.disagrees:
            continue
        straight += wording.agrees == agrees[at] and wording.disagrees == disagrees[at]
        turned += wording.agrees == disagrees[at] and wording.disagrees == agrees[at]
    if turned > straight:
        raise DataError(
            "the votes are written the other way round (agree as -1): they are the reverse of comments.csv",
            file=path,
            column="vote",
            advice="multiply all votes by -1, or export the files again",
        )


def prove_people(
    people: Mapping[str, Person], agrees: Mapping[str, int], disagrees: Mapping[str, int], path: Path
) -> Notes:
    """Compare the counts of participants-votes.csv with the votes; refuse the reverse, note differences."""
    differ = turned = straight = 0
    for name, person in people.items():
        if person.agrees is None or person.disagrees is None:
            continue
        got = (agrees.get(name, 0), disagrees.get(name, 0))
        same = got == (person.agrees, person.disagrees)
        straight += same and got[0] != got[1]
        turned += not same and got == (person.disagrees, person.agrees)
        differ += not same
    if turned > straight:
        raise DataError(
            "the votes are written the other way round (agree as -1): they are the reverse of n-agree",
            file=path,
            column="vote",
            advice="multiply all votes by -1, or export the files again",
        )
    return [("people_counts_differ", {"people": differ})] if differ else []


def find_files(folder: Path) -> dict[str, Path]:
    """Return the files of an export by role (votes, matrix, comments, summary), by name or by its ending."""
    try:
        files = sorted(entry for entry in folder.iterdir() if entry.is_file())
    except OSError as error:
        raise DataError(f"the folder cannot be read ({error.strerror})", file=folder) from error
    endings = {
        "matrix": ("participants-votes.csv", "participant-votes.csv"),
        "votes": ("votes.csv",),
        "comments": ("comments.csv",),
        "summary": ("summary.csv",),
    }
    found: dict[str, Path] = {}
    for role, names in endings.items():
        fitting = [
            file
            for file in files
            if file not in found.values()
            and any(
                file.name.casefold() == name or file.name.casefold().endswith("-" + name) for name in names
            )
        ]
        exact = [file for file in fitting if file.name.casefold() in names]
        if len(exact or fitting) > 1:
            both = " and ".join(file.name for file in (exact or fitting)[:2])
            raise DataError(f"the folder holds {both}", file=folder, advice="keep one export in a folder")
        if fitting:
            found[role] = (exact or fitting)[0]
    return found


def sniff_json(path: Path) -> bool:
    """Whether a file begins like JSON, to say so instead of complaining about columns."""
    with path.open("rb") as raw:
        return raw.read(64).lstrip()[:1] in (b"{", b"[")


csv.field_size_limit(1 << 24)  # statement texts may be long; still bounded
