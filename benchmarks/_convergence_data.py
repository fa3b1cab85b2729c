"""Votes for the convergence benchmark: planted groups of any size, and real exports, as plain arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def planted(people: int, statements: int, *, groups: int = 3, seen: float = 0.1, seed: int = 0) -> dict:
    """Return votes by row (indptr, columns, values): camps that follow their line in 60% of their votes."""
    rng = np.random.default_rng(seed)
    line = rng.choice(np.array([-1, 1], np.int8), (groups, statements))
    columns, values, counts = [], [], []
    for start in range(0, people, 20_000):
        length = min(20_000, people - start)
        rows, cols = np.nonzero(rng.random((length, statements), dtype=np.float32) < seen)
        camp = rng.integers(0, groups, length)
        follows = rng.random(len(rows), dtype=np.float32) < 0.6
        coin = rng.integers(-1, 2, len(rows), dtype=np.int8)
        columns.append(cols.astype(np.uint16))
        values.append(np.where(follows, line[camp[rows], cols], coin).astype(np.int8))
        counts.append(np.bincount(rows, minlength=length))
    return {
        "indptr": np.concatenate(([0], np.cumsum(np.concatenate(counts)))).astype(np.int64),
        "columns": np.concatenate(columns),
        "values": np.concatenate(values),
        "width": np.array(statements),
        "excluded": np.zeros(statements, bool),
    }


def export(folder: Path) -> dict:
    """Return the votes of a real export in the same form, moderated statements marked."""
    from tavolo.dialogue.convergence.reading import read
    from tavolo.dialogue.convergence.votes import SparseVotes

    table = read(folder)
    assert isinstance(table.votes, SparseVotes)
    voted = np.bincount(table.votes.columns, minlength=len(table.statements)) > 0
    place = np.cumsum(voted) - 1
    return {
        "indptr": table.votes.indptr,
        "columns": place[table.votes.columns].astype(np.uint16),
        "values": table.votes.values,
        "width": np.array(int(voted.sum())),
        "excluded": table.excluded[voted],
    }
