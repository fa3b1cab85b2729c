# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Naming the electoral committee, and ending a place in it."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Party
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import CommitteeMember, CommitteeRole, CountRecord
from tavolo.dialogue.services.consultations import require_authority
from tavolo.ledger.services import record_act
from tavolo.people.models import Account


@transaction.atomic
def name_member(
    consultation: Consultation, *, party: Party, email: str, actor_id: uuid.UUID,
    role: str = CommitteeRole.MEMBER, starts_on: date | None = None, ends_on: date | None = None,
) -> CommitteeMember:  # fmt: skip
    """Name one of a promoting party's own people into the electoral committee of its side.

    The refusal is the same for an unknown address and for somebody of another organisation.
    """
    require_authority(actor_id, party)
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    _check_nameable(consultation, party)
    if role not in CommitteeRole.values:
        raise Problem(_("Choose member or scrutineer."))
    account = Account.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if account is None or not committee.belongs(account.pk, party):
        raise Problem(
            _(
                "This address belongs to nobody in your organisation: write the one they sign in with, or "
                "invite them first."
            )
        )
    if committee.barred(account.pk, party):
        raise Problem(
            _(
                "This person cannot serve in this committee: not the joint secretariat, not the other side, "
                "not whoever runs the platform, and for workers no owner and no personnel office."
            )
        )
    first, last = starts_on or standing.today(), ends_on
    if last is not None and last <= first:
        raise Problem(_("The last day must come after the first."))
    return _write(consultation, party, account, role, first, last, actor_id)


def _check_nameable(consultation: Consultation, party: Party) -> None:
    if consultation.imported or not consultation.groups.filter(party=party).exists():
        raise Problem(
            _("Only a party that asks a constituency in this consultation names people to its committee.")
        )
    found = CountRecord.objects.filter(consultation=consultation, side=party.side).first()
    if found is not None and found.state == CountRecord.State.DECLARED:
        raise Problem(
            _("The record of the count is closed with a declaration: the committee's work is done.")
        )
    if found is not None and found.is_closed:
        raise Problem(_("The record of the count is approved: the committee's work is done."))


def _write(
    consultation: Consultation, party: Party, account: Account, role: str, first: date, last: date | None,
    actor_id: uuid.UUID,
) -> CommitteeMember:  # fmt: skip
    act_id = record_act(
        actor_id=actor_id, role="delegate", act="polling.member_named", object_type="polling.committee",
        object_id=consultation.pk,
        content={"party": str(party.pk), "account": str(account.pk), "role": role, "from": first.isoformat()},
    )  # fmt: skip
    try:
        with transaction.atomic():
            member = CommitteeMember.objects.create(
                territory_id=consultation.territory_id, consultation=consultation, party=party,
                side=party.side, account=account, role=role, starts_on=first, ends_on=last, act_id=act_id,
            )  # fmt: skip
    except IntegrityError:
        raise Problem(_("This person already serves in this committee in these days.")) from None
    context = {"consultation": consultation.title, "consultation_id": str(consultation.pk)}
    notices.send([account.pk], "polling.named", context)
    return member


@transaction.atomic
def end_member(member: CommitteeMember, *, actor_id: uuid.UUID) -> None:
    """End a place in the committee today; whoever named it may. Access ends at once."""
    member = CommitteeMember.objects.select_for_update(of=("self",)).select_related("party").get(pk=member.pk)
    require_authority(actor_id, member.party)
    day = standing.today()
    if member.ends_on is not None and member.ends_on <= day:
        return
    member.ends_on = max(day, member.starts_on)
    member.save(update_fields=["ends_on"])
    record_act(
        actor_id=actor_id, role="delegate", act="polling.member_ended", object_type="polling.committee",
        object_id=member.consultation_id,
        content={"party": str(member.party_id), "account": str(member.account_id)},
    )  # fmt: skip


def require_handler(actor_id: uuid.UUID, group: object) -> None:
    """Raise unless the person handles this group's list and credentials."""
    if not committee.handles(actor_id, group):
        raise Problem(_("Only members of the electoral committee named by this party may do this."))
