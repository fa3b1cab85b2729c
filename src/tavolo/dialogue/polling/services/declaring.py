# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A record of the count that nobody may approve any more: closed with a declaration that says so.

The electoral committee of a side is named by the parties that promote the vote there. Once the last of them
has left the table nobody serves in it, and a record still being written or approved would stay open for ever.
It is closed as it stands: its facts, the remarks, who had approved it and who had not. Nobody is given access
to a list, to a draft or to a figure by it. See docs/decisions/0083.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Group, Party, Table
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import CommitteeMember, CommitteeRole, CountRecord
from tavolo.dialogue.polling.record_models import CLOSED_STATES
from tavolo.dialogue.polling.services import facts, record
from tavolo.ledger.services import record_act

WITH_RESULTS = (Consultation.State.CLOSED, Consultation.State.PUBLISHED)


def abandoned(table: Table | None = None) -> list[tuple[uuid.UUID, str]]:
    """Return (consultation, side) of each unfinished record whose side no promoter sits for any more.

    Also where nothing is written yet, if a committee was named: there was a count to put on record.
    """
    here = {"consultation_id": OuterRef("consultation_id"), "side": OuterRef("side")}
    seated = Group.objects.filter(standing.still_seated(standing.today(), "party__"), **here)
    done = CountRecord.objects.filter(state__in=CLOSED_STATES, **here)
    begun, named = CountRecord.objects.filter(**here), CommitteeMember.objects.filter(**here)
    groups = Group.objects.filter(
        ~Exists(seated), ~Exists(done), Exists(begun) | Exists(named),
        consultation__state__in=WITH_RESULTS, consultation__imported=False,
    )  # fmt: skip
    if table is not None:
        groups = groups.filter(consultation__table=table)
    return sorted(set(groups.values_list("consultation_id", "side")))


@transaction.atomic
def settle_table(table: Table) -> None:
    """Close, after a party has left, the records of the table that nobody may approve any more."""
    for consultation_id, side in abandoned(table):
        declare(consultation_id, side)


def settle_all() -> int:
    """Close every such record of the territory; return how many."""
    return sum(declare(consultation_id, side) is not None for consultation_id, side in abandoned())


@transaction.atomic
def declare(consultation_id: uuid.UUID, side: str) -> CountRecord | None:
    """Close one record with a declaration; None where it has been closed, or somebody sits again."""
    poll = Consultation.objects.select_for_update().get(pk=consultation_id)
    found, _made = CountRecord.objects.get_or_create(
        territory_id=poll.territory_id, consultation=poll, side=side
    )
    found = CountRecord.objects.select_for_update().get(pk=found.pk)
    if found.is_closed or committee.remaining(poll, side):
        return None
    found.consultation = poll
    if found.state == CountRecord.State.DRAFT:
        found.facts = facts.gather(poll, side)
        found.digest = facts.digest_of(found)
    found.declaration = _declaration(found)
    pdf, docx = record.keep_files(found)
    found.state = CountRecord.State.DECLARED
    found.save(update_fields=["facts", "digest", "declaration", "pdf", "docx", "state"])
    record_act(
        actor_id=None, role="system", act="polling.record_declared", object_type="polling.record",
        object_id=found.pk,
        content={
            "digest": found.digest, "pdf_sha256": pdf.sha256, "docx_sha256": docx.sha256,
            "approvals": found.approvals.filter(digest=found.digest).count(),
            "parties": [str(party.pk) for party in committee.departed(poll, side)],
        },
    )  # fmt: skip
    from tavolo.dialogue.polling import telling_departures

    telling_departures.tell_declared(found)
    return found


def _declaration(found: CountRecord) -> dict[str, Any]:
    """Return what the declaration says: since when, who left, who had approved these facts and who not."""
    poll = found.consultation
    given = set(found.approvals.filter(digest=found.digest).values_list("account_id", flat=True))
    names: dict[bool, list[str]] = {True: [], False: []}
    for account_id, name in _members(found):
        names[account_id in given].append(name)
    return {
        "on": standing.today().isoformat(),
        "parties": [
            {"party": str(party), "left_on": party.ends_on.isoformat()}
            for party in committee.departed(poll, found.side)
        ],
        "approved": names[True], "not_approved": names[False],
    }  # fmt: skip


def _members(found: CountRecord) -> Iterable[tuple[uuid.UUID, str]]:
    """Return the members who served at the close or were named later, and did not leave before it."""
    rows = CommitteeMember.objects.filter(
        consultation=found.consultation, side=found.side, role=CommitteeRole.MEMBER
    )
    closed = found.consultation.closed_on
    people = {
        row.account_id: str(row.account)
        for row in rows.select_related("account")
        if closed is None or row.ends_on is None or row.ends_on > closed
    }
    return sorted(people.items(), key=lambda one: one[1])


def warnings(party: Party) -> Iterable[str]:
    """Yield, before a party leaves, the records of counts that would be closed without an approval."""
    polls = Consultation.objects.filter(groups__party=party, state__in=WITH_RESULTS, imported=False)
    for poll in polls.distinct():
        rows = CountRecord.objects.filter(consultation=poll, side=party.side)
        named = CommitteeMember.objects.filter(consultation=poll, side=party.side)
        if any(row.is_closed for row in rows) or not (rows or named.exists()):
            continue
        if all(one.pk == party.pk for one in committee.remaining(poll, party.side)):
            yield _(
                "The record of the count of “%(poll)s” is not approved and nobody else of your side promotes "
                "that vote: it is closed as it stands, with a declaration that says so. Approve it first."
            ) % {"poll": poll.title}
