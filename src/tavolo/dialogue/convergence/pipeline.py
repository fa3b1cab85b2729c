"""One pass from votes to found groups: sums, axes, projection, groups, statistics, representatives.

`run` is the scope that `--timing` reports and benchmarks compare; `analysis.analyse` adds declared groups,
verdicts, intervals and resampling around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tavolo.dialogue.convergence.accumulate import Gram, count_votes
from tavolo.dialogue.convergence.clusters import Grouping, find_groups
from tavolo.dialogue.convergence.representative import display_choice, row_of
from tavolo.dialogue.convergence.result import Representative
from tavolo.dialogue.convergence.spectrum import Axes, principal_axes, project, to_steps
from tavolo.dialogue.convergence.statistics import (
    Floats,
    GroupStatistics,
    comment_priority,
    group_aware_consensus,
    group_statistics,
)
from tavolo.dialogue.convergence.threads import suited_threads
from tavolo.dialogue.convergence.votes import Ints, Matrix, SparseVotes, spans

Flags = NDArray[np.bool_]
Watch = Callable[[str], None]

MINIMUM_VOTES = 7
AT_LEAST_PEOPLE = 15
SCALED_VOTES = 130_000  # 4n³ < 2**53
STAGES = ("sums", "axes", "projection", "groups", "statistics", "representative statements")


@dataclass(frozen=True, eq=False)
class Sums:
    """Counts (3, statements) over everybody, and ZᵀZ and means over the kept columns."""

    counts: Ints
    kept: Ints
    mean: Floats
    centred: Floats
    people: int


@dataclass(frozen=True, eq=False)
class Map:
    """Axes, coordinates (2, people), whole steps of them, votes cast, and the number of columns C."""

    sums: Sums
    axes: Axes
    coordinates: Floats
    steps: Floats
    cast: Ints
    columns: int
    zeroed: Flags


@dataclass(frozen=True, eq=False)
class Comparison:
    """Statistics over one set of groups: counts (groups, 3, statements), figures, consensus, choices."""

    counts: Ints
    statistics: GroupStatistics
    consensus: Floats
    representative: tuple[tuple[Representative, ...], ...]


@dataclass(frozen=True, eq=False)
class Found:
    """The map, who was grouped, and the groups: `labels` per person, -1 for those not grouped."""

    map: Map
    grouped: Ints
    grouping: Grouping
    labels: Ints


def add_up(votes: Matrix, excluded: Flags) -> Sums:
    """Return the sums over everybody, chunk by chunk; excluded and unvoted columns are left out of ZᵀZ."""
    people, width = votes.shape
    counts = count_chunks(votes, None, 1)[0] if isinstance(votes, SparseVotes) else None
    if counts is not None and int(counts.sum(axis=0).max(initial=0)) <= SCALED_VOTES:
        kept = np.flatnonzero(~excluded & (counts.sum(axis=0) > 0))
        means, centred = scaled_gram(votes, counts, kept)
    else:
        gram = Gram.empty(width)
        for start, stop in spans(people, width):
            gram.add_block(*votes.block(start, stop))
        seen, total, sided = (np.diagonal(part) for part in (gram.seen, gram.cross, gram.values))
        counts = np.stack(((sided + total) / 2, (sided - total) / 2, seen - sided)).astype(np.int64)
        kept = np.flatnonzero(~excluded & (seen > 0))
        means = gram.means()[kept]
        centred = gram.centred()[np.ix_(kept, kept)]
    mean = np.zeros(width)
    mean[kept] = means
    return Sums(counts, kept, mean, centred, people)


def scaled_gram(votes: Matrix, counts: Ints, kept: Ints) -> tuple[Floats, Floats]:
    """Return means and ZᵀZ over the kept columns by one product of whole numbers.

    With n_j votes of sum c_j on statement j, n_j·Z_ij = M_ij·(n_j·Y_ij - c_j) is a whole number below 2n, so
    n_j·n_k·(ZᵀZ)_jk is a whole number below 4n³: exact in float64, in any order, up to 130,000 votes on each
    statement. One product in double takes less than the three in single precision.
    """
    people, width = votes.shape
    seen = counts.sum(axis=0)
    total = counts[0] - counts[1]
    place = np.full(width, -1, np.int64)
    place[kept] = np.arange(len(kept))
    value_of = (np.arange(-1, 2) * seen[:, None] - total[:, None]).astype(np.float64).reshape(-1)
    scaled = np.zeros((len(kept), len(kept)))
    for start, stop in spans(people, len(kept)):
        rows, columns, values = votes.entries(start, stop)
        at = place[columns]
        inside = at >= 0
        whole = np.zeros(((stop - start), len(kept)))
        whole.reshape(-1)[(rows * len(kept) + at)[inside]] = value_of[(columns * 3 + 1 + values)[inside]]
        scaled += whole.T @ whole
    n = seen[kept].astype(np.float64)
    return total[kept] / n, scaled / np.multiply.outer(n, n)


def draw_map(votes: Matrix, sums: Sums, excluded: Flags, watch: Watch | None = None) -> Map:
    """Return the map of everybody (see spectrum)."""
    voted = sums.counts.sum(axis=0) > 0
    columns = int(voted.sum())
    axes = principal_axes(sums.centred, sums.mean, sums.kept, sums.people)
    if watch:
        watch("axes")
    zeroed = excluded & voted
    coordinates, cast = project(votes, axes, zeroed, columns)
    return Map(sums, axes, coordinates, to_steps(coordinates, columns), cast, columns, zeroed)


def who_is_grouped(cast: Ints, columns: int) -> Ints:
    """Return the people with at least min(7, C) votes; if fewer than 15, the most active 15.

    Those tied with the fifteenth come along, so that nobody's place in the table decides. (Polis keeps
    people once admitted; here only the votes at hand count.)
    """
    enough = max(1, min(MINIMUM_VOTES, columns))
    if int((cast >= enough).sum()) < AT_LEAST_PEOPLE and len(cast):
        fifteenth = np.sort(cast)[-min(AT_LEAST_PEOPLE, len(cast))]
        enough = max(1, min(enough, int(fifteenth)))
    return np.flatnonzero(cast >= enough)


def find(votes: Matrix, excluded: Flags, watch: Watch | None = None) -> Found:
    """Return map and found groups."""
    with suited_threads(*votes.shape):
        sums = add_up(votes, excluded)
        if watch:
            watch("sums")
        drawn = draw_map(votes, sums, excluded, watch)
        if watch:
            watch("projection")
        grouped = who_is_grouped(drawn.cast, drawn.columns)
        grouping = find_groups(drawn.steps[0, grouped], drawn.steps[1, grouped])
    labels = np.full(votes.shape[0], -1, np.int64)
    labels[grouped] = grouping.labels
    if watch:
        watch("groups")
    return Found(drawn, grouped, grouping, labels)


def compare(
    votes: Matrix, of_person: Ints, groups: int, excluded: Flags, watch: Watch | None = None
) -> Comparison:
    """Return counts, statistics, group-aware consensus and representative statements over given groups."""
    return compare_counts(count_chunks(votes, of_person, groups), excluded, watch)


def count_chunks(votes: Matrix, of_person: Ints | None, groups: int) -> Ints:
    """Return counts (groups, 3, statements) by chunks; `of_person` -1 = in no group, None = all in 0."""
    counts = np.zeros((groups, 3, votes.shape[1]), np.int64)
    for start, stop in spans(*votes.shape):
        group = None if of_person is None else of_person[start:stop]
        counts += count_votes(votes, group, groups, start, stop)
    return counts


def compare_counts(counts: Ints, excluded: Flags, watch: Watch | None = None) -> Comparison:
    """Return statistics, consensus and representative statements from counts (groups, 3, statements)."""
    agree, disagree, seen = counts[:, 0], counts[:, 1], counts.sum(axis=1)
    figures = group_statistics(agree, disagree, seen)
    consensus = group_aware_consensus(agree, seen)
    if watch:
        watch("statistics")
    chosen = tuple(
        display_choice(row_of(g, agree, disagree, seen, figures), excluded) for g in range(len(counts))
    )
    if watch:
        watch("representative statements")
    return Comparison(counts, figures, consensus, chosen)


def run(votes: Matrix, excluded: Flags, watch: Watch | None = None) -> tuple[Found, Comparison]:
    """Return found groups and their statistics: the whole timed scope, each stage reported to `watch`."""
    found = find(votes, excluded, watch)
    compared = compare(votes, found.labels, max(found.grouping.k, 1), excluded, watch)
    return found, compared


def priorities(counts: Ints, extremities: Floats, meta: Flags) -> Floats:
    """Return the routing weight per statement from counts (3, statements)."""
    return comment_priority(counts[0], counts[2], counts.sum(axis=0), extremities, meta)
