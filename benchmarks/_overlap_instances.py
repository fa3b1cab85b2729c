"""Made-up lists and lodgings of every difficulty, the same for every run."""

from __future__ import annotations

import numpy as np

from tavolo.dialogue.overlap.solver.question import Issue, Lodged, Question

KINDS = ("random", "coarse", "opposed", "one favourite each")


def instance(
    kind: str, issues: int, options: int, parties: int, seed: int
) -> tuple[Question, dict[str, Lodged]]:
    """Return a list and what each party lodges on it: everything acceptable, so that all packages count.

    `random`: points and weights drawn evenly. `coarse`: as the page offers, points 0..2 and weights 1, 2, 4.
    `opposed`: two sides want the contrary, with some noise. `one favourite each`: an option a party.
    """
    draw = np.random.default_rng(seed)
    question = Question(
        tuple(Issue(f"{i:02d}", tuple(f"{o:02d}" for o in range(options))) for i in range(issues))
    )
    lodged = {}
    for party in range(parties):
        points = {
            issue.key: {
                option: _points(kind, party, parties, place, number, options, draw)
                for number, option in enumerate(issue.options)
            }
            for place, issue in enumerate(question.issues)
        }
        weights = {
            issue.key: int(draw.choice((1, 2, 4))) if kind == "coarse" else int(draw.integers(1, 11))
            for issue in question.issues
        }
        accepts = {issue.key: frozenset(issue.options) for issue in question.issues}
        lodged[f"{party:02d}"] = Lodged(accepts, points, weights)
    return question, lodged


def _points(
    kind: str, party: int, parties: int, place: int, number: int, options: int, draw: np.random.Generator
) -> int:
    if kind == "coarse":
        return int(draw.integers(0, 3))
    if kind == "opposed":
        slope = 10 * number // max(options - 1, 1)
        return int(np.clip((slope if party % 2 else 10 - slope) + draw.integers(-1, 2), 0, 10))
    if kind == "one favourite each":
        own = (number + place) % parties == party
        return int(draw.integers(8, 11) if own else draw.integers(0, 2))
    return int(draw.integers(0, 11))
