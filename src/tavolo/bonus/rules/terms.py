"""The law of one payment, read once: rates, caps and limits that hold on its governing dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import from_fraction
from tavolo.bonus.rules.parameters import GoverningDates, LawReader, LawTree

INSTRUMENTS = ("premium", "profit_sharing", "ristorni")
CONTRIBUTION_CLASSES = {
    "ordinary": "worker_contribution_rate",
    "cigs": "worker_contribution_rate_cigs",
    "apprentice": "worker_contribution_rate_apprentice",
}


@dataclass(frozen=True)
class FirmTerms:
    """What the firm and its agreement add to the law for tax and net pay."""

    instrument: str = "premium"
    joint_involvement: bool = False
    profit_share_to_workers: Decimal | None = None
    welfare_allowed: bool = False
    uplift_rate: Decimal = Decimal(0)
    uplift_table: tuple[tuple[Decimal, Decimal], ...] = ()
    employer_contribution_rate: Decimal | None = None
    surtax_rate: Decimal | None = None
    severance_on_premium: bool = False


@dataclass(frozen=True)
class TaxTerms:
    """Rates and limits of one payment. Money in euro; rates as fractions; bands by lower bound."""

    tax_year: int
    rate: Decimal
    cap: Decimal
    cap_basis: str
    income_limit: Decimal
    relief_limit: Decimal
    relief_points: Decimal
    fringe_limit: Decimal
    fringe_limit_children: Decimal
    fringe_above: str
    solidarity_rate: Decimal
    employer_rate: Decimal
    uplift_rate: Decimal
    welfare_allowed: bool
    surtax_rate: Decimal | None
    severance_divisor: Decimal | None
    bands: tuple[tuple[Decimal, Decimal], ...]
    deduction: tuple[tuple[Decimal, Decimal, Decimal, Decimal, Decimal], ...]
    welfare_most: Decimal = Decimal(1)
    uplift_table: tuple[tuple[Decimal, Decimal], ...] = ()


def tax_day(payment: date, reader: LawReader) -> date:
    """The day whose year taxes a payment: early January payments count for the year before.

    Source: enlarged cash rule, art. 51 c. 1 TUIR; the last day is a dated value.
    """
    if payment.month == 1 and payment.day <= int(reader.get("enlarged_cash_last_day")):
        return date(payment.year - 1, 12, 31)
    return payment


def payment_reader(
    tree: LawTree, dates: GoverningDates, choices: Mapping[str, str] | None = None
) -> LawReader:
    """A reader whose payment date is the day that taxes it (enlarged cash rule applied)."""
    first = LawReader(tree, dates)
    day = dates.payment
    if day.month == 1:
        day = tax_day(day, first)
    reader = LawReader(tree, GoverningDates(dates.signing, dates.accrual, day), choices or {})
    if day != dates.payment:
        reader.used.update(first.used)
    return reader


def read_terms(reader: LawReader, firm: FirmTerms, welfare_most: Fraction = Fraction(1)) -> TaxTerms:
    """Read from the law what one payment needs; MissingLawValue stops the computation."""
    joint = firm.joint_involvement
    employer = firm.employer_contribution_rate
    return TaxTerms(
        tax_year=reader.dates.payment.year,
        rate=reader.get("substitute_tax_rate"),
        cap=yearly_cap(reader, firm),
        cap_basis=reader.get("cap_basis"),
        income_limit=reader.get("income_limit"),
        relief_limit=reader.get("joint_relief_limit") if joint else Decimal(0),
        relief_points=reader.get("joint_relief_ivs_points") if joint else Decimal(0),
        fringe_limit=reader.get("fringe_limit") if firm.welfare_allowed else Decimal(0),
        fringe_limit_children=reader.get("fringe_limit_children") if firm.welfare_allowed else Decimal(0),
        fringe_above=reader.get("fringe_above_limit") if firm.welfare_allowed else "whole",
        solidarity_rate=reader.get("solidarity_rate") if firm.welfare_allowed else Decimal(0),
        employer_rate=reader.get("employer_contribution_rate") if employer is None else employer,
        uplift_rate=firm.uplift_rate,
        welfare_allowed=firm.welfare_allowed and bool(reader.get("welfare_conversion_exempt")),
        surtax_rate=firm.surtax_rate,
        severance_divisor=reader.get("severance_divisor") if firm.severance_on_premium else None,
        bands=tuple((band["from"], band["rate"]) for band in reader.get("irpef_bands")),
        deduction=tuple(
            (p["from"], p["fixed"], p["share"], p["until"], p["width"])
            for p in reader.get("employee_deduction")
        ),
        welfare_most=from_fraction(welfare_most),
        uplift_table=firm.uplift_table,
    )


def yearly_cap(reader: LawReader, firm: FirmTerms) -> Decimal:
    """The cap of one agreement: ordinary, joint involvement of old contracts, or profit sharing."""
    if firm.instrument not in INSTRUMENTS:
        raise RuleError(f"instrument '{firm.instrument}' is unknown; use one of {', '.join(INSTRUMENTS)}")
    cap: Decimal = reader.get("premium_cap")
    if firm.instrument != "premium":
        least: Decimal = reader.get("profit_sharing_min_share")
        given = firm.profit_share_to_workers
        if least == 0 or (given is not None and given >= least):
            cap = max(cap, reader.get("profit_sharing_cap"))
    if firm.joint_involvement and reader.dates.signing < reader.get("joint_boundary"):
        cap = max(cap, reader.get("premium_cap_joint"))
    return cap


@dataclass(frozen=True)
class EmployerShare:
    """One of several employers of a worker: joint involvement (old contract) and what it pays."""

    name: str
    joint: bool
    amount: Decimal | None = None


def total_cap(ordinary: Decimal, joint_cap: Decimal, employers: list[EmployerShare]) -> Decimal:
    """Cap over all employers of a worker, for contracts before the 2017 boundary.

    All with joint involvement: the higher cap. Some only: the ordinary cap, or what those employers pay
    if larger, never above the higher cap (circ. 5/E 2018). The upper bound is implied, not printed.
    """
    higher = max(ordinary, joint_cap)
    joint = [employer for employer in employers if employer.joint]
    if not joint:
        return ordinary
    if len(joint) == len(employers):
        return higher
    missing = [employer.name for employer in joint if employer.amount is None]
    if missing:
        raise RuleError(
            f"employer {missing[0]}: the amount paid is needed, because not all employers involve workers"
        )
    paid = sum((employer.amount or Decimal(0) for employer in joint), Decimal(0))
    return max(ordinary, min(higher, paid))


def contribution_rate(reader: LawReader, name: str) -> Decimal:
    """The worker's contribution rate of a class: ordinary, cigs or apprentice."""
    if name not in CONTRIBUTION_CLASSES:
        raise RuleError(
            f"contribution class '{name}' is unknown; use one of {', '.join(CONTRIBUTION_CLASSES)}"
        )
    rate: Decimal = reader.get(CONTRIBUTION_CLASSES[name])
    return rate
