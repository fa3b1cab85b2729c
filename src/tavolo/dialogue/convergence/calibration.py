"""Seeded simulation of what intervals and verdicts promise, over a fixed grid.

Each cell fixes the number of groups, their sizes, the part heard, whether the census is known, and the true
opinions. One run is one statement answered by a simple random sample of each group. The truths hold the
least favourable cases: groups exactly at one half, alone or beside decided groups on either side, and a
group that rejects by the smallest possible majority. "Wrong" means that any part of the claim, names
included, is false of the population.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tavolo.dialogue.convergence import verdicts as v
from tavolo.dialogue.convergence.intervals import BoolArray, IntArray

# Each letter is the truth of one group: (agree, disagree) as parts of the group, PASS the rest.
OPINIONS: dict[str, tuple[float, float]] = {
    "S": (1.0, 0.0),  # all support
    "R": (0.0, 1.0),  # all reject
    "o": (0.5, 0.5),  # exactly at the boundary, both ways
    "p": (0.5, 0.2),  # at the boundary for support, with many passes
    "n": (0.2, 0.5),  # at the boundary for rejection, with many passes
    "r": (0.5, 0.5),  # one person more than half rejects (with a census); at the boundary without
    "s": (0.5, 0.5),  # one person more than half supports (with a census)
    "f": (0.6, 0.3),  # a clear but not overwhelming majority
    "a": (0.3, 0.6),
    "h": (0.9, 0.05),
}
# The first letters go to the first groups, the last one repeats. Least favourable ones first.
TRUTHS = (
    "oS",
    "oR",
    "SRo",
    "So",
    "SSo",
    "rS",
    "Ro",
    "pS",
    "nR",
    "o",
    "p",
    "s",
    "srf",
    "SSrS",
    "f",
    "fa",
    "h",
)
SIZES: tuple[tuple[int, ...], ...] = (
    (5,), (10,), (30,), (100,), (1000,), (10000,), (5, 10000, 30), (10000, 5, 10, 100, 1000),
)  # fmt: skip
HEARD = (0.2, 0.5, 0.8, 1.0)

COVERAGE_FLOOR = 0.94
ERROR_CEILING = 0.06


@dataclass(frozen=True)
class Cell:
    """One point of the grid. ``sizes`` repeats cyclically over the groups; so does the last truth letter."""

    groups: int
    sizes: tuple[int, ...]
    heard: float
    census_known: bool
    truth: str
    statements: int = 1

    def members(self) -> IntArray:
        """Members of each group, shape (groups,)."""
        return np.array([self.sizes[g % len(self.sizes)] for g in range(self.groups)])

    def letters(self) -> str:
        """One truth letter per group."""
        return self.truth[: self.groups].ljust(self.groups, self.truth[-1])


@dataclass(frozen=True)
class Row:
    """What the simulation of one cell found; rates are parts of ``runs``.

    ``coverage`` is the least over groups and over support and dissent; ``wrong`` counts wrong verdicts
    stated at 95%, ``wrong_at_99`` those stated at 99%; ``stated`` any verdict. ``family_wise`` is the part
    of tables of ``cell.statements`` statements with a wrong verdict, ``family_wise_adjusted`` with a wrong
    verdict among those that claim to hold over the whole table; both None for single statements.
    """

    cell: Cell
    runs: int
    coverage: float
    wrong: float
    wrong_at_99: float
    stated: float
    family_wise: float | None = None
    family_wise_adjusted: float | None = None


@dataclass(frozen=True)
class Calibration:
    """All rows and the worst of them."""

    rows: tuple[Row, ...]
    seed: int

    @property
    def coverage(self) -> Row:
        """The row with the lowest coverage."""
        return min(self.rows, key=lambda row: row.coverage)

    @property
    def wrong(self) -> Row:
        """The row with the most wrong verdicts at 95%."""
        return max(self.rows, key=lambda row: row.wrong)

    @property
    def wrong_at_99(self) -> Row:
        """The row with the most wrong verdicts at 99%."""
        return max(self.rows, key=lambda row: row.wrong_at_99)

    @property
    def tables(self) -> tuple[Row, ...]:
        """The rows that simulate whole tables."""
        return tuple(row for row in self.rows if row.family_wise is not None)

    def failures(self) -> list[str]:
        """Sentences about every promise that a row breaks; empty when all hold."""
        broken = []
        for row in self.rows:
            if row.coverage < COVERAGE_FLOOR:
                broken.append(f"intervals cover {row.coverage:.4f} < {COVERAGE_FLOOR} in {row.cell}")
            if row.wrong > ERROR_CEILING:
                broken.append(f"verdicts at 95% are wrong {row.wrong:.4f} > {ERROR_CEILING} in {row.cell}")
            if (row.family_wise_adjusted or 0.0) > ERROR_CEILING:
                broken.append(f"table-wide verdicts fail {row.family_wise_adjusted:.4f} in {row.cell}")
        return broken


def grid(cells: str = "full") -> Iterator[Cell]:
    """The fixed grid: "full" or, for tests, "reduced" (the least favourable truths, few sizes)."""
    if cells not in ("full", "reduced"):
        raise ValueError(f"The grid is 'full' or 'reduced', not {cells!r}.")
    full = cells == "full"
    for groups in (3, 4, 5) if full else (3, 5):
        for sizes in SIZES if full else ((5,), (30,), (10000,), SIZES[-1]):
            for heard in HEARD if full else (0.5, 1.0):
                for known in (True, False):
                    for truth in TRUTHS if full else TRUTHS[:6]:
                        yield Cell(groups, sizes, heard, known, truth)
    for groups in (3, 5):
        for sizes in ((10,), (100,), (10000,)) if full else ((100,),):
            for known in (True, False):
                for truth in ("oS", "SRo", "o") if full else ("oS",):
                    yield Cell(groups, sizes, 0.8, known, truth, statements=60)


def calibrate(
    runs: int = 20_000,
    cells: str = "full",
    seed: int = 20260413,
    progress: Callable[[int, int], None] | None = None,
    table_runs: int = 5_000,
) -> Calibration:
    """Simulate every cell of the grid ``runs`` times (whole tables ``table_runs`` times).

    Every cell has its own stream, so a cell gives the same figures whatever the rest of the grid.
    ``progress`` is called with (cells done, cells in all). At least 5,000 runs are asked for, because the
    noise of fewer is as large as the margin that is checked.
    """
    if min(runs, table_runs) < 5_000:
        raise ValueError("Fewer than 5,000 runs per cell say nothing at this precision: ask for more.")
    todo = list(grid(cells))
    rows = []
    for number, cell in enumerate(todo):
        key = (cell.groups, *cell.sizes, round(cell.heard * 100), cell.census_known, cell.statements)
        rng = np.random.default_rng([seed, *(int(part) for part in key), *cell.truth.encode()])
        rows.append(simulate_cell(cell, runs if cell.statements == 1 else table_runs, rng))
        if progress is not None:
            progress(number + 1, len(todo))
    return Calibration(tuple(rows), seed)


def simulate_cell(cell: Cell, runs: int, rng: np.random.Generator) -> Row:
    """Simulate one cell; see `Row` for what is measured."""
    members, letters = cell.members(), cell.letters()
    agree_true, disagree_true = _population(cell, members, letters)
    columns = runs * cell.statements
    agree, disagree, seen = _sample(cell, members, agree_true, disagree_true, columns, rng)
    census = members if cell.census_known else None
    single = cell.statements == 1
    judged = v.judge(agree, disagree, seen - agree - disagree, census, with_intervals=single)
    wrong = wrong_claims(judged, agree_true > members / 2, disagree_true > members / 2)
    high = judged.probability >= 0.99
    rates = (float(wrong.mean()), float((wrong & high).mean()), float((judged.code != v.NOT_ENOUGH).mean()))
    if single:
        return Row(cell, runs, _coverage(judged, members, letters, agree_true, disagree_true), *rates)
    # `judge` saw all tables as one: redo its table-wide test per table of `statements`.
    wide = (1.0 - judged.probability) * cell.statements <= 1.0 - judged.level
    tables = wrong.reshape(runs, cell.statements)
    sure = (wrong & wide).reshape(runs, cell.statements)
    return Row(cell, runs, 1.0, *rates, float(tables.any(axis=1).mean()), float(sure.any(axis=1).mean()))


def wrong_claims(judged: v.Verdicts, supports: BoolArray, rejects: BoolArray) -> BoolArray:
    """Which verdicts (statements,) claim something false of groups with these true sides.

    ``supports`` and ``rejects`` are (groups,), or (groups, statements) where the truth differs.
    """
    if supports.ndim == 1:
        supports, rejects = supports[:, None], rejects[:, None]
    wrong = (((judged.named > 0) & ~supports) | ((judged.named < 0) & ~rejects)).any(axis=0)
    held = judged.code == v.RESERVATION
    wrong |= held & (judged.side > 0) & rejects.any(axis=0)
    wrong |= held & (judged.side < 0) & supports.any(axis=0)
    return np.asarray(wrong & (judged.code != v.NOT_ENOUGH))


def _population(cell: Cell, members: IntArray, letters: str) -> tuple[IntArray, IntArray]:
    """People of each group who would agree and disagree. Boundary shares are rounded down: no majority."""
    agree = np.array([int(OPINIONS[c][0] * m) for c, m in zip(letters, members, strict=True)])
    disagree = np.array([int(OPINIONS[c][1] * m) for c, m in zip(letters, members, strict=True)])
    for g, letter in enumerate(letters):
        majority, rest = members[g] // 2 + 1, members[g] - members[g] // 2 - 1
        if letter == "r":
            agree[g], disagree[g] = rest, majority
        if letter == "s":
            agree[g], disagree[g] = majority, rest
    return agree, disagree


def _sample(
    cell: Cell, members: IntArray, agree: IntArray, disagree: IntArray, columns: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray]:
    """Answers (groups, columns): without replacement from the group, or from an unlimited population."""
    heard = np.maximum(1, np.round(members * cell.heard).astype(np.int64))
    shape = (cell.groups, columns)
    n = np.broadcast_to(heard[:, None], shape)
    if cell.census_known:
        yes = rng.hypergeometric(agree[:, None], (members - agree)[:, None], n)
        no = rng.hypergeometric(disagree[:, None], (members - agree - disagree)[:, None], n - yes)
        return yes, no, n
    share = np.array([OPINIONS[c] for c in cell.letters()])
    yes = rng.binomial(n, share[:, :1])
    rest = np.divide(share[:, 1], 1 - share[:, 0], out=np.zeros(cell.groups), where=share[:, 0] < 1)
    return yes, rng.binomial(n - yes, np.minimum(1.0, rest)[:, None]), n


def _coverage(
    judged: v.Verdicts, members: IntArray, letters: str, agree: IntArray, disagree: IntArray
) -> float:
    """Least coverage; groups of the same size and truth are pooled to lessen the noise."""
    worst = 1.0
    free = np.array([OPINIONS[c] for c in letters])
    for kind in {(int(m), c) for m, c in zip(members, letters, strict=True)}:
        rows = [g for g in range(len(letters)) if (int(members[g]), letters[g]) == kind]
        known = bool((judged.not_heard[rows[0]] >= 0).all())
        for low, high, people, share in (
            (judged.support_low, judged.support_high, agree, free[:, 0]),
            (judged.dissent_low, judged.dissent_high, disagree, free[:, 1]),
        ):
            true = people[rows[0]] / members[rows[0]] if known else share[rows[0]]
            inside = (low[rows] <= true + 1e-12) & (true - 1e-12 <= high[rows])
            worst = min(worst, float(inside.mean()))
    return worst


def summary(found: Calibration) -> list[str]:
    """Plain lines that state the worst cases and the family-wise errors, for a terminal or a document."""
    runs = min(row.runs for row in found.rows)
    lines = [f"{len(found.rows)} cells, at least {runs} runs each, seed {found.seed}"]
    for title, row, value, limit in (
        ("lowest coverage of the 95% intervals", found.coverage, found.coverage.coverage, ">= 0.94"),
        ("most wrong verdicts stated at 95%", found.wrong, found.wrong.wrong, "<= 0.06"),
        ("most wrong verdicts stated at 99%", found.wrong_at_99, found.wrong_at_99.wrong_at_99, ""),
    ):
        lines.append(f"{title}: {value:.4f} {limit}".rstrip() + f"  ({describe(row.cell)})")
    lines.append("chance of at least one wrong verdict in a table of 60 statements, all least favourable:")
    for row in found.tables:
        lines.append(
            f"  {describe(row.cell)}: {row.family_wise:.3f}; "
            f"among verdicts that hold over the whole table {row.family_wise_adjusted:.4f}"
        )
    return lines


def describe(cell: Cell) -> str:
    """One line that names a cell."""
    sizes = ", ".join(str(m) for m in sorted(set(cell.members().tolist())))
    census = "census known" if cell.census_known else "unlimited population"
    return f"{cell.groups} groups of {sizes}; {cell.heard:.0%} heard; {census}; truth {cell.letters()}"
