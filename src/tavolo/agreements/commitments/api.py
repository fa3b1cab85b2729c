"""HTTP and JSON of commitments and their follow-up."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["commitments"], auth=key_or_session)
