"""Statement statistics of Polis, from counts alone.

All functions take arrays of counts shaped (groups, statements) or (statements,) and return float arrays of
the same shape. `seen` counts every vote, pass included. Formulas: Small, Bjorkegren, Erkkilä, Shaw, Megill,
"Polis: Scaling deliberation by mapping high dimensional opinion spaces", Recerca 26 (2021), and the published
mathematics of compdemocracy/polis (state of October 2024), re-derived from their definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counted = NDArray[Any]

Z90 = 1.2816  # one-sided 90%, the constant Polis uses


@dataclass(frozen=True, slots=True, eq=False)
class GroupStatistics:
    """Figures shaped (groups, statements); ra, rd, rat, rdt are NaN when there is one group only."""

    pa: Floats
    pd: Floats
    pat: Floats
    pdt: Floats
    ra: Floats
    rd: Floats
    rat: Floats
    rdt: Floats


def smoothed_share(votes: Counted, seen: Counted) -> Floats:
    """Return (votes + 1) / (seen + 2), Laplace's rule of succession."""
    return np.asarray((votes + 1.0) / (seen + 2.0))


def one_proportion_test(votes: Counted, seen: Counted) -> Floats:
    """Return the z of "more than half", 2·sqrt(seen+1)·((votes+1)/(seen+1) - 1/2)."""
    return np.asarray(2.0 * np.sqrt(seen + 1.0) * ((votes + 1.0) / (seen + 1.0) - 0.5))


def two_proportion_test(votes: Counted, seen: Counted, others: Counted, others_seen: Counted) -> Floats:
    """Return the pooled z of two shares, with 1 added to all four counts; 0 where the pooled share is 1."""
    first, first_seen = votes + 1.0, seen + 1.0
    second, second_seen = others + 1.0, others_seen + 1.0
    pooled = (first + second) / (first_seen + second_seen)
    variance = pooled * (1.0 - pooled) * (1.0 / first_seen + 1.0 / second_seen)
    difference = first / first_seen - second / second_seen
    certain = variance <= 0.0
    return np.where(certain, 0.0, difference / np.sqrt(np.where(certain, 1.0, variance)))


def group_statistics(agree: Counted, disagree: Counted, seen: Counted) -> GroupStatistics:
    """Return all statistics of every (group, statement); "other" is the sum over the other groups."""
    pa, pd = smoothed_share(agree, seen), smoothed_share(disagree, seen)
    if agree.shape[0] < 2:
        nothing = np.full(agree.shape, np.nan)
        ra = rd = rat = rdt = nothing
    else:
        agree_o, disagree_o, seen_o = (part.sum(axis=0) - part for part in (agree, disagree, seen))
        ra = pa / smoothed_share(agree_o, seen_o)
        rd = pd / smoothed_share(disagree_o, seen_o)
        rat = two_proportion_test(agree, seen, agree_o, seen_o)
        rdt = two_proportion_test(disagree, seen, disagree_o, seen_o)
    return GroupStatistics(
        pa=pa,
        pd=pd,
        pat=one_proportion_test(agree, seen),
        pdt=one_proportion_test(disagree, seen),
        ra=ra,
        rd=rd,
        rat=rat,
        rdt=rdt,
    )


def group_aware_consensus(agree: Counted, seen: Counted) -> Floats:
    """Return, per statement, the product over groups of (agree + 1) / (seen + 2).

    A raw product: not comparable between analyses with different numbers of groups.
    """
    return np.asarray(np.prod(smoothed_share(agree, seen), axis=0))


def comment_priority(
    agree: Counted, passed: Counted, seen: Counted, extremity: Floats, meta: NDArray[np.bool_]
) -> Floats:
    """Return the routing weight of each statement, [(1-p)(E+1)·a·(1 + 8·2^(-S/5))]², and 49 for meta ones.

    Counts are shaped (statements,): totals over the groups. The next statement is drawn with a probability
    proportional to its weight among those a person has not voted on.
    """
    a, p = smoothed_share(agree, seen), smoothed_share(passed, seen)
    weight = ((1.0 - p) * (extremity + 1.0) * a * (1.0 + 8.0 * np.exp2(-np.asarray(seen) / 5.0))) ** 2
    return np.where(meta, 49.0, weight)


def consensus_list(
    votes: Counted, seen: Counted, allowed: NDArray[np.bool_], *, length: int = 5
) -> list[tuple[int, float, float]]:
    """Return up to `length` (statement, share, test) supported beyond one half, best first.

    `votes` is the number of agrees for the agree list, of disagrees for the other; all people with a vote.
    Kept: share > 0.5 and test > Z90, not excluded; ordered by share·test, ties by statement.
    """
    share, test = smoothed_share(votes, seen), one_proportion_test(votes, seen)
    kept = np.flatnonzero(allowed & (share > 0.5) & (test > Z90))
    order = kept[np.lexsort((kept, -(share * test)[kept]))][:length]
    return [(int(c), float(share[c]), float(test[c])) for c in order]
