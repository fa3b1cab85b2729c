"""The same premium in cash, in welfare and in the pension fund, for one worker, with what each would lose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tavolo.bonus.rules.cents import Cents, apply_rate, rate_to_int
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.net import People, compute_net
from tavolo.bonus.rules.run import Payment, Run

RATES = ("expense_deduction_rate", "pension_accrual_rate", "worker_contribution_rate")
WAYS = ("cash", "welfare", "pension")


@dataclass(frozen=True)
class Way:
    """One way to take the premium, in cents.

    `received`: net cash plus welfare or pension payment. `deduction_lost`: what the worker would have
    deducted had they paid the same expense themselves. `pension_lost`: accrual of the public pension not
    built up on what bears no contributions. `worth`: received minus the deduction lost.
    """

    name: str
    net_cash: int
    in_kind: int
    received: int
    deduction_lost: int
    pension_lost: int
    severance_lost: int
    worth: int
    firm_cost: int


def compare(run: Run, position: int, law: Mapping[str, int], deductible: bool = True) -> list[Way]:
    """Cash, welfare and pension for one worker and the whole run, in the first payment.

    `law`: the rates of RATES in millionths. `deductible`: whether the
    expense paid by welfare would have been deducted. RuleError when the plan does not allow conversion.
    """
    payment = run.payments[0]
    if not payment.terms.welfare_allowed:
        raise RuleError("the agreement does not provide for conversion into welfare, so there is only cash")
    gross = payment.gross[position : position + 1]
    ways = []
    for name in WAYS:
        lines = _lines(run, payment, position, gross, name)
        ways.append(_way(name, lines, law, deductible, run))
    return ways


def _lines(run: Run, payment: Payment, position: int, gross: Cents, name: str) -> Mapping[str, Cents]:
    people = payment.people.pick(np.array([position], dtype=np.intp))
    none: dict[str, Cents | None] = dict.fromkeys(
        ("welfare_exempt", "welfare_fringe", "welfare_pension", "welfare_health")
    )
    if name != "cash":
        none["welfare_exempt" if name == "welfare" else "welfare_pension"] = gross
    chosen: People = replace(people, **none)  # type: ignore[arg-type]
    return compute_net(gross, run.eligibility.eligible, chosen, payment.terms, run.plan.rounding)


def _way(name: str, lines: Mapping[str, Cents], law: Mapping[str, int], deductible: bool, run: Run) -> Way:
    one = {key: int(values[0]) for key, values in lines.items()}
    in_kind = one["welfare"] + one["uplift"]
    policy = run.plan.rounding
    lost = 0
    if name == "welfare" and deductible:
        lost = int(apply_rate(np.array([in_kind]), law["expense_deduction_rate"], policy)[0])
    accrual = _accrual_lost(one, law, run)
    divisor = run.payments[0].terms.severance_divisor
    severance = 0 if divisor is None else int(one["welfare"] * 10 // int(divisor * 10))
    received = one["net"] + in_kind
    paid = one["cash"] + in_kind
    cost = paid + one["employer_contributions"] + one["solidarity"] + one["severance"]
    return Way(name, one["net"], in_kind, received, lost, accrual, severance, received - lost, cost)


def _accrual_lost(one: Mapping[str, int], law: Mapping[str, int], run: Run) -> int:
    """Accrual on what bears no contributions, and the cut of the rate on the relieved part (DL 50/2017 art.
    55)."""
    policy = run.plan.rounding
    lost = apply_rate(np.array([one["welfare"]]), law["pension_accrual_rate"], policy)
    cut = rate_to_int(run.payments[0].terms.relief_points / 100) + law["worker_contribution_rate"]
    return int((lost + apply_rate(np.array([one["relieved"]]), cut, policy))[0])


def comparison_rates(run: Run, values: Mapping[str, object]) -> dict[str, int]:
    """The law's rates of a comparison in millionths."""
    return {key: rate_to_int(values[key]) for key in RATES}  # type: ignore[arg-type]
