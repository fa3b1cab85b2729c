"""The statements of one vote, alone in a file so that the benchmark can run the very same by the raw driver.

Both are functions of the second migration: the server keeps their plans, and lock and reading are one call.
"""

from __future__ import annotations

LOCK = "SELECT pg_advisory_xact_lock_shared(%s)"
# lock number, address, version, consultation, territory -> sealed, slot, open_to_votes
FIND = "SELECT sealed, slot, open_to_votes FROM dialogue_ballot_for_vote(%s, %s, %s, %s, %s)"
# sealed ballot, consultation, address, id of the change, territory, sealed change
STORE = "SELECT dialogue_store_vote(%s, %s, %s, %s, %s, %s)"
