"""Run worked cases: compute every expected figure and compare it, one line per case.

`check` says how: exact (to the cent or the printed figure), unit (to the euro), range (net between two
figures), rule (an answer, a table or a formula), comparison_only (another program's method: shown, not
judged). Anything not understood is an error of that case, never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero
from fractions import Fraction
from typing import Any

from tavolo.bonus.cases import caps, eligibility, gains, grids, payout, reverse
from tavolo.bonus.cases.describe import same_formula
from tavolo.bonus.cases.form import malformed
from tavolo.bonus.cases.sheet import CaseError, Sheet, decimal
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.money import CENT, EURO, from_fraction, round_final, round_to
from tavolo.bonus.rules.parameters import LawTree

KINDS: dict[str, Any] = {
    "net_payout": payout, "conversion": payout, "cap": caps, "reverse": reverse, "eligibility": eligibility,
    "grid": grids, "gainsharing": gains,
}  # fmt: skip
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
    if not cases:
        raise CaseError("the list 'cases' is empty: there is nothing to compare")
    seen: set[str] = set()
    outcomes = []
    for position, case in enumerate(cases, 1):
        if not isinstance(case, Mapping):
            outcomes.append(
                Outcome(f"case {position}", "ERROR", "-", "-", ("a case must be a mapping of keys",))
            )
            continue
        name = _name(case, position)
        outcome = (
            _error(case, name, f"the id '{name}' is used twice")
            if name in seen
            else run_case(case, law, cases, name)
        )
        seen.add(name)
        outcomes.append(outcome)
    return outcomes


def _name(case: Mapping[str, Any], position: int = 0) -> str:
    """The case's id, or its place in the file when it has none that can be printed."""
    given = case.get("id")
    return given if isinstance(given, str) and given.strip() else f"case {position}" if position else "?"


def _error(case: Mapping[str, Any], name: str, sentence: str) -> Outcome:
    expected = case.get("expected")
    shown = _show_all(expected) if isinstance(expected, Mapping) and expected else "-"
    return Outcome(name, "ERROR", shown, "-", (sentence,))


def run_case(case: Mapping[str, Any], law: LawTree, cases: Sequence[Any] = (), name: str = "") -> Outcome:
    """Compute one case; `cases` are all those of the file, for variants that share a table."""
    problem = malformed(case, KINDS)
    if problem:
        return _error(case, name or _name(case), problem)
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
    unread = sheet.unread()
    if obtained and unread:
        sheet.notes.append(f"inputs not used: {', '.join(unread)}")
    return _outcome(case, obtained, bad, errors, sheet.notes)


def _sentence(error: Exception) -> str:
    if isinstance(error, CaseError | RuleError):
        return str(error)
    if isinstance(error, ZeroDivisionError | DivisionByZero):
        return "a figure it is divided by is zero"
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
        if not (isinstance(value, bool) and isinstance(wanted, bool)):
            what = "must be true or false, without quotes" if isinstance(value, bool) else "is no yes or no"
            raise CaseError(f"the expected value {what}")
        return value == wanted
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
    digits = figure.as_tuple().digits
    endless = len(digits) >= 50  # 1/3 has no exact decimal form: it agrees as far as it is printed
    return endless and int(target.as_tuple().exponent) < 0 and figure.quantize(target) == target


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
