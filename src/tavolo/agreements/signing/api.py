"""HTTP and JSON of states, initialling and signature."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["signing"], auth=key_or_session)
