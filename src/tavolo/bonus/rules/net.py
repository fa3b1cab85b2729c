"""The same slip for many workers at once: int64 cents in, int64 cents out, in chunks.

Rows are processed `CHUNK` at a time so that the temporaries stay in the processor's cache: memory beside
inputs and outputs is bounded whatever the number of workers. Every line is rounded by the run's policy;
the results equal `tavolo.bonus.rules.slip` to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tavolo.bonus.rules.cents import (
    RATE_SCALE,
    Cents,
    apply_rate,
    check_amounts,
    check_vector_policy,
    divide_half,
    rate_to_int,
)
from tavolo.bonus.rules.errors import WorkersError
from tavolo.bonus.rules.money import CENT, to_cents
from tavolo.bonus.rules.slip import band_tax
from tavolo.bonus.rules.terms import TaxTerms

CHUNK = 16_384
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """Arrays of n workers; money in cents, rates in millionths. None where a whole column is absent."""

    contribution_rate: Cents
    prior_income: Cents
    renounced: Flags | None = None
    cap_used: Cents | None = None
    relief_used: Cents | None = None
    fringe_used: Cents | None = None
    children: Flags | None = None
    taxable_income: Cents | None = None
    surtax_rate: Cents | None = None
    band_room: Cents | None = None
    above_band_rate: int = 0
    welfare_exempt: Cents | None = None
    welfare_fringe: Cents | None = None
    welfare_pension: Cents | None = None
    welfare_health: Cents | None = None

    def rows(self, start: int, stop: int) -> People:
        """The workers from `start` to `stop`, as views."""
        part: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            part[item.name] = value[start:stop] if isinstance(value, np.ndarray) else value
        return People(**part)

    def pick(self, where: NDArray[np.intp]) -> People:
        """The workers at the positions `where`, as copies."""
        part: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            part[item.name] = value[where] if isinstance(value, np.ndarray) else value
        return People(**part)


#: output lines, in the order of a slip
LINES = (
    "welfare", "uplift", "cash", "relieved", "contributions", "flat_base", "flat_tax", "ordinary_base",
    "fringe_taxable", "fringe_contributions", "income_tax", "deduction_lost", "surtax", "net",
    "employer_contributions", "solidarity", "severance", "cap_used",
)  # fmt: skip


@dataclass(frozen=True)
class _Integers:
    """TaxTerms in cents and millionths."""

    rate: int
    cap: int
    net_basis: bool
    income_limit: int
    relief_limit: int
    relief_rate: int
    fringe_limit: int
    fringe_limit_children: int
    whole: bool
    solidarity: int
    employer: int
    uplift: int
    surtax: int | None
    welfare: bool
    severance: int | None
    welfare_most: int
    uplift_table: NDArray[np.int64]
    bands: tuple[tuple[int, int], ...]
    deduction: tuple[tuple[int, int, int, int, int], ...]
    covered: int
    """Income (cents) from which the tax of a year is never below its deduction."""


@lru_cache(maxsize=16)
def _integers(terms: TaxTerms) -> _Integers:
    rates = [rate_to_int(rate) for _, rate in terms.bands]
    steps = [rate - before for rate, before in zip(rates, [0, *rates], strict=False)]
    return _Integers(
        rate=rate_to_int(terms.rate), cap=to_cents(terms.cap),
        net_basis=terms.cap_basis == "net_of_worker_contributions", income_limit=to_cents(terms.income_limit),
        relief_limit=to_cents(terms.relief_limit), relief_rate=rate_to_int(terms.relief_points / 100),
        fringe_limit=to_cents(terms.fringe_limit),
        fringe_limit_children=to_cents(terms.fringe_limit_children),
        whole=terms.fringe_above == "whole", solidarity=rate_to_int(terms.solidarity_rate),
        employer=rate_to_int(terms.employer_rate), uplift=rate_to_int(terms.uplift_rate),
        surtax=None if terms.surtax_rate is None else rate_to_int(terms.surtax_rate),
        welfare=terms.welfare_allowed,
        severance=None if terms.severance_divisor is None else int(terms.severance_divisor * 10),
        welfare_most=rate_to_int(terms.welfare_most),
        uplift_table=np.array(
            sorted((to_cents(cash), to_cents(welfare)) for cash, welfare in terms.uplift_table),
            dtype=np.int64
        ).reshape(-1, 2),
        bands=tuple((to_cents(start), step) for (start, _), step in zip(terms.bands, steps, strict=True)),
        deduction=tuple(
            (to_cents(start), to_cents(fixed), to_cents(share), to_cents(until), to_cents(width))
            for start, fixed, share, until, width in terms.deduction
        ),
        covered=_covered(terms),
    )  # fmt: skip


def _covered(terms: TaxTerms) -> int:
    """Income (cents) from which the year's tax is never below its deduction; 0 where it never is.

    A piece of the deduction is largest at its start and the tax grows at least by its lowest rate, so in a
    piece the two cross at the latest where that rate alone reaches the piece's largest value. Two cents and
    a euro are added for the rounding of either.
    """
    lowest = min((rate for _, rate in terms.bands), default=Decimal(0))
    if lowest <= 0:
        return 0
    highest = Decimal(0)
    ends = [*(start for start, *_ in terms.deduction[1:]), None]
    for (start, fixed, share, until, width), end in zip(terms.deduction, ends, strict=True):
        most = fixed + share * (until - start) / width
        if band_tax(start, terms.bands) < most + 2 * CENT:
            crossing = most / lowest
            highest = max(highest, crossing if end is None else min(crossing, end))
    return to_cents(highest.quantize(CENT)) + 100


def compute_net(
    gross: Cents, eligible: bool, people: People, terms: TaxTerms, policy: str, *, keep: Sequence[str] = LINES
) -> dict[str, Cents]:
    """Slips of n workers: a dict of the int64 (n,) arrays named in `keep` (all LINES unless told).

    Lines not kept live in buffers of one chunk. Raises RuleError when a part is taxed ordinarily and taxable
    income or surtax rate are absent, naming the position of the first such worker.
    """
    check_vector_policy(policy)
    check_amounts("gross premium", gross)
    law = _integers(terms)
    out = {name: np.zeros(len(gross), dtype=np.int64) for name in keep}
    buffers = {name: np.zeros(min(CHUNK, len(gross)), dtype=np.int64) for name in LINES if name not in out}
    cleared = [name for name in buffers if name in _ADDED_TO and (law.welfare or name not in _OF_WELFARE)]
    firm = any(name in out for name in _OF_FIRM)
    for start in range(0, len(gross), CHUNK):
        stop = min(start + CHUNK, len(gross))
        part = {name: array[start:stop] for name, array in out.items()}
        part.update((name, array[: stop - start]) for name, array in buffers.items())
        for name in cleared:
            part[name].fill(0)
        try:
            _chunk(gross[start:stop], eligible, people.rows(start, stop), law, policy, part, firm)
        except _Missing as error:
            raise WorkersError([start + position for position in error.positions], error.what) from None
    return out


_OF_FIRM = ("employer_contributions", "solidarity", "severance")
_OF_WELFARE = ("welfare", "uplift", "solidarity", "fringe_taxable", "fringe_contributions")
#: lines that a chunk adds to or writes only in part, so a reused buffer must start at zero
_ADDED_TO = (*_OF_WELFARE, "relieved", "income_tax", "deduction_lost", "surtax", "severance")


class _Missing(Exception):
    def __init__(self, positions: NDArray[np.intp], what: str) -> None:
        self.positions, self.what = positions.tolist(), what


def _chunk(
    gross: Cents,
    eligible: bool,
    people: People,
    law: _Integers,
    policy: str,
    out: dict[str, Cents],
    firm: bool,
) -> None:
    within = people.prior_income <= law.income_limit if eligible else np.zeros(len(gross), dtype=np.bool_)
    favoured = within if people.renounced is None else within & ~people.renounced
    cap_left: Cents | int = law.cap
    if people.cap_used is not None:
        cap_left = law.cap - people.cap_used
        np.maximum(cap_left, 0, out=cap_left)
    fringe = None
    if law.welfare and eligible:
        cap_left, fringe = _convert(gross, favoured, cap_left, people, law, policy, out)
    cash = np.subtract(gross, out["welfare"], out=out["cash"])
    contributions = _contribute(cash, within, people, law, policy, out)
    base = np.subtract(cash, contributions, out=out["ordinary_base"])
    flat = out["flat_base"]
    _flat(cash, contributions, base, cap_left, favoured, law, policy, out)
    tax = apply_rate(flat, law.rate, policy, out=out["flat_tax"])
    np.subtract(base, tax, out=out["net"])
    np.subtract(base, flat, out=out["ordinary_base"])
    if fringe is not None:
        out["fringe_taxable"][:] = _fringe_taxable(fringe, people, law)
        apply_rate(out["fringe_taxable"], people.contribution_rate, policy, out=out["fringe_contributions"])
    _tax_ordinarily(people, law, policy, out, fringe is not None)
    if firm:
        _employer(law, policy, out)


def _convert(
    gross: Cents, favoured: Flags, cap_left: Cents | int, people: People, law: _Integers, policy: str,
    out: dict[str, Cents],
) -> tuple[Cents | int, Cents | None]:  # fmt: skip
    """Conversion in the order exempt, fringe, pension, health, up to the premium and the cap left."""
    most = gross if law.welfare_most == RATE_SCALE else gross * law.welfare_most // RATE_SCALE
    left = np.minimum(most, cap_left)
    left *= favoured
    fringe = None
    for kind in ("exempt", "fringe", "pension", "health"):
        wanted = getattr(people, f"welfare_{kind}")
        if wanted is None:
            continue
        taken = np.minimum(wanted, left)
        left -= taken
        out["welfare"] += taken
        if law.uplift:
            added = apply_rate(taken, law.uplift, policy)
            out["uplift"] += added
            taken = taken + added
        if kind == "fringe":
            fringe = taken
        elif kind in ("pension", "health"):
            out["solidarity"] += taken  # the funds' base; turned into the contribution at the end
    if len(law.uplift_table):
        _uplift_by_table(law.uplift_table, out)
    return cap_left - out["welfare"], fringe


def _uplift_by_table(table: NDArray[np.int64], out: dict[str, Cents]) -> None:
    """What the agreement's table adds to each amount converted; an amount it does not print is an error."""
    converted = out["welfare"]
    row = np.minimum(np.searchsorted(table[:, 0], converted), len(table) - 1)
    unknown = np.flatnonzero((converted > 0) & (table[row, 0] != converted))
    if unknown.size:
        raise _Missing(unknown, "the uplift table has no row for the amount converted")
    out["uplift"] += np.where(converted > 0, table[row, 1] - table[row, 0], 0)


