"""A whole run: amount due, eligibility, tax and net of every worker, with the law each payment used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.amount import (
    Amount,
    Measurement,
    compute_amount,
    compute_eligibility,
    read_indicators,
)
from tavolo.bonus.rules.cents import Cents, apply_rate, rate_to_int
from tavolo.bonus.rules.distribution import Due, distribute
from tavolo.bonus.rules.eligibility import Eligibility
from tavolo.bonus.rules.errors import RuleError, WorkersError
from tavolo.bonus.rules.leave import ProtectedLeave, protected_leave
from tavolo.bonus.rules.money import to_cents
from tavolo.bonus.rules.net import People, compute_net
from tavolo.bonus.rules.parameters import GoverningDates, LawReader, LawTree, LawValue
from tavolo.bonus.rules.plan import Plan
from tavolo.bonus.rules.terms import TaxTerms, payment_reader, read_terms
from tavolo.bonus.rules.workers import Workers

WELFARE_KINDS = ("exempt", "fringe", "pension", "health")


@dataclass(frozen=True)
class Payment:
    """One payment of the run: its gross and the lines of every slip (int64 cents, LINES)."""

    name: str
    paid_on: date
    share: Fraction
    gross: Cents
    lines: Mapping[str, Cents]
    people: People
    terms: TaxTerms
    law: Mapping[str, LawValue]


@dataclass(frozen=True)
class Run:
    """The three results of a run with everything needed to explain and repeat them."""

    plan: Plan
    workers: Workers
    amount: Amount
    eligibility: Eligibility
    due: Due
    payments: tuple[Payment, ...]
    protected: tuple[ProtectedLeave, ...]
    law_version: str
    warnings: tuple[tuple[str, str], ...]
    descriptions: Mapping[str, Mapping[str, str]]
    paid_on: date
    choices: Mapping[str, str]

    def law_used(self) -> dict[str, LawValue]:
        """Every law value used by any payment; later payments win on the same key."""
        used: dict[str, LawValue] = {}
        for payment in self.payments:
            used.update(payment.law)
        return used

    def from_memory(self) -> list[LawValue]:
        """Values used whose reference is from memory: named in every result."""
        return [value for value in self.law_used().values() if value.reference.status == "from memory"]

    def in_conflict(self) -> list[LawValue]:
        """Values used on which sources disagree."""
        return [value for value in self.law_used().values() if value.conflicts]

    def total(self, line: str) -> Cents:
        """One line summed over the payments, for each worker."""
        return np.asarray(sum(payment.lines[line] for payment in self.payments), dtype=np.int64)


def simulate(
    plan: Plan, workers: Workers, results: Mapping[str, Measurement], paid_on: date, law: LawTree,
    choices: Mapping[str, str] | None = None,
) -> Run:  # fmt: skip
    """Run the plan. RuleError or MissingLawValue, as sentences, when something needed is not there."""
    choices = {**plan.law_choices, **(choices or {})}
    readings = read_indicators(plan, results)
    amount = compute_amount(plan, readings)
    eligibility = compute_eligibility(plan, readings)
    accrual = LawReader(law, GoverningDates(plan.signed_on, plan.period[1], paid_on))
    leave = protected_leave(accrual)
    due = distribute(plan, amount, workers, tuple(item.kind for item in leave))
    payments = _pay(plan, workers, due, eligibility, paid_on, law, choices)
    uses_leave = bool(workers.leave_hours) and _uses_hours(plan)
    if uses_leave and payments:
        payments = (replace(payments[0], law={**payments[0].law, **accrual.used}), *payments[1:])
    notes = tuple(_warnings(plan, workers, paid_on, accrual))
    return Run(
        plan,
        workers,
        amount,
        eligibility,
        due,
        payments,
        leave,
        law.version,
        notes,
        {key: parameter.description for key, parameter in law.parameters.items()},
        paid_on,
        choices,
    )


def rerun_with(run: Run, changes: Mapping[str, Fraction], law: LawTree) -> Run:
    """The run again with other measured values of some indicators; RuleError when one is unknown."""
    unknown = sorted(set(changes) - set(run.plan.indicators))
    if unknown:
        raise RuleError(f"the plan has no indicator '{unknown[0]}'; it has {', '.join(run.plan.indicators)}")
    results = {
        name: Measurement(reading.base, changes.get(name, reading.measured), reading.document)
        for name, reading in run.amount.readings.items()
    }
    return simulate(run.plan, run.workers, results, run.paid_on, law, run.choices)


def pay_again(run: Run, gross: Cents, eligible: bool, where: NDArray[np.intp]) -> list[dict[str, Cents]]:
    """Slips of other gross amounts of the workers at `where`, in the run's own payments, one after the other.

    `gross`: int64 (m,) cents of those workers; each payment takes its share, and what one uses of a yearly
    limit the next no longer has.
    """
    workers = run.workers.take(where)
    grosses = split_shares(gross, [item.share for item in run.plan.instalments])
    dated = sorted(
        zip(run.plan.instalments, grosses, strict=True), key=lambda pair: pair[0].paid_on or run.paid_on
    )
    state, slips, year = _State.of(workers), [], None
    for payment, (_, part) in zip(run.payments, dated, strict=True):
        if year is not None and year != payment.terms.tax_year:
            state = state.new_year(workers)
        year = payment.terms.tax_year
        people = _people(workers, state, _Known(payment.law), payment.terms)
        lines = compute_net(part, eligible, people, payment.terms, run.plan.rounding)
        slips.append(lines)
        state = state.after(lines, people, payment.terms, run.plan.rounding)
    return slips


@dataclass(frozen=True)
class _Known:
    """The law a payment used, asked again."""

    law: Mapping[str, LawValue]

    def get(self, key: str) -> Any:
        return self.law[key].value


def _uses_hours(plan: Plan) -> bool:
    rule = plan.distribution
    return rule.key == "hours" or "hours" in rule.blend or rule.presence == "hours"


def _warnings(plan: Plan, workers: Workers, paid_on: date, reader: LawReader) -> list[tuple[str, str]]:
    """Facts people should see, in Italian and English."""
    notes = []
    days = int(reader.get("deposit_days"))
    if plan.deposited_on is None:
        notes.append((
            f"il deposito dell'accordo non è indicato: va fatto entro {days} giorni dalla firma, o "
                f"l'agevolazione si perde",
            f"the deposit of the agreement is not stated: it is due within {days} days of signing, or the "
                f"relief is lost",
        ))  # fmt: skip
    elif (plan.deposited_on - plan.signed_on).days > days:
        notes.append((
            f"l'accordo è stato depositato oltre {days} giorni dalla firma: l'agevolazione è a rischio",
            f"the agreement was deposited more than {days} days after signing: the relief is at risk",
        ))  # fmt: skip
    if workers.pensionable_pay is None:
        notes.append((
            "manca la retribuzione pensionabile dell'anno: il contributo aggiuntivo dell'1% non è calcolato",
            "the year's pensionable pay is not given: the additional 1% contribution is not computed",
        ))  # fmt: skip
    if paid_on <= plan.period[1]:
        notes.append((
            "il pagamento precede la fine del periodo misurato",
            "the payment comes before the end of the measured period",
        ))  # fmt: skip
    return notes


def split_shares(gross: Cents, shares: list[Fraction]) -> list[Cents]:
    """Instalments of each amount: rounded on the running share, so they add up to the amount."""
    parts, paid, share = [], np.zeros(len(gross), dtype=np.int64), Fraction(0)
    for item in shares:
        share += item
        until = (gross * share.numerator * 2 + share.denominator) // (share.denominator * 2)
        parts.append(until - paid)
        paid = until
    return parts


def _pay(
    plan: Plan, workers: Workers, due: Due, eligibility: Eligibility, paid_on: date, law: LawTree,
    choices: Mapping[str, str],
) -> tuple[Payment, ...]:  # fmt: skip
    """Payments in order of date; caps, reliefs and choices of one tax year run on from one to the next."""
    grosses = split_shares(due.gross, [item.share for item in plan.instalments])
    dated = sorted(zip(plan.instalments, grosses, strict=True), key=lambda pair: pair[0].paid_on or paid_on)
    payments: list[Payment] = []
    state = _State.of(workers)
    for item, gross in dated:
        day = item.paid_on or paid_on
        reader = payment_reader(law, GoverningDates(plan.signed_on, plan.period[1], day), choices)
        terms = read_terms(reader, plan.firm, plan.welfare_most)
        if payments and payments[-1].terms.tax_year != terms.tax_year:
            state = state.new_year(workers)
        people = _people(workers, state, reader, terms)
        try:
            lines = compute_net(gross, eligibility.eligible, people, terms, plan.rounding)
        except WorkersError as error:
            raise WorkersError(error.positions, error.what, item.name) from None
        except RuleError as error:
            raise RuleError(f"payment '{item.name}': {error}") from None
        payments.append(Payment(item.name, day, item.share, gross, lines, people, terms, dict(reader.used)))
        state = state.after(lines, people, terms, plan.rounding)
    return tuple(payments)


@dataclass(frozen=True)
class _State:
    """What earlier payments of the same tax year have used."""

    cap_used: Cents | None
    relief_used: Cents | None
    fringe_used: Cents | None
    taxable_income: Cents | None
    pensionable_pay: Cents | None
    welfare: Mapping[str, Cents]

    @classmethod
    def of(cls, workers: Workers) -> _State:
        return cls(
            workers.cap_used, workers.relief_used, workers.fringe_used, workers.taxable_income,
            workers.pensionable_pay, workers.welfare,
        )  # fmt: skip

    def new_year(self, workers: Workers) -> _State:
        """A new tax year: caps start again; the welfare still asked for remains."""
        return replace(
            _State.of(workers), cap_used=None, relief_used=None, fringe_used=None, welfare=self.welfare
        )

    def after(self, lines: Mapping[str, Cents], people: People, terms: TaxTerms, policy: str) -> _State:
        """The state after a payment."""
        income = self.taxable_income
        if income is not None:
            added = lines["ordinary_base"] + lines["fringe_taxable"] - lines["fringe_contributions"]
            income = np.where(income < 0, income, income + added)
        left, wanted = lines["welfare"].copy(), {}
        fringe = self.fringe_used
        for kind in WELFARE_KINDS:
            if kind in self.welfare:
                asked = getattr(people, f"welfare_{kind}")
                taken = np.minimum(left, asked if asked is not None else 0)
                left -= taken
                wanted[kind] = self.welfare[kind] - taken
                if kind == "fringe":  # what the firm adds is a fringe benefit too
                    received = taken + apply_rate(taken, rate_to_int(terms.uplift_rate), policy)
                    fringe = received if fringe is None else fringe + received
        pay = None if self.pensionable_pay is None else self.pensionable_pay + lines["cash"]
        return _State(
            lines["cap_used"] + (0 if self.cap_used is None else self.cap_used),
            lines["relieved"] + (0 if self.relief_used is None else self.relief_used), fringe, income, pay,
            wanted,
        )  # fmt: skip


def _people(workers: Workers, state: _State, reader: LawReader | _Known, terms: TaxTerms) -> People:
    prior = workers.need("prior_income", "the income test (employment income of the year before)")
    room, above_rate = None, 0
    if state.pensionable_pay is not None:
        band = to_cents(reader.get("first_pension_band"))
        room = np.maximum(band - state.pensionable_pay, 0)
        above_rate = rate_to_int(reader.get("additional_contribution_rate"))
    welfare = {f"welfare_{kind}": wanted for kind, wanted in state.welfare.items() if terms.welfare_allowed}
    return People(
        contribution_rate=workers.contribution_rate, prior_income=prior, renounced=workers.renounced,
        cap_used=state.cap_used, relief_used=state.relief_used, fringe_used=state.fringe_used,
        children=workers.children, taxable_income=state.taxable_income, surtax_rate=workers.surtax_rate,
        band_room=room, above_band_rate=above_rate, **welfare,
    )  # fmt: skip
