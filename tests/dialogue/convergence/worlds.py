"""Invented votes with a known structure."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from tavolo.dialogue.convergence.votes import NOT_SEEN


def camps(
    people: int, statements: int, groups: int = 2, *, seen: float = 0.4, sharpness: float = 0.8, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Votes (NaN = none) of camps that follow their own line with the given chance, and each one's camp."""
    rng = np.random.default_rng(seed)
    camp = np.sort(rng.integers(0, groups, people))
    line = rng.choice([-1.0, 1.0], (groups, statements))
    votes = np.where(
        rng.random((people, statements)) < sharpness, line[camp], rng.integers(-1, 2, (people, statements))
    )
    votes[rng.random((people, statements)) >= seen] = np.nan
    return votes, camp


def noise(people: int, statements: int, *, seen: float = 0.4, seed: int = 0) -> NDArray[np.float64]:
    """Votes cast by coin, without any structure."""
    rng = np.random.default_rng(seed)
    votes = rng.integers(-1, 2, (people, statements)).astype(float)
    votes[rng.random((people, statements)) >= seen] = np.nan
    return votes


@st.composite
def vote_tables(draw: st.DrawFn, most_people: int = 30, most_statements: int = 8) -> NDArray[np.int8]:
    """Dense int8 tables, NOT_SEEN where nobody voted."""
    people, statements = draw(st.integers(1, most_people)), draw(st.integers(1, most_statements))
    seed, density = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([0.05, 0.3, 0.8, 1.0]))
    rng = np.random.default_rng(seed)
    table = rng.integers(-1, 2, (people, statements)).astype(np.int8)
    table[rng.random((people, statements)) >= density] = NOT_SEEN
    return table
