# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the record of a count says: only figures that anybody may be shown, drawn from what stands written.

Figures are those of a whole side, or of labels already on the shared map; a number of people between one and
the table's smallest group is given as "fewer than" it. So the record can be public with the results.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785
from django.utils import translation

from tavolo.dialogue.models import Consultation, Group, Party
from tavolo.dialogue.plain_ballots import results as plain_results
from tavolo.dialogue.polling import committee
from tavolo.dialogue.polling.models import (
    Batch,
    CommitteeMember,
    CountRecord,
    ListedVoter,
    Lot,
    OtherWay,
    Paper,
    Slip,
    Succession,
    Way,
    WayCount,
)
from tavolo.dialogue.services.analysing import label_name, text_in
from tavolo.dialogue.services.results import Column, View, view_for
from tavolo.ledger.models import ActContent


def gather(consultation: Consultation, side: str) -> dict[str, Any]:
    """Return the facts of a side's record as plain JSON."""
    groups = list(
        consultation.groups.filter(side=side).select_related("party__organisation").order_by("number")
    )
    least = consultation.table.minimum_group
    with translation.override("it"):
        return {
            "title": consultation.title,
            "question": consultation.question,
            "kind": consultation.kind,
            "promoters": sorted({str(group.party) for group in groups}),
            "opened_on": _day(consultation.opened_on),
            "closed_on": _day(consultation.closed_on),
            "least": least,
            "committee": _committee(consultation, side),
            **_departures(consultation, side),
            "eligible": sum(group.eligible or 0 for group in groups),
            "people_by_way": _people_by_way(groups, least),
            "slips": _slips(groups, least),
            "papers": _papers(groups, least),
            "results": _tables(consultation, side),
            "voters": _voters(consultation, side),
        }


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _committee(consultation: Consultation, side: str) -> list[dict[str, str]]:
    found = CommitteeMember.objects.filter(consultation=consultation, side=side)
    rows = found.select_related("account", "party__organisation").order_by("starts_on", "account__name")
    return [
        {
            "name": str(row.account), "party": str(row.party), "role": row.role,
            "from": _day(row.starts_on), "to": _day(row.ends_on),
        }
        for row in rows
    ]  # fmt: skip


def _departures(consultation: Consultation, side: str) -> dict[str, Any]:
    """Return promoters that left while voting was open, and since when those who remained carried on."""
    rows = Succession.objects.filter(consultation=consultation, choice=Succession.Choice.CARRY_ON)
    carried = {row.party_id: row for row in rows.filter(state=Succession.State.DONE)}
    gone = [party for party in committee.departed(consultation, side) if _left_before(party, consultation)]
    if not gone:
        return {}
    return {
        "departures": [
            {
                "party": str(party), "left_on": _day(party.ends_on),
                "carried_on": _day(carried[party.pk].decided_on) if party.pk in carried else "",
            }
            for party in gone
        ]
    }  # fmt: skip


def _left_before(party: Party, consultation: Consultation) -> bool:
    """Say whether a party left while voting was open; on the very day of the close the hours decide."""
    closed = consultation.closed_on
    if closed is None or party.ends_on is None or party.ends_on != closed:
        return closed is None or party.ends_on is None or party.ends_on < closed
    acts = ActContent.objects.filter(
        object_id=consultation.pk, act_name="dialogue.consultation_closed"
    ).order_by("recorded_at")
    last, left = acts.last(), party.departures.order_by("left_at").last()
    return last is None or left is None or left.left_at <= last.recorded_at


def coarse(number: int, least: int) -> int | None:
    """Return a number of people, or None where it is too small to be told."""
    return number if number == 0 or number >= least else None


def _people_by_way(groups: list[Group], least: int) -> dict[str, int] | None:
    """Return how many people were to vote which way; None where one of the figures is too small."""
    out = dict.fromkeys(Way.values, 0)
    for model in (ListedVoter, OtherWay):
        for way in model.objects.filter(group__in=groups).values_list("way", flat=True):
            out[way] += 1
    out[Way.ACCOUNT] = sum(group.eligible or 0 for group in groups) - sum(out.values())
    return out if all(coarse(number, least) is not None for number in out.values()) else None


