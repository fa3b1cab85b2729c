"""HTTP and JSON of agreements: texts, amendments, stances."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["agreements"], auth=key_or_session)
