"""Measures of spread and of gaps, with exact decompositions where they exist.

Gini: `sum_i (2i - n - 1) * y_(i) / (n * sum y)`, ascending. Theil T: `1/n * sum (y/mu) ln(y/mu)`, zero
amounts contribute 0; it splits exactly into `sum_g s_g T_g + sum_g s_g ln(mu_g/mu)`. Kakwani: concentration
of the bonus ranked by pay minus the Gini of pay; negative means more equal than pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.cents import Cents


def gini(amounts: Cents) -> Fraction | None:
    """Gini index of non-negative integer amounts (n,), exact; None when all are zero."""
    total = int(amounts.sum())
    if not total:
        return None
    ordered = np.sort(amounts)
    n = len(ordered)
    ranks = 2 * np.arange(1, n + 1, dtype=np.int64) - n - 1
    return Fraction(_dot(ranks, ordered), n * total)


def concentration(amounts: Cents, ranking: Cents) -> Fraction | None:
    """Concentration index of `amounts` along `ranking`, exact; None when the amounts are all zero."""
    total = int(amounts.sum())
    if not total:
        return None
    ordered = amounts[np.argsort(ranking, kind="stable")]
    n = len(ordered)
    ranks = 2 * np.arange(1, n + 1, dtype=np.int64) - n - 1
    return Fraction(_dot(ranks, ordered), n * total)


def _dot(left: Cents, right: Cents) -> int:
    """Exact integer dot product: partial sums stay below 2**63."""
    step = 1 << 12
    return sum(int(np.dot(left[i : i + step], right[i : i + step])) for i in range(0, len(left), step))


def theil(amounts: Cents) -> float | None:
    """Theil's T; None when the mean is zero."""
    values = amounts.astype(np.float64)
    mean = values.mean() if len(values) else 0.0
    if mean <= 0:
        return None
    ratio = values / mean
    positive = ratio[ratio > 0]
    return float((positive * np.log(positive)).sum() / len(values))


@dataclass(frozen=True)
class TheilSplit:
    """Theil's T split into the part inside the groups and the part between them; they add up."""

    total: float
    within: float
    between: float


def theil_by(amounts: Cents, groups: NDArray[np.integer]) -> TheilSplit | None:
    """Split of Theil's T by groups (n,); None when the mean is zero."""
    total = theil(amounts)
    if total is None:
        return None
    mean = float(amounts.mean())
    within = between = 0.0
    for code in np.unique(groups):
        part = amounts[groups == code]
        group_mean = float(part.mean())
        if group_mean <= 0:
            continue
        share = len(part) * group_mean / (len(amounts) * mean)
        within += share * (theil(part) or 0.0)
        between += share * float(np.log(group_mean / mean))
    return TheilSplit(total, within, between)


@dataclass(frozen=True)
class Gap:
    """Mean of one group against another: `1 - mean_a / mean_b`. None where a group is too small."""

    name: str
    count_a: int
    count_b: int
    gap: Fraction | None


def gap(name: str, amounts: Cents, in_a: NDArray[np.bool_], in_b: NDArray[np.bool_], least: int) -> Gap:
    """Gap of group a against group b; no figure when either has fewer than `least` people."""
    count_a, count_b = int(in_a.sum()), int(in_b.sum())
    if count_a < least or count_b < least:
        return Gap(name, count_a, count_b, None)
    sum_a, sum_b = int(amounts[in_a].sum()), int(amounts[in_b].sum())
    if sum_b == 0:
        return Gap(name, count_a, count_b, None)
    return Gap(name, count_a, count_b, 1 - Fraction(sum_a, count_a) / Fraction(sum_b, count_b))


def weighted_gap(gaps: Sequence[Gap]) -> Fraction | None:
    """Mean of the gaps inside strata, weighted by the people of group a; None when no stratum has one."""
    known = [(item.gap, item.count_a) for item in gaps if item.gap is not None]
    if not known:
        return None
    return sum((value * count for value, count in known), Fraction(0)) / sum(count for _, count in known)
