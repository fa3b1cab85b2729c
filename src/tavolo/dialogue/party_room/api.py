"""Party rooms over HTTP and JSON: the same policies and services as the pages."""

from __future__ import annotations

from tavolo.dialogue.party_room import api_positions as _positions  # noqa: F401 - declares its operations
from tavolo.dialogue.party_room import api_releases as _releases  # noqa: F401 - declares its operations
from tavolo.dialogue.party_room import api_texts as _texts  # noqa: F401 - declares its operations
from tavolo.dialogue.party_room.answering import api

router = api.router
