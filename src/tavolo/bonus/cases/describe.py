"""Rule cases that ask what the engine can express: a premium's formula, bands and exclusions.

Nothing is answered from the wording alone: the structure described is built with the engine's own parts
and run, and only what runs is reported as expressed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from tavolo.bonus.cases.sheet import CaseError, Sheet
from tavolo.bonus.rules.errors import RuleError
from tavolo.bonus.rules.expression import evaluate, names_in
from tavolo.bonus.rules.grid import Combination, gate_open
from tavolo.bonus.rules.observations import BANDS, Exclusion, Observation, aggregate


def premium_formula(sheet: Sheet) -> str:
    """The formula of the plan the case describes, checked by running the plan beside it."""
    factors = []
    gate = str(sheet.inputs.get("gate", "none"))
    if gate not in ("on_off", "none"):
        raise CaseError(f"gate '{gate}' is unknown; use on_off or none")
    factors += ["gate"] if gate == "on_off" else []
    nominal = str(sheet.inputs.get("nominal", "fixed"))
    if nominal not in ("by_level", "fixed"):
        raise CaseError(f"nominal '{nominal}' is unknown; use by_level or fixed")
    factors.append("nominal(level)" if nominal == "by_level" else "nominal")
    weights = str(sheet.inputs.get("objective_weights", "equal"))
    if weights not in ("equal", "declared"):
        raise CaseError(f"objective_weights '{weights}' is unknown; use equal or declared")
    factors.append("share_of_objectives_met" if weights == "equal" else "weight_of_objectives_met")
    if sheet.has("individual_coefficient") and sheet.flag("individual_coefficient"):
        factors.append("individual_coefficient")
    formula = "premium = " + " * ".join(factors)
    _run_beside(formula, weights)
    return formula


def _run_beside(formula: str, weights: str) -> None:
    """Compute the described premium with gate and grid and compare with the formula at several points."""
    shares = [Fraction(1, 4)] * 4 if weights == "equal" else [Fraction(k, 10) for k in (1, 2, 3, 4)]
    for case in range(16):
        met = [bool(case >> k & 1) for k in range(4)]
        open_now = gate_open("all", [case % 3 != 0])
        nominal = {"A": Fraction(1200), "B": Fraction(900)}
        coefficient = Fraction(90 + case, 100)
        share = Combination().combine([(w, Fraction(int(m))) for w, m in zip(shares, met, strict=True)])
        for level, code in (("A", Fraction(0)), ("B", Fraction(1))):
            engine = nominal[level] * share * (1 if open_now or "gate" not in formula else 0)
            engine *= coefficient if "individual_coefficient" in formula else 1
            names = {
                "gate": Fraction(int(open_now)), "level": code, "nominal": nominal[level],
                "share_of_objectives_met": share, "weight_of_objectives_met": share,
                "individual_coefficient": coefficient,
            }  # fmt: skip
            functions: dict[str, Callable[..., Fraction]] = {
                "nominal": lambda _level, full=nominal[level]: full
            }
            if evaluate(formula.split("=", 1)[1], names, functions) != engine:
                raise CaseError("the engine's plan and the formula differ")


def same_formula(expected: str, obtained: str) -> bool:
    """True when two formulas `name = expression` give the same values, whatever the order of their
    factors."""
    if "=" not in expected or "=" not in obtained:
        return expected.strip() == obtained.strip()
    (left, right), (mine_left, mine_right) = (text.split("=", 1) for text in (expected, obtained))
    if left.strip() != mine_left.strip():
        return False
    try:
        names = names_in(right) | names_in(mine_right)
        functions = _stand_ins(right + mine_right)
        for seed in range(1, 8):
            values = {name: Fraction(seed * 7 + 3 * i + 11, i + 2) for i, name in enumerate(sorted(names))}
            if evaluate(right, values, functions) != evaluate(mine_right, values, functions):
                return False
    except RuleError:
        return False
    return True


def _stand_ins(text: str) -> dict[str, Callable[..., Fraction]]:
    """An arbitrary but fixed function for each function name, so that two formulas can be compared."""
    called = sorted(set(re.findall(r"([A-Za-z_]\w*)\s*\(", text)))

    def make(index: int) -> Callable[..., Fraction]:
        return lambda *args: sum((a * (k + 2) for k, a in enumerate(args)), Fraction(index + 5))

    return {name: make(i) for i, name in enumerate(called)}


def expressed(sheet: Sheet) -> list[str]:
    """Those of the wanted sentences that the engine runs; an unknown sentence is a CaseError naming it."""
    wanted = (sheet.case.get("expected") or {}).get("must_express")
    if not isinstance(wanted, list):
        raise CaseError("must_express must be a list of sentences")
    return [str(sentence) for sentence in wanted if _runs(str(sentence), sheet)]


_BANDS = re.compile(r"(\w+) bands")
_WHEN = re.compile(
    r"exclusion of an? (?P<unit>[\w ]+?) when (?P<field>[\w ]+?) "
    r"(?P<verb>exceeds|is above|falls below|is below) (?P<limit>[\d.]+)"
    r"(?: for (?:one|any|each|the) (?P<by>[\w ]+))?"
)
_IN = re.compile(r"exclusion of (?P<what>[\w ]+?) in (?P<state>[\w /-]+)")


def _runs(sentence: str, sheet: Sheet) -> bool:
    if match := _BANDS.fullmatch(sentence):
        if match[1] not in BANDS:
            raise CaseError(f"bands '{match[1]}' are unknown; use one of {', '.join(BANDS)}")
        return str(sheet.inputs.get("bands", match[1])) == match[1] and _bands_run(match[1])
    if match := _WHEN.fullmatch(sentence):
        return _exclusion_runs(match["field"], match["verb"], match["limit"], match["by"])
    if match := _IN.fullmatch(sentence):
        return _state_runs(match["what"], match["state"])
    raise CaseError(f"must_express: cannot read the sentence '{sentence}'")


def _bands_run(band: str) -> bool:
    observations = [Observation(f"2025-{m:02d}", Fraction(m), {}) for m in range(1, 13)]
    groups = aggregate(observations, band=band, how="mean", exclusions=[])
    return len(groups) == {"monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}[band]


def _exclusion_runs(field: str, verb: str, limit: str, by: str | None) -> bool:
    above = verb in ("exceeds", "is above")
    bound = Fraction(limit)
    key = by or "code"
    rule = Exclusion(
        "period", field=field, above=bound if above else None, below=None if above else bound, by=by
    )
    beyond = bound + 1 if above else bound - 1
    observations = [
        Observation("2025-01", Fraction(10), {field: str(bound), key: "S1"}),
        Observation("2025-02", Fraction(20), {field: str(bound), key: "S1"}),
        Observation("2025-02", Fraction(30), {field: str(beyond), key: "S2"}),
    ]
    kept = aggregate(observations, band="monthly", how="mean", exclusions=[rule])
    return kept == {"2025-01": Fraction(10)}


def _state_runs(what: str, state: str) -> bool:
    rule = Exclusion("observation", field="state", equals=state)
    observations = [
        Observation("2025-01", Fraction(10), {"state": "", what: "1"}),
        Observation("2025-01", Fraction(90), {"state": state, what: "2"}),
    ]
    return aggregate(observations, band="monthly", how="mean", exclusions=[rule]) == {"2025-01": Fraction(10)}
