"""Analyse votes that do not fit in memory: `analyse_stream` reads chunks of people, three times.

Pass 1 adds up counts and Gram sums; pass 2 puts everybody on the map and keeps only a table of cells; pass 3
counts the found groups. Memory depends on statements, cells and chunk size, never on participants. Apart from
the sample behind the stability figure, nothing depends on the order of people or on how they are chunked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence import assemble
from tavolo.dialogue.convergence.accumulate import Accumulator, count_votes
from tavolo.dialogue.convergence.analysis import judge_over, method
from tavolo.dialogue.convergence.clusters import Grouping, Points, group_points
from tavolo.dialogue.convergence.errors import DataError
from tavolo.dialogue.convergence.pipeline import (
    MINIMUM_VOTES,
    Comparison,
    Found,
    Map,
    Sums,
    compare_counts,
)
from tavolo.dialogue.convergence.result import Projection, Result, Stability
from tavolo.dialogue.convergence.spectrum import PARTS, from_steps, principal_axes, project, to_steps
from tavolo.dialogue.convergence.stability import LARGEST_SAMPLE, judge_stability, resample
from tavolo.dialogue.convergence.table import VoteTable, table_from_array
from tavolo.dialogue.convergence.votes import Ints, Matrix, RowNumbers, SparseVotes, from_array

CELLS = 1024  # per side of the box that surely holds everybody, |p| ≤ 2·sqrt(C)
KEPT_PEOPLE = 2 * LARGEST_SAMPLE
Flags = NDArray[np.bool_]
Chunks = Callable[[], Iterable[Any]]


@dataclass(eq=False)
class Totals:
    """What pass 1 adds up: sums and, per declared group, people."""

    sums: Accumulator
    everyone: Accumulator
    sizes: Ints


class Cells:
    """People per cell of the map with exact sums of their coordinates; tables of two machines add."""

    def __init__(self) -> None:
        self.weight = np.zeros(CELLS * CELLS, np.int64)
        self.sums = np.zeros((2, CELLS * CELLS))

    def add(self, steps: NDArray[np.float64]) -> None:
        """Add people at `steps` (2, people)."""
        place = cell_of(steps)
        self.weight += np.bincount(place, minlength=CELLS * CELLS)
        for axis in (0, 1):
            self.sums[axis] += np.bincount(place, weights=steps[axis], minlength=CELLS * CELLS)

    def points(self) -> tuple[Points, Ints]:
        """Return the occupied cells as weighted points at their barycentres, and which cells they are."""
        used = np.flatnonzero(self.weight)
        weight = self.weight[used].astype(np.float64)
        x, y = (np.rint(self.sums[axis, used] / weight) for axis in (0, 1))
        return Points(x, y, weight, None), used


def cell_of(steps: NDArray[np.float64]) -> Ints:
    """Return the cell of each person at `steps` (2, people)."""
    side = np.clip((steps + PARTS) * (CELLS / (2.0 * PARTS)), 0, CELLS - 1).astype(np.int64)
    return np.asarray(side[0] * CELLS + side[1])


class Sample:
    """At most `KEPT_PEOPLE` people kept whole, every one with the same chance, however they are chunked."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 1])
        self._kept: list[tuple[float, Ints, NDArray[np.int8]]] = []

    def add(self, votes: Matrix) -> None:
        """Offer the people of a chunk."""
        people = votes.shape[0]
        keys = self._rng.random(people)
        limit = self._kept[-1][0] if len(self._kept) >= KEPT_PEOPLE else 2.0
        chosen = np.flatnonzero(keys < limit)
        if len(chosen) > KEPT_PEOPLE:  # a first, large chunk: do not take apart whom nobody will keep
            highest = np.partition(keys[chosen], KEPT_PEOPLE - 1)[KEPT_PEOPLE - 1]
            chosen = chosen[keys[chosen] <= highest]
        if not len(chosen):
            return
        rows, columns, values = votes.take(chosen).entries(0, len(chosen))
        cut = np.searchsorted(rows, np.arange(1, len(chosen)))
        parts = zip(np.split(columns, cut), np.split(values, cut), strict=True)
        self._kept += [(float(keys[i]), *part) for i, part in zip(chosen, parts, strict=True)]
        self._kept.sort(key=lambda entry: entry[0])
        del self._kept[KEPT_PEOPLE:]

    def votes(self, width: int) -> SparseVotes:
        """Return the people kept, as votes."""
        lengths = [len(columns) for _, columns, _ in self._kept]
        empty = [np.zeros(0, np.int64)]
        return SparseVotes(
            np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            np.concatenate(empty + [columns for _, columns, _ in self._kept]).astype(np.int32),
            np.concatenate([np.zeros(0, np.int8)] + [values for _, _, values in self._kept]),
            width,
        )


