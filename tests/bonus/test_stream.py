"""Sharing in chunks gives the same cents as sharing at once."""

from __future__ import annotations

import numpy as np
import pytest

from tavolo.bonus.rules.sharing import split_pool
from tavolo.bonus.rules.stream import last_cents, shares_of


@pytest.mark.parametrize(("pool", "most"), [(0, 50), (1, 3), (123_456_789, 200_000), (99_999, 2), (7, 10**9)])
def test_chunks_give_the_same_cents(pool, most):
    r = np.random.default_rng(pool)
    weights, ranks = r.integers(0, most, 10_007), r.permutation(10_007)

    def chunks():
        for start in range(0, len(weights), 611):
            yield weights[start : start + 611], ranks[start : start + 611]

    threshold = last_cents(chunks, pool)
    parts = np.concatenate([shares_of(w, k, pool, threshold) for w, k in chunks()])
    assert int(parts.sum()) == pool
    assert parts.tolist() == split_pool(pool, weights, ranks).tolist()
