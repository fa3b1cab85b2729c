"""The room's tables, kept in three files: the table itself, its consultations, and ballots."""

from tavolo.dialogue.ballot_models import (
    Analysis,
    Ballot,
    Change,
    ClosedBallot,
    Release,
    Roll,
    Sheet,
    Tally,
    Turnout,
)
from tavolo.dialogue.consultation_models import (
    Consent,
    Consultation,
    Group,
    PromoterKind,
    Statement,
    StatementVersion,
    Translation,
)
from tavolo.dialogue.table_models import (
    Delegate,
    DelegateRole,
    Party,
    Secretariat,
    Side,
    Table,
    Theme,
)

__all__ = [
    "Analysis",
    "Ballot",
    "Change",
    "ClosedBallot",
    "Consent",
    "Consultation",
    "Delegate",
    "DelegateRole",
    "Group",
    "Party",
    "PromoterKind",
    "Release",
    "Roll",
    "Secretariat",
    "Sheet",
    "Side",
    "Statement",
    "StatementVersion",
    "Table",
    "Tally",
    "Theme",
    "Translation",
    "Turnout",
]
