"""Running sums of votes: exact integers that add up over chunks, processes and machines.

With M the mask (1 = voted) and Y the values (0 where not voted), the sums over people Q = YᵀY, P = MᵀY and
N = MᵀM hold all that counts, means and principal components need: the matrix of imputed and centred votes
Z = M∘(Y - μ) has ZᵀZ_jk = Q_jk - μ_j P_jk - μ_k P_kj + μ_j μ_k N_jk. All three are integers, so totals are
bit-identical whatever the order or the split of the chunks. Memory: 3·S²·8 bytes, whatever the people.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.votes import Ints, Matrix, from_array, spans

Floats = NDArray[np.float64]
EXACT_ROWS = 1 << 23  # float32 holds every integer below 2**24


@dataclass(eq=False)
class Gram:
    """The three S×S integer sums, held in float64 (exact below 2**53 people)."""

    values: Floats  # Q = YᵀY
    cross: Floats  # P = MᵀY; P[j, k] = sum of votes on k over people who voted on j
    seen: Floats  # N = MᵀM

    @classmethod
    def empty(cls, statements: int) -> Gram:
        """Return sums over nobody."""
        return cls(*(np.zeros((statements, statements)) for _ in range(3)))

    def add_block(self, mask: NDArray[np.float32], held: NDArray[np.float32]) -> None:
        """Add people given as two float32 arrays (people, statements); exact below 2**24 people."""
        self.seen += mask.T @ mask
        self.values += held.T @ held
        self.cross += mask.T @ held

    def add(self, other: Gram) -> None:
        """Add the sums over other people."""
        self.values += other.values
        self.cross += other.cross
        self.seen += other.seen

    def means(self) -> Floats:
        """Return the mean vote of each statement over those who voted on it, 0 where nobody did."""
        voters = np.diagonal(self.seen)
        return np.asarray(np.diagonal(self.cross) / np.maximum(voters, 1.0))

    def centred(self, excluded: NDArray[np.bool_] | None = None) -> Floats:
        """Return ZᵀZ (S×S). Rows and columns of `excluded` statements are 0, as if they always had been."""
        mean = self.means()
        shift = mean[:, None] * self.cross
        shift += shift.T.copy()
        shift = self.values - shift
        shift += (mean[:, None] * mean[None, :]) * self.seen
        if excluded is not None:
            shift[excluded] = 0.0
            shift[:, excluded] = 0.0
        return np.asarray(shift)

    def change(self, columns: Ints, values: NDArray[np.int8], column: int, new: int | None) -> None:
        """Replace one person's vote on `column`: O(n_i).

        `columns`, `values` are all the person's votes before the change (that on `column` included, if
        any); `new` is -1, 0, +1, or None to withdraw the vote.
        """
        at = np.flatnonzero(columns == column)
        others = columns != column
        cols, vals = columns[others], values[others].astype(np.float64)
        if len(at):
            self._add_one(cols, vals, column, float(values[at[0]]), -1.0)
        if new is not None:
            self._add_one(cols, vals, column, float(new), 1.0)

    def _add_one(self, cols: Ints, vals: Floats, column: int, vote: float, sign: float) -> None:
        self.seen[column, cols] += sign
        self.seen[cols, column] += sign
        self.values[column, cols] += sign * vote * vals
        self.values[cols, column] += sign * vote * vals
        self.cross[column, cols] += sign * vals
        self.cross[cols, column] += sign * vote
        self.seen[column, column] += sign
        self.values[column, column] += sign * vote * vote
        self.cross[column, column] += sign * vote


class Accumulator:
    """Counts per group and statement, and Gram sums over everybody, built chunk by chunk.

    `counts` is int64 (groups, 3, statements): agrees, disagrees, passes. Without groups there is one.
    """

    def __init__(self, statements: int, groups: int = 1, *, gram: bool = True) -> None:
        self.statements = statements
        self.groups = groups
        self.people = 0
        self.counts = np.zeros((groups, 3, statements), np.int64)
        self.gram: Gram | None = Gram.empty(statements) if gram else None

    def add(self, votes: object, groups: ArrayLike | None = None) -> Accumulator:
        """Add a chunk of people and return self.

        `votes`: Matrix, numpy array or scipy sparse matrix (people × statements, see votes.from_array).
        `groups`: index of each person's group, -1 for none (then only the Gram sums see them).
        """
        matrix: Matrix = votes if hasattr(votes, "block") else from_array(votes)  # type: ignore[assignment]
        people, width = matrix.shape
        if width != self.statements:
            raise DataError(f"a chunk has {width} statements, the others have {self.statements}")
        group = None if groups is None else np.asarray(groups, dtype=np.int64)
        if group is not None and len(group) != people:
            raise DataError(f"{len(group)} group numbers were given for {people} people")
        for start, stop in spans(people, width):
            part = None if group is None else group[start:stop]
            if self.gram is not None:
                self._add_gram(matrix, start, stop, part)
            else:
                self.counts += count_votes(matrix, part, self.groups, start, stop)
        self.people += people
        return self

    def _add_gram(self, matrix: Matrix, start: int, stop: int, group: Ints | None) -> None:
        mask, held = matrix.block(start, stop)
        assert self.gram is not None
        block = Gram(held.T @ held, mask.T @ held, mask.T @ mask)  # type: ignore[arg-type]
        self.gram.add(block)
        if group is None:
            voted, total, sided = (np.diagonal(part) for part in (block.seen, block.cross, block.values))
            self.counts[0, 0] += ((sided + total) / 2).astype(np.int64)
            self.counts[0, 1] += ((sided - total) / 2).astype(np.int64)
            self.counts[0, 2] += (voted - sided).astype(np.int64)
            return
        member = (group[None, :] == np.arange(self.groups)[:, None]).astype(np.float32)
        voted, total, sided = member @ mask, member @ held, member @ np.abs(held)
        self.counts[:, 0] += ((sided + total) / 2).astype(np.int64)
        self.counts[:, 1] += ((sided - total) / 2).astype(np.int64)
        self.counts[:, 2] += (voted - sided).astype(np.int64)

    def merge(self, other: Accumulator) -> Accumulator:
        """Return the sums over the people of both; both stay as they are."""
        if (self.statements, self.groups) != (other.statements, other.groups):
            raise DataError("only accumulators over the same statements and groups can be merged")
        total = Accumulator(
            self.statements, self.groups, gram=self.gram is not None and other.gram is not None
        )
        total.people = self.people + other.people
        total.counts = self.counts + other.counts
        if total.gram is not None:
            assert self.gram is not None
            assert other.gram is not None
            total.gram.add(self.gram)
            total.gram.add(other.gram)
        return total

    def dump(self) -> bytes:
        """Return the sums as bytes, to be kept or sent to another machine (see `load`)."""
        out = io.BytesIO()
        parts = {"people": np.array(self.people), "counts": self.counts}
        if self.gram is not None:
            parts |= {"values": self.gram.values, "cross": self.gram.cross, "seen": self.gram.seen}
        np.savez_compressed(out, allow_pickle=False, **parts)
        return out.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Accumulator:
        """Return the sums kept by `dump`; DataError if the bytes are something else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as parts:
                groups, _, statements = parts["counts"].shape
                loaded = cls(statements, groups, gram="seen" in parts)
                loaded.people = int(parts["people"])
                loaded.counts = parts["counts"].astype(np.int64)
                if loaded.gram is not None:
                    loaded.gram = Gram(parts["values"], parts["cross"], parts["seen"])
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"these bytes hold no sums ({error})") from error
        return loaded

    def change_count(self, column: int, old: int | None, new: int | None, group: int = 0) -> None:
        """Move one vote in the counts: O(1). None stands for "no vote"."""
        place = {1: 0, -1: 1, 0: 2}
        if old is not None:
            self.counts[group, place[old], column] -= 1
        if new is not None:
            self.counts[group, place[new], column] += 1

    def change(
        self, columns: Ints, values: NDArray[np.int8], column: int, new: int | None, group: int = 0
    ) -> None:
        """Replace one person's vote: counts in O(1), Gram sums in O(n_i).

        `columns` and `values` are all votes of the person before the change; `group` < 0 = in no group.
        """
        held = np.flatnonzero(columns == column)
        old = int(values[held[0]]) if len(held) else None
        if group >= 0:
            self.change_count(column, old, new, group)
        if self.gram is not None:
            self.gram.change(columns, values, column, new)


def count_votes(
    matrix: Matrix, group: Ints | None, groups: int, start: int = 0, stop: int | None = None
) -> Ints:
    """Return int64 counts (groups, 3, statements) of the people start…stop; `group` is theirs, -1 = none."""
    end = matrix.shape[0] if stop is None else stop
    width = matrix.shape[1]
    rows, columns, values = matrix.entries(start, end)
    key = columns * 3 + 1 + values  # disagree 0, pass 1, agree 2
    if group is not None:
        mine = group[rows]
        key += mine * (3 * width)
        key = key[mine >= 0]
    counted = np.bincount(key, minlength=groups * 3 * width).reshape(groups, width, 3)
    return np.ascontiguousarray(counted.transpose(0, 2, 1)[:, [2, 0, 1]])