def _contribute(
    cash: Cents, within: Flags, people: People, law: _Integers, policy: str, out: dict[str, Cents]
) -> Cents:
    subject = cash
    if law.relief_limit:
        left: Cents | int = law.relief_limit
        if people.relief_used is not None:
            left = np.maximum(law.relief_limit - people.relief_used, 0)
        relieved = np.minimum(cash, left, out=out["relieved"])
        relieved *= within
        subject = cash - relieved
    contributions = apply_rate(subject, people.contribution_rate, policy, out=out["contributions"])
    if people.band_room is not None and people.above_band_rate:
        above = np.minimum(np.maximum(cash - people.band_room, 0), subject)  # nothing on the relieved part
        contributions += apply_rate(above, people.above_band_rate, policy)
    return contributions


def _flat(
    cash: Cents, contributions: Cents, base: Cents, cap_left: Cents | int, favoured: Flags, law: _Integers,
    policy: str, out: dict[str, Cents],
) -> None:  # fmt: skip
    if law.net_basis:
        flat = np.minimum(base, cap_left, out=out["flat_base"])
        flat *= favoured
        np.add(flat, out["welfare"], out=out["cap_used"])
        return
    inside = np.minimum(cash, cap_left) * favoured
    share = divide_half(contributions * inside, np.maximum(cash, 1), policy)
    out["flat_base"][:] = inside - share
    out["cap_used"][:] = inside + out["welfare"]


