"""Votes as a long table: one row per cast vote (participant, statement, vote and, if known, time).

The votes.csv of a Polis export is such a table. Of several votes of one participant on one statement the
last by time counts; on a tie, or without times, the later row.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.errors import DataError, shorten
from tavolo.dialogue.convergence.records import Column, Layout, read_columns, row_number
from tavolo.dialogue.convergence.table import sort_names

PARTICIPANT = (
    "participant",
    "participant-id",
    "participant_id",
    "voter-id",
    "voter_id",
    "voter",
    "pid",
    "partecipante",
    "persona",
    "votante",
)
STATEMENT = ("statement", "statement-id", "statement_id", "comment-id", "comment_id", "tid", "affermazione")
VOTE = ("vote", "voto")
TIME = ("time", "timestamp", "modified", "created", "ora", "quando")

WORDS: dict[str, int] = {
    **dict.fromkeys(("1", "+1", "1.0", "agree", "d'accordo", "accordo", "favorevole"), 1),
    **dict.fromkeys(("-1", "−1", "-1.0", "disagree", "contrario", "contraria", "non d'accordo"), -1),
    **dict.fromkeys(("0", "-0", "+0", "0.0", "pass", "non so", "passo", "passa"), 0),
}


@dataclass(frozen=True, eq=False)
class CastVotes:
    """Every cast vote in row order: indices into the sorted names, the value, and the time if known."""

    person: NDArray[np.int64]
    statement: NDArray[np.int64]
    vote: NDArray[np.int8]
    time: NDArray[Any] | None
    participants: list[str]
    statements: list[str]


def read_csv_votes(layout: Layout) -> CastVotes:
    """Return the votes of a CSV long table; DataError with row and column on a cell that is none."""
    places = [layout.need("participant", *PARTICIPANT), layout.need("statement", *STATEMENT)]
    places.append(layout.need("vote", *VOTE))
    at_time = layout.find(*TIME)
    if at_time is not None:
        places.append(at_time)
    columns = read_columns(layout, places, whole=at_time)
    texts = [column for column in columns[:3] if isinstance(column, Column)]
    person, statement = (_names(layout, places[i], texts[i], label) for i, label in _LABELS)
    vote = texts[2]
    numbers = np.array([WORDS.get(_word(value), 99) for value in vote.values], np.int8)
    for code, number in enumerate(numbers):
        if number == 99:
            row = row_number(layout, vote.first(code))
            raise _unreadable_vote(layout.path, layout.header[places[2]], vote.values[code], row)
    time = _times(layout, places[3], columns[3]) if at_time is not None else None
    cast = numbers[vote.codes] if len(numbers) else np.zeros(0, np.int8)
    return CastVotes(person[0], statement[0], cast, time, person[1], statement[1])


_LABELS = ((0, "participant"), (1, "statement"))


def _word(value: str) -> str:
    return value.strip().casefold().replace("’", "'")


def _unreadable_vote(path: Path, column: str, value: str, row: int) -> DataError:
    return DataError(
        f"{shorten(value)!r} is not a vote" if value else "the vote is missing",
        file=path,
        row=row,
        column=column,
        advice="votes are 1 (agree), 0 (pass) and -1 (disagree); leave the row out where nobody voted",
    )


def _names(layout: Layout, place: int, column: Column, label: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return indices into the sorted names, and the names; an empty cell is an error."""
    if "" in column.values:
        row = row_number(layout, column.first(column.values.index("")))
        raise DataError(
            f"the {label} is missing",
            file=layout.path,
            row=row,
            column=layout.header[place],
            advice="fill it in",
        )
    return renumber(column.codes, column.values)


