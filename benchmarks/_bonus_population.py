"""The population of the bonus benchmark, from a seed: arrays of cents, and the law as plain numbers."""

from __future__ import annotations

import numpy as np

#: the law of a payment in 2026, written once for every competitor; cents and fractions
LAW = {
    "rate": 0.01, "cap": 500_000, "income_limit": 8_000_000, "relief": 80_000, "surtax": 0.0253,
    "bands": [(0, 0.23), (2_800_000, 0.33), (5_000_000, 0.43)],
    "deduction": [
        (0, 195_500, 0, 1_500_000, 100), (1_500_000, 191_000, 119_000, 2_800_000, 1_300_000),
        (2_800_000, 0, 191_000, 5_000_000, 2_200_000), (5_000_000, 0, 0, 5_000_000, 100),
    ],
}  # fmt: skip


def population(n: int, seed: int = 1) -> dict[str, np.ndarray]:
    """n workers: most under the cap, some above it, above the income limit, or renouncing."""
    r = np.random.default_rng(seed)
    return {
        "gross": r.integers(20_000, 620_000, n), "rate": r.choice(np.array([91_900, 94_900, 58_400]), n),
        "prior_income": np.minimum(r.lognormal(15.0, 0.35, n).astype(np.int64), 20_000_000),
        "renounced": r.random(n) < 0.01, "cap_used": np.where(r.random(n) < 0.05, r.integers(0, 300_000,
        n), 0),
        "taxable_income": np.minimum(r.lognormal(14.9, 0.35, n).astype(np.int64), 20_000_000),
        "welfare": np.where(r.random(n) < 0.2, r.integers(0, 200_000, n), 0),
    }  # fmt: skip