def _fringe_taxable(fringe: Cents, people: People, law: _Integers) -> Cents:
    before = people.fringe_used if people.fringe_used is not None else np.zeros(len(fringe), dtype=np.int64)
    limit: Cents | int = law.fringe_limit
    if people.children is not None:
        limit = np.where(people.children, law.fringe_limit_children, law.fringe_limit)
    total = before + fringe
    newly = total if law.whole else total - limit
    taxable = np.where(before > limit, fringe, newly)
    return np.where((fringe > 0) & (total > limit), taxable, 0)


def _tax_ordinarily(people: People, law: _Integers, policy: str, out: dict[str, Cents], fringe: bool) -> None:
    """Income tax, deduction lost and surtaxes, only for the rows that have ordinary income."""
    taxed = out["ordinary_base"] | out["fringe_taxable"] if fringe else out["ordinary_base"]
    where = np.flatnonzero(taxed)
    if not where.size:
        return
    if people.taxable_income is None:
        raise _Missing(where, "a part is taxed ordinarily, so the worker's taxable income is needed")
    before = people.taxable_income[where]
    if before.min() < 0:
        raise _Missing(
            where[before < 0], "a part is taxed ordinarily, so the worker's taxable income is needed"
        )
    fringe_contributions = out["fringe_contributions"][where]
    income = out["ordinary_base"][where] + out["fringe_taxable"][where] - fringe_contributions
    after = before + income
    rate: Cents | int | None = law.surtax if people.surtax_rate is None else people.surtax_rate[where]
    if rate is None:
        raise _Missing(where, "a part is taxed ordinarily, so a surtax rate is needed (firm: surtax_rate)")
    units = _band_units(before, law), _band_units(after, law)
    tax = divide_half(units[1] - units[0], RATE_SCALE, policy)
    lost = _deduction(before, law) - _deduction(after, law)
    surtax = apply_rate(income, rate, policy)
    if before.min() < law.covered:
        _cover(units, (before, after), tax, lost, surtax, law, policy)
    out["income_tax"][where], out["deduction_lost"][where], out["surtax"][where] = tax, lost, surtax
    out["net"][where] -= fringe_contributions + tax + lost + surtax


