# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A party more at a table under way: every party admits it, then the organisation itself takes its seat.

The same way leads back for a party that has left: it finds again what was its own, and sits with a
delegation its organisation names anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.course.models import Invited
from tavolo.dialogue.course.services.beginning import Guest, side_of, speakers
from tavolo.dialogue.course.services.common import alive, clean, must_have, propose, record, tell
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.models import Party, Table
from tavolo.people.models import Organisation


@transaction.atomic
def propose_admission(table: Table, guest: Guest, *, actor_id: uuid.UUID, reason: str) -> JointDecision:
    """Propose to admit an organisation, or to take back one that left; every party must consent."""
    alive(table)
    content = {
        "organisation": str(guest.organisation.pk), "as_rsu": guest.as_rsu, "side": str(side_of(guest)),
        "name": str(Invited(organisation=guest.organisation, as_rsu=guest.as_rsu)),
        "reason": clean(reason, what=_("why this organisation should sit at the table"), most=1000),
    }  # fmt: skip
    return propose(
        table, "course.party_admitted", content, actor_id=actor_id, subject_id=guest.organisation.pk
    )


def check_admission(table: Table, content: Mapping[str, Any]) -> None:
    """Refuse who sits there already, who was asked already, and a table that is not under way."""
    course = must_have(table)
    if table.state != Table.State.OPEN:
        raise Problem(_("The table is still being prepared: whoever began it invites the organisations."))
    guest = _guest(content)
    same = {"organisation": guest.organisation, "as_rsu": guest.as_rsu}
    if standing.seated_parties(table.pk).filter(**same).exists():
        raise Problem(_("%(name)s sits at this table already.") % {"name": content["name"]})
    if course.invited.filter(answer=Invited.Answer.AWAITED, **same).exists():
        raise Problem(_("%(name)s has been asked and has not answered yet.") % {"name": content["name"]})


def _guest(content: Mapping[str, Any]) -> Guest:
    found = Organisation.objects.filter(pk=content["organisation"]).first()
    if found is None:
        raise Problem(_("This organisation is no longer known here."))
    guest = Guest(found, as_rsu=content["as_rsu"])
    side_of(guest)
    return guest


def apply_admission(decision: JointDecision) -> None:
    """Ask the organisation, which takes its seat when its own people accept: every party has consented."""
    check_admission(decision.table, decision.content)
    course, guest = alive(decision.table), _guest(decision.content)
    row, _made = Invited.objects.update_or_create(
        course=course, organisation=guest.organisation, as_rsu=guest.as_rsu,
        defaults={
            "territory_id": course.territory_id, "side": side_of(guest), "asked_on": standing.today(),
            "answer": Invited.Answer.AWAITED, "reason": "", "party": None, "answered_on": None,
            "decision_id": decision.pk,
        },
    )  # fmt: skip
    facts = {"organisation": str(row.organisation_id), "decision": str(decision.pk)}
    record(course, "course.party_admitted", None, "promoters", facts)
    people = [one.account_id for one in speakers(row)]
    tell(course, "course.admitted", people, invited_id=str(row.pk), organisation=str(row))


def former_parties(table: Table) -> list[Party]:
    """Return the parties that have left a table and do not sit there today."""
    gone = Party.objects.filter(table=table, ends_on__lte=standing.today())
    return list(gone.select_related("organisation"))
