# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the public learns about moderation: counts, rules and tombstones; never a text.

Below the table's smallest group of proposals only that there are few is said: with two proposals, who knows
one author would know what became of the other.
"""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

from tavolo.dialogue.models import Consultation
from tavolo.dialogue.voices.models import Proposal

State = Proposal.State
HIDDEN = (State.REFUSED, State.APPEALED, State.UPHELD)


def public_counts(consultation: Consultation) -> dict[str, Any]:
    """Return how many were proposed, accepted, refused by which rule, and what became of appeals."""
    least = consultation.table.minimum_group
    rows = list(
        Proposal.objects.filter(consultation=consultation).select_related("rule", "book").order_by("number")
    )
    if len(rows) < least:
        return {"shown": False, "least": least, "any": bool(rows)}
    states = Counter(row.state for row in rows)
    rules: dict[uuid.UUID, dict[str, Any]] = {}
    for row in rows:
        if row.rule is not None:
            entry = rules.setdefault(
                row.rule_id,
                {"code": row.rule.code, "title": row.rule.title, "book": row.book.number, "count": 0},
            )
            entry["count"] += 1
    appeals = states[State.APPEALED] + states[State.UPHELD] + states[State.REINSTATED]
    return {
        "shown": True,
        "least": least,
        "proposed": len(rows),
        "waiting": states[State.WAITING] + states[State.DOUBTED],
        "accepted": states[State.ACCEPTED] + states[State.REINSTATED],
        "refused": sum(states[state] for state in HIDDEN),
        "by_rule": sorted(rules.values(), key=lambda entry: (-entry["count"], entry["code"])),
        "appeals": appeals,
        "appeals_waiting": states[State.APPEALED],
        "upheld": states[State.UPHELD],
        "reinstated": states[State.REINSTATED],
        "tombstones": [
            {
                "number": row.number, "state": row.get_state_display(), "rule": row.rule.code,
                "title": row.rule.title, "on": row.decided_on,
            }
            for row in rows
            if row.state in HIDDEN and row.rule is not None
        ],
    }  # fmt: skip
