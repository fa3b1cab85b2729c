"""One worker's slip in exact Decimals: tax, contributions, welfare and net, line by line.

This is the slow and readable form, for any rounding policy: the explanation and the worked cases use it.
`tavolo.bonus.rules.net` computes the same lines on arrays. Order of the lines: conversion, relief,
contributions (art. 51 TUIR base net of contributions), cap, flat tax, ordinary tax on the rest, net.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal

from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import CENT, round_line, round_to, times
from tavolo.bonus.rules.terms import TaxTerms
from tavolo.bonus.rules.uplift import uplift_from_table

ZERO = Decimal(0)
WELFARE_KINDS = ("exempt", "fringe", "pension", "health")


@dataclass(frozen=True)
class Person:
    """What the slip of one worker needs, in euro.

    `taxable_income`: the year's ordinary taxable income without the premium, needed only where a part is
    taxed ordinarily. `band_room`: what is left of the first pension band. `cap_used`, `relief_used`,
    `fringe_used`: already used this tax year, any employer.
    """

    contribution_rate: Decimal
    prior_income: Decimal | None = ZERO
    renounced: bool = False
    cap_used: Decimal = ZERO
    relief_used: Decimal = ZERO
    fringe_used: Decimal = ZERO
    children: bool = False
    taxable_income: Decimal | None = None
    surtax_rate: Decimal | None = None
    above_band_rate: Decimal = ZERO
    band_room: Decimal | None = None
    welfare: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Slip:
    """The lines of a slip, in euro. `cash - deductions = net`; `welfare` is what the worker receives."""

    gross: Decimal
    welfare: dict[str, Decimal]
    uplift: dict[str, Decimal]
    cash: Decimal
    relieved: Decimal
    contributions: Decimal
    base: Decimal
    flat_base: Decimal
    flat_tax: Decimal
    ordinary_base: Decimal
    fringe_taxable: Decimal
    fringe_contributions: Decimal
    ordinary_income: Decimal
    income_tax: Decimal
    deduction_lost: Decimal
    surtax: Decimal
    net: Decimal
    employer_contributions: Decimal
    solidarity: Decimal
    severance: Decimal
    cap_used: Decimal
    income_within_limit: bool
    favoured: bool

    @property
    def welfare_total(self) -> Decimal:
        """Welfare converted plus the firm's uplift."""
        return sum(self.welfare.values(), ZERO) + sum(self.uplift.values(), ZERO)

    @property
    def cost(self) -> Decimal:
        """What the premium costs the employer in all."""
        paid = self.cash + self.welfare_total
        return paid + self.employer_contributions + self.solidarity + self.severance


def compute_slip(gross: Decimal, eligible: bool, person: Person, terms: TaxTerms, policy: str) -> Slip:
    """The slip of a premium of `gross` euro; RuleError names an input that is missing."""
    within = _within_limit(person, terms)
    favoured = eligible and within and not person.renounced
    cap_left = max(ZERO, terms.cap - person.cap_used)
    welfare = _converted(gross, person, terms, cap_left) if favoured else dict.fromkeys(WELFARE_KINDS, ZERO)
    converted = sum(welfare.values(), ZERO)
    uplift = {kind: round_line(times(amount, terms.uplift_rate), policy) for kind, amount in welfare.items()}
    if terms.uplift_table and converted:
        uplift["exempt"] += uplift_from_table(converted, terms.uplift_table)
    cash = gross - converted
    relief_left = max(ZERO, terms.relief_limit - person.relief_used)
    relieved = min(cash, relief_left) if eligible and within else ZERO
    contributions = round_line(times(cash - relieved, person.contribution_rate), policy)
    if person.band_room is not None:
        above = min(max(ZERO, cash - person.band_room), cash - relieved)  # nothing on the relieved part
        contributions += round_line(times(above, person.above_band_rate), policy)
    base = cash - contributions
    flat_base, cap_cash = _flat(cash, contributions, cap_left - converted, favoured, terms.cap_basis, policy)
    flat_tax = round_line(times(flat_base, terms.rate), policy)
    fringe = _fringe_taxable(welfare["fringe"], uplift["fringe"], person, terms)
    fringe_contributions = round_line(times(fringe, person.contribution_rate), policy)
    ordinary = base - flat_base + fringe - fringe_contributions
    income_tax, lost, surtax = ordinary_tax(ordinary, person, terms, policy)
    net = cash - contributions - flat_tax - fringe_contributions - income_tax - lost - surtax
    employer = round_line(times(cash + fringe, terms.employer_rate), policy)
    employer -= round_line(times(relieved, terms.relief_points / 100), policy)
    funds = sum((welfare[kind] + uplift[kind] for kind in ("pension", "health")), ZERO)
    severance = round_line(cash / terms.severance_divisor, policy) if terms.severance_divisor else ZERO
    return Slip(
        gross=gross, welfare=welfare, uplift=uplift, cash=cash, relieved=relieved,
        contributions=contributions,
        base=base, flat_base=flat_base, flat_tax=flat_tax, ordinary_base=base - flat_base,
        fringe_taxable=fringe,
        fringe_contributions=fringe_contributions, ordinary_income=ordinary, income_tax=income_tax,
        deduction_lost=lost, surtax=surtax, net=net, employer_contributions=employer,
        solidarity=round_line(times(funds, terms.solidarity_rate), policy), severance=severance,
        cap_used=converted + cap_cash, income_within_limit=within, favoured=favoured,
    )  # fmt: skip


