"""HTTP and JSON of delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["delegations"], auth=key_or_session)
