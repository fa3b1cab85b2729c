"""A plan document for tests, changed by keyword."""

from __future__ import annotations

import copy
from typing import Any

_BASE: dict[str, Any] = {
    "schema": "tavolo-bonus-plan/1", "title": "Premio di prova", "firm": {"name": "Prova S.r.l.",
    "surtax_rate": "0.0253"},
    "agreement": {
        "kind": "company", "parties": ["Prova S.r.l.", "RSU"], "signed_on": "2024-12-10",
        "deposited_on": "2024-12-20",
        "criteria_fixed": "before_period",
    },
    "period": {"from": "2025-01-01", "to": "2025-12-31"}, "base_period": {"from": "2024-01-01",
    "to": "2024-12-31"},
    "rounding": "line_half_up",
}  # fmt: skip
INDICATOR = {
    "type": "indicator", "id": "pezzi", "name": "Pezzi per ora", "ministry_number": "1", "unit": "pezzi/ora",
    "direction": "up", "document": "rilevazioni",
}  # fmt: skip
ELIGIBILITY = {"type": "eligibility", "mode": "any", "indicators": ["pezzi"]}
SCORE = {
    "type": "score", "indicator": "pezzi", "weight": "1", "measure": "value", "mode": "linear",
    "below": "zero",
    "above": "last", "points": [["10", "0"], ["20", "1"]],
}  # fmt: skip
POOL = {"type": "pool", "pool": {"formula": "fixed_total", "amount": "50000.00"}}
DISTRIBUTION = {"type": "distribution", "method": "share_pool", "key": "equal", "part_time": "proportional"}


def document(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A plan with these rules in one clause, or the usual five when none are given."""
    found = copy.deepcopy(_BASE)
    found.update(copy.deepcopy(changes))
    listed = [copy.deepcopy(rule) for rule in (rules or (INDICATOR, ELIGIBILITY, SCORE, POOL, DISTRIBUTION))]
    found["clauses"] = [{"id": "art1", "title": "Tutto", "text": "Testo della clausola.", "rules": listed}]
    return found
