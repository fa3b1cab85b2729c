"""Run worked cases: compute every expected figure and compare it, one line per case.

`check` says how: exact (to the cent or the printed figure), unit (to the euro), range (net between two
figures), rule (an answer, a table or a formula), comparison_only (another program's method: shown, not
judged). Anything not understood is an error of that case, never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases import caps, eligibility, gains, grids, payout, reverse
from tavolo.bonus.cases.describe import same_formula
from tavolo.bonus.cases.sheet import CaseError, Sheet, decimal
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import CENT, EURO, ROUNDING_POLICIES, from_fraction, round_final, round_to
from tavolo.bonus.rules.parameters import LawTree

KINDS: dict[str, Any] = {
    "net_payout": payout, "conversion": payout, "cap": caps, "reverse": reverse, "eligibility": eligibility,
    "grid": grids, "gainsharing": gains,
}  # fmt: skip
CHECKS = ("exact", "unit", "range", "rule", "comparison_only")
STATUSES = ("printed_by_source", "derived")
CASE_KEYS = {
    "id",
    "title",
    "source",
    "year",
    "kind",
    "status",
    "check",
    "rounding",
    "inputs",
    "expected",
    "note",
}
_GAIN_AT = re.compile(r"net_gain_at_(\d+)(?:_(\d+))?_percent")


@dataclass(frozen=True)
class Outcome:
    """The line of one case."""

    case_id: str
    verdict: str
    expected: str
    obtained: str
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True unless something differs or could not be computed."""
        return self.verdict in ("OK", "COMPARISON ONLY")

    def line(self) -> str:
        """`C1.4  OK  expected net=862.69; obtained net=862.69 (remarks)`."""
        remarks = f" ({'; '.join(self.remarks)})" if self.remarks else ""
        return f"{self.case_id}  {self.verdict}  expected {self.expected}; obtained {self.obtained}{remarks}"


def run_cases(document: Any, law: LawTree) -> list[Outcome]:
    """Outcomes of all cases of a parsed file. CaseError when the file has no list of cases."""
    if not isinstance(document, Mapping) or not isinstance(document.get("cases"), list):
        raise CaseError("the file has no list 'cases' at its top level")
    unknown = sorted(set(document) - {"meta", "cases"})
    if unknown:
        raise CaseError(f"unknown key '{unknown[0]}' at the top level; known keys are meta and cases")
    cases = document["cases"]
    seen: set[str] = set()
    outcomes = []
    for position, case in enumerate(cases, 1):
        if not isinstance(case, Mapping):
            outcomes.append(
                Outcome(f"case {position}", "ERROR", "-", "-", ("a case must be a mapping of keys",))
            )
            continue
        name = str(case.get("id") or f"case {position}")
        outcome = (
            _error(case, f"the id '{name}' is used twice") if name in seen else run_case(case, law, cases)
        )
        seen.add(name)
        outcomes.append(outcome)
    return outcomes


def _error(case: Mapping[str, Any], sentence: str) -> Outcome:
    expected = case.get("expected")
    shown = _show_all(expected) if isinstance(expected, Mapping) else "-"
    return Outcome(str(case.get("id", "?")), "ERROR", shown, "-", (sentence,))


def run_case(case: Mapping[str, Any], law: LawTree, cases: Sequence[Any] = ()) -> Outcome:
    """Compute one case; `cases` are all those of the file, for variants that share a table."""
    problem = _malformed(case)
    if problem:
        return _error(case, problem)
    group = str(case["id"]).split(".")[0]
    siblings = [
        c
        for c in cases
        if isinstance(c, Mapping) and c is not case and str(c.get("id", "")).split(".")[0] == group
    ]
    sheet = Sheet(case, law, KINDS[case["kind"]].FORMULAS, siblings)
    obtained, bad, errors = {}, [], []
    for name, wanted in case["expected"].items():
        try:
            value = _obtain(sheet, name, case["check"])
            obtained[name] = _shown(value, sheet.policy, case["check"], wanted)
            if not _agrees(name, wanted, value, sheet.policy, case["check"]):
                bad.append(name)
        except Exception as error:  # whatever a strange case provokes becomes its own error line
            errors.append(f"{name}: {_sentence(error)}")
    return _outcome(case, obtained, bad, errors, sheet.notes)


def _sentence(error: Exception) -> str:
    if isinstance(error, CaseError | RuleError):
        return str(error)
    return f"cannot be computed from these inputs ({type(error).__name__})"


