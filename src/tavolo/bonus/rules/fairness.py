"""Fairness of a plan before it is signed: spread, gaps, counterfactual keys, and who is hurt.

No figure is given for a group smaller than a declared size, because the mean of two people reveals pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.cents import Cents
from tavolo.bonus.rules.credit import indicator_credit
from tavolo.bonus.rules.distribution import Due, distribute
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.metrics import Gap, TheilSplit, concentration, gap, gini, theil_by, weighted_gap
from tavolo.bonus.rules.plan import Plan
from tavolo.bonus.rules.run import Run
from tavolo.bonus.rules.workers import FULL, Workers

LEAST_GROUP = 5
HURT = Fraction(5, 100)


@dataclass(frozen=True)
class Group:
    """One group of workers: how many and their mean amount in cents (None when too few)."""

    dimension: str
    name: str
    count: int
    mean: int | None


@dataclass(frozen=True)
class Fairness:
    """The whole report. Gaps are `1 - mean_a / mean_b`; amounts in cents."""

    gini: Fraction | None
    kakwani: Fraction | None
    groups: tuple[Group, ...]
    theil: tuple[tuple[str, TheilSplit], ...]
    gender_gap: Gap | None
    gender_gap_by_level: tuple[Gap, ...]
    gender_gap_within: Fraction | None
    keys: tuple[tuple[str, Fraction | None, Fraction | None], ...]
    credit: tuple[tuple[str, int], ...]
    labour_share: Fraction | None
    leave_loss: tuple[tuple[str, int, int], ...]
    warnings: tuple[tuple[str, str], ...]


def assess(run: Run, least: int = LEAST_GROUP) -> Fairness:
    """Fairness of a run. `least`: smallest group shown."""
    workers, amounts = run.workers, run.due.gross
    dimensions = _dimensions(run)
    gender = dimensions.get("gender")
    raw: Gap | None = None
    by_level: tuple[Gap, ...] = ()
    within: Fraction | None = None
    if gender is not None:
        raw, by_level, within = _gender(workers, amounts, gender[0], least)
    pay_gini = None if workers.pay is None else gini(workers.pay)
    ranked = None if workers.pay is None else concentration(amounts, workers.pay)
    kakwani = None if pay_gini is None or ranked is None else ranked - pay_gini
    losses = leave_losses(run)
    return Fairness(
        gini=gini(amounts), kakwani=kakwani, groups=tuple(_groups(dimensions, amounts, least)),
        theil=tuple((name, split) for name, (codes, _) in dimensions.items() if (split := theil_by(amounts,
        codes))),
        gender_gap=raw, gender_gap_by_level=by_level, gender_gap_within=within,
        keys=tuple(_keys(run, gender, least)), credit=tuple(_credit(run)), labour_share=labour_share(run),
        leave_loss=losses, warnings=tuple(_warnings(run, losses, raw, within, least)),
    )  # fmt: skip


_Dimension = tuple[NDArray[np.integer], Sequence[str]]


def _dimensions(run: Run) -> dict[str, _Dimension]:
    workers = run.workers
    found: dict[str, _Dimension] = {"level": (workers.level, workers.level_names)}
    if workers.gender is not None:
        found["gender"] = (workers.gender, ("?", "F", "M"))
    if workers.contract is not None:
        found["contract"] = (workers.contract, workers.contract_names)
    if workers.part_time is not None:
        found["part_time"] = ((workers.part_time < FULL).astype(np.int8), ("full-time", "part-time"))
    leave = _on_leave(run)
    if leave is not None:
        found["protected_leave"] = (leave.astype(np.int8), ("no", "yes"))
    return found


def _on_leave(run: Run) -> NDArray[np.bool_] | None:
    kinds = {item.kind.lower() for item in run.protected}
    columns = [hours for kind, hours in run.workers.leave_hours.items() if kind.lower() in kinds]
    if not columns:
        return None
    return np.asarray(np.any([hours > 0 for hours in columns], axis=0), dtype=np.bool_)


def _groups(dimensions: dict[str, _Dimension], amounts: Cents, least: int) -> list[Group]:
    groups = []
    for dimension, (codes, names) in dimensions.items():
        for code in np.unique(codes):
            part = amounts[codes == code]
            mean = int(part.sum()) // len(part) if len(part) >= least else None
            groups.append(Group(dimension, names[int(code)], len(part), mean))
    return groups


def _gender(
    workers: Workers, amounts: Cents, gender: NDArray[np.integer], least: int
) -> tuple[Gap, tuple[Gap, ...], Fraction | None]:
    women, men = gender == 1, gender == 2
    raw = gap("all", amounts, women, men, least)
    strata = []
    for code, name in enumerate(workers.level_names):
        here = workers.level == code
        if here.any():
            strata.append(gap(name, amounts, women & here, men & here, least))
    return raw, tuple(strata), weighted_gap(strata)


def _keys(
    run: Run, gender: _Dimension | None, least: int
) -> list[tuple[str, Fraction | None, Fraction | None]]:
    """The same total under other keys: name, Gini, gender gap. Keys whose columns are missing are left
    out."""
    rows = []
    for key in ("equal", "hours", "pay"):
        due = shared_by(run, key)
        if due is None:
            continue
        between = None
        if gender is not None:
            between = gap(key, due, gender[0] == 1, gender[0] == 2, least).gap
        rows.append((key, gini(due), between))
    return rows


def shared_by(run: Run, key: str) -> Cents | None:
    """The run's total shared by another key, or None when the workers file lacks what the key needs."""
    rule = replace(run.plan.distribution, method="share_pool", key=key, blend={}, floor=None, cap=None)
    plan = replace(run.plan, distribution=rule, individual=None)
    total = replace(run.amount, pool=Fraction(int(run.due.gross.sum()), 100), nominal={})
    try:
        return distribute(plan, total, run.workers, tuple(item.kind for item in run.protected)).gross
    except RuleError:
        return None


