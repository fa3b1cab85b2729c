# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Documents of tables and meetings: uploads with limits, versions, and who may see them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import BinaryIO

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.common.sniffing import CSV, DOCX, JPEG, PDF, PNG, TEXT, XLSX
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access
from tavolo.dialogue.meetings.models import Document, DocumentVersion, Kind, Meeting
from tavolo.dialogue.meetings.services.searching import remember
from tavolo.dialogue.models import Party, Table

KIND = "meetings.document"
TYPES = {PDF, DOCX, XLSX, PNG, JPEG, CSV, TEXT}
ENDINGS = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg,.csv,.txt"
LARGEST = 20 * files.MIB
MOST_VERSIONS = 50


@transaction.atomic
def add_document(
    table: Table, *, actor_id: uuid.UUID, source: BinaryIO | bytes, name: str, title: str = "",
    audience: str = Document.Audience.TABLE, parties: Iterable[uuid.UUID] = (),
    meeting: Meeting | None = None, note: str = "",
) -> Document:  # fmt: skip
    """Store a document for everybody at the table, a side, some parties, or the people of a meeting."""
    party = standing.acting_party(actor_id, table.pk)
    if party is None and not standing.is_secretary(actor_id, table.pk):
        raise Problem(_("Only the secretariat and delegates who may act for a party add documents."))
    seen = _audience(table, actor_id, party, audience, set(parties), meeting)
    document = Document.objects.create(
        territory=table.territory, table=table, meeting=meeting, title=(title.strip() or name)[:200],
        audience=audience, side=party.side if party and audience == Document.Audience.SIDE else "",
        owner=party, created_by_id=actor_id,
    )  # fmt: skip
    document.parties.set(seen)
    _store(document, actor_id, source, name, note)
    remember(table, "document", document.pk, document.title, name)
    return document


def _audience(
    table: Table, actor_id: uuid.UUID, party: Party | None, audience: str, parties: set[uuid.UUID],
    meeting: Meeting | None,
) -> list[Party]:  # fmt: skip
    if audience not in Document.Audience.values:
        raise Problem(_("Choose who may see the document."))
    if meeting is not None:
        if meeting.table_id != table.pk or not access.sees(actor_id, meeting.pk):
            raise Problem(_("This meeting was not found at this table."))
        if meeting.kind != Kind.PLENARY and audience != Document.Audience.MEETING:
            raise Problem(_("A document of this meeting is for the people of the meeting only."))
    if audience == Document.Audience.MEETING and meeting is None:
        raise Problem(_("Choose the meeting the document belongs to."))
    if audience in (Document.Audience.SIDE, Document.Audience.PARTIES) and party is None:
        raise Problem(_("The secretariat shares with the whole table or with the people of a meeting."))
    if audience != Document.Audience.PARTIES or party is None:
        return []
    named = list(standing.seated_parties(table.pk).filter(pk__in=parties | {party.pk}))
    if len(named) != len(parties | {party.pk}) or not parties:
        raise Problem(_("Choose the parties of this table that may see the document."))
    return named


def may_add_version(account_id: uuid.UUID, document: Document) -> bool:
    """Say whether a person may add a version: whoever acts for its party, or the secretariat for its own."""
    if document.owner is not None:
        visible = access.visible_documents(account_id).filter(pk=document.pk).exists()
        return visible and standing.may_act_for(account_id, document.owner)
    return standing.is_secretary(account_id, document.table_id)


@transaction.atomic
def add_version(
    document: Document, *, actor_id: uuid.UUID, source: BinaryIO | bytes, name: str, note: str = ""
) -> DocumentVersion:
    """Add a version; the earlier ones stay as they are."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if not may_add_version(actor_id, document):
        raise Problem(_("Only those who brought the document may add a version."))
    if document.versions.count() >= MOST_VERSIONS:
        raise Problem(
            _("A document holds at most %(most)s versions: add a new document.") % {"most": MOST_VERSIONS}
        )
    return _store(document, actor_id, source, name, note)


def _store(
    document: Document, actor_id: uuid.UUID, source: BinaryIO | bytes, name: str, note: str
) -> DocumentVersion:
    stored = files.store(source, kind=KIND, name=name, owner_id=actor_id, subject_id=document.pk)
    top = document.versions.aggregate(top=Max("number"))["top"] or 0
    return DocumentVersion.objects.create(
        territory=document.territory, document=document, number=top + 1, file=stored,
        note=note.strip()[:300], author_id=actor_id,
    )  # fmt: skip
