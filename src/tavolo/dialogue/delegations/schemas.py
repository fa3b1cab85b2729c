"""What the API says about delegations, mandates, the joint secretariat and joint decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema


class VoiceOut(Schema):
    """A party beside a decision. `word`: consent, refuse, awaited or not_needed."""

    party_id: UUID
    party: str
    side: str
    word: str
    reason: str
    by: str
    given_at: datetime | None


class DecisionOut(Schema):
    """A joint decision. `needs`: each_side or each_party; `sides_missing`: sides still awaited."""

    id: UUID
    table_id: UUID
    kind: str
    title: str
    text: str
    content: dict[str, Any]
    needs: str
    state: str
    proposed_by: str
    proposed_at: datetime
    closed_at: datetime | None
    voices: list[VoiceOut]
    sides_missing: list[str]


class DecisionList(Schema):
    """The joint decisions of a table, open ones first."""

    items: list[DecisionOut]


class AnswerIn(Schema):
    """The party one answers for."""

    party_id: UUID = Field(examples=["7b0c1de2-58f1-4f2e-9c46-7a4f0f1d2b11"])


class RefusalIn(AnswerIn):
    """A refusal, with the reason the others read."""

    reason: str = Field(min_length=1, max_length=1000, examples=["Il tema va discusso prima in plenaria."])
