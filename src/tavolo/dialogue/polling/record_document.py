# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The record of a count as a document: the same on the page, as PDF and as a Word file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tavolo.common.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Paragraph,
    Quote,
    Signatures,
    Table,
)
from tavolo.dialogue.polling.models import CommitteeMember, CommitteeRole, CountRecord, Remark, Way


def document(record: CountRecord, signed_by: Iterable[CommitteeMember] = ()) -> Document:
    """Return the record in Italian, from its facts and remarks alone."""
    with translation.override("it"):
        said = record.facts
        blocks: list[Block] = [*_poll(said), *_committee(said), *_people(said), *_credentials(said)]
        blocks += [*_results(said), *_remarks(record), *_approval(record, signed_by)]
        ended = date.fromisoformat(record.declaration["on"]) if record.declaration else record.approved_on
        return Document(
            title=_("Record of the count"), subtitle=said["title"], language="it", blocks=tuple(blocks),
            date=ended, identifier=record.digest[:16],
            footer=f"{_('Record of the count')} · {said['title']}",
        )  # fmt: skip


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "DATE_FORMAT") if text else "—"


def _number(value: Any, least: int) -> str:
    return _("fewer than %(least)s") % {"least": least} if value is None else str(value)


def _poll(said: dict[str, Any]) -> list[Block]:
    return [
        Heading(1, _("The consultation")),
        Facts(
            (
                (_("Question"), said["question"]),
                (_("Promoted by"), ", ".join(said["promoters"])),
                (_("Opened on"), _day(said["opened_on"])),
                (_("Closed on"), _day(said["closed_on"])),
            )
        ),
    ]


def _committee(said: dict[str, Any]) -> list[Block]:
    roles = {
        CommitteeRole.MEMBER: pgettext("electoral committee", "member"),
        CommitteeRole.SCRUTINEER: _("scrutineer"),
    }
    rows = tuple(
        (row["name"], row["party"], str(roles.get(row["role"], row["role"])),
         _day(row["from"]) + (f" – {_day(row['to'])}" if row["to"] else ""))
        for row in said["committee"]
    )  # fmt: skip
    header = (_("Name"), _("Named by"), _("Role"), _("Serves from"))
    return [Heading(1, _("Electoral committee")), Table(header, rows), *_departures(said)]


def _departures(said: dict[str, Any]) -> list[Block]:
    """Say which promoters left while voting was open; records written before this was kept say nothing."""
    lines = []
    for row in said.get("departures", ()):
        days = {"party": row["party"], "day": _day(row["left_on"]), "since": _day(row["carried_on"])}
        if row["carried_on"]:
            lines.append(
                _(
                    "%(party)s left the table on %(day)s; the committee of the parties that remained carried "
                    "on its list from %(since)s."
                )
                % days
            )
        else:
            lines.append(
                _("%(party)s left the table on %(day)s; nobody carried on its list afterwards.") % days
            )
    return [Heading(2, _("Parties that left during the vote")), Bullets(tuple(lines))] if lines else []


def _people(said: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, _("Who could vote, and who did")),
        Facts(
            (
                (_("People on the roll, frozen at opening"), str(said["eligible"])),
                (_("People who voted"), _total(said)),
            )
        ),
    ]
    ways, voters = said["people_by_way"], said["voters"]["by_way"]
    if ways is None and voters is None:
        blocks.append(
            Paragraph(
                _("The figures by way of voting are not told: some are below %(least)s.")
                % {"least": said["least"]},
                small=True,
            )
        )
        return blocks
    rows = tuple(
        (str(label), str((ways or {}).get(way, "—")), str((voters or {}).get(way, "—")))
        for way, label in Way.choices
        if (ways or {}).get(way) or (voters or {}).get(way)
    )
    blocks.append(Table((_("Way of voting"), _("People on the roll"), _("Voters")), rows, numbers=(1, 2)))
    return blocks


def _total(said: dict[str, Any]) -> str:
    total = said["voters"]["total"]
    return str(total) if total is not None else _("shown when the parties have released their results")


