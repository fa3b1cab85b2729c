# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The joint secretariat: appointed by the consent of every party, revoked by any one of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import decisions, telling
from tavolo.dialogue.delegations.models import Appointment, JointDecision, Needs, Revocation
from tavolo.dialogue.delegations.seats import person_of, still_open
from tavolo.dialogue.models import Party, Secretariat, Side, Table
from tavolo.dialogue.services import tables
from tavolo.ledger.services import record_act
from tavolo.people.models import Account, Membership, Role

APPOINTED = "delegations.secretary_appointed"
LONGEST_REASON = 1000


def propose_secretary(
    table: Table, *, email: str, proposed_by: Party, actor_id: uuid.UUID, starts_on: date | None = None,
    ends_on: date | None = None,
) -> JointDecision:  # fmt: skip
    """Propose a person of a party's organisation for the secretariat; every party must consent."""
    party = standing.acting_party(actor_id, table.pk)
    if party is not None and party.pk != proposed_by.pk:
        raise Problem(_("A delegation proposes people of its own organisation."))
    person = person_of(proposed_by, email)
    content = {
        "account": str(person.pk), "party": str(proposed_by.pk),
        "starts_on": (starts_on or standing.today()).isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
    }  # fmt: skip
    return decisions.propose(table, APPOINTED, content, actor_id=actor_id, subject_id=person.pk)


