"""One verdict per statement, about majorities in every group, with an honest probability.

For group g let A be the share of *all its members* who would agree if asked and D the share who would
disagree; PASS is neither. A group supports a statement when A > 1/2 and rejects it when D > 1/2.

==============================  =====================================================================
code                            what it claims
==============================  =====================================================================
convergence                     every group supports
convergence_against             every group rejects
divergence                      the named groups support, the other named groups reject
convergence_with_reservation    side +1: the named groups, at least half of all, support and no group
                                rejects. Side -1: the mirror image
not_enough_voices               nothing of the above is established; it claims nothing
==============================  =====================================================================

The probability is 1 - p, p an exact p-value of the claim as a whole (names included): whatever the truth,
boundary truths included, the chance of a wrong verdict with probability >= 1 - t is at most t, under random
response. It is a confidence, not the chance that this one claim is true. With G groups, one-sided exact
p-values a_g (majority for), d_g (majority against), and r_g, s_g (no majority against, none for):

* convergence: 2 max a_g; against: 2 max d_g (intersection-union test, Berger, Technometrics 24 (1982) 295;
  the factor 2 pays for both directions, so that it says "every interval lies above one half");
* a group named in a divergence or a reservation: k = max(2, 2 (G - 1)) times its a_g or d_g (union bound);
* reservation: the larger of the named groups' k a_g and 2 r_g over the other groups.

The reasoning is written out in docs/maths/convergence.md and checked by simulation in ``calibration``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tavolo.dialogue.convergence.intervals import (
    BoolArray,
    FloatArray,
    IntArray,
    majority_p_value,
    no_majority_p_value,
    share_interval,
)

CONVERGENCE = "convergence"
AGAINST = "convergence_against"
RESERVATION = "convergence_with_reservation"
DIVERGENCE = "divergence"
NOT_ENOUGH = "not_enough_voices"
CODES = (CONVERGENCE, AGAINST, RESERVATION, DIVERGENCE, NOT_ENOUGH)

SUPPORTS = "supports"
REJECTS = "rejects"
SPLIT = "no_majority"
UNDECIDED = "undecided"
UNHEARD = "unheard"

StrArray = NDArray[np.str_]


@dataclass(frozen=True)
class FamilyWise:
    """What many statements do to the chance of any error in one table.

    ``statements`` with at least one answer; ``stated`` those with a verdict; ``chance_of_any_error`` the
    bound 1 - level each allows over the whole table if statements were independent, ``bound`` the same
    without any assumption (Bonferroni); ``stated_table_wide`` verdicts that hold for the whole table at once.
    """

    statements: int
    stated: int
    chance_of_any_error: float
    bound: float
    stated_table_wide: int


@dataclass(frozen=True)
class Verdicts:
    """Verdicts of S statements over G groups. Arrays are (S,) or (G, S); see the module's table.

    ``code`` (S,); ``side`` (S,) +1 for, -1 against, 0 none; ``probability`` (S,), for ``not_enough_voices``
    that of ``leading``, the nearest claim, always below the level; ``reason`` (S,) why nothing is stated:
    "unheard" (a group nobody of whom answered), "open" (intervals straddle one half), "no_majority" (heard,
    and no majority either way), else "". ``state`` (G, S) per group at the level of its own interval.
    ``named`` (G, S) +1 / -1 where the verdict names the group as supporting / rejecting; ``missing`` (G, S)
    true for the groups whose voices are lacking; ``not_heard`` (G, S) members without an answer, -1 where
    the census is unknown. ``table_wide`` (S,) the verdict still holds over all statements at once.
    """

    level: float
    code: StrArray
    side: IntArray
    probability: FloatArray
    leading: StrArray
    reason: StrArray
    state: StrArray
    named: IntArray
    missing: BoolArray
    not_heard: IntArray
    support_low: FloatArray
    support_high: FloatArray
    dissent_low: FloatArray
    dissent_high: FloatArray
    table_wide: BoolArray
    table_wide_probability: FloatArray
    familywise: FamilyWise


@dataclass(frozen=True)
class _Evidence:
    """Exact one-sided p-values (G, S): majority for, majority against, no majority for, none against."""

    supports: FloatArray
    rejects: FloatArray
    no_support: FloatArray
    no_rejection: FloatArray


def judge(
    agree: ArrayLike,
    disagree: ArrayLike,
    passed: ArrayLike,
    census: ArrayLike | None = None,
    level: float = 0.95,
    with_intervals: bool = True,
) -> Verdicts:
    """Judge every statement from counts.

    ``agree``, ``disagree``, ``passed``: whole numbers, shape (groups, statements). ``census``: members of
    each group, shape (groups,), 0 where unknown, or None for all unknown. ``level``: a verdict is stated
    when its probability reaches it. ``with_intervals`` False leaves the intervals at (0, 1), for simulation.

    Raises ValueError on impossible counts or when a group's answers exceed its census.
    """
    a, d, p, size = _checked(agree, disagree, passed, census)
    groups = a.shape[0]
    seen, members = a + d + p, size[:, None]
    evidence = _Evidence(
        majority_p_value(a, seen, members),
        majority_p_value(d, seen, members),
        no_majority_p_value(a, seen, members),
        no_majority_p_value(d, seen, members),
    )
    decided = _decide(evidence, groups, 1.0 - level)
    code, side, probability, leading, named = decided
    state = _states(evidence, seen, 1.0 - level)
    missing, reason = _whose(code, state)
    open_ended = np.zeros(a.shape), np.ones(a.shape)
    support, dissent = (
        share_interval(x, seen, members, level) if with_intervals else open_ended for x in (a, d)
    )
    wide, wide_probability, family = _over_the_table(code, probability, seen, level)
    return Verdicts(
        level=level,
        code=code,
        side=side,
        probability=probability,
        leading=leading,
        reason=reason,
        state=state,
        named=named,
        missing=missing,
        not_heard=np.where(members > 0, members - seen, -1),
        support_low=support[0],
        support_high=support[1],
        dissent_low=dissent[0],
        dissent_high=dissent[1],
        table_wide=wide,
        table_wide_probability=wide_probability,
        familywise=family,
    )


def naming_factor(groups: int) -> int:
    """How many ways there are to misname a group: the multiplier on the p-value of a named group."""
    return max(2, 2 * (groups - 1))


def _checked(
    agree: ArrayLike, disagree: ArrayLike, passed: ArrayLike, census: ArrayLike | None
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Counts as tables of whole numbers of one shape, and one census size per group (0 = unknown)."""
    tables = [np.asarray(values) for values in (agree, disagree, passed)]
    if any(t.ndim != 2 or not np.issubdtype(t.dtype, np.integer) for t in tables):
        raise ValueError("Counts must be whole numbers in a table of groups by statements.")
    a, d, p = (t.astype(np.int64) for t in tables)
    groups = a.shape[0]
    size = np.zeros(groups, dtype=np.int64) if census is None else np.asarray(census, dtype=np.int64)
    if d.shape != a.shape or p.shape != a.shape or size.shape != (groups,) or groups == 0:
        raise ValueError(
            "Agree, disagree and pass need one row per group and one column per statement, "
            "the census one number per group."
        )
    return a, d, p, size


