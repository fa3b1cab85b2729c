"""The part's tables: who runs a poll and who is listed, slips and paper, the record, parties that left."""

from tavolo.dialogue.polling.committee_models import (
    CommitteeMember,
    CommitteeRole,
    ListedVoter,
    OtherWay,
    Way,
)
from tavolo.dialogue.polling.credential_models import (
    Assembly,
    Batch,
    Entries,
    Keying,
    Lot,
    Paper,
    Slip,
)
from tavolo.dialogue.polling.departure_models import Ending, Succession, SuccessionConsent
from tavolo.dialogue.polling.record_models import Approval, CountRecord, Remark, WayCount

__all__ = [
    "Approval",
    "Assembly",
    "Batch",
    "CommitteeMember",
    "CommitteeRole",
    "CountRecord",
    "Ending",
    "Entries",
    "Keying",
    "ListedVoter",
    "Lot",
    "OtherWay",
    "Paper",
    "Remark",
    "Slip",
    "Succession",
    "SuccessionConsent",
    "Way",
    "WayCount",
]