def check_appointment(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse to propose who cannot serve."""
    try:
        account = uuid.UUID(str(content["account"]))
        party = Party.objects.filter(pk=uuid.UUID(str(content["party"])), table=table).first()
        starts_on = date.fromisoformat(str(content["starts_on"]))
        ends_on = date.fromisoformat(str(content["ends_on"])) if content.get("ends_on") else None
    except (KeyError, ValueError) as error:
        raise Problem(_("Say who is proposed, by which party, and from which day.")) from error
    person = Account.objects.filter(pk=account, is_active=True).first()
    if person is None or party is None:
        raise Problem(_("Say who is proposed, by which party, and from which day."))
    if ends_on is not None and ends_on <= starts_on:
        raise Problem(_("The end must lie after the first day."))
    _check_candidate(table, person)


def _check_candidate(table: Table, person: Account) -> None:
    if standing.parties_of(person.pk, table.pk).exists():
        raise Problem(
            _("A person who sits for a party cannot serve in the joint secretariat of the same table.")
        )
    serving = Secretariat.objects.filter(still_open(standing.today()), table=table, account=person)
    if serving.exists():
        raise Problem(_("This person serves in the secretariat already."))


def appoint(decision: JointDecision) -> None:
    """Let the person serve: every party has consented."""
    content = decision.content
    starts_on = max(date.fromisoformat(content["starts_on"]), standing.today())
    ends_on = date.fromisoformat(content["ends_on"]) if content.get("ends_on") else None
    if ends_on is not None and ends_on <= starts_on:
        raise Problem(_("The proposed time of service is over: withdraw the proposal and make a new one."))
    _seat(decision, uuid.UUID(content["account"]), content.get("party"), starts_on, ends_on)


def _seat(
    decision: JointDecision, account_id: uuid.UUID, party_id: str | None, starts_on: date,
    ends_on: date | None,
) -> Secretariat:  # fmt: skip
    table = decision.table
    try:
        with transaction.atomic():
            seat = tables.appoint_secretary(table, account_id, starts_on=starts_on, ends_on=ends_on)
    except IntegrityError as error:
        raise Problem(_("This person serves in the secretariat already.")) from error
    note_appointment(seat, decision, party_id)
    telling.tell([account_id], "delegations.secretary_appointed", table, decision)
    return seat


def note_appointment(seat: Secretariat, decision: JointDecision, party_id: str | None) -> None:
    """Write down by which decision a person serves, and who proposed them."""
    Appointment.objects.create(
        territory_id=seat.territory_id, seat=seat, decision=decision, proposed_by_id=party_id
    )
    record_act(
        actor_id=None, role="system", act="delegations.secretary_appointed", object_type="dialogue.table",
        object_id=seat.table_id,
        content={"account": str(seat.account_id), "party": party_id, "decision": str(decision.pk)},
    )  # fmt: skip


def confirm_secretaries(decision: JointDecision) -> None:
    """Confirm the people named with the opening of the table: serving ones stay, others begin."""
    for one in decision.content.get("secretaries", []):
        account_id = uuid.UUID(one["account"])
        serving = Secretariat.objects.filter(
            still_open(standing.today()), table=decision.table, account_id=account_id
        ).first()
        if serving is None:
            _seat(decision, account_id, one.get("party"), standing.today(), None)
        elif not Appointment.objects.filter(seat=serving).exists():
            note_appointment(serving, decision, one.get("party"))


@transaction.atomic
def revoke(seat: Secretariat, *, party: Party, actor_id: uuid.UUID, reason: str) -> Revocation:
    """Revoke a member of the secretariat for one party, at once; again: nothing more happens."""
    if party.table_id != seat.table_id or not standing.may_act_for(actor_id, party):
        raise Problem(_("Only a delegate of this party may do this; ask the head of its delegation."))
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Problem(_("Give the reason, in at most %(most)s characters.") % {"most": LONGEST_REASON})
    row = Secretariat.objects.select_for_update(of=("self",)).select_related("table").get(pk=seat.pk)
    done = Revocation.objects.filter(seat=row).first()
    if done is not None:
        return done
    _end(row)
    act_id = record_act(
        actor_id=actor_id, role="delegate", act="delegations.secretary_revoked",
        object_type="dialogue.table", object_id=row.table_id,
        content={"account": str(row.account_id), "party": str(party.pk)},
    )  # fmt: skip
    made = Revocation.objects.create(
        territory_id=row.territory_id, seat=row, party=party, account_id=actor_id, reason=reason,
        act_id=act_id,
    )  # fmt: skip
    told = telling.everybody(row.table) | {row.account_id}
    telling.tell(told, "delegations.secretary_revoked", row.table, party=party)
    return made


@transaction.atomic
def resign(seat: Secretariat, *, actor_id: uuid.UUID) -> Secretariat:
    """Give up one's own place in the secretariat; again: nothing more happens."""
    row = Secretariat.objects.select_for_update(of=("self",)).select_related("table").get(pk=seat.pk)
    if row.account_id != actor_id:
        raise Problem(_("One resigns for oneself: a party revokes others, with its reason."))
    if row.ends_on is not None and row.ends_on <= standing.today():
        return row
    _end(row)
    record_act(
        actor_id=actor_id, role="secretariat", act="delegations.secretary_resigned",
        object_type="dialogue.table", object_id=row.table_id, content={"account": str(row.account_id)},
    )  # fmt: skip
    telling.tell(telling.everybody(row.table), "delegations.secretary_resigned", row.table)
    return row


def _end(row: Secretariat) -> None:
    today = standing.today()
    if row.ends_on is not None and row.ends_on <= today:
        raise Problem(_("This person no longer serves in the secretariat."))
    row.ends_on = max(today, row.starts_on)
    row.save(update_fields=["ends_on"])


@dataclass(frozen=True)
class Serving:
    """A member of the secretariat as the page shows them."""

    seat: Secretariat
    appointment: Appointment | None
    revocation: Revocation | None


def members(table: Table) -> tuple[list[Serving], list[Serving]]:
    """Return who serves in a table's secretariat, or will, and who served."""
    rows = Secretariat.objects.filter(table=table).select_related(
        "account", "appointment__decision", "appointment__proposed_by__organisation",
        "revocation__party__organisation",
    )  # fmt: skip
    found = [
        Serving(row, getattr(row, "appointment", None), getattr(row, "revocation", None))
        for row in rows.order_by("starts_on", "account__name")
    ]
    today = standing.today()
    over = [one for one in found if one.seat.ends_on is not None and one.seat.ends_on <= today]
    return [one for one in found if one not in over], over


def parity(table: Table) -> list[tuple[str, int]]:
    """Return how many serving members each side at the table proposed, in the order of the sides."""
    serving, _over = members(table)
    sides = [
        one.appointment.proposed_by.side for one in serving if one.appointment and one.appointment.proposed_by
    ]
    seated = {party.side for party in decisions.parties_at(table.pk)}
    return [(str(side.label), sides.count(side)) for side in Side if side in seated]


def operators() -> list[Account]:
    """Return the people who operate this installation for its territory today."""
    held = Membership.objects.active_on(standing.today()).filter(role=Role.OPERATOR)
    return list(Account.objects.filter(pk__in=held.values("account_id"), is_active=True).order_by("name"))


def describe(decision: JointDecision) -> str:
    """Word who is proposed, by whom and for when."""
    content = decision.content
    person = Account.objects.filter(pk=content["account"]).first()
    party = Party.objects.filter(pk=content["party"]).select_related("organisation").first()
    said = {
        "person": person, "party": party,
        "from": formats.date_format(date.fromisoformat(content["starts_on"])),
    }  # fmt: skip
    text = _("%(person)s, proposed by %(party)s, serves in the joint secretariat from %(from)s.") % said
    if content.get("ends_on"):
        until = formats.date_format(date.fromisoformat(content["ends_on"]))
        text += " " + _("The service ends on %(day)s.") % {"day": until}
    return text


def declare() -> None:
    """Declare the kind; called once the application is ready."""
    decisions.kind(
        APPOINTED, title=gettext_lazy("Appointment to the joint secretariat"), needs=Needs.EACH_PARTY,
        apply=appoint, check=check_appointment, describe=describe,
    )  # fmt: skip