def _cover(
    units: tuple[Cents, Cents], incomes: tuple[Cents, Cents], tax: Cents, lost: Cents, surtax: Cents,
    law: _Integers, policy: str,
) -> None:  # fmt: skip
    """Where the deduction exceeds the tax of the year, only what it leaves uncovered is owed."""
    low = np.flatnonzero(incomes[0] < law.covered)
    owed = [
        divide_half(unit[low], RATE_SCALE, policy) - _deduction(income[low], law)
        for unit, income in zip(units, incomes, strict=True)
    ]
    short = np.minimum(owed[0], owed[1]) < 0
    added = np.maximum(owed[1], 0) - np.maximum(owed[0], 0)
    lost[low] = np.where(short, added - tax[low], lost[low])
    surtax[low] = np.where(short & (owed[1] <= 0), 0, surtax[low])


def _band_units(income: Cents, law: _Integers) -> Cents:
    """Tax by bands in millionths of a cent, exact: each band adds the step of its rate above its start."""
    total = np.zeros(len(income), dtype=np.int64)
    for start, step in law.bands:
        over = income - start
        np.maximum(over, 0, out=over)
        over *= step
        total += over
    return total


def _deduction(income: Cents, law: _Integers) -> Cents:
    """Employee deduction in cents, rounded half up, of each income.

    Every piece is computed for everybody and kept where it holds: a division by one number is several times
    quicker than one by an array, and the law has few pieces.
    """
    found = np.zeros(len(income), dtype=np.int64)
    for place, (start, fixed, share, until, width) in enumerate(law.deduction):
        value: Cents | int = fixed
        if share:
            value = (until - income) * (2 * share)
            value += width
            value //= 2 * width
            value += fixed
        found = np.where(income > start, value, found) if place else found + value
    return found


def _employer(law: _Integers, policy: str, out: dict[str, Cents]) -> None:
    subject = out["cash"] + out["fringe_taxable"] if law.welfare else out["cash"]
    out["employer_contributions"][:] = apply_rate(subject, law.employer, policy)
    if law.relief_limit:
        out["employer_contributions"] -= apply_rate(out["relieved"], law.relief_rate, policy)
    if law.welfare:
        out["solidarity"][:] = apply_rate(out["solidarity"], law.solidarity, policy)
    if law.severance:
        out["severance"][:] = divide_half(out["cash"] * 10, law.severance, policy)
