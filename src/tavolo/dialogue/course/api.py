"""HTTP and JSON of a table's course: phases, calendar, suspensions."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["course"], auth=key_or_session)
