"""The form of a worked case: known keys, known words, and figures that a slip can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from tavolo.bonus.rules.money import ROUNDING_POLICIES

CHECKS = ("exact", "unit", "range", "rule", "comparison_only")
STATUSES = ("printed_by_source", "derived")
CASE_KEYS = {
    "id", "title", "source", "year", "kind", "status", "check", "rounding", "inputs", "expected", "note",
}  # fmt: skip
#: kinds whose inputs are amounts, limits and rates of a slip: never below zero, unlike a profit or a growth
MONEY_KINDS = ("net_payout", "conversion", "cap", "reverse")
_RATE = re.compile(r"(^|_)rates?(_|$)")


def malformed(case: Mapping[str, Any], kinds: Mapping[str, Any]) -> str | None:
    """What is wrong with the form of a case, as a sentence; None when it can be computed."""
    unknown = sorted(set(case) - CASE_KEYS)
    if unknown:
        return f"unknown key '{unknown[0]}' in the case"
    for name in ("id", "kind", "check", "rounding", "status", "year"):
        if case.get(name) is not None and not isinstance(case[name], str):
            return f"the key '{name}' must be a text"
    for name in ("id", "kind", "check", "inputs", "expected"):
        if case.get(name) in (None, ""):
            return f"the key '{name}' is missing"
    if case["kind"] not in kinds:
        return f"unknown kind '{case['kind']}'; known kinds are {', '.join(kinds)}"
    if case["check"] not in CHECKS:
        return f"unknown check '{case['check']}'; known checks are {', '.join(CHECKS)}"
    if case.get("status") is not None and case["status"] not in STATUSES:
        return f"unknown status '{case['status']}'; known statuses are {', '.join(STATUSES)}"
    if (
        not isinstance(case["inputs"], Mapping)
        or not isinstance(case["expected"], Mapping)
        or not case["expected"]
    ):
        return "inputs and expected must be mappings of names to values"
    rounding = case.get("rounding")
    if rounding is None and case["check"] != "rule":
        return "the key 'rounding' is missing, and figures to compare need a policy"
    if rounding is not None and rounding not in ROUNDING_POLICIES:
        return f"unknown rounding '{rounding}'; known policies are {', '.join(ROUNDING_POLICIES)}"
    if case.get("source") is not None and not isinstance(case["source"], Mapping):
        return "the key 'source' must give a name and a ref"
    allowed = kinds[case["kind"]].INPUTS
    stray = sorted(set(case["inputs"]) - allowed)
    if stray:
        near = get_close_matches(stray[0], sorted(allowed), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"unknown input '{stray[0]}' for kind {case['kind']}{hint}"
    return _out_of_range(case["inputs"], "") if case["kind"] in MONEY_KINDS else None


def _out_of_range(node: Any, name: str) -> str | None:
    """In kinds about a slip nothing is below zero and a rate is a fraction: the first input that is not."""
    if isinstance(node, Mapping):
        found = (_out_of_range(value, str(key)) for key, value in node.items())
        return next((sentence for sentence in found if sentence), None)
    if isinstance(node, list):
        return next((sentence for item in node if (sentence := _out_of_range(item, name))), None)
    if not isinstance(node, str):
        return None
    try:
        value = Decimal(node)
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    if value < 0:
        return f"the input '{name}' is below zero"
    if _RATE.search(name) and value > 1:
        return f"the input '{name}' must be a fraction: 0.0919 is 9.19%"
    return None
