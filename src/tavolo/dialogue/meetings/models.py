"""Tables of meetings, minutes, communiqués and documents, kept in three files."""

from tavolo.dialogue.meetings.meeting_models import (
    AgendaItem,
    Attendance,
    Decision,
    Kind,
    Meeting,
    MeetingParty,
    Named,
    Point,
)
from tavolo.dialogue.meetings.minutes_models import Answer, Minutes, MinutesVersion, Sending
from tavolo.dialogue.meetings.paper_models import (
    Communique,
    CommuniqueApproval,
    CommuniqueVersion,
    Document,
    DocumentVersion,
    Entry,
)

__all__ = [
    "AgendaItem",
    "Answer",
    "Attendance",
    "Communique",
    "CommuniqueApproval",
    "CommuniqueVersion",
    "Decision",
    "Document",
    "DocumentVersion",
    "Entry",
    "Kind",
    "Meeting",
    "MeetingParty",
    "Minutes",
    "MinutesVersion",
    "Named",
    "Point",
    "Sending",
]
