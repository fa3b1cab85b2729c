"""Which statement a person is shown next.

Three sets of weights, one way to draw. `polis_weights` is the rule of Polis (re-derived from its published
mathematics, state of October 2024): statements that are little passed, agreed with, extreme on the map and
new come first. `open_verdict_weights` spends questions where a verdict is still open and within reach for
the voter's own group. Uniform weights are the yardstick. All randomness comes from the caller's generator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from tavolo.dialogue.convergence import verdicts as v
from tavolo.dialogue.convergence.intervals import BoolArray, FloatArray, IntArray
from tavolo.dialogue.convergence.statistics import comment_priority

NO_WEIGHT = 1.0
# A closed statement keeps this part of the weight of the cheapest open one, so that it is still heard at
# random and a verdict reached by luck can be lost again.
CLOSED = 0.02
# Nobody is asked for more than this many further answers before a cell counts as out of reach.
_OUT_OF_REACH = 10_000.0


def polis_weights(
    agree: ArrayLike, passed: ArrayLike, seen: ArrayLike, extremity: ArrayLike, meta: ArrayLike | None = None
) -> FloatArray:
    """Weights (statements,) of Polis from totals over groups; the formula is `statistics.comment_priority`.

    ``extremity`` is the length of the statement's arrow on the map, ``meta`` marks statements about the
    participants themselves.
    """
    counts = [np.asarray(x, dtype=np.int64) for x in (agree, passed, seen)]
    about_us = np.zeros(counts[0].shape, dtype=bool) if meta is None else np.asarray(meta, dtype=bool)
    return comment_priority(counts[0], counts[1], counts[2], np.asarray(extremity, dtype=float), about_us)


def open_verdict_weights(
    agree: ArrayLike,
    disagree: ArrayLike,
    passed: ArrayLike,
    census: ArrayLike | None = None,
    level: float = 0.95,
) -> FloatArray:
    """Weights (groups, statements): a row for the voters of each group.

    For each group and statement estimate how many further answers of that group would establish its side,
    were it to go on as it began (`answers_needed`). A statement's price is the sum over its groups: all of
    them must be established. Its weight for a group that is still open is 1 / price, so that questions go
    first to verdicts within reach; where the group itself is established already, or the statement has its
    verdict, only `CLOSED` of the weight of the cheapest open statement is left. The price is a planning
    figure, not a test: what is stated is decided by `verdicts.judge` alone.
    """
    yes, no, neither = (np.asarray(x, dtype=np.int64) for x in (agree, disagree, passed))
    needed = answers_needed(yes, no, neither, census, level)
    price = np.maximum(needed, 0.0).sum(axis=0)
    judged = v.judge(yes, no, neither, census, level, with_intervals=False)
    is_open = (needed > 0) & (judged.code == v.NOT_ENOUGH)
    weights = np.where(is_open, 1.0 / np.maximum(price, 1.0), 0.0)
    best = weights.max(axis=1, keepdims=True)
    return np.maximum(weights, np.where(best > 0, CLOSED * best, NO_WEIGHT))


def answers_needed(
    agree: IntArray,
    disagree: IntArray,
    passed: IntArray,
    census: ArrayLike | None = None,
    level: float = 0.95,
) -> FloatArray:
    """Further answers (groups, statements) that would establish a group's side at its present tendency.

    With q the share of the leading answer, shrunk by one half answer each way (Jeffreys), a normal sample of
    ``z^2 q (1 - q) / (q - 1/2)^2`` puts the interval beyond one half; less with a census, because the last
    people settle it. At least what unanimity would take. 0 where the side is established already.
    """
    seen = agree + disagree + passed
    q = (np.maximum(agree, disagree) + 0.5) / (seen + 1.0)
    alpha = (1.0 - level) / 2.0
    z = float(special.ndtri(1.0 - alpha))
    margin = np.maximum(np.abs(q - 0.5), 0.5 * z / _OUT_OF_REACH**0.5)
    total = np.maximum(z * z * q * (1.0 - q) / margin**2, np.log2(1.0 / alpha))
    if census is not None:
        members = np.asarray(census, dtype=float)[:, None]
        total = np.where(members > 0, total / (1.0 + (total - 1.0) / np.maximum(members, 1.0)), total)
    state = v.judge(agree, disagree, passed, census, level, with_intervals=False).state
    decided = np.isin(state, (v.SUPPORTS, v.REJECTS, v.SPLIT))
    return np.where(decided, 0.0, np.maximum(total - seen, 1.0))


def draw(weights: ArrayLike, voted: ArrayLike, rng: np.random.Generator) -> int | None:
    """The next statement for one person: proportional to weight among those not yet voted, or None.

    ``weights`` (statements,), NaN where a statement has none yet (it then has 1); ``voted`` (statements,)
    true where the person has already answered.
    """
    left = np.flatnonzero(~np.asarray(voted, dtype=bool))
    if not left.size:
        return None
    chances = _filled(weights)[left]
    total = chances.sum()
    chances = chances / total if total > 0 else np.full(left.size, 1.0 / left.size)
    return int(rng.choice(left, p=chances))


def draw_many(weights: ArrayLike, voted: BoolArray, questions: int, rng: np.random.Generator) -> BoolArray:
    """``questions`` statements for each of many people at once, drawn without replacement.

    ``weights`` (statements,) or (people, statements); ``voted`` (people, statements). Exponential keys
    divided by weights: the smallest keys are the successive proportional draws (Efraimidis and Spirakis,
    Information Processing Letters 97 (2006) 181-185). Returns a mask (people, statements).
    """
    keys = rng.exponential(size=voted.shape) / np.maximum(_filled(weights), 1e-300)
    keys[voted] = np.inf
    count = min(questions, voted.shape[1])
    chosen = np.zeros(voted.shape, dtype=bool)
    if count:
        first = np.argpartition(keys, count - 1, axis=1)[:, :count]
        np.put_along_axis(chosen, first, True, axis=1)
    return chosen & ~voted


def _filled(weights: ArrayLike) -> FloatArray:
    values = np.asarray(weights, dtype=float)
    if (values < 0).any():
        raise ValueError("A routing weight is negative: weights are 0 or more.")
    return np.where(np.isnan(values), NO_WEIGHT, values)
