"""HTTP and JSON of participants' statements, moderation, languages, what became of it."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["voices"], auth=key_or_session)
