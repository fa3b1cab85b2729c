# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What becomes of an open vote when a party that promotes it leaves the table.

The electoral committee is an organ of the vote. Where other promoters remain on the same side, they carry on
the list of the one that left, or end the vote of their side without result: one consent from each of them.
Where none remains, that side's vote ends without result at once. Sealed ballots are then destroyed unread.
No party of another side has a say in any of this, and none comes to a list by it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Party, Roll, Table
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import Ending, Keying, ListedVoter, Slip, Succession, SuccessionConsent
from tavolo.dialogue.services import ballot_box, voiding
from tavolo.dialogue.services.consultations import require_authority
from tavolo.ledger.services import record_act

LONGEST_REASON = 600


def acting_for(account_id: uuid.UUID, consultation: Consultation, side: str) -> Party | None:
    """Return the remaining promoter of a side for which a person may decide, if any."""
    for party in committee.remaining(consultation, side):
        if standing.may_act_for(account_id, party):
            return party
    return None


def missing(found: Succession) -> list[Party]:
    """Return the remaining promoters whose consent a proposal still needs."""
    given = set(found.consents.values_list("party_id", flat=True))
    rest = committee.remaining(found.consultation, found.party.side)
    return [party for party in rest if party.pk not in given]


@transaction.atomic
def propose(
    consultation: Consultation, *, left: Party, choice: str, actor_id: uuid.UUID, reason: str = ""
) -> Succession:
    """Propose to carry on the list of a party that left, or to end the vote; the proposer consents with it.

    Proposing what stands proposed already is a consent to it. Where nobody else remains it is decided.
    """
    consultation, party = _entitled(consultation, left, actor_id)
    if choice not in Succession.Choice.values:
        raise Problem(_("Choose to carry on the list, or to end the vote without result."))
    words = " ".join(reason.split()) if choice == Succession.Choice.ANNUL else ""
    if choice == Succession.Choice.ANNUL and not (words and len(words) <= LONGEST_REASON):
        raise Problem(
            _("Say in at most %(most)s characters why the vote ends without result: everybody will read it.")
            % {"most": LONGEST_REASON}
        )
    if choice == Succession.Choice.CARRY_ON and carried(consultation, left):
        raise Problem(_("Those who remain carry on this list already."))
    found = _open(consultation, left, choice)
    if found is not None and found.reason != words:
        raise Problem(
            _("Ending the vote is proposed already, with another reason: read it and consent, or have it "
              "withdrawn by who proposed it.")
        )  # fmt: skip
    if found is None:
        found = _propose(consultation, left, choice, words, party, actor_id)
    _consent(found, party, actor_id)
    return found


def _entitled(consultation: Consultation, left: Party, actor_id: uuid.UUID) -> tuple[Consultation, Party]:
    """Return the locked open consultation, and the remaining promoter the person acts for."""
    consultation = ballot_box.lock_box(consultation.pk)
    if left.pk not in {party.pk for party in committee.departed(consultation)}:
        raise Problem(_("This party sits at the table: what concerns its list is its own."))
    party = acting_for(actor_id, consultation, left.side)
    if party is None:
        raise Problem(
            _("Only a delegate of a party of the same side that promotes this vote and still sits at the "
              "table may decide this.")
        )  # fmt: skip
    if consultation.state != Consultation.State.OPEN or ended(consultation, left.side):
        raise Problem(_("This vote is not open any more."))
    return consultation, party


def _open(consultation: Consultation, left: Party, choice: str) -> Succession | None:
    rows = Succession.objects.filter(consultation=consultation, party=left, choice=choice)
    return rows.filter(state=Succession.State.OPEN, left_on=left.ends_on).first()


def _propose(
    consultation: Consultation, left: Party, choice: str, reason: str, party: Party, actor_id: uuid.UUID
) -> Succession:
    act_id = record_act(
        actor_id=actor_id, role="delegate", act="polling.succession_proposed",
        object_type="polling.succession", object_id=consultation.pk,
        content={"left": str(left.pk), "choice": choice, "reason": reason, "party": str(party.pk)},
    )  # fmt: skip
    return Succession.objects.create(
        territory_id=consultation.territory_id, consultation=consultation, party=left, proposer=party,
        choice=choice, reason=reason, left_on=left.ends_on, act_id=act_id,
    )  # fmt: skip


