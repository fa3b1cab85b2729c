"""HTTP and JSON of the room itself: tables, consultations from preparation to results, uploads."""

from __future__ import annotations

from tavolo.dialogue import api_importing as _importing  # noqa: F401 - declares its operations
from tavolo.dialogue import api_preparing as _preparing  # noqa: F401 - declares its operations
from tavolo.dialogue import api_reading as _reading  # noqa: F401 - declares its operations
from tavolo.dialogue import api_results as _results  # noqa: F401 - declares its operations
from tavolo.dialogue.api_shared import api

router = api.router
