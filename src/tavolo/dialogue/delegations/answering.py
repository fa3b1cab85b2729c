# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the API of this part shares: its operations, doing something once, and wording a decision."""

from __future__ import annotations

from typing import Any

from tavolo.dialogue.answering import Operations
from tavolo.dialogue.delegations import reading

api = Operations("delegations")
doing = api.doing


def decision_out(board: reading.Board) -> dict[str, Any]:
    """Return a decision as the API tells it."""
    row = board.decision
    return {
        "id": row.pk, "table_id": row.table_id, "kind": row.kind, "title": board.title, "text": board.text,
        "content": row.content, "needs": row.needs, "state": row.state,
        "proposed_by": str(row.party) if row.party else "secretariat",
        "proposed_at": row.proposed_at, "closed_at": row.closed_at, "sides_missing": board.sides_missing,
        "voices": [
            {"party_id": v.party.pk, "party": str(v.party), "side": v.party.side, "word": v.word,
             "reason": v.reason, "by": v.by, "given_at": v.on}
            for v in board.voices
        ],
    }  # fmt: skip
