"""Cases of kind eligibility: facts of an agreement judged by the engine's eligibility rules."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases.sheet import CaseError, Sheet
from tavolo.bonus.rules.eligibility import CRITERIA_FIXED, DIRECTIONS, Comparison, Eligibility, Timing, judge
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.leave import UNPROTECTED_KINDS, find_leave
from tavolo.bonus.rules.parameters import GoverningDates, LawReader

AMOUNT_RULES = ("attainment_table", "on_off", "graded", "linear", "fixed")
INSTRUMENTS = ("premium", "profit_sharing", "ristorni")
_WORDS = {
    "criteria_fixed": CRITERIA_FIXED, "amount_rule": AMOUNT_RULES, "instrument": INSTRUMENTS,
    "direction": DIRECTIONS,
    "counted_as": ("absence", "presence"),
}  # fmt: skip
_DIFFERENTIATION = ("presence", "performance", "pay", "RAL", "area", "level", "role")


def _word(sheet: Sheet, name: str, default: str) -> str:
    if not sheet.has(name):
        return default
    word = sheet.text(name)
    if word not in _WORDS[name]:
        raise CaseError(f"{name} '{word}' is unknown; use one of {', '.join(_WORDS[name])}")
    return word


def _flag(sheet: Sheet, name: str) -> bool | None:
    return sheet.flag(name) if sheet.has(name) else None


def _as_comparison(name: str, improved: bool | None) -> Comparison:
    measured = None if improved is None else Fraction(int(improved))
    return Comparison(name, "up", Fraction(0), measured)


def _comparisons(sheet: Sheet) -> list[Comparison]:
    """The comparisons the case states, in whichever of its forms."""
    name = str(sheet.inputs.get("indicator", "result"))
    direction = _word(sheet, "direction", "up")
    if sheet.has("gate_indicators_incremental"):
        facts = sheet.inputs["gate_indicators_incremental"]
        if not isinstance(facts, list) or not all(isinstance(fact, bool) for fact in facts):
            raise CaseError("gate_indicators_incremental must be a list of true and false")
        return [_as_comparison(f"indicator {i + 1}", fact) for i, fact in enumerate(facts)]
    if sheet.has("base_value") or sheet.has("measured_value"):
        return [Comparison(name, direction, sheet.number("base_value"), sheet.number("measured_value"))]
    found = [_flag(sheet, key) for key in ("increment", "company_increment") if sheet.has(key)]
    found += [_against_prior(sheet, direction)] if _states_prior(sheet) else []
    if not found and sheet.has("increment_measured"):
        found.append(True if sheet.flag("increment_measured") else None)
    elif _flag(sheet, "increment_measured") is False:
        found = [None]
    if any(fact is False for fact in found):
        return [_as_comparison(name, False)]
    return [_as_comparison(name, fact) for fact in found]


def _states_prior(sheet: Sheet) -> bool:
    return sheet.has("above_prior_period") or sheet.has("below_prior_period")


def _against_prior(sheet: Sheet, direction: str) -> bool:
    wanted, other = "above_prior_period", "below_prior_period"
    if direction == "down":
        wanted, other = other, wanted
    return sheet.flag(wanted) if sheet.has(wanted) else not sheet.flag(other)


def _gate(sheet: Sheet) -> tuple[str, int | None]:
    raw = str(sheet.inputs.get("gate", "all"))
    if raw in ("any", "all"):
        return raw, None
    match = re.fullmatch(r"(\d+) of (\d+)", raw) or re.fullmatch(r"at_least[ _](\d+)()", raw)
    if not match:
        raise CaseError(f"gate '{raw}' is unknown; use any, all, or '2 of 3'")
    facts = sheet.inputs.get("gate_indicators_incremental")
    there = len(facts) if isinstance(facts, list) else None
    if there is not None and not (1 <= int(match[1]) <= there and match[2] in ("", str(there))):
        raise CaseError(f"gate '{raw}' does not fit the {there} indicators given")
    return "at_least", int(match[1])


def verdict(sheet: Sheet) -> Eligibility:
    """The engine's verdict on the facts."""
    differentiation = sheet.inputs.get("individual_differentiation", [])
    if not isinstance(differentiation, list):
        raise CaseError("individual_differentiation must be a list")
    for item in differentiation:
        if item not in _DIFFERENTIATION:
            raise CaseError(
                f"individual_differentiation '{item}' is unknown; use {', '.join(_DIFFERENTIATION)}"
            )
    _word(sheet, "amount_rule", "fixed")  # how the amount is graded never decides eligibility
    mode, at_least = _gate(sheet)
    timing = Timing(
        _word(sheet, "criteria_fixed", "before_period"),
        _flag(sheet, "outcome_uncertain_at_signing"),
        _flag(sheet, "matured_after_signing"),
    )
    required = _flag(sheet, "increment_required_by_agreement") is not False
    try:
        return judge(
            _comparisons(sheet), mode=mode, at_least=at_least, timing=timing,
            instrument=_word(sheet, "instrument", "premium"), increment_required=required,
        )  # fmt: skip
    except RuleError as error:
        raise CaseError(str(error)) from None


def _tax_eligible(sheet: Sheet) -> bool:
    found = verdict(sheet)
    sheet.notes.append(found.sentence("en"))
    return found.eligible


def _leave(sheet: Sheet) -> bool:
    """True when the leave is protected; an unknown kind is an error, not an answer."""
    kind = sheet.text("leave")
    latest = date(2026, 12, 31)  # a case that belongs to no year is read by the law of today's files
    reader = sheet.reader() if sheet.dated() else LawReader(sheet.law, GoverningDates(latest, latest, latest))
    protected = find_leave(kind, reader)
    if protected is None and kind not in UNPROTECTED_KINDS:
        raise CaseError(
            f"leave '{kind}' is unknown; add it to protected_leave in the law or use a known kind"
        )
    if protected is not None:
        sheet.notes.append(protected.act + (" (from memory)" if protected.status == "from memory" else ""))
    return protected is not None


def _discriminatory(sheet: Sheet) -> bool:
    return _leave(sheet) and _word(sheet, "counted_as", "absence") == "absence"


FORMULAS: dict[str, Any] = {
    "tax_eligible": _tax_eligible,
    "eligible_share_of_premium": lambda sheet: verdict(sheet).share,
    "eligible_as": lambda sheet: verdict(sheet).eligible_as if verdict(sheet).eligible else "none",
    "reason": lambda sheet: verdict(sheet).reason,
    "discriminatory": _discriminatory,
    "must_count_as": lambda sheet: "presence" if _leave(sheet) else "absence",
}
INPUTS = {
    "indicator", "direction", "target_reached", "above_prior_period", "below_prior_period", "amount_rule",
    "increment_measured", "criteria_fixed", "outcome_uncertain_at_signing", "matured_after_signing",
    "increment",
    "company_increment", "individual_differentiation", "gate", "gate_indicators_incremental", "instrument",
    "increment_required_by_agreement", "leave", "counted_as", "base_value", "measured_value",
}  # fmt: skip
