# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the pages and the API show of joint decisions. Questions only, no writes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.delegations.models import Answer, JointDecision
from tavolo.dialogue.models import Party, Side, Table


@dataclass(frozen=True)
class Voice:
    """A party beside a decision: what it answered, through whom, when, or that it is awaited."""

    party: Party
    word: str  # consent, refuse, awaited, not_needed
    reason: str = ""
    by: str = ""
    on: datetime | None = None


@dataclass(frozen=True)
class Board:
    """A decision with everything a page shows of it."""

    decision: JointDecision
    title: str
    text: str
    voices: list[Voice]
    sides_missing: list[str]

    @property
    def sides(self) -> list[tuple[str, list[Voice]]]:
        """Return the voices by side, in the order of the sides."""
        found = [(str(side.label), [v for v in self.voices if v.party.side == side]) for side in Side]
        return [(label, voices) for label, voices in found if voices]

    @property
    def given(self) -> int:
        """Return how many parties have consented."""
        return sum(1 for voice in self.voices if voice.word == Answer.Word.CONSENT)


def board(decision: JointDecision) -> Board:
    """Return a decision with each party's answer, the missing ones included."""
    waited = {party.pk for party in decisions.missing(decision)}
    given = {row.party_id: row for row in decision.answers.select_related("account", "party__organisation")}
    parties = decisions.parties_at(decision.table_id)
    seen = {party.pk for party in parties}
    parties += [row.party for row in given.values() if row.party_id not in seen]
    voices = [_voice(party, given.get(party.pk), party.pk in waited) for party in parties]
    return Board(
        decision, decisions.title_of(decision), decisions.description_of(decision), voices,
        decisions.sides_missing(decision),
    )  # fmt: skip


def _voice(party: Party, answer: Answer | None, waited: bool) -> Voice:
    if answer is None:
        return Voice(party, "awaited" if waited else "not_needed")
    return Voice(party, answer.word, answer.reason, str(answer.account), answer.given_at)


def boards(table_id: uuid.UUID) -> list[Board]:
    """Return the decisions of a table, the open ones first, then the latest first."""
    rows = JointDecision.objects.filter(table_id=table_id).select_related(
        "table", "party__organisation", "proposed_by"
    )
    found = [board(row) for row in rows]
    return sorted(found, key=lambda one: one.decision.state != JointDecision.State.OPEN)


def confirmation(table: Table) -> JointDecision | None:
    """Return the decision by which the parties confirm the table, in force or still open."""
    rows = JointDecision.objects.filter(table=table, kind="delegations.table_confirmed")
    rows = rows.filter(state__in=[decisions.State.IN_FORCE, decisions.State.OPEN])
    return rows.select_related("table", "party__organisation", "proposed_by").first()


def consenting(decision: JointDecision) -> list[str]:
    """Return the names of the parties that consented to a decision."""
    rows = decision.answers.filter(word=Answer.Word.CONSENT).select_related("party__organisation")
    return [str(row.party) for row in rows.order_by("party__position")]


def answerable(decision: JointDecision, account_id: uuid.UUID) -> list[Party]:
    """Return the parties this person acts for whose answer is still awaited."""
    return [party for party in decisions.missing(decision) if standing.may_act_for(account_id, party)]


def own_parties(table_id: uuid.UUID, account_id: uuid.UUID) -> list[Any]:
    """Return the parties of a table a person acts for today."""
    return [party for party in decisions.parties_at(table_id) if standing.may_act_for(account_id, party)]
