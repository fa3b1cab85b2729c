# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part tells others: notices, names of acts, what awaits a person, how long data is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.common import files, notices, retention
from tavolo.common.models import StoredFile
from tavolo.dialogue import hooks
from tavolo.dialogue.models import Consultation, Table
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import (
    Assembly,
    Batch,
    CommitteeMember,
    CommitteeRole,
    CountRecord,
    ListedVoter,
    Lot,
    OtherWay,
    Paper,
    Slip,
)
from tavolo.dialogue.polling.record_models import CLOSED_STATES
from tavolo.dialogue.polling.services import record as records
from tavolo.dialogue.voices import offices
from tavolo.ledger import readers

DAYS_KEPT = 60


def _home(context: Mapping[str, Any]) -> str:
    return reverse("polling:committee", args=[context["consultation_id"]])


notices.kind(
    "polling.named",
    title=gettext_lazy("You are in an electoral committee"),
    text=gettext_lazy("You were named into the electoral committee of “%(consultation)s”."),
    link=_home,
)
notices.kind(
    "polling.you_may_vote",
    title=gettext_lazy("You can vote"),
    text=gettext_lazy("“%(consultation)s” is open: you can vote with your account until it closes."),
    link=lambda context: reverse("dialogue:vote", args=[context["consultation_id"]]),
)
notices.kind(
    "polling.way_changed",
    title=gettext_lazy("Your way of voting was changed"),
    text=gettext_lazy(
        "The electoral committee of “%(consultation)s” changed how you vote. A vote you had given the other "
        "way no longer counts: vote again. If you did not ask for this, tell the committee."
    ),
    link=lambda context: "",
)
notices.kind(
    "polling.record_to_approve",
    title=gettext_lazy("A record of the count waits for you"),
    text=gettext_lazy("Read the record of the count of “%(consultation)s” and approve it."),
    link=lambda context: reverse("polling:record", args=[context["consultation_id"]]),
)

readers.name_acts(
    {
        "polling.member_named": gettext_lazy("A person was named into the electoral committee"),
        "polling.member_ended": gettext_lazy("A place in the electoral committee ended"),
        "polling.list_extended": gettext_lazy("People were added to a list of voters"),
        "polling.list_shortened": gettext_lazy("Somebody was taken off a list of voters"),
        "polling.way_changed": gettext_lazy("A person's way of voting was changed"),
        "polling.handed_over": gettext_lazy("Slips or paper ballots were handed over"),
        "polling.batch_printed": gettext_lazy("Slips or paper ballots were printed"),
        "polling.batch_voided": gettext_lazy("A batch of slips or paper ballots was voided"),
        "polling.slip_returned": gettext_lazy("A slip came back and was voided"),
        "polling.invited": gettext_lazy("Invitations to vote were sent"),
        "polling.assembly_started": gettext_lazy("An assembly began to vote on a tablet"),
        "polling.assembly_ended": gettext_lazy("An assembly's tablet was switched off"),
        "polling.lot_begun": gettext_lazy("Keying of paper ballots began"),
        "polling.lot_sealed": gettext_lazy("Paper ballots were put into the box"),
        "polling.record_proposed": gettext_lazy("A record of the count was put to approval"),
        "polling.record_taken_back": gettext_lazy("A record of the count was taken back to writing"),
        "polling.record_approved": gettext_lazy("A member approved the record of the count"),
        "polling.record_final": gettext_lazy("The record of the count was approved by all"),
        "polling.record_declared": gettext_lazy("The record of the count was closed with a declaration"),
    }
)


def _reads_committee_acts(request: HttpRequest, consultation_id: uuid.UUID) -> bool:
    """Committee acts are read by the committee alone: they tell how many people of a list did what."""
    return bool(request.user.is_authenticated) and (
        committee.membership(request.user.pk, consultation_id) is not None
    )


def sees_record(request: HttpRequest, record: CountRecord) -> bool:
    """Let the committee of its side read a record; its promoters once closed; everybody once published.

    One closed with a declaration has neither committee nor promoters left: the guarantors of the table, named
    by the parties jointly, read it. Its figures are those anybody may be shown.
    """
    final = record.is_closed
    if final and record.consultation.state == Consultation.State.PUBLISHED:
        return True
    if not request.user.is_authenticated:
        return False
    found = committee.membership(request.user.pk, record.consultation_id)
    if found is not None and found.side == record.side:
        return True
    if record.state == CountRecord.State.DECLARED and offices.guarantees(
        request.user.pk, record.consultation.table_id
    ):
        return True
    party = committee.naming_party(request.user.pk, record.consultation)
    return final and party is not None and party.side == record.side


def _reads_record_acts(request: HttpRequest, record_id: uuid.UUID) -> bool:
    record = CountRecord.objects.select_related("consultation").filter(pk=record_id).first()
    return record is not None and sees_record(request, record)


readers.readable("polling.committee", _reads_committee_acts)
readers.readable("polling.record", _reads_record_acts)


