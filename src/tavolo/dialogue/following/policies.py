"""Who may open which page of what awaits me, search, activity, digests.

Everybody searches, and finds only what every part lets them see; a table's activity is for those who see it.
"""

from __future__ import annotations

from tavolo.common.policy import anyone, declare, signed_in
from tavolo.dialogue.policies import ASKED, DELEGATES, PERSONS, sees_table

SIGNED = dict.fromkeys(PERSONS, 200)
TABLE = dict.fromkeys((*DELEGATES, "secretary", *ASKED), 200)

declare("following:waiting", signed_in, says="what awaits oneself", answers=SIGNED)
declare("following:search", anyone, says="everybody, in what they may see", answers={"*": 200})
declare("following:telling", signed_in, says="one's own choice", answers=SIGNED)
declare(
    "following:tell", signed_in, says="one's own choice",
    answers={**dict.fromkeys(PERSONS, 405), **{f"POST {role}": 302 for role in PERSONS}},
)  # fmt: skip
declare("following:activity", sees_table, says="those who see the table", answers=TABLE)
declare("api-1.0.0:following_waiting", signed_in, says="what awaits oneself", answers=SIGNED)
declare("api-1.0.0:following_notices", signed_in, says="one's own", answers=SIGNED)
declare("api-1.0.0:following_mail", signed_in, says="one's own choice", answers=SIGNED)
declare("api-1.0.0:following_search", signed_in, says="in what one may see", answers=SIGNED)
declare("api-1.0.0:following_activity", sees_table, says="those who see the table", answers=TABLE)
