"""A plan as the engine runs it: clauses, indicators, grid, gate, pool, distribution, payments.

`parse_plan` turns a parsed YAML document into a `Plan` or raises PlanError with every sentence found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tavolo.bonus.rules.eligibility import Timing
from tavolo.bonus.rules.errors import PlanError, RuleError
from tavolo.bonus.rules.grid import Combination, Grid
from tavolo.bonus.rules.money import from_fraction
from tavolo.bonus.rules.observations import Exclusion
from tavolo.bonus.rules.plan_check import check_plan
from tavolo.bonus.rules.plan_spec import PLAN
from tavolo.bonus.rules.spec import Checker
from tavolo.bonus.rules.terms import FirmTerms


@dataclass(frozen=True)
class Clause:
    """A clause of the agreement."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Indicator:
    """An indicator (or a figure of the pool, whose number is 0)."""

    id: str
    name: str
    unit: str
    direction: str
    document: str
    clause: str
    number: int = 0
    base: Fraction | None = None
    band: str | None = None
    aggregate: str = "mean"
    exclusions: tuple[Exclusion, ...] = ()


@dataclass(frozen=True)
class Score:
    """The grid of one indicator with its weight."""

    indicator: str
    weight: Fraction
    measure: str
    grid: Grid
    clause: str
    target: Fraction | None = None
    inflation: str | None = None


@dataclass(frozen=True)
class Condition:
    """One condition of a gate."""

    indicator: str
    test: str
    value: Fraction | None


@dataclass(frozen=True)
class Gate:
    """Conditions that open the premium, or indicators that admit the relief."""

    mode: str
    at_least: int | None
    conditions: tuple[Condition, ...]
    clause: str


@dataclass(frozen=True)
class Instalment:
    """One payment of the premium."""

    name: str
    share: Fraction
    paid_on: date | None


@dataclass(frozen=True)
class Distribution:
    """How the amount reaches each worker."""

    method: str
    key: str
    blend: Mapping[str, Fraction]
    level_parameters: Mapping[str, Fraction]
    part_time: str
    presence: str
    floor: Decimal | None
    cap: Decimal | None
    clause: str


@dataclass(frozen=True)
class Membership:
    """Joiners and leavers."""

    joiners: str = "full"
    leavers: str = "full"
    least_days: int = 0
    clause: str = ""


@dataclass(frozen=True)
class Plan:
    """A whole plan. `clause_of` maps a rule type to the clause that states it."""

    title: str
    firm_name: str
    firm: FirmTerms
    parties: tuple[str, ...]
    kind: str
    signed_on: date
    deposited_on: date | None
    timing: Timing
    period: tuple[date, date]
    base_period: tuple[date, date]
    rounding: str
    law_choices: Mapping[str, str]
    clauses: tuple[Clause, ...]
    indicators: Mapping[str, Indicator]
    scores: tuple[Score, ...]
    combination: Combination
    gate: Gate | None
    eligibility: Gate | None
    pool: Mapping[str, Any]
    distribution: Distribution
    individual: tuple[Fraction, Fraction] | None
    membership: Membership
    instalments: tuple[Instalment, ...]
    welfare_most: Fraction
    clause_of: Mapping[str, str]

    def clause(self, clause_id: str) -> Clause | None:
        """The clause with that id."""
        return next((clause for clause in self.clauses if clause.id == clause_id), None)


def parse_plan(document: Any) -> Plan:
    """The plan of a parsed YAML document; PlanError lists every problem as a sentence."""
    checker = Checker()
    found = checker.read(PLAN, document, "plan")
    if checker.problems:
        raise PlanError([_with_clause(sentence, document) for sentence in checker.problems])
    problems = check_plan(found)
    if problems:
        raise PlanError(problems)
    try:
        return _plan(found)
    except RuleError as error:
        raise PlanError([str(error)]) from None


_PLACE = re.compile(r"^plan\.clauses\[(\d+)\]\.rules")


def _with_clause(sentence: str, document: Any) -> str:
    """The sentence with the id of its clause, as the signed text calls it, not its number in the file."""
    match = _PLACE.match(sentence)
    if match:
        clause = document["clauses"][int(match[1]) - 1]
        if isinstance(clause.get("id"), str) and clause["id"].strip():
            return f"clause {'_'.join(clause['id'].split())}, rules{sentence[match.end() :]}"
    return sentence


