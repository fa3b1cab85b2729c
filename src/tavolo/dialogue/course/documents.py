# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The record of no agreement (verbale di mancato accordo): its frozen content, its PDF and its Word file.

Written in Italian: it is a record between parties of an Italian table, and it never changes afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.formats import date_format

from tavolo.common import files
from tavolo.common.documents.docx import docx
from tavolo.common.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Paragraph,
    Quote,
    paragraphs,
)
from tavolo.common.documents.pdf import pdf
from tavolo.common.models import StoredFile
from tavolo.dialogue import standing
from tavolo.dialogue.course.models import Course, NoAgreement
from tavolo.dialogue.table_models import Side

KIND = "course.no_agreement"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def may_read(request: HttpRequest, stored: StoredFile) -> bool:
    """Allow those who sit at the table today: delegations and secretariat."""
    if not request.user.is_authenticated:
        return False
    tables = standing.tables_sat_at(request.user.pk)
    return NoAgreement.objects.filter(pk=stored.subject_id, course__table__in=tables).exists()


files.kind(KIND, may_read=may_read, types={PDF, DOCX})


def frozen(course: Course, row: NoAgreement) -> dict[str, Any]:
    """Return the whole record as plain data, as it stands at its close."""
    said = {one.party_id: one for one in row.statements.all()}
    parties = standing.seated_parties(course.table_id).select_related("organisation")
    with translation.override("it"):
        return {
            "table": course.table.title, "reference": course.reference,
            "origin": str(course.get_origin_display()), "begun_on": course.begun_on.isoformat(),
            "opened_on": row.opened_on.isoformat(), "closed_on": row.closed_on.isoformat(),
            "points": row.points,
            "phases": [
                {"phase": str(one.phase), "from": one.entered_on.isoformat()}
                for one in course.passages.select_related("phase")
            ],
            "parties": [
                {
                    "party": str(party), "side": str(Side(party.side).label),
                    "statement": said[party.pk].text if party.pk in said else "",
                    "on": said[party.pk].lodged_on.isoformat() if party.pk in said else None,
                }
                for party in parties
            ],
        }  # fmt: skip


def document(row: NoAgreement) -> Document:
    """Return the record as a document."""
    content = row.frozen
    blocks: list[Block] = [
        Facts(_facts(content)),
        Heading(1, "Fasi del confronto"),
        Bullets(tuple(f"{one['phase']}: dal {_day(one['from'])}" for one in content["phases"])),
        Heading(1, "Punti sui quali non è stato trovato l'accordo"),
        *paragraphs(content["points"]),
        Heading(1, "Dichiarazioni delle parti"),
    ]
    for one in content["parties"]:
        if one["statement"]:
            blocks.append(Quote(one["party"], one["statement"]))
        else:
            blocks.append(Paragraph(f"{one['party']}: nessuna dichiarazione."))
    blocks.append(Paragraph(
        "Ogni dichiarazione impegna solo la parte che l'ha resa. Tavolo registra quanto le parti scrivono e "
        "decidono; non si pronuncia sulla validità degli atti né sul diritto di sciopero.", small=True,
    ))  # fmt: skip
    return Document(
        title="Verbale di mancato accordo", subtitle=content["table"], language="it", blocks=tuple(blocks),
        date=row.closed_on, identifier=str(row.pk),
    )  # fmt: skip


def _facts(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    parties = ", ".join(f"{one['party']} ({one['side']})" for one in content["parties"])
    return (
        ("Tavolo", content["table"]),
        ("Origine", f"{content['origin']}: {content['reference']}"),
        ("Avviato il", _day(content["begun_on"])),
        ("Verbale aperto il", _day(content["opened_on"])),
        ("Verbale chiuso il", _day(content["closed_on"])),
        ("Parti", parties),
    )


def _day(text: str) -> str:
    with translation.override("it"):
        return str(date_format(date.fromisoformat(text), "j F Y"))


def store(row: NoAgreement) -> tuple[StoredFile, StoredFile]:
    """Write the record as PDF and as Word file into private storage."""
    made = document(row)
    name = f"verbale-di-mancato-accordo-{row.closed_on.isoformat()}"
    kept = {"kind": KIND, "owner_id": None, "subject_id": row.pk}
    return (
        files.store(pdf(made), name=f"{name}.pdf", **kept),
        files.store(docx(made), name=f"{name}.docx", **kept),
    )