@transaction.atomic
def consent(succession: Succession, *, actor_id: uuid.UUID) -> bool:
    """Give a remaining promoter's yes; the last one decides. Returns whether it is decided now."""
    _entitled(succession.consultation, succession.party, actor_id)
    found = _locked(succession)
    if found.state == Succession.State.DONE:
        return True
    if found.state != Succession.State.OPEN or found.left_on != found.party.ends_on:
        raise Problem(_("This proposal does not stand any more."))
    party = acting_for(actor_id, found.consultation, found.party.side)
    _consent(found, party, actor_id)
    return found.state == Succession.State.DONE


@transaction.atomic
def withdraw(succession: Succession, *, actor_id: uuid.UUID) -> None:
    """Take a proposal back, as long as it is not decided; only the party that made it."""
    require_authority(actor_id, succession.proposer)
    ballot_box.lock_box(succession.consultation_id)
    found = _locked(succession)
    if found.state == Succession.State.DONE:
        raise Problem(_("This is decided: it can no longer be withdrawn."))
    if found.state == Succession.State.OPEN:
        _withdraw(found, actor_id)


def _locked(succession: Succession) -> Succession:
    rows = Succession.objects.select_for_update(of=("self",)).select_related("consultation__table", "party")
    return rows.get(pk=succession.pk)


def _withdraw(found: Succession, actor_id: uuid.UUID | None) -> None:
    found.state = Succession.State.WITHDRAWN
    found.save(update_fields=["state"])
    record_act(
        actor_id=actor_id, role="delegate" if actor_id else "system", act="polling.succession_withdrawn",
        object_type="polling.succession", object_id=found.consultation_id,
        content={"left": str(found.party_id), "choice": found.choice},
    )  # fmt: skip


def _consent(found: Succession, party: Party, actor_id: uuid.UUID) -> None:
    if not found.consents.filter(party=party).exists():
        act_id = record_act(
            actor_id=actor_id, role="delegate", act="polling.succession_consented",
            object_type="polling.succession", object_id=found.consultation_id,
            content={"left": str(found.party_id), "choice": found.choice, "party": str(party.pk)},
        )  # fmt: skip
        SuccessionConsent.objects.create(
            territory_id=found.territory_id, succession=found, party=party, act_id=act_id
        )
    if not missing(found):
        _decide(found)
    else:
        from tavolo.dialogue.polling import telling_departures

        telling_departures.tell_proposed(found, missing(found))


def _decide(found: Succession) -> None:
    """Carry out what all who remain have consented to."""
    from tavolo.dialogue.polling import telling_departures

    found.state, found.decided_on = Succession.State.DONE, standing.today()
    found.save(update_fields=["state", "decided_on"])
    if found.choice == Succession.Choice.ANNUL:
        _end(found.consultation, found.party.side, Ending.Cause.ANNULLED, found.reason)
        return
    record_act(
        actor_id=None, role="promoters", act="polling.list_carried_on", object_type="polling.succession",
        object_id=found.consultation_id,
        content={
            "left": str(found.party_id),
            "parties": [str(p.pk) for p in committee.remaining(found.consultation, found.party.side)],
        },
    )  # fmt: skip
    telling_departures.tell_carried_on(found)


def carried(consultation: Consultation, left: Party) -> Succession | None:
    """Return the decision by which those who remain carry on a party's list since it left this time."""
    return Succession.objects.filter(
        consultation=consultation, party=left, choice=Succession.Choice.CARRY_ON,
        state=Succession.State.DONE, left_on=left.ends_on,
    ).first()  # fmt: skip


def ended(consultation: Consultation, side: str) -> bool:
    """Say whether the vote of a side ended without result."""
    return Ending.objects.filter(consultation=consultation, side=side).exists()