def _handed(groups: list[Group], way: str) -> int:
    return sum(
        model.objects.filter(group__in=groups, way=way, handed=True).count()
        for model in (ListedVoter, OtherWay)
    )


def _slips(groups: list[Group], least: int) -> dict[str, Any]:
    slips = Slip.objects.filter(group__in=groups)
    return {
        "printed": slips.count(),
        "void": slips.filter(void=True).count(),
        "handed": coarse(_handed(groups, Way.SLIP), least),
        "voided_batches": _voided(groups, Batch.Kind.SLIP),
    }


def _voided(groups: list[Group], kind: str) -> list[dict[str, Any]]:
    rows = Batch.objects.filter(group__in=groups, kind=kind, void=True).order_by("printed_on", "number")
    return [{"batch": row.number, "size": row.size, "reason": row.reason} for row in rows]


def _papers(groups: list[Group], least: int) -> dict[str, Any]:
    papers = Paper.objects.filter(group__in=groups)
    lots = list(Lot.objects.filter(group__in=groups, state=Lot.State.SEALED))
    found, spoiled = sum(lot.found for lot in lots), sum(lot.spoiled for lot in lots)
    # Valid and spoiled ballots add up to those found: a small figure hides both.
    told = coarse(found, least) is not None and coarse(found - spoiled, least) is not None
    return {
        "printed": papers.count(),
        "void": papers.filter(void=True).count(),
        "handed": coarse(_handed(groups, Way.PAPER), least),
        "lots": len(lots),
        "found": found if told else None,
        "spoiled": spoiled if told else None,
        "voided_batches": _voided(groups, Batch.Kind.PAPER),
    }


def _voters(consultation: Consultation, side: str) -> dict[str, Any]:
    """Return voters of the side as the shared map shows them, and by way where that was written at close."""
    columns = [column for column in view_for(consultation).columns if column.label.side == side]
    if not columns:
        return {"total": None, "by_way": None}
    total = sum(column.voters for column in columns)
    ways = dict(WayCount.objects.filter(consultation=consultation, side=side).values_list("way", "voters"))
    return {"total": total, "by_way": ways if sum(ways.values()) == total and ways else None}


def _tables(consultation: Consultation, side: str) -> list[dict[str, Any]]:
    if consultation.kind == Consultation.Kind.BALLOT:
        return _plain(consultation, side)
    view = view_for(consultation)
    return [_table(view, column) for column in view.columns if column.label.side == side]


def _table(view: View, column: Column) -> dict[str, Any]:
    rows = []
    for place, version in enumerate(view.versions):
        hidden = bool(column.hidden[place])
        counts = [None] * 3 if hidden else [int(value) for value in column.counts[place]]
        rows.append([version.statement.number, text_in(version, "it"), *counts])
    return {
        "label": label_name(column), "voters": column.voters, "eligible": column.eligible,
        "header": ["number", "text", "agree", "disagree", "pass"], "rows": rows, "figures_from": 2,
    }  # fmt: skip


def _plain(consultation: Consultation, side: str) -> list[dict[str, Any]]:
    """Return a plain ballot's questions as they may be shown: the whole, then labels that are shown."""
    found = plain_results.of(consultation)
    if found is None or consultation.groups.exclude(side=side).exists():
        return []
    tables = []
    for asked in found.questions:
        if asked.total is None:
            continue
        options = list(asked.options)
        header = ["label", *(options or ["yes", "no"]), "blank"]
        rows = [
            [
                column.name or column.kind,
                *(column.options if options else (column.yes, column.no)),
                column.blank,
            ]
            for column in (asked.total, *asked.parts)
        ]
        tables.append(
            {
                "label": asked.text, "voters": asked.total.voters, "eligible": asked.total.entitled,
                "header": header, "rows": rows, "figures_from": 1,
            }
        )  # fmt: skip
    return tables


def digest_of(record: CountRecord) -> str:
    """Return the SHA-256 of the facts and all remarks, in canonical JSON (RFC 8785)."""
    remarks = [[str(row.account_id), row.kind, row.text] for row in record.remarks.all()]
    return hashlib.sha256(rfc8785.dumps({"facts": record.facts, "remarks": remarks})).hexdigest()
