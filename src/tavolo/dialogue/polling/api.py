"""HTTP and JSON of committees, lists, slips, tablets, paper ballots, the record of the count."""

from __future__ import annotations

from tavolo.dialogue.polling import api_committee as _committee  # noqa: F401 - declares its operations
from tavolo.dialogue.polling import api_count as _count  # noqa: F401 - declares its operations
from tavolo.dialogue.polling import api_departures as _departures  # noqa: F401 - declares its operations
from tavolo.dialogue.polling import api_list as _list  # noqa: F401 - declares its operations
from tavolo.dialogue.polling import api_slips
from tavolo.dialogue.polling.answering import api

router = api.router
# Whoever holds a slip has no account: these operations ask for the code, each time, and for nothing else.
router.add_router("", api_slips.api.router)