def has_ended(consultation: Consultation, voter_id: uuid.UUID) -> bool:
    """Say whether the vote of a voter's side ended without result: of an account, a slip, a mailed code."""
    over = set(Ending.objects.filter(consultation=consultation).values_list("side", flat=True))
    if not over:
        return False
    sides = [
        *Roll.objects.filter(consultation=consultation, account_id=voter_id).values_list(
            "group__side", flat=True
        ),
        *Slip.objects.filter(pk=voter_id).values_list("group__side", flat=True),
        *ListedVoter.objects.filter(pk=voter_id).values_list("group__side", flat=True),
    ]
    return bool(over.intersection(sides))


@transaction.atomic
def settle_table(table: Table) -> None:
    """Do, after a party has left, what follows from it for each of the table's open votes."""
    from tavolo.dialogue.polling import telling_departures

    open_now = Consultation.objects.filter(table=table, state=Consultation.State.OPEN, imported=False)
    for poll in open_now.order_by("pk"):
        for side in settle(poll):
            telling_departures.tell_left(poll, side)


def settle(poll: Consultation) -> list[str]:
    """End the vote of each side that has lost all its promoters; decide what waited only for one that left.

    Returns the sides on which those who remain have to decide.
    """
    waiting = []
    for side in sorted({party.side for party in committee.departed(poll)}):
        poll = ballot_box.lock_box(poll.pk)
        if poll.state != Consultation.State.OPEN or ended(poll, side):
            continue
        if not committee.remaining(poll, side):
            _end(poll, side, Ending.Cause.NOBODY_LEFT, "")
            continue
        _decide_what_waits(poll, side)
        if not ended(poll, side) and _undecided(poll, side):
            waiting.append(side)
    return waiting


def _decide_what_waits(poll: Consultation, side: str) -> None:
    rows = Succession.objects.filter(consultation=poll, party__side=side, state=Succession.State.OPEN)
    stay = {party.pk for party in committee.remaining(poll, side)}
    for found in rows.select_related("consultation__table", "party"):
        if found.proposer_id not in stay or found.left_on != found.party.ends_on:
            _withdraw(found, None)
        elif not missing(found) and not ended(poll, side):
            _decide(found)


def _undecided(poll: Consultation, side: str) -> list[Party]:
    return [left for left in committee.departed(poll, side) if carried(poll, left) is None]


def undecided(poll: Consultation, side: str) -> list[Party]:
    """Return the promoters of a side that left and whose list nobody carries on, while voting is open."""
    if poll.state != Consultation.State.OPEN or ended(poll, side):
        return []
    return _undecided(poll, side)


def _end(poll: Consultation, side: str, cause: str, reason: str) -> None:
    """End a side's vote without result: its ballots are destroyed, what was keyed from paper with them."""
    from tavolo.dialogue.polling import telling_departures

    before = Ending.objects.filter(consultation=poll).values_list("side", flat=True)
    void = voiding.destroy_votes(poll, [side, *before])
    Keying.objects.filter(lot__group__consultation=poll, lot__group__side=side).delete()
    act_id = record_act(
        actor_id=None, role="promoters" if reason else "system", act="polling.ended_without_result",
        object_type="polling.ending", object_id=poll.pk,
        content={"side": side, "cause": cause, "reason": reason, "whole": void},
    )  # fmt: skip
    made = Ending.objects.create(
        territory_id=poll.territory_id, consultation=poll, side=side, cause=cause, reason=reason,
        ended_on=standing.today(), act_id=act_id,
    )  # fmt: skip
    for found in Succession.objects.filter(consultation=poll, party__side=side, state=Succession.State.OPEN):
        _withdraw(found, None)
    telling_departures.tell_ended(made)


def warnings(party: Party) -> Iterable[str]:
    """Yield what a party should know before it leaves: what becomes of the votes it has open."""
    rows = Consultation.objects.filter(
        groups__party=party, state=Consultation.State.OPEN, imported=False
    ).distinct()
    for poll in rows:
        others = [str(one) for one in committee.remaining(poll, party.side) if one.pk != party.pk]
        if others:
            yield _(
                "“%(poll)s” is open: your people leave its electoral committee, and %(others)s decide "
                "whether to carry on your list or to end the vote without result."
            ) % {"poll": poll.title, "others": ", ".join(others)}
        else:
            yield _(
                "“%(poll)s” is open and nobody else of your side promotes it: it ends without result, its "
                "ballots are destroyed unread."
            ) % {"poll": poll.title}