def analyse_stream(
    chunks: Chunks,
    statements: Sequence[str],
    *,
    groups: Sequence[str] = (),
    census: Mapping[str, int] | None = None,
    texts: Sequence[str] | None = None,
    moderated: Sequence[int] | None = None,
    meta: Iterable[str] = (),
    name: str = "stream",
    seed: int = 0,
    resamples: int = 50,
    level: float = 0.95,
) -> Result:
    """Return the analysis of people that come in chunks; its projection is empty.

    `chunks()` must give the same chunks each of the three times it is called: votes (see votes.from_array)
    or, with declared `groups`, pairs of votes and each person's index in `groups` (-1 = none). `census`:
    group → size. People with fewer than min(7, C) votes are on no side of a found group.
    Raises DataError on chunks that do not fit.
    """
    empty = np.zeros((0, len(statements)), np.int8)
    table = table_from_array(
        empty, statements=statements, texts=texts, moderated=moderated, meta=meta, name=name
    )
    totals = _add_up(chunks, len(statements), len(groups))
    stated = _census(groups, census, totals.sizes)
    drawn = _axes(table, totals)
    cells, sample, heads = _place(chunks, table, drawn, len(groups), seed)
    k, of_cell, stability = _search(cells, sample, table, drawn, seed, resamples)
    sets: dict[str, tuple[tuple[str, ...], Comparison]] = {}
    by_kind: dict[str, list[assemble.Head]] = {}
    if groups:
        sets["declared"] = tuple(groups), compare_counts(totals.sums.counts, table.excluded)
        by_kind["declared"] = heads.listed(drawn.columns, totals.sizes)
    if stability.published:
        counts, found_heads = _count_found(chunks, table, drawn, of_cell, k)
        sets["found"] = assemble.letters(k), compare_counts(counts, table.excluded)
        by_kind["found"] = found_heads.listed(drawn.columns, found_heads.people)
    verdicts, over = judge_over(sets, drawn.sums.counts, stated, table.excluded, level)
    people = assemble.People(
        participants=totals.everyone.people,
        voters=heads.voters,
        votes=int(drawn.sums.counts.sum()),
        outside=totals.everyone.people - int(totals.sizes.sum()) if groups else None,
        heads=by_kind,
        projection=_no_projection(),
    )
    return assemble.result(
        table,
        drawn,
        people,
        sets,
        stated,
        verdicts,
        stability=stability,
        agreement=None,
        method=method(seed, level, over, True),
    )


def _search(
    cells: Cells, sample: Sample, table: VoteTable, drawn: Map, seed: int, resamples: int
) -> tuple[int, NDArray[np.int8], Stability]:
    """Return k, the group of every cell, and whether the groups may be published."""
    points, used = cells.points()
    grouping, of_cell = _group_cells(points, used)
    kept = _sampled(sample, table, drawn, grouping, of_cell, int(cells.weight.sum()))
    sampled = None
    if resamples and grouping.k > 1:
        sampled = resample(kept.votes, table.excluded, kept.found, seed=seed, resamples=resamples)
    return grouping.k, of_cell, judge_stability(kept.found, sampled, seed=seed)


def _pieces(chunks: Chunks, width: int) -> Iterator[tuple[Matrix, Ints | None]]:
    for chunk in chunks():
        votes, group = chunk if isinstance(chunk, tuple) else (chunk, None)
        matrix: Matrix = votes if hasattr(votes, "block") else from_array(votes)
        if matrix.shape[1] != width:
            raise DataError(f"a chunk has {matrix.shape[1]} statements, {width} are named")
        yield matrix, None if group is None else np.asarray(group, np.int64)


def _add_up(chunks: Chunks, width: int, groups: int) -> Totals:
    everyone = Accumulator(width)
    declared = Accumulator(width, max(groups, 1), gram=False)
    sizes = np.zeros(groups, np.int64)
    for votes, group in _pieces(chunks, width):
        everyone.add(votes)
        if groups:
            if group is None:
                raise DataError("a chunk comes without groups", advice="give (votes, groups) for every chunk")
            if len(group) and int(group.max()) >= groups:
                raise DataError(f"a chunk names group number {int(group.max())}, there are {groups}")
            declared.add(votes, group)
            sizes += np.bincount(group[group >= 0], minlength=groups)
    return Totals(declared, everyone, sizes)


def _census(groups: Sequence[str], census: Mapping[str, int] | None, sizes: Ints) -> Ints | None:
    if census is None:
        return None
    stated = np.zeros(len(groups), np.int64)
    for name, size in census.items():
        if name not in groups:
            raise DataError(f"the census names the group {name!r}, which is not declared")
        at = list(groups).index(name)
        if size < sizes[at]:
            raise DataError(f"the census gives the group {name!r} {size} people, but {sizes[at]} took part")
        stated[at] = size
    return stated