def leave_losses(run: Run) -> tuple[tuple[str, int, int], ...]:
    """What each worker on protected leave would lose if leave counted as absence: (id, cents now, cents
    then)."""
    on_leave = _on_leave(run)
    if on_leave is None or not on_leave.any():
        return ()
    then = _due(run, run.plan, ())
    moved = np.flatnonzero(on_leave & (then.gross != run.due.gross))
    return tuple((str(run.workers.ids[i]), int(run.due.gross[i]), int(then.gross[i])) for i in moved)


def _due(run: Run, plan: Plan, protected: tuple[str, ...]) -> Due:
    return distribute(plan, run.amount, run.workers, protected)


def _credit(run: Run) -> list[tuple[str, int]]:
    try:
        return indicator_credit(run)
    except RuleError:
        return []


def labour_share(run: Run) -> Fraction | None:
    """Workers' part of the measured gain, employer contributions included; None without a gain in euro."""
    gains = dict(run.amount.pool_lines)
    gain = gains.get("gain")
    if not gain:
        return None
    cost = sum(int(p.gross.sum()) + int(p.lines["employer_contributions"].sum()) for p in run.payments)
    return Fraction(cost, 100) / gain


def _warnings(
    run: Run, losses: tuple[tuple[str, int, int], ...], raw: Gap | None, within: Fraction | None, least: int
) -> list[tuple[str, str]]:
    found = []
    if losses:
        total = sum(now - then for _, now, then in losses)
        found.append((
            f"se i congedi tutelati contassero come assenza, {len(losses)} persone cambierebbero importo per "
            f"{total / 100:.2f} euro in tutto: il motore li conta come presenza",
            f"if protected leave counted as absence, {len(losses)} people's amounts would move by "
            f"{total / 100:.2f} euro in all: the engine counts it as presence",
        ))  # fmt: skip
    found += _compared(run, least, _on_leave(run), "protected leave", "congedi tutelati")
    part_time = None if run.workers.part_time is None else run.workers.part_time < FULL
    found += _compared(
        run, least, part_time, "part-time (per full-time unit)", "part-time (per unità a tempo pieno)"
    )
    for name, value in (("raw", raw.gap if raw else None), ("within", within)):
        if value is not None and abs(value) >= HURT:
            where = (
                "a parità di livello" if name == "within" else "complessivo",
                "within level" if name == "within" else "overall",
            )
            percent = float(value * 100)
            found.append((
                f"divario di genere {where[0]} del {percent:.1f}%: da spiegare se è almeno il 5% "
                    f"(Direttiva 2023/970)",
                f"gender gap {where[1]} of {percent:.1f}%: to be explained at 5% or more (Directive "
                    f"2023/970)",
            ))  # fmt: skip
    return found


def _compared(
    run: Run, least: int, marked: NDArray[np.bool_] | None, english: str, italian: str
) -> list[tuple[str, str]]:
    """Warn when a marked group gets 5% less than the others of its level, per full-time unit and day."""
    if marked is None:
        return []
    unit = _per_unit(run)
    strata = []
    for code, name in enumerate(run.workers.level_names):
        here = (run.workers.level == code) & (unit > 0)
        strata.append(gap(name, unit, marked & here, ~marked & here, least))
    value = weighted_gap(strata)
    if value is None or value < HURT:
        return []
    percent = float(value * 100)
    return [(
        f"chi ha {italian} riceve il {percent:.1f}% in meno degli altri dello stesso livello: verificare "
            f"chiave e coefficienti",
        f"people with {english} get {percent:.1f}% less than others of their level: check key and "
            f"coefficients",
    )]  # fmt: skip


def _per_unit(run: Run) -> Cents:
    """Amounts brought to a full-time worker present for the whole period, in cents."""
    days = np.maximum(run.due.days, 1)
    amounts = run.due.gross * run.due.period_days // days
    share = run.workers.part_time
    counts_part_time = (
        run.plan.distribution.part_time == "proportional" or run.plan.distribution.key == "hours"
    )
    if share is None or not counts_part_time:
        return amounts
    return amounts * FULL // np.maximum(share, 1)
