# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the API of this part shares: doing something once, and wording a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue.delegations import reading
from tavolo.dialogue.schemas import Refusal

REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}


def doing(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key the request carries; without a key, each request counts."""
    call = once(
        key_from(request) or new_key(),
        account_id=request.user.pk,
        action=f"delegations.{action}",
        request=asked,
    )
    return call.run(work)


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
