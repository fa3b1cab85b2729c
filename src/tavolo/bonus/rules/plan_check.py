"""Checks that a plan holds together: every name it uses exists, every option has what it needs."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any

_SINGLE = (
    "combination",
    "gate",
    "eligibility",
    "pool",
    "distribution",
    "individual",
    "membership",
    "instalments",
    "welfare",
)
_FIGURES = (
    "labour", "value", "hours", "standard", "profit", "value_added", "deflator", "capital", "wages",
    "quantity", "price",
)  # fmt: skip


def check_plan(found: dict[str, Any]) -> list[str]:
    """Sentences about what does not hold together, each naming its clause."""
    rules = [(clause["id"], rule) for clause in found["clauses"] for rule in clause["rules"]]
    problems = _periods(found) + _counts(found, rules) + _names(rules) + _weights(rules) + _method(rules)
    for clause, rule in rules:
        check = _CHECKS.get(rule["type"])
        if check:
            problems += [f"clause {clause}, {rule['type']}: {sentence}" for sentence in check(rule)]
    return problems


def _periods(found: dict[str, Any]) -> list[str]:
    problems = []
    for name in ("period", "base_period"):
        if found[name]["to"] < found[name]["from"]:
            problems.append(f"{name}: the last day comes before the first")
    if found["base_period"]["to"] >= found["period"]["from"]:
        problems.append("base_period: the comparison period must end before the measured period begins")
    return problems


def _counts(found: dict[str, Any], rules: list[tuple[str, dict[str, Any]]]) -> list[str]:
    kinds = Counter(rule["type"] for _, rule in rules)
    problems = [
        f"there are {kinds[kind]} rules of type {kind}; one is allowed" for kind in _SINGLE if kinds[kind] > 1
    ]
    problems += [
        f"no clause states a rule of type {kind}, which every plan needs"
        for kind in ("pool", "distribution")
        if not kinds[kind]
    ]
    ids = Counter(clause["id"] for clause in found["clauses"])
    problems += [f"the clause id '{name}' is used {count} times" for name, count in ids.items() if count > 1]
    defined = Counter(rule["id"] for _, rule in rules if rule["type"] in ("indicator", "figure"))
    problems += [
        f"the indicator or figure '{name}' is defined {count} times"
        for name, count in defined.items()
        if count > 1
    ]
    if found["agreement"]["instrument"] == "premium" and not kinds["eligibility"]:
        problems.append(
            "no clause states a rule of type eligibility: say which indicators must improve on the base "
            "period"
        )
    needs_hours = any(rule["type"] == "pool" and rule["pool"].get("times_score") for _, rule in rules)
    if needs_hours and not kinds["score"]:
        problems.append(
            "the pool is multiplied by the score (times_score), but no clause states a rule of type score"
        )
    return problems


def _weights(rules: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """In a weighted sum the weights are parts of one: 0.5 and 0.3, or 50 and 50, are slips of the pen."""
    if any(rule["type"] == "combination" and rule["form"] == "product" for _, rule in rules):
        return []
    scores = [(clause, rule) for clause, rule in rules if rule["type"] == "score"]
    total = sum(Fraction(rule["weight"]) for _, rule in scores)
    if not scores or total == 1:
        return []
    parts = ", ".join(f"{rule['indicator']} {float(rule['weight']):g}" for _, rule in scores)
    return [f"clause {scores[0][0]}, score: the weights add up to {float(total):g} instead of 1 ({parts})"]


def _method(rules: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """An amount per head needs an amount, not a pool to share."""
    pool = next((rule["pool"] for _, rule in rules if rule["type"] == "pool"), None)
    for clause, rule in rules:
        per_head = rule["type"] == "distribution" and rule["method"] == "per_head"
        if per_head and pool and pool["formula"] != "fixed_per_head":
            return [
                f"clause {clause}, distribution: method per_head needs the pool formula fixed_per_head; a "
                f"pool of formula {pool['formula']} is shared with method share_pool"
            ]
    return []


def _names(rules: list[tuple[str, dict[str, Any]]]) -> list[str]:
    known = {rule["id"] for _, rule in rules if rule["type"] in ("indicator", "figure")}
    problems = []
    for clause, rule in rules:
        for name in _used(rule):
            if name not in known:
                problems.append(
                    f"clause {clause}, {rule['type']}: '{name}' is not defined by any indicator or figure"
                )
    return problems


def _used(rule: dict[str, Any]) -> list[str]:
    kind = rule["type"]
    if kind == "score":
        return [rule["indicator"]] + ([rule["inflation"]] if rule["inflation"] else [])
    if kind == "gate":
        return [condition["indicator"] for condition in rule["conditions"]]
    if kind == "eligibility":
        return list(rule["indicators"])
    if kind != "pool":
        return []
    pool = rule["pool"]
    names = [pool[name] for name in _FIGURES if isinstance(pool.get(name), str)]
    for item in [*pool.get("outputs", ()), *pool.get("inputs", ())]:
        names += [item["quantity"], item["price"]]
    return names


def _indicator(rule: dict[str, Any]) -> list[str]:
    problems = [] if 1 <= rule["ministry_number"] <= 21 else ["ministry_number goes from 1 to 21"]
    for item in rule["exclusions"]:
        if item["above"] is None and item["below"] is None and item["equals"] is None:
            problems.append("an exclusion needs above, below or equals")
    if rule["exclusions"] and not rule["band"]:
        problems.append("exclusions need a band (monthly, quarterly, half_yearly or yearly)")
    return problems


def _score(rule: dict[str, Any]) -> list[str]:
    values = [value for value, _ in rule["points"]]
    for before, after in pairwise(values):
        if after <= before:
            return [
                f"the points of '{rule['indicator']}' must have increasing x values, each written once: "
                f"{float(after):g} comes after {float(before):g}"
            ]
    if rule["above"] == "extend" and (rule["mode"] != "linear" or len(values) < 2):
        return ["'above: extend' needs mode linear and two points or more"]
    if rule["weight"] < 0:
        return ["a weight cannot be negative"]
    if rule["measure"] == "attainment_percent" and not rule["target"]:
        return ["attainment_percent needs a target different from zero"]
    if rule["measure"] == "real_change_points" and not rule["inflation"]:
        return ["real_change_points needs the indicator that holds inflation"]
    return []


def _gate(rule: dict[str, Any]) -> list[str]:
    problems = _at_least(rule, len(rule.get("conditions") or rule.get("indicators") or ()))
    for condition in rule.get("conditions", ()):
        if condition["test"] != "improved" and condition["value"] is None:
            problems.append(
                f"the condition on '{condition['indicator']}' needs a value for {condition['test']}"
            )
    return problems


def _at_least(rule: dict[str, Any], count: int) -> list[str]:
    if rule["mode"] != "at_least":
        return []
    if rule["at_least"] is None or not 1 <= rule["at_least"] <= count:
        return [f"mode at_least needs the key at_least, between 1 and {count}"]
    return []


def _pool(rule: dict[str, Any]) -> list[str]:
    pool = rule["pool"]
    if pool["formula"] == "fixed_per_head" and (pool["amount"] is None) == (pool["amounts_by_level"] is None):
        return ["give either amount or amounts_by_level"]
    return []


def _distribution(rule: dict[str, Any]) -> list[str]:
    problems = []
    if rule["key"] == "blend":
        parts = rule["blend"] or {}
        if set(parts) - {"equal", "pay", "level", "hours"}:
            problems.append("blend takes the keys equal, pay, level and hours")
        if sum(parts.values()) != 1:
            problems.append(f"the parts of the blend add up to {float(sum(parts.values())):g} instead of 1")
    if "level" in (rule["key"], *(rule["blend"] or {})) and not rule["level_parameters"]:
        problems.append("the key level needs level_parameters")
    if rule["method"] == "per_head" and (rule["floor"] is not None or rule["cap"] is not None):
        problems.append("floor and cap belong to share_pool")
    if rule["floor"] is not None and rule["cap"] is not None and rule["floor"] > rule["cap"]:
        problems.append("the floor is above the cap")
    return problems


def _membership(rule: dict[str, Any]) -> list[str]:
    if {rule["joiners"], rule["leavers"]} == {"pro_rata_days", "pro_rata_months"}:
        return ["joiners and leavers are counted both in days or both in months"]
    return []


def _instalments(rule: dict[str, Any]) -> list[str]:
    total = sum(payment["share"] for payment in rule["payments"])
    return [] if total == 1 else [f"the shares add up to {float(total):g} instead of 1"]


def _combination(rule: dict[str, Any]) -> list[str]:
    if rule["floor"] is not None and rule["ceiling"] is not None and rule["floor"] > rule["ceiling"]:
        return ["the floor is above the ceiling"]
    return []


def _individual(rule: dict[str, Any]) -> list[str]:
    return ["the floor is above the ceiling"] if rule["floor"] > rule["ceiling"] else []


def _welfare(rule: dict[str, Any]) -> list[str]:
    table = rule["uplift_table"]
    if table and rule["uplift_rate"]:
        return ["give either uplift_rate or uplift_table"]
    if any(
        received < converted or (converted * 100) % 1 or (received * 100) % 1 for converted, received in table
    ):
        return [
            "uplift_table: each pair is [converted, received], to the cent, the second not below the first"
        ]
    return []


_CHECKS = {
    "indicator": _indicator, "score": _score, "gate": _gate, "eligibility": _gate, "pool": _pool,
    "distribution": _distribution, "membership": _membership, "instalments": _instalments,
    "combination": _combination, "individual": _individual, "welfare": _welfare,
}  # fmt: skip
