"""HTTP and JSON of meetings, minutes, communiqués and documents: one router for all."""

from __future__ import annotations

from tavolo.dialogue.meetings import api_meetings as _meetings  # noqa: F401 - declares its operations
from tavolo.dialogue.meetings import api_papers as _papers  # noqa: F401 - declares its operations
from tavolo.dialogue.meetings import api_versions as _versions  # noqa: F401 - declares its operations
from tavolo.dialogue.meetings.answering import api

router = api.router