def _outcome(
    case: Mapping[str, Any], obtained: dict[str, str], bad: list[str], errors: list[str], notes: list[str]
) -> Outcome:
    remarks = list(dict.fromkeys(notes))
    if case["check"] == "comparison_only":
        verdict = "COMPARISON ONLY"
        differs = f"differs on {', '.join(bad)}" if bad else "agrees"
        remarks = [
            "another program's method, not judged",
            differs,
            *(f"not recomputed: {e}" for e in errors),
            *remarks,
        ]
    elif errors:
        verdict, remarks = "ERROR", [*errors, *remarks]
    else:
        verdict = "DIFFERENT" if bad else "OK"
        remarks = ([f"differs on {', '.join(bad)}"] if bad else []) + remarks
    shown = " ".join(f"{name}={value}" for name, value in obtained.items()) or "-"
    return Outcome(str(case["id"]), verdict, _show_all(case["expected"]), shown, tuple(remarks))


def _malformed(case: Mapping[str, Any]) -> str | None:
    unknown = sorted(set(case) - CASE_KEYS)
    if unknown:
        return f"unknown key '{unknown[0]}' in the case"
    for name in ("id", "kind", "check", "rounding", "status", "year"):
        if case.get(name) is not None and not isinstance(case[name], str):
            return f"the key '{name}' must be a text"
    for name in ("id", "kind", "check", "inputs", "expected"):
        if case.get(name) in (None, ""):
            return f"the key '{name}' is missing"
    if case["kind"] not in KINDS:
        return f"unknown kind '{case['kind']}'; known kinds are {', '.join(KINDS)}"
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
    allowed = KINDS[case["kind"]].INPUTS
    stray = sorted(set(case["inputs"]) - allowed)
    return f"unknown input '{stray[0]}' for kind {case['kind']}" if stray else None


def _obtain(sheet: Sheet, name: str, check: str) -> Any:
    if match := _GAIN_AT.fullmatch(name):
        if sheet.case["kind"] != "net_payout":
            raise CaseError(f"unknown result '{name}' for kind {sheet.case['kind']}")
        return payout.net_gain_at(sheet, Decimal(match[1] + (f".{match[2]}" if match[2] else "")))
    if check == "range":
        for suffix in ("_min", "_max", "_derived"):
            if name.endswith(suffix) and name not in sheet.formulas:
                return sheet.result(name.removesuffix(suffix))
    return sheet.result(name)


def _figure(value: Any, policy: str) -> Decimal:
    """Money is rounded by the policy; a plain number stays exact."""
    return round_final(value, policy) if isinstance(value, Decimal) else from_fraction(Fraction(value))


def _agrees(name: str, wanted: Any, value: Any, policy: str, check: str) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return isinstance(value, bool) and isinstance(wanted, bool) and value == wanted
    if isinstance(value, list):
        same = isinstance(wanted, list) and len(value) == len(wanted)
        return same and all(_agrees(name, w, v, policy, check) for w, v in zip(wanted, value, strict=True))
    if isinstance(value, dict):
        same = isinstance(wanted, Mapping) and set(wanted) == set(value)
        return same and all(_agrees(name, wanted[key], value[key], policy, check) for key in value)
    if isinstance(value, str):
        return same_formula(str(wanted), value) if name == "formula" else str(wanted).strip() == value
    target = decimal(wanted, name)
    if check == "range" and name.endswith("_min"):
        return _figure(value, policy) >= target
    if check == "range" and name.endswith("_max"):
        return _figure(value, policy) <= target
    if (check in ("unit", "rule") and policy == "whole_euro_half_up") or check == "unit":
        return round_to(_figure(value, policy), EURO) == round_to(target, EURO)
    return _equal(value, target, policy)


def _equal(value: Any, target: Decimal, policy: str) -> bool:
    figure = _figure(value, policy)
    if figure == target:
        return True
    endless = Fraction(value) != Fraction(from_fraction(Fraction(value)))  # 1/3 has no exact decimal form
    return endless and figure.quantize(target) == target


def _shown(value: Any, policy: str, check: str, wanted: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | Fraction | int):
        figure = _figure(value, policy)
        if isinstance(value, Decimal) and check == "unit":
            return f"{round_to(value, CENT):f}"
        text = f"{figure:f}"
        return text if len(text) <= 24 else f"{figure:.10f}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(v, policy, check, wanted) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_shown(v, policy, check, wanted)}" for k, v in value.items()) + "}"
    return str(value)


def _show_all(expected: Mapping[str, Any]) -> str:
    return " ".join(f"{name}={_raw(value)}" for name, value in expected.items())


def _raw(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_raw(v) for v in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_raw(v)}" for k, v in value.items()) + "}"
    return str(value)