def _plan(found: dict[str, Any]) -> Plan:
    rules = [(clause["id"], rule) for clause in found["clauses"] for rule in clause["rules"]]
    agreement = found["agreement"]

    def one(kind: str) -> tuple[str, dict[str, Any]] | None:
        return next(((clause, rule) for clause, rule in rules if rule["type"] == kind), None)

    welfare, individual, instalments = one("welfare"), one("individual"), one("instalments")
    combination, pool, gate, eligibility = one("combination"), one("pool"), one("gate"), one("eligibility")
    assert pool is not None
    return Plan(
        title=found["title"], firm_name=found["firm"]["name"], firm=_firm(found, welfare),
        parties=tuple(agreement["parties"]), kind=agreement["kind"], signed_on=agreement["signed_on"],
        deposited_on=agreement["deposited_on"],
        timing=Timing(
            agreement["criteria_fixed"], agreement["outcome_uncertain"],
            agreement["signed_on"] <= found["period"]["to"],
        ),
        period=(found["period"]["from"], found["period"]["to"]),
        base_period=(found["base_period"]["from"], found["base_period"]["to"]), rounding=found["rounding"],
        law_choices=found["law_choices"],
        clauses=tuple(Clause(c["id"], c["title"], c["text"]) for c in found["clauses"]),
        indicators={rule["id"]: _indicator(clause, rule) for clause,
        rule in rules if rule["type"] in ("indicator", "figure")},
        scores=tuple(_score(clause, rule) for clause, rule in rules if rule["type"] == "score"),
        combination=Combination(combination[1]["form"], combination[1]["floor"], combination[1]["ceiling"])
        if combination else Combination(),
        gate=_gate(*gate) if gate else None,
        eligibility=_eligibility(*eligibility) if eligibility else None,
        pool=pool[1]["pool"], distribution=_distribution(one("distribution")),
        individual=(Fraction(individual[1]["floor"]),
        Fraction(individual[1]["ceiling"])) if individual else None,
        membership=_membership(one("membership")), instalments=_instalments(instalments),
        welfare_most=Fraction(welfare[1]["most"]) if welfare else Fraction(0),
        clause_of={rule["type"]: clause for clause, rule in reversed(rules)},
    )  # fmt: skip


def _firm(found: dict[str, Any], welfare: tuple[str, dict[str, Any]] | None) -> FirmTerms:
    firm, agreement = found["firm"], found["agreement"]

    def rate(value: Fraction | None) -> Decimal | None:
        return None if value is None else from_fraction(value)

    return FirmTerms(
        instrument=agreement["instrument"], joint_involvement=agreement["joint_involvement"],
        profit_share_to_workers=rate(agreement["profit_share_to_workers"]),
        welfare_allowed=welfare is not None,
        uplift_rate=from_fraction(Fraction(welfare[1]["uplift_rate"])) if welfare else Decimal(0),
        uplift_table=tuple(
            (from_fraction(a), from_fraction(b)) for a, b in (welfare[1]["uplift_table"] if welfare else ())
        ),
        employer_contribution_rate=rate(firm["employer_contribution_rate"]),
        surtax_rate=rate(firm["surtax_rate"]),
        severance_on_premium=firm["severance_on_premium"],
    )  # fmt: skip


def _indicator(clause: str, rule: dict[str, Any]) -> Indicator:
    if rule["type"] == "figure":
        return Indicator(
            rule["id"], rule["name"], rule["unit"], "up", rule["document"], clause, base=rule["base"]
        )
    return Indicator(
        rule["id"], rule["name"], rule["unit"], rule["direction"], rule["document"], clause,
        rule["ministry_number"],
        rule["base"], rule["band"], rule["aggregate"],
        tuple(Exclusion(**item) for item in rule["exclusions"]),
    )  # fmt: skip


def _score(clause: str, rule: dict[str, Any]) -> Score:
    grid = Grid(tuple(rule["points"]), rule["mode"], rule["below"], rule["above"])
    return Score(
        rule["indicator"],
        Fraction(rule["weight"]),
        rule["measure"],
        grid,
        clause,
        rule["target"],
        rule["inflation"],
    )


def _gate(clause: str, rule: dict[str, Any]) -> Gate:
    conditions = tuple(Condition(c["indicator"], c["test"], c["value"]) for c in rule["conditions"])
    return Gate(rule["mode"], rule["at_least"], conditions, clause)


def _eligibility(clause: str, rule: dict[str, Any]) -> Gate:
    conditions = tuple(Condition(name, "improved", None) for name in rule["indicators"])
    return Gate(rule["mode"], rule["at_least"], conditions, clause)


def _distribution(found: tuple[str, dict[str, Any]] | None) -> Distribution:
    assert found is not None
    clause, rule = found
    return Distribution(
        rule["method"], rule["key"], {k: Fraction(v) for k, v in (rule["blend"] or {}).items()},
        rule["level_parameters"] or {}, rule["part_time"], rule["presence"], rule["floor"], rule["cap"],
        clause,
    )  # fmt: skip


def _membership(found: tuple[str, dict[str, Any]] | None) -> Membership:
    if found is None:
        return Membership()
    clause, rule = found
    return Membership(rule["joiners"], rule["leavers"], rule["least_days"], clause)


def _instalments(found: tuple[str, dict[str, Any]] | None) -> tuple[Instalment, ...]:
    if found is None:
        return (Instalment("saldo", Fraction(1), None),)
    return tuple(Instalment(p["name"], p["share"], p["paid_on"]) for p in found[1]["payments"])
