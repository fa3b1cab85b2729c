"""HTTP and JSON of the public archive and verification."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["archive"], auth=key_or_session)
