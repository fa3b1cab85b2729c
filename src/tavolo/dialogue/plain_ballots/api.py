"""HTTP and JSON of plain ballots: yes or no, options, majorities with dated rules."""

from __future__ import annotations

from ninja import Router

from tavolo.people.tokens import key_or_session

router = Router(tags=["plain_ballots"], auth=key_or_session)
