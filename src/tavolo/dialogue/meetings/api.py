"""HTTP and JSON of meetings, minutes, communiqués and documents."""

from __future__ import annotations

from ninja import Router

from tavolo.dialogue.meetings import api_meetings, api_papers
from tavolo.people.tokens import key_or_session

router = Router(tags=["meetings"], auth=key_or_session)
router.add_router("", api_meetings.router)
router.add_router("", api_papers.router)