def _credentials(said: dict[str, Any]) -> list[Block]:
    slips, papers, least = said["slips"], said["papers"], said["least"]
    if not slips["printed"] and not papers["printed"]:
        return []
    blocks: list[Block] = [Heading(1, _("Slips and paper ballots"))]
    if slips["printed"]:
        blocks.append(
            Facts(
                (
                    (_("Slips printed"), str(slips["printed"])),
                    (_("Slips voided"), str(slips["void"])),
                    (_("Slips handed over"), _number(slips["handed"], least)),
                )
            )
        )
    if papers["printed"]:
        blocks.append(
            Facts(
                (
                    (_("Paper ballots printed"), str(papers["printed"])),
                    (_("Paper ballots voided"), str(papers["void"])),
                    (_("Paper ballots handed over"), _number(papers["handed"], least)),
                    (_("Found in the urns"), _number(papers["found"], least)),
                    (_("Spoiled"), _number(papers["spoiled"], least)),
                )
            )
        )
    voided = [*slips["voided_batches"], *papers["voided_batches"]]
    if voided:
        line = _("Batch %(batch)s, %(size)s pieces: %(reason)s")
        blocks += [Heading(2, _("Voided batches")), Bullets(tuple(line % row for row in voided))]
    blocks.append(
        Paragraph(
            _(
                "Every paper ballot was keyed by two people, each for themselves; only ballots read alike by "
                "both were counted. No slip opened the vote beyond the number handed over."
            ),
            small=True,
        )
    )
    return blocks


def _results(said: dict[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(1, _("Results"))]
    if not said["results"]:
        blocks.append(Paragraph(_("The parties have not released their results yet: none is shown here.")))
    names = {
        "agree": _("Agree"), "disagree": _("Disagree"), "pass": _("Pass"), "number": _("No."),
        "text": _("Text"), "label": "", "yes": _("Yes"), "no": _("No"), "blank": _("Blank"),
        "side": _("All"), "rest": _("Others"),
    }  # fmt: skip
    for table in said["results"]:
        header = [names.get(cell, cell) for cell in table["header"]]
        rows = tuple(
            tuple(_("too few") if cell is None else names.get(cell, str(cell)) for cell in row)
            for row in table["rows"]
        )
        blocks.append(Heading(2, str(table["label"])))
        if table.get("eligible"):
            voters = {"voters": table["voters"], "eligible": table["eligible"]}
            blocks.append(Paragraph(_("Voters: %(voters)s of %(eligible)s.") % voters))
        blocks.append(Table(tuple(header), rows, numbers=tuple(range(table["figures_from"], len(header)))))
    return blocks


def _remarks(record: CountRecord) -> list[Block]:
    found = list(record.remarks.select_related("account"))
    blocks: list[Block] = []
    for kind, label in (
        (Remark.Kind.CONTESTED, _("Contested ballots and decisions")),
        (Remark.Kind.IRREGULARITY, _("Irregularities noted")),
        (Remark.Kind.STATEMENT, _("Statements of the members")),
    ):
        rows = [row for row in found if row.kind == kind]
        blocks.append(Heading(1, label))
        blocks += [Quote(str(row.account), row.text) for row in rows] or [Paragraph(_("None."))]
    return blocks


def _declaration(said: dict[str, Any]) -> list[Block]:
    """Say why a record was closed without every approval, and who had approved it."""
    left = ", ".join(f"{row['party']} ({_day(row['left_on'])})" for row in said["parties"])
    return [
        Heading(1, _("Closed with a declaration")),
        Paragraph(
            _(
                "Closed on %(day)s without the approval of every member: none of the parties that promoted "
                "this vote on its side sits at the table any more, so nobody serves in its electoral "
                "committee."
            )
            % {"day": _day(said["on"])}
        ),
        Facts(
            (
                (_("Left the table"), left),
                (_("Had approved these facts"), ", ".join(said["approved"]) or _("nobody")),
                (_("Had not approved them"), ", ".join(said["not_approved"]) or _("nobody")),
            )
        ),
    ]


def _approval(record: CountRecord, signed_by: Iterable[CommitteeMember]) -> list[Block]:
    if record.declaration:
        return _declaration(record.declaration)
    rows = tuple((str(row.account), str(row.party)) for row in signed_by)
    if not record.approved_on or not rows:
        return []
    return [
        Heading(1, _("Approval")),
        Paragraph(
            _("Approved by every member on %(day)s; the approvals stand in the register of acts.")
            % {"day": date_format(record.approved_on, "DATE_FORMAT")}
        ),
        Signatures(rows),
    ]
