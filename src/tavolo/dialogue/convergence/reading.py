"""Read votes, groups and census from files: `read`, `read_groups`, `read_census`.

Every problem is a DataError naming file, row and column; nothing else is raised, whatever the file holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tavolo.dialogue.convergence import polis
from tavolo.dialogue.convergence.errors import DataError, shorten
from tavolo.dialogue.convergence.longtable import (
    PARTICIPANT,
    STATEMENT,
    CastVotes,
    read_csv_votes,
    read_parquet_votes,
)
from tavolo.dialogue.convergence.records import read_layout, rows_of
from tavolo.dialogue.convergence.result import Source
from tavolo.dialogue.convergence.table import UNKNOWN, VoteTable, sort_names
from tavolo.dialogue.convergence.votes import from_triplets

GROUP = ("group", "group-id", "group_id", "gruppo", "parte", "party")
SIZE = ("size", "members", "dimensione", "iscritti", "addetti", "numero")


def read(path: Path | str) -> VoteTable:
    """Return the votes of a folder with a Polis export, or of one file.

    A file is votes.csv or any long table (participant, statement, vote, optional time; CSV or Parquet), or
    participants-votes.csv. In a folder votes.csv rules where it is present; comments.csv gives texts and
    moderation, participants-votes.csv the published groups and a proof of the sign.
    Raises DataError.
    """
    place = Path(path)
    if not place.exists():
        raise DataError("there is no such file or folder", file=place, advice="check the path")
    if place.is_dir():
        return _read_folder(place)
    source = Source(name=place.name)
    if _is_parquet(place):
        return _assemble(read_parquet_votes(place), {}, {}, source, place)
    layout = read_layout(place)
    if polis.is_matrix(layout):
        cast, people = polis.read_matrix(layout)
        return _assemble(cast, people, {}, source, place)
    if polis.is_comments(layout):
        raise DataError(
            "this file holds statements, not votes", file=place, row=1, advice="give the folder, or votes.csv"
        )
    if polis.sniff_json(place):
        raise DataError("this is JSON, not a table", file=place, row=1, advice="give a CSV or Parquet file")
    return _assemble(read_csv_votes(layout), {}, {}, source, place)


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as raw:
            return raw.read(4) == b"PAR1" or path.suffix.casefold() in (".parquet", ".pq")
    except OSError as error:
        raise DataError(f"the file cannot be read ({error.strerror})", file=path) from error


def _read_folder(folder: Path) -> VoteTable:
    files = polis.find_files(folder)
    name = folder.resolve().name
    source = polis.read_summary(files["summary"], name) if "summary" in files else Source(name=name)
    wordings = polis.read_comments(files["comments"]) if "comments" in files else {}
    people: dict[str, polis.Person] = {}
    if "votes" in files:
        cast = read_csv_votes(read_layout(files["votes"]))
        polis.prove_sign(cast, wordings, files["votes"])
        if "matrix" in files:
            people = polis.read_people(read_layout(files["matrix"]))
        return _assemble(cast, people, wordings, source, files["votes"], proof=files["votes"])
    if "matrix" in files:
        cast, people = polis.read_matrix(read_layout(files["matrix"]))
        return _assemble(cast, people, wordings, source, files["matrix"])
    raise DataError(
        "the folder holds neither votes.csv nor participants-votes.csv",
        file=folder,
        advice="give the folder of one Polis export, or one file",
    )


def _assemble(
    cast: CastVotes,
    people: Mapping[str, polis.Person],
    wordings: Mapping[str, polis.Wording],
    source: Source,
    file: Path,
    proof: Path | None = None,
) -> VoteTable:
    """Return the table: union of all people and statements named anywhere, in an order of their own."""
    if not len(cast.vote):
        raise DataError("there are no votes", file=file, advice="check that this is the right file")
    statements = sort_names(set(cast.statements) | set(wordings))
    participants = sort_names(set(cast.participants) | set(people))
    columns = _places(cast.statements, statements)[cast.statement]
    rows = _places(cast.participants, participants)[cast.person]
    shape = (len(participants), len(statements))
    votes = from_triplets(rows, columns, cast.vote, shape, cast.time)
    notes: polis.Notes = []
    repeated = len(cast.vote) - len(votes.values)
    if repeated:
        notes.append(("repeated_votes", {"votes": repeated}))
    if proof is not None and people:
        owner = np.repeat(np.arange(shape[0]), votes.row_counts())
        counted = [
            dict(zip(participants, np.bincount(owner[votes.values == side], minlength=shape[0]), strict=True))
            for side in (1, -1)
        ]
        notes += polis.prove_people(people, counted[0], counted[1], proof)
    groups = sort_names({person.group for person in people.values()} - {""})
    place = {name: at for at, name in enumerate(groups)}
    nobody = polis.Person(0, "", None, None)
    published = [place.get(people.get(name, nobody).group, -1) for name in participants] if groups else None
    unknown = polis.Wording("", UNKNOWN, False, None, None)
    said = [wordings.get(name, unknown) for name in statements]
    return VoteTable(
        votes=votes,
        participants=participants,
        statements=tuple(statements),
        texts=tuple(wording.text for wording in said),
        moderated=np.array([wording.moderated for wording in said], np.int8),
        meta=np.array([wording.meta for wording in said], bool),
        source=source,
        published=np.array(published, np.int64) if published is not None else None,
        notes=tuple(notes),
    )


def _places(names: Sequence[str], order: Sequence[str]) -> Any:
    place = {name: at for at, name in enumerate(order)}
    return np.array([place[name] for name in names], np.int64)


def read_groups(path: Path | str, participants: Sequence[str]) -> dict[str, str]:
    """Return participant → group from a CSV `participant,group`; an empty group means none.

    Raises DataError for a participant who is not in the votes, or in two groups.
    """
    layout = read_layout(Path(path))
    who = layout.need("participant", *PARTICIPANT)
    what = layout.need("group", *GROUP)
    known = set(participants)
    found: dict[str, str] = {}
    for row, cells in rows_of(layout):
        name, group = cells[who].strip(), cells[what].strip()
        if name not in known:
            raise DataError(
                f"the participant {shorten(name)!r} is not in the votes"
                if name
                else "the participant is missing",
                file=path,
                row=row,
                column=layout.header[who],
                advice="use the names of the votes, or remove the row",
            )
        if found.get(name, group) != group:
            raise DataError(
                f"the participant {shorten(name)!r} is in two groups, {found[name]!r} and {group!r}",
                file=path,
                row=row,
                column=layout.header[what],
                advice="keep one group per participant",
            )
        found[name] = group
    if not any(found.values()):
        raise DataError("the file names no group", file=path, advice="write one row participant,group each")
    return {name: group for name, group in found.items() if group}


def read_census(path: Path | str, groups: Mapping[str, int]) -> dict[str, int]:
    """Return group → true size from a CSV `group,size`; `groups` maps each group to its participants.

    Raises DataError for an unknown group, a size that is no whole number, or smaller than the participants.
    """
    layout = read_layout(Path(path))
    what = layout.need("group", *GROUP)
    many = layout.need("size", *SIZE)
    found: dict[str, int] = {}
    for row, cells in rows_of(layout):
        name = cells[what].strip()
        if name not in groups:
            raise DataError(
                f"the group {shorten(name)!r} has no participant",
                file=path,
                row=row,
                column=layout.header[what],
                advice=f"the groups are {shorten(', '.join(groups))}",
            )
        if name in found:
            raise DataError(
                f"the group {shorten(name)!r} appears twice", file=path, row=row, column=layout.header[what]
            )
        size = polis.whole_number(layout, row, layout.names[many], cells)
        if size is None or size < groups[name]:
            problem = (
                "the size is missing"
                if size is None
                else f"the group {shorten(name)!r} has {groups[name]} participants, more than its size {size}"
            )
            raise DataError(
                problem,
                file=path,
                row=row,
                column=layout.header[many],
                advice="give the true size of the whole group",
            )
        found[name] = size
    return found


__all__ = ["STATEMENT", "read", "read_census", "read_groups"]