def renumber(codes: NDArray[np.int32], values: list[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Return codes into the names sorted by `sort_names`, and those names."""
    names = sort_names(values)
    place = {name: at for at, name in enumerate(names)}
    moved = np.array([place[value] for value in values], np.int64)
    return (moved[codes] if len(moved) else codes.astype(np.int64)), names


def _times(layout: Layout, place: int, column: Column | NDArray[np.int64]) -> NDArray[Any]:
    """Return sortable times; whole numbers, numbers or ISO dates, whichever all cells are."""
    if not isinstance(column, Column):
        return column
    for parse in (_whole, _number, _date):
        parsed = [parse(value) for value in column.values]
        if None not in parsed:
            times = np.array(parsed, np.int64 if parse is not _number else np.float64)
            return times[column.codes] if len(times) else np.zeros(0)
    unreadable = [_number(value) is None and _date(value) is None for value in column.values]
    wrong = unreadable.index(True) if True in unreadable else 0
    value = column.values[wrong]
    raise DataError(
        f"{shorten(value)!r} is not a time like the others" if value else "the time is missing",
        file=layout.path,
        row=row_number(layout, column.first(wrong)),
        column=layout.header[place],
        advice="use milliseconds since 1970 or ISO dates in every row, or leave the column out",
    )


def _whole(value: str) -> int | None:
    try:
        number = int(value) if len(value) < 20 else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1 << 62 else None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _date(value: str) -> int | None:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return round(moment.timestamp() * 1_000_000)
    except (ValueError, OverflowError):
        return None


def read_parquet_votes(path: Path) -> CastVotes:
    """Return the votes of a Parquet long table; DataError if a column is missing or holds no votes."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        names = parquet.read_schema(str(path)).names
        layout = Layout(path, ",", tuple(names))
        places = [layout.need("participant", *PARTICIPANT), layout.need("statement", *STATEMENT)]
        places.append(layout.need("vote", *VOTE))
        at_time = layout.find(*TIME)
        wanted = [names[place] for place in places] + ([names[at_time]] if at_time is not None else [])
        data = parquet.read_table(str(path), columns=wanted)
        person, statement, vote = (_text_column(data.column(name), path, name) for name in wanted[:3])
        time = _parquet_times(data.column(wanted[3]), path, wanted[3]) if at_time is not None else None
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"the file is not readable Parquet ({error})", file=path, advice="write it again"
        ) from error
    for column, name in ((person, wanted[0]), (statement, wanted[1])):
        if "" in column.values:
            row = column.first(column.values.index("")) + 2
            raise DataError("the name is missing", file=path, row=row, column=name, advice="fill it in")
    numbers = np.array([WORDS.get(_word(value), 99) for value in vote.values], np.int8)
    for code, number in enumerate(numbers):
        if number == 99:
            raise _unreadable_vote(path, wanted[2], vote.values[code], vote.first(code) + 2)
    who, people = renumber(person.codes, person.values)
    what, statements = renumber(statement.codes, statement.values)
    cast = numbers[vote.codes] if len(numbers) else np.zeros(0, np.int8)
    return CastVotes(who, what, cast, time, people, statements)


def _text_column(chunked: Any, path: Path, name: str) -> Column:
    """Return any arrow column of names or small numbers as encoded text ("" for null)."""
    import pyarrow as pa

    if pa.types.is_dictionary(chunked.type):
        chunked = chunked.cast(chunked.type.value_type)
    if pa.types.is_nested(chunked.type):
        raise DataError("this column holds no names or numbers", file=path, column=name)
    if pa.types.is_floating(chunked.type):
        with suppress(pa.ArrowException):  # whole numbers that a data frame turned into floats
            chunked = chunked.cast(pa.int64())
    encoded = chunked.dictionary_encode(null_encoding="encode").unify_dictionaries().combine_chunks()
    if hasattr(encoded, "chunks"):
        encoded = encoded.chunk(0)
    index: dict[str, int] = {}
    values = ["" if value is None else str(value).strip() for value in encoded.dictionary.to_pylist()]
    moved = np.array([index.setdefault(value, len(index)) for value in values], np.int32)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    return Column(moved[codes] if len(moved) else np.zeros(0, np.int32), list(index))


def _parquet_times(chunked: Any, path: Path, name: str) -> NDArray[Any]:
    import pyarrow as pa

    if chunked.null_count:
        row = int(np.argmax(chunked.is_null().to_numpy())) + 2
        raise DataError("the time is missing", file=path, row=row, column=name, advice="fill it in")
    if pa.types.is_string(chunked.type) or pa.types.is_large_string(chunked.type):
        chunked = chunked.cast(pa.timestamp("us"))
    if pa.types.is_timestamp(chunked.type) or pa.types.is_date(chunked.type):
        chunked = chunked.cast(pa.timestamp("us")).cast(pa.int64())
    if not (pa.types.is_integer(chunked.type) or pa.types.is_floating(chunked.type)):
        raise DataError("this column holds no times", file=path, column=name)
    return np.asarray(chunked.to_numpy())
