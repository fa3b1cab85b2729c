# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Who moderates and who hears appeals at a table, today. Questions, and the naming of both.

Moderators are the joint secretariat and the people named by the parties that ask a constituency in the
consultation: an employers' association that asks nobody there reads no proposal of workers. Guarantors
(garanti) are named by the parties jointly and sit in no delegation and no secretariat.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions
from tavolo.dialogue.models import Consultation, Party, Secretariat, Table
from tavolo.dialogue.voices.models import Guarantor, Moderator
from tavolo.ledger.services import record_act
from tavolo.people.models import Account

GUARANTOR = "voices.guarantor"


def sides_of_moderators(consultation: Consultation) -> dict[uuid.UUID, str]:
    """Return the people who moderate a consultation today, each with the side that named them.

    The joint secretariat belongs to both sides: its side is empty.
    """
    day = standing.today()
    desks = Secretariat.objects.active_on(day).filter(table_id=consultation.table_id)
    found = dict.fromkeys(desks.values_list("account_id", flat=True), "")
    asking = standing.seated_parties(consultation.table_id).filter(
        pk__in=consultation.groups.values("party_id")
    )
    named = standing.holding(Moderator.objects.active_on(day).filter(party__in=asking), day)
    for account_id, side in named.values_list("account_id", "party__side"):
        found.setdefault(account_id, side)
    return found


def moderates(account_id: uuid.UUID, consultation: Consultation) -> bool:
    """Say whether a person moderates a consultation today."""
    return account_id in sides_of_moderators(consultation)


def guarantors(table_id: uuid.UUID) -> QuerySet[Guarantor]:
    """Return the guarantors of a table today; whoever entered a delegation or the secretariat is none."""
    day = standing.today()
    found = Guarantor.objects.active_on(day).filter(table_id=table_id).select_related("account")
    inside = [row.pk for row in found if _is_inside(row.account_id, table_id)]
    return found.exclude(pk__in=inside)


def guarantees(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person is a guarantor of a table today."""
    return guarantors(table_id).filter(account_id=account_id).exists()


def _is_inside(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    day = standing.today()
    return (
        standing.seats_of(account_id).filter(party__table_id=table_id).exists()
        or standing.is_secretary(account_id, table_id)
        or Moderator.objects.active_on(day).filter(account_id=account_id, table_id=table_id).exists()
    )


@transaction.atomic
def name_moderator(party: Party, account_id: uuid.UUID, *, actor_id: uuid.UUID) -> Moderator:
    """Let a person moderate for a party from today on."""
    if not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))
    if not Account.objects.filter(pk=account_id, is_active=True).exists():
        raise Problem(_("This person has no account here: invite them first."))
    if guarantees(account_id, party.table_id):
        raise Problem(_("A guarantor of this table cannot moderate it."))
    day = standing.today()
    rows = Moderator.objects.active_on(day).filter(table_id=party.table_id, account_id=account_id)
    found = standing.holding(rows, day).first()
    if found is None:
        # An office that lapsed with the seat is over: the new one begins today.
        rows.update(ends_on=day)
    else:
        if found.party_id == party.pk:
            return found
        raise Problem(_("This person already moderates for another party of the table."))
    row = Moderator.objects.create(
        territory_id=party.territory_id, table_id=party.table_id, party=party, account_id=account_id,
        starts_on=day,
    )  # fmt: skip
    _record("voices.moderator_named", party, actor_id, account_id)
    return row


@transaction.atomic
def dismiss_moderator(moderator: Moderator, *, actor_id: uuid.UUID) -> None:
    """End a party's moderator today."""
    party = moderator.party
    if not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))
    if Moderator.objects.filter(pk=moderator.pk, ends_on=None).update(ends_on=standing.today()):
        _record("voices.moderator_dismissed", party, actor_id, moderator.account_id)


def _record(act: str, party: Party, actor_id: uuid.UUID, account_id: uuid.UUID) -> None:
    record_act(
        actor_id=actor_id, role="delegate", act=act, object_type="voices.table", object_id=party.table_id,
        content={"party": str(party.pk), "account": str(account_id)},
    )  # fmt: skip


def propose_guarantor(
    table: Table, account_id: uuid.UUID, *, words: str = "", actor_id: uuid.UUID
) -> decisions.JointDecision:
    """Propose a guarantor; in force when a party of each side has consented."""
    content = {"account": str(account_id), "words": words.strip()[:300], "ends": False}
    return decisions.propose(table, GUARANTOR, content, actor_id=actor_id, subject_id=account_id)


def propose_end(guarantor: Guarantor, *, actor_id: uuid.UUID) -> decisions.JointDecision:
    """Propose that a guarantor's office ends; in force when a party of each side has consented."""
    content = {"account": str(guarantor.account_id), "words": guarantor.words, "ends": True}
    return decisions.propose(
        guarantor.table, GUARANTOR, content, actor_id=actor_id, subject_id=guarantor.account_id
    )


def _check_guarantor(table: Table, content: Mapping[str, Any]) -> None:
    account_id = uuid.UUID(str(content["account"]))
    if content.get("ends"):
        return
    if not Account.objects.filter(pk=account_id, is_active=True).exists():
        raise Problem(_("This person has no account here: invite them first."))
    if _is_inside(account_id, table.pk):
        raise Problem(
            _("A guarantor sits in no delegation and no secretariat of the table and moderates nothing.")
        )
    if guarantees(account_id, table.pk):
        raise Problem(_("This person is a guarantor of the table already."))


def _apply_guarantor(decision: decisions.JointDecision) -> None:
    table, content = decision.table, decision.content
    if content.get("ends"):
        rows = Guarantor.objects.active_on(standing.today()).filter(
            table=table, account_id=content["account"]
        )
        rows.update(ends_on=standing.today())
        return
    _check_guarantor(table, content)
    Guarantor.objects.create(
        territory_id=table.territory_id, table=table, account_id=content["account"],
        words=content["words"], decision_id=decision.pk, starts_on=standing.today(),
    )  # fmt: skip


def _describe_guarantor(decision: decisions.JointDecision) -> str:
    account = Account.objects.filter(pk=decision.content["account"]).first()
    words = decision.content.get("words", "")
    return f"{account.name if account else '—'}{': ' + words if words else ''}"


decisions.kind(
    GUARANTOR,
    title=gettext_lazy("A guarantor of the consultations"),
    apply=_apply_guarantor,
    needs="each_side",
    check=_check_guarantor,
    describe=_describe_guarantor,
)
