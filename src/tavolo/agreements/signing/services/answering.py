# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The members' vote on the frozen text, and what the parties with a reservation make of it."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import reading, states, telling, voting
from tavolo.agreements.signing.models import Frozen, Reply, Vote
from tavolo.agreements.signing.services.shared import (
    acting,
    already,
    begin,
    exact,
    frozen_row,
    move,
    person_facts,
    record,
    words,
)
from tavolo.common.errors import Problem
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Consultation, Party
from tavolo.dialogue.plain_ballots import services as ballots
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.people.models import Constituency, ConstituencyKind


def fitting_ballots(agreement: Agreement) -> list[PlainBallot]:
    """Return the ballots of the table whose text has the hash of the frozen one."""
    frozen = reading.frozen_of(agreement)
    if frozen is None or not frozen.hash:
        return []
    rows = PlainBallot.objects.filter(
        consultation__table_id=agreement.table_id, text_hash=frozen.hash
    ).select_related("consultation")  # fmt: skip
    return list(rows)


@transaction.atomic
def link_vote(agreement: Agreement, *, consultation: Consultation, actor_id: uuid.UUID) -> Agreement:
    """Tie a ballot to the tentative agreement: its text must be the frozen one, by its hash.

    Each union that consults separately ties its own; a party's members are asked in one of them only.
    """
    agreement = begin(agreement, "link_vote")
    party = acting(agreement, actor_id, "link_vote")
    frozen = frozen_row(agreement)
    ballot = PlainBallot.objects.filter(consultation=consultation).first()
    if ballot is None or consultation.table_id != agreement.table_id:
        raise Problem(_("Choose a ballot of this table."))
    if ballot.text_hash != frozen.hash:
        raise Problem(_("That ballot asks about another text: its hash is not that of the frozen one."))
    if not Vote.objects.filter(agreement=agreement, consultation=consultation).exists():
        _tie(agreement, frozen, party, consultation, actor_id)
    move(agreement, states.VOTING, actor_id)
    return agreement


def _tie(
    agreement: Agreement, frozen: Frozen, party: Party, consultation: Consultation, actor_id: uuid.UUID
) -> None:
    """Tie a vote; what the same parties had only prepared before makes room, what has begun stays."""
    for other in voting.rivals(agreement, consultation):
        if voting.begun(other.consultation):
            raise Problem(voting.already_asked(other.consultation))
        other.delete()
    if party.pk not in {one.pk for one in voting.asking(consultation)}:
        raise Problem(_("A vote is tied by a party whose members it asks: choose one of your own."))
    Vote.objects.create(
        territory_id=agreement.territory_id, agreement=agreement, consultation=consultation,
        hash=frozen.hash, linked_by_id=actor_id, linked_at=timezone.now(),
    )  # fmt: skip
    record(
        agreement, "vote_linked", actor_id,
        {"party": str(party.pk), "consultation": str(consultation.pk), "hash": frozen.hash},
    )  # fmt: skip
    telling.table(agreement, "vote")


@transaction.atomic
def open_vote(
    agreement: Agreement, *, actor_id: uuid.UUID, constituency_id: uuid.UUID, rule_set: str,
    closes_on: date | None, together: bool = False,
) -> Consultation:  # fmt: skip
    """Open a vote of a union's members on the frozen text, promoted by one's own party, and link it.

    With `together` it is prepared only: the other parties of the side add whom they ask, and it opens with
    the consent of each of them.
    """
    party = acting(agreement, actor_id, "link_vote")
    frozen = reading.frozen_of(agreement)
    if frozen is None or frozen.version is None:
        raise Problem(_("No text is frozen yet: the parties initial it first."))
    asked = Constituency.objects.filter(pk=constituency_id, organisation_id=party.organisation_id).first()
    if asked is None:
        raise Problem(_("Choose one of your own party's constituencies."))
    begins = ballots.prepare_members_vote if together else ballots.open_members_vote
    made = begins(
        agreement.table, frozen.hash, agreement.title, [ballots.Promoter(party, asked, actor_id)], rule_set,
        closes_on, question=_("Do you approve “%(title)s”?") % {"title": agreement.title},
        text_link=reverse("signing:text", args=[agreement.pk]),
    )  # fmt: skip
    link_vote(agreement, consultation=made, actor_id=actor_id)
    return made


def own_constituencies(actor_id: uuid.UUID, agreement: Agreement) -> list[Constituency]:
    """Return the constituencies the party a person acts for may ask."""
    party = seats.acting_party(actor_id, agreement.table_id)
    if party is None:
        return []
    rows = Constituency.objects.filter(organisation_id=party.organisation_id)
    return list(rows.filter(kind=ConstituencyKind.MEMBERS_OF_UNION) or rows)


@transaction.atomic
def reply(
    agreement: Agreement, *, shown_hash: str, actor_id: uuid.UUID, lifts: bool, ground: str,
    statement: str = "",
) -> Reply:  # fmt: skip
    """Lift a party's reservation (scioglimento), or record that its members said no. Once, with its ground.

    `ground` names what the party rests it on: the vote's record, the organ that decided. Kept with it is the
    party's own vote, never another union's. Tavolo computes what the rule says and shows it beside; it
    neither forbids nor grants the lifting.
    """
    step = "lift" if lifts else "reject"
    word = Reply.Word.LIFTED if lifts else Reply.Word.REJECTED
    again = already(Reply.objects.filter(word=word), agreement, actor_id, shown_hash)
    if again is not None:
        return again
    agreement = begin(agreement, step)
    party = acting(agreement, actor_id, step)
    frozen = frozen_row(agreement)
    version = exact(frozen, shown_hash)
    now = reading.standing_of(agreement, frozen)
    known = reading.replies(agreement).get(party.pk)
    if known is not None:
        if known.word == word:
            return known
        raise Problem(_("Your party has given its answer already; it is not changed."))
    if party.pk not in now.reserve:
        raise Problem(_("Your party initialled without a reservation: there is nothing to lift."))
    if not ground.strip():
        raise Problem(
            _("Say what this rests on: the members' vote and its record, or the organ that decided.")
        )
    own = voting.own_vote(agreement, party)
    asked = own.consultation if own is not None and voting.begun(own.consultation) else None
    made = Reply.objects.create(
        **person_facts(agreement, party, actor_id, version), word=word, ballot=asked,
        ground=words(ground)[:500], statement=words(statement),
    )  # fmt: skip
    record(
        agreement, "reservation", actor_id,
        {
            "party": str(party.pk), "word": str(word), "hash": version.hash, "mandate": made.mandate,
            "consultation": str(asked.pk) if asked else None,
        },
    )  # fmt: skip
    after = states.after_answers(reading.standing_of(agreement, frozen), agreement.state)
    move(agreement, after, actor_id)
    return made