def _within_limit(person: Person, terms: TaxTerms) -> bool:
    if person.prior_income is None:
        raise RuleError(
            "the employment income of the year before is missing, so the income test cannot be made"
        )
    return person.prior_income <= terms.income_limit


def _converted(gross: Decimal, person: Person, terms: TaxTerms, cap_left: Decimal) -> dict[str, Decimal]:
    """Conversion asked for, filled in the order of WELFARE_KINDS up to the premium and the cap left."""
    most = times(gross, terms.welfare_most).quantize(CENT, rounding=ROUND_FLOOR)
    left = min(most, cap_left) if terms.welfare_allowed else ZERO
    taken = {}
    for kind in WELFARE_KINDS:
        taken[kind] = min(person.welfare.get(kind, ZERO), left)
        left -= taken[kind]
    return taken


def _flat(
    cash: Decimal, contributions: Decimal, cap_left: Decimal, favoured: bool, basis: str, policy: str
) -> tuple[Decimal, Decimal]:
    """The part of the base under the flat tax and how much of the cap it uses."""
    if not favoured or cash == 0:
        return ZERO, ZERO
    if basis == "net_of_worker_contributions":
        flat = min(cash - contributions, cap_left)
        return flat, flat
    inside = min(cash, cap_left)
    return inside - round_line(times(contributions, inside) / cash, policy), inside


def _fringe_taxable(fringe: Decimal, uplift: Decimal, person: Person, terms: TaxTerms) -> Decimal:
    """Taxable fringe benefits: above the limit the whole, also what was received before (art. 51 c. 3)."""
    added = fringe + uplift
    limit = terms.fringe_limit_children if person.children else terms.fringe_limit
    if added == 0 or person.fringe_used + added <= limit:
        return ZERO
    if person.fringe_used > limit:
        return added
    total = person.fringe_used + added
    return total if terms.fringe_above == "whole" else total - limit


def ordinary_tax(
    ordinary: Decimal, person: Person, terms: TaxTerms, policy: str
) -> tuple[Decimal, Decimal, Decimal]:
    """Income tax, employee deduction lost and surtaxes on `ordinary` euro added to the year's income."""
    if ordinary == 0:
        return ZERO, ZERO, ZERO
    if person.taxable_income is None:
        raise RuleError("a part of the premium is taxed ordinarily, so the worker's taxable income is needed")
    surtax_rate = terms.surtax_rate if person.surtax_rate is None else person.surtax_rate
    if surtax_rate is None:
        raise RuleError(
            "a part of the premium is taxed ordinarily, so a surtax rate is needed (firm: surtax_rate)"
        )
    before, after = person.taxable_income, person.taxable_income + ordinary
    income_tax = round_line(band_tax(after, terms.bands) - band_tax(before, terms.bands), policy)
    kept = [round_to(deduction(income, terms), CENT) for income in (before, after)]
    surtax = round_line(times(ordinary, surtax_rate), policy)
    owed = [
        round_line(band_tax(income, terms.bands), policy) - least
        for income, least in zip((before, after), kept, strict=True)
    ]
    if min(owed) >= 0:
        return income_tax, kept[0] - kept[1], surtax
    # the deduction exceeds the year's tax: only what it leaves uncovered is owed, and no surtax on nothing
    added = max(ZERO, owed[1]) - max(ZERO, owed[0])
    return income_tax, added - income_tax, surtax if owed[1] > 0 else ZERO


def band_tax(income: Decimal, bands: tuple[tuple[Decimal, Decimal], ...]) -> Decimal:
    """Progressive tax by bands given as (lower bound, rate), exact."""
    tax = ZERO
    for index, (start, rate) in enumerate(bands):
        end = bands[index + 1][0] if index + 1 < len(bands) else None
        top = income if end is None else min(income, end)
        if top > start:
            tax += times(top - start, rate)
    return tax


def deduction(income: Decimal, terms: TaxTerms) -> Decimal:
    """Employee deduction at an income: `fixed + share * (until - income) / width` of its piece (art. 13
    TUIR)."""
    piece = terms.deduction[0]
    for candidate in terms.deduction:
        if income > candidate[0]:
            piece = candidate
    _, fixed, share, until, width = piece
    return fixed + times(share, until - income) / width