def _axes(table: VoteTable, totals: Totals) -> Map:
    gram = totals.everyone.gram
    assert gram is not None
    counts = totals.everyone.counts[0]
    voted = counts.sum(axis=0) > 0
    kept = np.flatnonzero(~table.excluded & voted)
    mean = np.zeros(len(voted))
    mean[kept] = gram.means()[kept]
    centred = gram.centred()[np.ix_(kept, kept)]
    people = totals.everyone.people
    axes = principal_axes(centred, mean, kept, people)
    nobody = np.zeros((2, 0))
    return Map(
        sums=Sums(counts, kept, mean, centred, people),
        axes=axes,
        coordinates=nobody,
        steps=nobody,
        cast=np.zeros(0, np.int64),
        columns=int(voted.sum()),
        zeroed=table.excluded & voted,
    )


class Heads:
    """People, voters and exact sums of their coordinates, per group."""

    def __init__(self, groups: int) -> None:
        self.voters = 0
        self.people = np.zeros(groups, np.int64)
        self._voting = np.zeros(groups, np.int64)
        self._sums = np.zeros((2, groups))

    def add(self, steps: NDArray[np.float64], cast: Ints, group: Ints | None) -> None:
        """Add the people of a chunk."""
        voting = cast > 0
        self.voters += int(voting.sum())
        if group is None or not len(self.people):
            return
        groups = len(self.people)
        self.people += np.bincount(group[group >= 0], minlength=groups)
        mine = voting & (group >= 0)
        self._voting += np.bincount(group[mine], minlength=groups)
        for axis in (0, 1):
            self._sums[axis] += np.bincount(group[mine], weights=steps[axis, mine], minlength=groups)

    def listed(self, columns: int, sizes: Ints) -> list[assemble.Head]:
        """Return participants, voters and centre of each group."""
        heads: list[assemble.Head] = []
        for g, size in enumerate(sizes.tolist()):
            voting = int(self._voting[g])
            centre = from_steps(self._sums[:, g] / max(voting, 1), columns).tolist()
            heads.append((size, voting, (centre[0], centre[1]) if voting else None))
        return heads


def _place(
    chunks: Chunks, table: VoteTable, drawn: Map, groups: int, seed: int
) -> tuple[Cells, Sample, Heads]:
    cells, sample, heads = Cells(), Sample(seed), Heads(groups)
    enough = max(1, min(MINIMUM_VOTES, drawn.columns))
    for votes, group in _pieces(chunks, len(table.statements)):
        coordinates, cast = project(votes, drawn.axes, drawn.zeroed, drawn.columns)
        steps = to_steps(coordinates, drawn.columns)
        heads.add(steps, cast, group)
        cells.add(steps[:, cast >= enough])
        sample.add(votes)
    return cells, sample, heads


def _group_cells(points: Points, used: Ints) -> tuple[Grouping, NDArray[np.int8]]:
    """Return the groups of the cells, and the group of every cell of the box (-1 = empty)."""
    of_cell = np.full(CELLS * CELLS, -1, np.int8)
    if not len(used):
        return Grouping(np.zeros(0, np.intp), 0, np.zeros((0, 2)), {}), of_cell
    grouping = group_points(points)
    of_cell[used] = grouping.labels
    return grouping, of_cell


@dataclass(frozen=True, eq=False)
class SampleFound:
    """The people kept, and the full result seen on them alone."""

    votes: SparseVotes
    found: Found


def _sampled(
    sample: Sample, table: VoteTable, drawn: Map, grouping: Grouping, of_cell: NDArray[np.int8], grouped: int
) -> SampleFound:
    votes = sample.votes(len(table.statements))
    coordinates, cast = project(votes, drawn.axes, drawn.zeroed, drawn.columns)
    steps = to_steps(coordinates, drawn.columns)
    enough = max(1, min(MINIMUM_VOTES, drawn.columns))
    labels = np.where(cast >= enough, of_cell[cell_of(steps)].astype(np.int64), -1)
    here = replace(drawn, coordinates=coordinates, steps=steps, cast=cast)
    members = np.broadcast_to(np.int64(0), (grouped,))  # only its length is asked for
    return SampleFound(votes, Found(here, members, grouping, labels))


def _count_found(
    chunks: Chunks, table: VoteTable, drawn: Map, of_cell: NDArray[np.int8], k: int
) -> tuple[Ints, Heads]:
    counts = np.zeros((k, 3, len(table.statements)), np.int64)
    heads = Heads(k)
    enough = max(1, min(MINIMUM_VOTES, drawn.columns))
    for votes, _ in _pieces(chunks, len(table.statements)):
        coordinates, cast = project(votes, drawn.axes, drawn.zeroed, drawn.columns)
        steps = to_steps(coordinates, drawn.columns)
        labels = np.where(cast >= enough, of_cell[cell_of(steps)].astype(np.int64), -1)
        heads.add(steps, cast, labels)
        counts += count_votes(votes, labels, k)
    return counts, heads


def _no_projection() -> Projection:
    none, nobody = np.zeros(0), np.zeros(0, np.int64)
    return Projection(RowNumbers(0), none, none, nobody, nobody, nobody)
