"""HTTP and JSON of what awaits me, search, activity, digests."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["following"], auth=key_or_session)
