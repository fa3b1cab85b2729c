"""Clearing of mutual obligations: cancel as much as possible and leave every net position as it was.

The smallest flow that keeps all net positions is a minimum-cost flow (T. Fleischman, P. Dini, G. Littera
2020, doi 10.3390/jrfm13120295); what is cleared is the rest, a circulation. Only obligations inside a
strongly connected part of the graph can be cleared, so the parts are solved one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from tavolo.network.matching.clearing_greedy import cancel_cycles
from tavolo.network.matching.flows import min_cost_flow
from tavolo.network.matching.obligations import Cents, Indices, Obligations

_SMALL_PART = 2_000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Part:
    """A connected part of the network: no obligation leads out of it."""

    firms: int
    obligations: int
    total: int
    cleared: int


@dataclass(frozen=True)
class Clearing:
    """A proposal: how many cents of each obligation are cleared, aligned with `obligations`.

    `credit` is each firm's balance with the circle after clearing (negative: it owes), zero without credit
    limits. `bound` is what no proposal can exceed; `optimal` says that the proposal reaches it.
    """

    obligations: Obligations
    cleared: Cents
    credit: Cents
    bound: int
    optimal: bool
    parts: tuple[Part, ...]
    seconds: float

    @property
    def total_cleared(self) -> int:
        return int(self.cleared.sum())

    @property
    def remaining(self) -> Cents:
        return self.obligations.cents - self.cleared

    @property
    def gap(self) -> float:
        """How far the bound lies above the proposal, as a share of the bound."""
        return (self.bound - self.total_cleared) / self.bound if self.bound else 0.0


def clear(
    obligations: Obligations,
    owe_limits: Cents | None = None,
    owed_limits: Cents | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Clearing:
    """Return the largest clearing of `obligations`.

    With limits (cents by firm) each firm may also end with a balance towards the circle, down to minus its
    `owe_limits` and up to its `owed_limits`; balances add up to zero, and net position including the
    balance is unchanged. Credit is used only where it clears more than itself.

    When `time_limit` (seconds) is over, the best proposal found is returned with its bound and gap.
    """
    started = time.monotonic()
    deadline = None if time_limit is None else started + time_limit
    credit = np.zeros(len(obligations.firms), dtype=np.int64)
    if owe_limits is not None and owed_limits is not None and (owe_limits.any() and owed_limits.any()):
        cleared, credit, bound = _clear_with_credit(obligations, owe_limits, owed_limits, deadline)
    else:
        cleared, bound = _clear_parts(obligations, deadline, progress)
    return Clearing(
        obligations,
        cleared,
        credit,
        bound,
        int(cleared.sum()) == bound,
        _parts(obligations, cleared),
        time.monotonic() - started,
    )


def circulating(count: int, debtor: Indices, creditor: Indices, cents: Cents) -> tuple[Cents, Indices]:
    """Return what of each obligation could take part in any cycle, and its strongly connected part.

    No cycle can carry more through an obligation than comes in to its debtor or goes out of its creditor;
    outside strong components nothing circulates. Nothing that could be cleared is lost.
    """
    graph = sparse.csr_matrix((np.ones(len(cents), dtype=np.int8), (debtor, creditor)), shape=(count, count))
    _, label = connected_components(graph, directed=True, connection="strong")
    limit = np.where(label[debtor] == label[creditor], cents, 0)
    for _ in range(5):
        incoming, outgoing = _sums(creditor, limit, count), _sums(debtor, limit, count)
        tighter = np.minimum(limit, np.minimum(incoming[debtor], outgoing[creditor]))
        if np.array_equal(tighter, limit):
            break
        limit = tighter
    return limit, label[debtor].astype(np.int64)


def upper_bound(count: int, debtor: Indices, creditor: Indices, limit: Cents) -> int:
    """Return what no circulation can exceed: through each firm at most the less of in and out."""
    through = np.minimum(_sums(creditor, limit, count), _sums(debtor, limit, count))
    return int(through.sum())


def _clear_parts(
    obligations: Obligations, deadline: float | None, progress: Progress | None
) -> tuple[Cents, int]:
    count = len(obligations.firms)
    debtor, creditor = obligations.debtor, obligations.creditor
    limit, label = circulating(count, debtor, creditor, obligations.cents)
    cleared = np.zeros(len(obligations), dtype=np.int64)
    bound = 0
    groups = _groups(label, limit)
    for number, lines in enumerate(groups, start=1):
        firms, tails, heads = _renumbered(debtor[lines], creditor[lines])
        found, most = _clear_part(firms, tails, heads, limit[lines], deadline)
        cleared[lines] = found
        bound += most
        if progress:
            progress("compensazione", number, len(groups))
    return cleared, bound


def _renumbered(debtor: Indices, creditor: Indices) -> tuple[int, Indices, Indices]:
    """Return the number of firms and both ends numbered from 0, busiest firms first.

    The numbering changes nothing in what can be cleared; busy firms side by side in memory are quicker to
    reach on millions of lines.
    """
    ids, where, lines = np.unique(np.concatenate([debtor, creditor]), return_inverse=True, return_counts=True)
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(-lines, kind="stable")] = np.arange(len(ids))
    ends = rank[where]
    return len(ids), ends[: len(debtor)], ends[len(debtor) :]


def _groups(label: Indices, limit: Cents) -> list[Indices]:
    """Return the lines of each strong part, the small parts together (they do not touch each other)."""
    live = np.flatnonzero(limit > 0)
    if not len(live):
        return []
    order = live[np.argsort(label[live], kind="stable")]
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    pieces = np.split(order, starts[1:])
    small = [piece for piece in pieces if len(piece) < _SMALL_PART]
    large = [piece for piece in pieces if len(piece) >= _SMALL_PART]
    return ([np.sort(np.concatenate(small))] if small else []) + [np.sort(piece) for piece in large]


def _clear_part(
    count: int, tails: Indices, heads: Indices, limit: Cents, deadline: float | None
) -> tuple[Cents, int]:
    supplies = _sums(tails, limit, count) - _sums(heads, limit, count)
    # A tenth of the time is kept for the greedy proposal, in case the solver does not end.
    left = None if deadline is None else 0.9 * (deadline - time.monotonic())
    flow = min_cost_flow(tails, heads, limit, np.ones(len(limit), dtype=np.int64), supplies, left)
    if flow.amounts is not None:
        cleared = limit - flow.amounts
        return cleared, int(cleared.sum())
    return cancel_cycles(count, tails, heads, limit, deadline), upper_bound(count, tails, heads, limit)


def _clear_with_credit(
    obligations: Obligations, owe_limits: Cents, owed_limits: Cents, deadline: float | None
) -> tuple[Cents, Cents, int]:
    """Solve with one more node, the circle: a debtor may owe the circle, the circle may owe a creditor."""
    count = len(obligations.firms)
    owing, owed = np.flatnonzero(owe_limits), np.flatnonzero(owed_limits)
    circle = np.full(len(owing), count), np.full(len(owed), count)
    tails = np.concatenate([obligations.debtor, owing, circle[1]])
    heads = np.concatenate([obligations.creditor, circle[0], owed])
    capacities = np.concatenate([obligations.cents, owe_limits[owing], owed_limits[owed]])
    # Two for a cent owed between firms, one for a cent of credit on one side only: credit that clears
    # nothing costs, credit that clears any obligation pays.
    costs = np.concatenate(
        [
            np.full(len(obligations), 2, dtype=np.int64),
            np.ones(len(owing), dtype=np.int64),
            np.zeros(len(owed), dtype=np.int64),
        ]
    )
    supplies = np.append(-obligations.net(), 0)
    left = None if deadline is None else 0.9 * (deadline - time.monotonic())
    flow = min_cost_flow(tails, heads, capacities, costs, supplies, left)
    if flow.amounts is None:
        limit, _ = circulating(count, obligations.debtor, obligations.creditor, obligations.cents)
        cleared = cancel_cycles(count, obligations.debtor, obligations.creditor, limit, deadline)
        return cleared, np.zeros(count, dtype=np.int64), obligations.total
    lines, size = len(obligations), len(owing)
    credit = np.zeros(count, dtype=np.int64)
    credit[owing] -= flow.amounts[lines : lines + size]
    credit[owed] += flow.amounts[lines + size :]
    cleared = obligations.cents - flow.amounts[:lines]
    return cleared, credit, int(cleared.sum())


def _parts(obligations: Obligations, cleared: Cents) -> tuple[Part, ...]:
    """Return the weakly connected parts, largest total first."""
    count = len(obligations.firms)
    shape = (count, count)
    ones = np.ones(len(obligations), dtype=np.int8)
    graph = sparse.csr_matrix((ones, (obligations.debtor, obligations.creditor)), shape=shape)
    number, label = connected_components(graph, directed=False)
    line = label[obligations.debtor]
    firms = np.bincount(label, minlength=number)
    lines = np.bincount(line, minlength=number)
    totals, sums = _sums(line, obligations.cents, number), _sums(line, cleared, number)
    order = np.lexsort((np.arange(number), -totals))
    return tuple(Part(int(firms[i]), int(lines[i]), int(totals[i]), int(sums[i])) for i in order)


def _sums(index: Indices, amounts: Cents, count: int) -> Cents:
    """Return integer sums by index; exact, unlike numpy's bincount, which adds floats."""
    result = np.zeros(count, dtype=np.int64)
    np.add.at(result, index, amounts)
    return result