def _decide(
    evidence: _Evidence, groups: int, alpha: float
) -> tuple[StrArray, IntArray, FloatArray, StrArray, IntArray]:
    """Code, side, probability, leading claim and named groups of every statement."""
    factor = naming_factor(groups)
    p_for, p_against = 2 * evidence.supports.max(axis=0), 2 * evidence.rejects.max(axis=0)
    named_for, named_against = factor * evidence.supports <= alpha, factor * evidence.rejects <= alpha
    p_divided, divided = _divergence(evidence, named_for, named_against, factor, alpha)
    p_hold, hold = _reservation(evidence.supports, evidence.no_rejection, named_for, factor, alpha)
    p_hold_no, hold_no = _reservation(evidence.rejects, evidence.no_support, named_against, factor, alpha)
    tests = [p_for <= alpha, p_against <= alpha, divided, hold, hold_no]
    p_values = [p_for, p_against, p_divided, p_hold, p_hold_no]
    codes = [CONVERGENCE, AGAINST, DIVERGENCE, RESERVATION, RESERVATION]
    open_p = np.stack([p_for, p_against, p_divided])
    leading = np.array(codes[:3])[open_p.argmin(axis=0)]
    code = np.select(tests, codes, NOT_ENOUGH)
    p = np.select(tests, p_values, np.maximum(open_p.min(axis=0), np.nextafter(alpha, 1.0)))
    side = np.select(tests, [1, -1, 0, 1, -1], 0).astype(np.int64)
    named = named_for.astype(np.int64) - named_against.astype(np.int64)
    named = np.where(code == NOT_ENOUGH, 0, np.where(code == CONVERGENCE, 1, named))
    named = np.where(code == AGAINST, -1, named)
    leading = np.where(code == NOT_ENOUGH, leading, code)
    return code, side, 1.0 - np.clip(p, 0.0, 1.0), leading, named


