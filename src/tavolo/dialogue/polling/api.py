"""HTTP and JSON of credentials, assemblies, paper ballots, the record of the count."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["polling"], auth=key_or_session)
