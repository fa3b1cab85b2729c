"""Tables of party rooms: the rooms, what lies in them, positions, and what was let out."""

from tavolo.dialogue.party_room.position_models import (
    Kind,
    LodgedPosition,
    Point,
    PointAsked,
    Position,
)
from tavolo.dialogue.party_room.release_models import Delivery, Release
from tavolo.dialogue.party_room.room_models import (
    Approval,
    Draft,
    DraftVersion,
    Note,
    Room,
    RoomFile,
)
from tavolo.dialogue.party_room.vote_models import NamedVote, Question, VoteCast, VoteOption

__all__ = [
    "Approval",
    "Delivery",
    "Draft",
    "DraftVersion",
    "Kind",
    "LodgedPosition",
    "NamedVote",
    "Note",
    "Point",
    "PointAsked",
    "Position",
    "Question",
    "Release",
    "Room",
    "RoomFile",
    "VoteCast",
    "VoteOption",
]
