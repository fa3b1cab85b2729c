"""The demonstration's opinion model: who would answer what, and why.

A person has a party and three hidden traits (innovation, security, scale), each a standard normal
number shifted by party. The answer to a statement is a pass with the statement's pass rate; otherwise
it is agree with probability `sigmoid(a + lean · traits)`, where the intercept `a` is solved so that the
party's expected share of agreement is the one written in `data/statements.yaml`. So agreements across
sides and divides inside them are put in by hand and can be checked against what the map finds.

Each voter sees a random part of the statements, more likely the first ones, as real voters do.
Everything is seeded; no clock, no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray

PARTIES = ("employers", "cgil", "cisl", "uil")
TRAITS = ("innovation", "security", "scale")
# Mean of each trait by party: employers trust technology more, union members ask for more security.
SHIFT = np.array([[0.5, -0.5, 0.3], [-0.3, 0.4, -0.2], [0.0, 0.1, 0.1], [-0.1, 0.2, 0.0]])
NOT_SEEN = np.int8(-2)


@dataclass(frozen=True)
class Statement:
    """One statement of the demonstration with its place in the opinion model."""

    theme: str
    text: dict[str, str]
    support: tuple[float, ...]
    pass_rate: float
    lean: tuple[float, ...]


def statements() -> list[Statement]:
    """Read the demonstration's statements."""
    text = resources.files("tavolo.demo").joinpath("data/statements.yaml").read_text(encoding="utf-8")
    return [
        Statement(
            theme=entry["theme"],
            text={"it": entry["it"], "en": entry["en"]},
            support=tuple(entry["support"]),
            pass_rate=float(entry["pass"]),
            lean=tuple(float(entry.get("lean", {}).get(trait, 0.0)) for trait in TRAITS),
        )
        for entry in yaml.safe_load(text)["statements"]
    ]


def intercepts(asked: list[Statement]) -> NDArray[np.float64]:
    """Solve, per party and statement, the intercept that gives the written share of agreement.

    Returns an array (parties × statements). The mean of the logistic over the traits is taken with 41
    Gauss–Hermite nodes along the statement's lean, and inverted by bisection.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    weights = weights / weights.sum()
    lean = np.array([statement.lean for statement in asked])
    spread = np.linalg.norm(lean, axis=1)
    wanted = np.array([statement.support for statement in asked]).T
    middle = SHIFT @ lean.T
    low, high = np.full_like(wanted, -12.0), np.full_like(wanted, 12.0)
    for _ in range(60):
        half = (low + high) / 2
        inside = (half + middle)[..., None] + spread[None, :, None] * nodes
        share = (weights / (1 + np.exp(-inside))).sum(axis=-1)
        low, high = np.where(share < wanted, half, low), np.where(share < wanted, high, half)
    return (low + high) / 2


def votes(
    sizes: tuple[int, ...], seed: int, seen: float = 0.55
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Draw the votes of `sizes[g]` voters of each party.

    Returns the party of each voter (people,) and the votes (people × statements): 1 agree, 0 pass,
    -1 disagree, -2 not seen. `seen` is the mean share of statements a voter answers.
    """
    random = np.random.default_rng(seed)
    asked = statements()
    party = np.repeat(np.arange(len(sizes)), sizes)
    traits = random.normal(size=(party.size, len(TRAITS))) + SHIFT[party]
    lean = np.array([statement.lean for statement in asked])
    odds = intercepts(asked)[party] + traits @ lean.T
    agrees = random.random(odds.shape) < 1 / (1 + np.exp(-odds))
    passes = random.random(odds.shape) < np.array([statement.pass_rate for statement in asked])
    answer = np.where(passes, 0, np.where(agrees, 1, -1)).astype(np.int8)
    # Patience differs between people (beta) and falls a little along the list.
    patience = random.beta(2.2, 2.2 * (1 - seen) / seen, size=(party.size, 1))
    along = np.linspace(1.15, 0.85, len(asked))
    answer[random.random(odds.shape) > np.clip(patience * along, 0.02, 1)] = NOT_SEEN
    return party, answer
