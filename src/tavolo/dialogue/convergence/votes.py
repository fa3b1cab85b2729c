"""The vote matrix in memory: people × statements, sparse or dense, and the few questions asked of it.

A vote is +1 (agree), 0 (pass) or -1 (disagree); no vote is the absence of an entry. Silence is never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.errors import DataError

AGREE, PASS, DISAGREE = 1, 0, -1
NOT_SEEN = np.int8(-128)  # marks "no vote" in dense int8 arrays

Ints = NDArray[np.int64]
Bytes = NDArray[np.int8]
Single = NDArray[np.float32]


class Matrix(Protocol):
    """What the analysis asks of votes, however they are stored."""

    @property
    def shape(self) -> tuple[int, int]: ...

    def block(self, start: int, stop: int, columns: Ints | None = None) -> tuple[Single, Single]: ...

    def entries(self, start: int, stop: int) -> tuple[Ints, Ints, Bytes]: ...

    def take(self, rows: Ints) -> Matrix: ...

    def row_counts(self) -> Ints: ...


@dataclass(frozen=True, eq=False)
class SparseVotes:
    """Votes by row: `columns[indptr[i]:indptr[i+1]]` (increasing) and `values` belong to person i."""

    indptr: Ints
    columns: NDArray[Any]  # int32, or uint16 for fewer than 65,536 statements
    values: Bytes
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.indptr) - 1, self.width

    def row_counts(self) -> Ints:
        return np.diff(self.indptr)

    def entries(self, start: int, stop: int) -> tuple[Ints, Ints, Bytes]:
        low, high = self.indptr[start], self.indptr[stop]
        rows = np.repeat(np.arange(stop - start), np.diff(self.indptr[start : stop + 1]))
        return rows, self.columns[low:high].astype(np.int64), self.values[low:high]

    def block(self, start: int, stop: int, columns: Ints | None = None) -> tuple[Single, Single]:
        rows, cols, values = self.entries(start, stop)
        width = self.width
        if columns is not None:
            width = len(columns)
            place = np.full(self.width, -1, np.int64)
            place[columns] = np.arange(width)
            cols = place[cols]
            kept = cols >= 0
            rows, cols, values = rows[kept], cols[kept], values[kept]
        flat = rows * width + cols
        mask = np.zeros(((stop - start), width), np.float32)
        held = np.zeros_like(mask)
        mask.reshape(-1)[flat] = 1.0
        held.reshape(-1)[flat] = values
        return mask, held

    def take(self, rows: Ints) -> SparseVotes:
        counts = self.row_counts()[rows]
        indptr = np.concatenate(([0], np.cumsum(counts)))
        where = np.repeat(self.indptr[rows] - indptr[:-1], counts) + np.arange(indptr[-1])
        return SparseVotes(indptr, self.columns[where], self.values[where], self.width)


@dataclass(frozen=True, eq=False)
class DenseVotes:
    """Votes as one int8 array, NOT_SEEN where there is none. Never copied whole."""

    array: Bytes

    @property
    def shape(self) -> tuple[int, int]:
        return self.array.shape[0], self.array.shape[1]

    def row_counts(self) -> Ints:
        counts = np.empty(len(self.array), np.int64)
        for start, stop in spans(*self.shape):
            counts[start:stop] = np.count_nonzero(self.array[start:stop] != NOT_SEEN, axis=1)
        return counts

    def entries(self, start: int, stop: int) -> tuple[Ints, Ints, Bytes]:
        part = self.array[start:stop]
        flat = np.flatnonzero(part.reshape(-1) != NOT_SEEN)
        rows, cols = np.divmod(flat, max(part.shape[1], 1))
        return rows, cols, part.reshape(-1)[flat]

    def block(self, start: int, stop: int, columns: Ints | None = None) -> tuple[Single, Single]:
        part = self.array[start:stop]
        if columns is not None and len(columns) < part.shape[1]:
            part = part[:, columns]
        voted = part != NOT_SEEN
        mask = voted.astype(np.float32)
        held = part.astype(np.float32)
        held *= mask
        return mask, held

    def take(self, rows: Ints) -> DenseVotes:
        return DenseVotes(self.array[rows])


def spans(people: int, statements: int, *, cells: int = 1 << 22) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) over `people` rows, each span of about `cells` cells."""
    step = max(1, min(cells // max(statements, 1), 1 << 23))
    for start in range(0, people, step):
        yield start, min(start + step, people)


class RowNumbers(Sequence[str]):
    """The names "0" … "n-1" without storing them: participants of an array have no other."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        numbers = range(self._count)[index]
        return str(numbers) if isinstance(numbers, int) else [str(n) for n in numbers]


def from_triplets(
    rows: Ints, columns: Ints, values: NDArray[Any], shape: tuple[int, int], times: NDArray[Any] | None = None
) -> SparseVotes:
    """Return sparse votes from one entry per cast vote; of repeated pairs the last by time, then by position.

    `rows`, `columns`: indices; `values`: -1, 0, +1; `times`: any sortable array, or None (position decides).
    """
    people, width = shape
    key = rows.astype(np.int64) * max(width, 1) + columns
    order = np.argsort(key, kind="stable") if times is None else np.lexsort((times, key))
    key = key[order]
    last = np.ones(len(key), bool)
    last[:-1] = key[1:] != key[:-1]
    order, key = order[last], key[last]
    counts = np.bincount(rows[order], minlength=people)
    small = np.uint16 if width < 1 << 16 else np.int32
    return SparseVotes(
        indptr=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        columns=columns[order].astype(small),
        values=np.asarray(values)[order].astype(np.int8),
        width=width,
    )


def from_array(data: Any) -> Matrix:
    """Return votes from a numpy array, a masked array or a scipy sparse matrix, people × statements.

    Floats: NaN = no vote. int8: NOT_SEEN (-128) = no vote. Other integers: every cell is a vote.
    scipy sparse: every stored entry is a vote, a stored zero is a pass.
    Raises DataError on any other value, naming row (counted from 1) and column.
    """
    if hasattr(data, "tocsr"):
        return _from_scipy(data)
    array: Any = data if isinstance(data, np.ma.MaskedArray) else np.asarray(data)
    if array.ndim != 2:
        raise DataError(f"votes must be a table of people × statements, not {array.ndim}-dimensional")
    if isinstance(array, np.ma.MaskedArray):
        absent = np.ma.getmaskarray(array)
        values: Any = array.filled(0)
    elif array.dtype.kind == "f":
        absent, values = np.isnan(array), array
    elif array.dtype == np.int8:
        _check_values(array, array == NOT_SEEN)
        return DenseVotes(np.ascontiguousarray(array))
    elif array.dtype.kind in "iu":
        absent, values = np.zeros(array.shape, bool), array
    else:
        raise DataError(
            f"votes must be numbers, not {array.dtype}", advice="use 1, 0, -1 and NaN for no vote"
        )
    _check_values(values, absent)
    dense = np.where(absent, NOT_SEEN, np.where(absent, 0, values).astype(np.int8))
    return DenseVotes(dense)


def _check_values(values: NDArray[Any], absent: NDArray[np.bool_]) -> None:
    for start, stop in spans(*values.shape):
        part = values[start:stop]
        wrong = ~absent[start:stop] & (part != 1) & (part != 0) & (part != -1)
        if wrong.any():
            row, column = (int(i) for i in np.argwhere(wrong)[0])
            raise DataError(
                f"{part[row, column]} is not a vote",
                row=start + row + 1,
                column=str(column),
                advice="votes are 1 (agree), 0 (pass) and -1 (disagree)",
            )


def _from_scipy(data: Any) -> SparseVotes:
    coo = data.tocoo()
    values = np.asarray(coo.data)
    wrong = np.flatnonzero((values != 1) & (values != 0) & (values != -1))
    if len(wrong):
        first = int(wrong[0])
        raise DataError(
            f"{values[first]} is not a vote",
            row=int(coo.row[first]) + 1,
            column=str(int(coo.col[first])),
            advice="stored entries are votes: 1 (agree), 0 (pass) and -1 (disagree)",
        )
    rows, columns = coo.row.astype(np.int64), coo.col.astype(np.int64)
    return from_triplets(rows, columns, values, (int(coo.shape[0]), int(coo.shape[1])))
