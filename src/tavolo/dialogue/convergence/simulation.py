"""Which routing reaches more correct verdicts per vote: simulated consultations on planted opinions.

A planted model fixes what every member of every group would answer. People arrive in random order, answer a
few statements chosen by the routing, and leave. At checkpoints the verdicts are compared with those of a
full census. Optional stopping is part of what is measured: a routing that looks at the answers can lead to
more wrong verdicts than a fixed sample, and the table says how many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tavolo.dialogue.convergence import verdicts as v
from tavolo.dialogue.convergence.calibration import wrong_claims
from tavolo.dialogue.convergence.intervals import BoolArray, FloatArray, IntArray
from tavolo.dialogue.convergence.routing import draw_many, open_verdict_weights, polis_weights

ROUTES = ("uniform", "polis", "open_verdict")
# Kinds of statement: (share agreeing, share disagreeing) for each group in turn, repeating cyclically.
KINDS: dict[str, tuple[tuple[float, float], ...]] = {
    "shared": ((0.85, 0.1), (0.8, 0.1), (0.75, 0.15)),
    "refused": ((0.15, 0.8), (0.1, 0.85), (0.1, 0.75)),
    "divided": ((0.85, 0.1), (0.15, 0.8), (0.5, 0.4)),
    "leaning": ((0.65, 0.25), (0.62, 0.28), (0.6, 0.3)),
    "reserved": ((0.8, 0.1), (0.8, 0.1), (0.4, 0.2)),
    "split": ((0.48, 0.47), (0.5, 0.45), (0.45, 0.5)),
}


@dataclass(frozen=True)
class Model:
    """A planted model: a name, members of each group, statements, answers per visit."""

    name: str
    sizes: tuple[int, ...]
    statements: int
    questions: int

    @property
    def groups(self) -> IntArray:
        """Group of every person, (people,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


MODELS = (
    Model("negotiating table", (30, 30, 30), 30, 10),
    Model("firms and unions", (120, 60, 60, 60), 60, 15),
    Model("town", (600, 400, 300), 60, 12),
)


@dataclass(frozen=True)
class Outcome:
    """One line of the comparison: means over the replicates. Shares are of all statements.

    ``correct``: the verdict of a full census; ``wrong``: a stated verdict that claims something false.
    """

    model: str
    route: str
    turnout: float
    votes: int
    correct: float
    stated: float
    wrong: float


def compare_routes(
    replicates: int = 20,
    models: tuple[Model, ...] = MODELS,
    checkpoints: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0),
    seed: int = 20260413,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Simulate every model ``replicates`` times under each routing; the same people and order for all three.

    Deterministic for a seed. ``progress`` is called with (steps done, steps in all).
    """
    outcomes = []
    done, steps = 0, len(models) * replicates * len(ROUTES)
    for number, model in enumerate(models):
        measured = np.zeros((len(ROUTES), replicates, len(checkpoints), 4))
        for replicate in range(replicates):
            for r, route in enumerate(ROUTES):
                people = np.random.default_rng([seed, number, replicate])
                answers, order = plant(model, people), people.permutation(sum(model.sizes))
                draws = np.random.default_rng([seed, number, replicate, r])
                measured[r, replicate] = _consultation(model, route, answers, order, checkpoints, draws)
                done += 1
                if progress is not None:
                    progress(done, steps)
        for r, route in enumerate(ROUTES):
            for turnout, mean in zip(checkpoints, measured[r].mean(axis=0), strict=True):
                outcomes.append(Outcome(model.name, route, turnout, round(mean[0]), *map(float, mean[1:])))
    return outcomes


def plant(model: Model, rng: np.random.Generator) -> IntArray:
    """What everybody would answer, (people, statements): +1, 0 (pass) or -1."""
    kinds = list(KINDS.values())
    groups = model.groups
    answers = np.zeros((groups.size, model.statements), dtype=np.int64)
    for statement in range(model.statements):
        shares = kinds[statement % len(kinds)]
        for g in range(len(model.sizes)):
            rows = np.flatnonzero(groups == g)
            agree, disagree = shares[(g + statement // len(kinds)) % len(shares)]
            yes, no = round(agree * rows.size), round(disagree * rows.size)
            values = np.repeat([1, -1, 0], [yes, no, rows.size - yes - no])
            answers[rows, statement] = rng.permutation(values)
    return answers


def _consultation(
    model: Model,
    route: str,
    answers: IntArray,
    order: IntArray,
    checkpoints: tuple[float, ...],
    rng: np.random.Generator,
) -> FloatArray:
    """Votes, correct, stated, wrong at each checkpoint; weights are renewed every fortieth of the people."""
    census, groups = np.array(model.sizes), model.groups
    everyone = np.ones(answers.shape, dtype=bool)
    truth = v.judge(*_counts(answers, everyone, groups), census, with_intervals=False)
    sides = [_side(answers, groups, sign) for sign in (1, -1)]
    seen = np.zeros(answers.shape, dtype=bool)
    batch, reports, start = max(1, order.size // 40), [], 0
    stops = [round(c * order.size) for c in checkpoints]
    for stop in stops:
        while start < stop:
            rows = order[start : min(start + batch, stop)]
            weights = _weights(route, answers, seen, groups, census)
            chosen = draw_many(weights[groups[rows]], seen[rows], model.questions, rng)
            seen[rows] |= chosen
            start += rows.size
        judged = v.judge(*_counts(answers, seen, groups), census, with_intervals=False)
        same = (judged.code == truth.code) & (judged.side == truth.side) & (judged.code != v.NOT_ENOUGH)
        stated, wrong = judged.code != v.NOT_ENOUGH, wrong_claims(judged, *sides)
        reports.append([seen.sum(), same.mean(), stated.mean(), wrong.mean()])
    return np.array(reports, dtype=float)


def _weights(
    route: str, answers: IntArray, seen: BoolArray, groups: IntArray, census: IntArray
) -> FloatArray:
    agree, disagree, passed = _counts(answers, seen, groups)
    shape = agree.shape
    if route == "uniform" or not seen.any():
        return np.ones(shape)
    if route == "open_verdict":
        return open_verdict_weights(agree, disagree, passed, census)
    total = (agree + disagree + passed).sum(axis=0)
    weights = polis_weights(agree.sum(axis=0), passed.sum(axis=0), total, _extremity(answers, seen))
    return np.broadcast_to(weights, shape)


def _extremity(answers: IntArray, seen: BoolArray) -> FloatArray:
    """Length of each statement's arrow on the two-axis map of the votes so far."""
    count = seen.sum(axis=0)
    mean = np.divide((answers * seen).sum(axis=0), count, out=np.zeros(count.shape), where=count > 0)
    centred = np.where(seen, answers - mean, 0.0)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, -2:]
    return np.asarray(np.sqrt(count.size) * np.abs(1.0 - mean) * np.linalg.norm(axes, axis=1))


def _counts(answers: IntArray, seen: BoolArray, groups: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    member = (groups == np.arange(groups.max() + 1)[:, None]).astype(np.int64)
    yes, no, either = (member @ (seen & (answers == value)).astype(np.int64) for value in (1, -1, 0))
    return yes, no, either


def _side(answers: IntArray, groups: IntArray, sign: int) -> BoolArray:
    member = (groups == np.arange(groups.max() + 1)[:, None]).astype(np.int64)
    held: BoolArray = 2 * (member @ (answers == sign).astype(np.int64)) > member.sum(axis=1)[:, None]
    return held


def summary(outcomes: list[Outcome]) -> list[str]:
    """Plain lines, one per model, routing and turnout, for a terminal or a document."""
    lines = [
        f"{'model':20} {'routing':13} {'turnout':>7} {'votes':>7} {'correct':>8} {'stated':>7} {'wrong':>7}"
    ]
    lines += [
        f"{o.model:20} {o.route:13} {o.turnout:>7.0%} {o.votes:>7} {o.correct:>8.1%} {o.stated:>7.1%} "
        f"{o.wrong:>7.2%}"
        for o in outcomes
    ]
    return lines