def _reads_file(request: HttpRequest, stored: StoredFile) -> bool:
    return stored.subject_id is not None and _reads_record_acts(request, stored.subject_id)


files.kind(
    records.KIND,
    may_read=_reads_file,
    types={
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    },
)


def waiting(account_id: uuid.UUID) -> Iterable[hooks.Waiting]:
    """Return what awaits a member: papers to key, a record to write or to approve, their polls."""
    places = (
        committee.held()
        .filter(account_id=account_id)
        .select_related("consultation__table", "party__organisation")
    )
    own = [row for row in places if committee.may_hold(row)]
    polls = [row.consultation_id for row in own]
    records_of = {
        (row.consultation_id, row.side): row
        for row in CountRecord.objects.filter(consultation__in=polls).select_related("consultation")
        if own
    }
    keyed = {
        (one.group.consultation_id, one.group.side)
        for one in Lot.objects.filter(
            group__consultation__in=polls, state=Lot.State.KEYING
        ).select_related("group")
        if own
    }  # fmt: skip
    for row in own:
        at = (row.consultation_id, row.side)
        yield from _for_member(row, records_of.get(at), at in keyed)


def _for_member(
    row: CommitteeMember, record: CountRecord | None, papers_to_key: bool
) -> Iterable[hooks.Waiting]:
    poll = row.consultation
    record_link = reverse("polling:record", args=[poll.pk])
    if poll.state == Consultation.State.OPEN:
        if papers_to_key:
            link = reverse("polling:papers", args=[poll.pk])
            yield hooks.Waiting(
                "papers", _("Paper ballots to key: %(title)s") % {"title": poll.title}, "", link,
                poll.closes_on, poll.table_id,
            )  # fmt: skip
    elif poll.has_results and row.role == CommitteeRole.MEMBER:
        if record is None or record.state == CountRecord.State.DRAFT:
            title = _("Write the record of the count: %(title)s") % {"title": poll.title}
            yield hooks.Waiting("record", title, "", record_link, None, poll.table_id)
        elif record.state == CountRecord.State.APPROVAL and row.account_id in {
            member.account_id for member in records.waiting_for(record)
        }:
            title = _("Approve the record of the count: %(title)s") % {"title": poll.title}
            yield hooks.Waiting("record", title, "", record_link, None, poll.table_id)
    if poll.state in (Consultation.State.DRAFT, Consultation.State.OPEN):
        yield hooks.Waiting(
            "committee", _("Electoral committee: %(title)s") % {"title": poll.title},
            _("The list, slips, assemblies and paper ballots."), _home({"consultation_id": poll.pk}),
            poll.closes_on, poll.table_id,
        )  # fmt: skip


def door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Return the way to a person's committees at a table, or for promoters to where they name one."""
    if not request.user.is_authenticated:
        return None
    if not committee.serves_or_names(request.user.pk, table.pk):
        return None
    return hooks.Door(
        _("Electoral committees"),
        _("Who runs each vote: lists, slips, assemblies, paper ballots, the record of the count."),
        reverse("polling:committees", args=[table.pk]), order=46, group=hooks.VOTES,
    )  # fmt: skip


def events(account_id: uuid.UUID | None, table: Table) -> Iterable[hooks.Event]:
    """Return the public records of counts of a table's consultations."""
    found = CountRecord.objects.filter(
        consultation__table=table, consultation__state=Consultation.State.PUBLISHED,
        state__in=CLOSED_STATES,
    ).select_related("consultation")  # fmt: skip
    for record in found:
        declared = record.declaration.get("on")
        words = _("Record of the count, closed with a declaration: %(title)s")
        yield hooks.Event(
            date.fromisoformat(declared) if declared else record.approved_on, "record",
            (words if declared else _("Record of the count: %(title)s"))
            % {"title": record.consultation.title},
            reverse("polling:record", args=[record.consultation_id]),
        )  # fmt: skip


def forget_lists(before: datetime) -> int:
    """Delete lists, ways, slips and papers of consultations closed before a day; records stay."""
    closed = Consultation.objects.filter(closed_on__lt=before.date())
    groups = {"group__consultation__in": closed}
    Slip.objects.filter(**groups).delete()
    Paper.objects.filter(**groups).delete()
    Lot.objects.filter(**groups).delete()
    Batch.objects.filter(**groups).delete()
    Assembly.objects.filter(consultation__in=closed).delete()
    OtherWay.objects.filter(**groups).delete()
    return int(ListedVoter.objects.filter(**groups).delete()[0])


hooks.waiting(waiting)
hooks.door(door)
hooks.event(events)
retention.register(
    "polling.lists",
    period=timedelta(days=DAYS_KEPT),
    reason=gettext_lazy(
        "Lists of voters say who belongs to a union or works in a firm: they are needed until the count can "
        "no longer be contested."
    ),
    delete=forget_lists,
)
