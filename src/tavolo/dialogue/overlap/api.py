"""HTTP and JSON of blind overlap: lodged in secret, shown only where all accept."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["overlap"], auth=key_or_session)
