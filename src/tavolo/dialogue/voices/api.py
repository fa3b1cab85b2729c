"""HTTP and JSON of participants' statements, moderation, languages, what became of it."""

from __future__ import annotations

from tavolo.dialogue.voices import api_afterwards as _afterwards  # noqa: F401 - declares its operations
from tavolo.dialogue.voices import api_languages as _languages  # noqa: F401 - declares its operations
from tavolo.dialogue.voices import api_moderation as _moderation  # noqa: F401 - declares its operations
from tavolo.dialogue.voices.answering import api

router = api.router
