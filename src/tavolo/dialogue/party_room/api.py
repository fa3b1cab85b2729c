"""HTTP and JSON of party rooms: notes, drafts, positions, controlled release."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["party_room"], auth=key_or_session)
