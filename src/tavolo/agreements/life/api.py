"""HTTP and JSON of terms of life, joint bodies, deposit."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["life"], auth=key_or_session)
