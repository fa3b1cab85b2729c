"""Packages as vectors of gains: building them issue by issue, and keeping those nobody can improve on.

A vector's entry is one party's gain: its utility less that of the package worst for it within the overlap.
Gains are whole numbers and add up over issues, so partial packages can be pruned: if partial vector a is at
least b everywhere and more somewhere, every completion of b is beaten by the same completion of a (dynamic
programming over Pareto sets: Ehrgott, *Multicriteria Optimization*, 2005, chapter 9). Equal vectors are
merged with the exact count of packages behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.overlap.solver.question import Lodged

Gains = NDArray[np.int16]
Whole = NDArray[np.int64]
BLOCK = 256


@dataclass(frozen=True)
class Space:
    """The packages of an overlap. `issues` in the order of their keys, `options` likewise inside each.

    `gains[i]`, shape (options of i, parties), int16: what the option adds to each party's gain. `parties` are
    those to whom packages differ, in the order of their keys; `ranges`, shape (parties,), their greatest
    gain.
    """

    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    parties: tuple[str, ...]
    gains: tuple[Gains, ...]
    ranges: Whole

    @property
    def size(self) -> int:
        """Return the number of packages."""
        total = 1
        for options in self.options:
            total *= len(options)
        return total


def space(common: Mapping[str, Sequence[str]], lodged: Mapping[str, Lodged]) -> Space:
    """Return the packages within the overlap `common` (issue -> options all accept)."""
    issues = tuple(sorted(key for key, options in common.items() if options))
    options = tuple(tuple(sorted(common[key])) for key in issues)
    names = sorted(lodged)
    gains = []
    for key, own in zip(issues, options, strict=True):
        values = np.array([[lodged[p].value(key, o) for p in names] for o in own], dtype=np.int64)
        gains.append(values - values.min(axis=0))
    ranges = np.array([sum(int(g[:, p].max()) for g in gains) for p in range(len(names))], dtype=np.int64)
    differ = np.flatnonzero(ranges)
    return Space(
        issues, options, tuple(names[p] for p in differ),
        tuple(np.ascontiguousarray(g[:, differ], dtype=np.int16) for g in gains), ranges[differ],
    )  # fmt: skip


@dataclass(frozen=True)
class Front:
    """Distinct undominated vectors of the first or last issues of a space.

    `vectors`, shape (n, parties); `counts`, shape (n,): packages behind each; `codes`, shape (n,): the first
    of these packages in the order of keys, as a number in mixed radix. `complete` is False where more than
    the bound were found and the work was given up.
    """

    vectors: Gains
    counts: Whole
    codes: Whole
    complete: bool = True

    def __len__(self) -> int:
        return len(self.vectors)


def front(gains: Sequence[Gains], parties: int, bound: int | None = None) -> Front:
    """Return the undominated vectors of the packages of these issues, or give up beyond `bound` vectors."""
    now = Front(np.zeros((1, parties), np.int16), np.ones(1, np.int64), np.zeros(1, np.int64))
    for own in gains:
        grown = _merged(
            (now.vectors[:, None, :] + own[None, :, :]).reshape(len(now) * len(own), parties),
            np.repeat(now.counts, len(own)),
            (now.codes[:, None] * len(own) + np.arange(len(own))[None, :]).reshape(-1),
        )
        kept = undominated(grown.vectors, bound)
        if kept is None:
            return Front(now.vectors, now.counts, now.codes, complete=False)
        now = Front(grown.vectors[kept], grown.counts[kept], grown.codes[kept])
    return now


def _merged(vectors: Gains, counts: Whole, codes: Whole) -> Front:
    """Return distinct vectors with summed counts and the smallest code of each."""
    if vectors.shape[1] == 0:
        return Front(vectors[:1], counts.sum(keepdims=True), codes.min(keepdims=True))
    order = np.lexsort((codes, *vectors.T))
    vectors, counts, codes = vectors[order], counts[order], codes[order]
    first = np.ones(len(vectors), bool)
    first[1:] = (vectors[1:] != vectors[:-1]).any(axis=1)
    starts = np.flatnonzero(first)
    return Front(vectors[starts], np.add.reduceat(counts, starts), codes[starts])


def undominated(vectors: Gains, bound: int | None = None) -> NDArray[np.int64] | None:
    """Return the places of the vectors no other dominates, shape (k,), or None beyond `bound` of them.

    `vectors` are distinct, shape (n, parties). A dominating vector has the greater sum, so each block is
    compared only with what was kept of greater sums and with itself.
    """
    order = np.argsort(-vectors.sum(axis=1, dtype=np.int64), kind="stable")
    columns = np.ascontiguousarray(vectors[order].T)
    kept = np.zeros(0, np.int64)
    held = np.zeros((len(columns), 0), np.int16)
    for start in range(0, len(order), BLOCK):
        block = columns[:, start : start + BLOCK]
        alive = ~_beaten(block, held, own=False)
        places, block = start + np.flatnonzero(alive), block[:, alive]
        alive = ~_beaten(block, block, own=True)
        kept = np.concatenate([kept, places[alive]])
        held = np.concatenate([held, block[:, alive]], axis=1)
        if bound is not None and len(kept) > bound:
            return None
    return np.sort(order[kept])


def _beaten(block: Gains, others: Gains, *, own: bool) -> NDArray[np.bool_]:
    """Return for each column of `block` whether a column of `others` is at least as much everywhere."""
    covers = np.ones((block.shape[1], others.shape[1]), bool)
    for mine, theirs in zip(block, others, strict=True):
        covers &= theirs[None, :] >= mine[:, None]
    if own:
        np.fill_diagonal(covers, False)
    beaten: NDArray[np.bool_] = np.asarray(covers.any(axis=1))
    return beaten


def decode(given: Space, code: int) -> tuple[str, ...]:
    """Return the option chosen on each issue by a package's code."""
    chosen: list[str] = []
    for options in reversed(given.options):
        code, place = divmod(code, len(options))
        chosen.append(options[place])
    return tuple(reversed(chosen))