def _divergence(
    evidence: _Evidence, named_for: BoolArray, named_against: BoolArray, factor: int, alpha: float
) -> tuple[FloatArray, BoolArray]:
    """p-value of "these groups support, those reject" and where it is stated at ``alpha``.

    Where stated, the weakest of the named groups counts, because all the names are part of the claim.
    """
    stated: BoolArray = np.logical_and(named_for.any(axis=0), named_against.any(axis=0))
    weakest: FloatArray = np.maximum(
        np.where(named_for, evidence.supports, 0.0).max(axis=0),
        np.where(named_against, evidence.rejects, 0.0).max(axis=0),
    )
    strongest: FloatArray = np.maximum(evidence.supports.min(axis=0), evidence.rejects.min(axis=0))
    return np.where(stated, weakest, strongest) * factor, stated


def _reservation(
    supports: FloatArray, no_rejection: FloatArray, named: BoolArray, factor: int, alpha: float
) -> tuple[FloatArray, BoolArray]:
    """p-value of "the named groups, at least half of all, support and no group rejects"."""
    enough: BoolArray = (2 * named.sum(axis=0) >= named.shape[0]) & named.any(axis=0)
    p_named: FloatArray = factor * np.where(named, supports, 0.0).max(axis=0)
    p_others: FloatArray = 2 * np.where(named, 0.0, no_rejection).max(axis=0)
    p: FloatArray = np.maximum(p_named, p_others)
    stated: BoolArray = np.logical_and(enough, np.less_equal(p, alpha))
    return p, stated


def _states(evidence: _Evidence, seen: IntArray, alpha: float) -> StrArray:
    neither = np.maximum(evidence.no_support, evidence.no_rejection)
    return np.select(
        [seen == 0, 2 * evidence.supports <= alpha, 2 * evidence.rejects <= alpha, 2 * neither <= alpha],
        [UNHEARD, SUPPORTS, REJECTS, SPLIT],
        UNDECIDED,
    )


def _whose(code: StrArray, state: StrArray) -> tuple[BoolArray, StrArray]:
    """Groups whose voices are lacking, and why a statement has no verdict."""
    lacking = (state == UNDECIDED) | (state == UNHEARD)
    nothing = code == NOT_ENOUGH
    silent, open_ = (state == UNHEARD).any(axis=0), (state == UNDECIDED).any(axis=0)
    reason = np.select([~nothing, silent, open_], ["", UNHEARD, "open"], SPLIT)
    return lacking & np.isin(code, (NOT_ENOUGH, RESERVATION)), reason


def _over_the_table(
    code: StrArray, probability: FloatArray, seen: IntArray, level: float
) -> tuple[BoolArray, FloatArray, FamilyWise]:
    """Bonferroni over the statements that anybody answered (fixed before any answer is looked at).

    Holm's step-down would state more, but its guarantee does not extend to claims that pick their own
    direction (Shaffer, Annals of Statistics 8 (1980) 1342) among statements answered by the same people.
    """
    statements = int((seen.sum(axis=0) > 0).sum())
    stated = code != NOT_ENOUGH
    adjusted = 1.0 - np.minimum(1.0, (1.0 - probability) * max(statements, 1))
    wide = stated & (adjusted >= level)
    alpha = 1.0 - level
    family = FamilyWise(
        statements,
        int(stated.sum()),
        1.0 - level**statements,
        min(1.0, alpha * statements),
        int(wide.sum()),
    )
    return wide, np.where(stated, adjusted, 0.0), family
