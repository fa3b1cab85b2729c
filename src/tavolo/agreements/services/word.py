# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The Word round trip: a version out, plain or with tracked changes; an edited file back as a private draft.

Nothing is lodged by an upload: the file becomes a draft of the party, which says what was understood.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tavolo.agreements.documents.word_in import ReadBack, read_docx
from tavolo.agreements.documents.word_out import Stamp, write_docx
from tavolo.agreements.models import Agreement, Amendment, Comment, Draft, Version
from tavolo.agreements.services import amending, notes
from tavolo.agreements.services.consolidating import newest_revisions
from tavolo.agreements.services.sources import LARGEST_FILE
from tavolo.agreements.services.starting import clause_id
from tavolo.agreements.services.texts import current, said, text_of
from tavolo.agreements.standing import acting_party
from tavolo.agreements.text.deriving import derive
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.operations import Operation
from tavolo.agreements.text.separating import separate
from tavolo.common.errors import Problem

# What to do with a file's comments when its changes are lodged.
DROP, PUBLISH, KEEP = "drop", "publish", "keep"
MOST_NOTES = 500
# What a Word file may hold that is no text of an agreement (`word_in`), in words.
LEFT_OUT = {
    "table": gettext_lazy("tables (each row is kept as a line of words)"),
    "text box": gettext_lazy("text boxes (their words are kept as paragraphs)"),
    "picture": gettext_lazy("pictures"), "symbol": gettext_lazy("symbols of special fonts"),
    "footnote": gettext_lazy("footnotes"), "endnote": gettext_lazy("endnotes"),
    "header": gettext_lazy("heads of pages"), "footer": gettext_lazy("feet of pages"),
    "table of contents": gettext_lazy("the table of contents"),
    "other file": gettext_lazy("files put inside"),
}  # fmt: skip


def left_out(kinds: Iterable[str]) -> list[str]:
    """Return what a Word file held besides its text, in words."""
    return [str(LEFT_OUT.get(one, one)) for one in kinds]


def exported(version: Version, amendments: Iterable[Amendment] = ()) -> bytes:
    """Return a version as a Word file; the amendments chosen are tracked changes in their parties' names."""
    rows = list(amendments)
    asked = newest_revisions(rows)
    for revision in asked.values():
        if revision.version_id != version.pk:
            raise Problem(
                _("Amendment %(number)s is written on another version.")
                % {"number": revision.amendment.number}
            )
    records = [amending.amendment_of(one) for one in asked.values()]
    authors = {f"{row.number:06d}": str(row.party) if row.party_id else "Segreteria" for row in rows}
    stamp = Stamp(version.agreement_id, version.number, timezone.localdate(version.made_at))
    try:
        return write_docx(
            text_of(version), stamp, amendments=records, authors=authors, language=version.agreement.language
        )
    except TextError as error:
        raise said(error) from error


@transaction.atomic
def take_back(agreement: Agreement, data: bytes, *, name: str, actor_id: uuid.UUID) -> Draft:
    """Read an edited Word file into a private draft of the person's party; nobody else learns of it."""
    party = acting_party(actor_id, agreement)
    if party is None:
        raise Problem(_("Only a delegate of a contracting party brings a Word file back."))
    if len(data) > LARGEST_FILE:
        raise Problem(_("This file is too large: at most 10 MB."))
    version, read = _read(agreement, data)
    if not any(clause.title or clause.body for clause in read.text.clauses.values()):
        raise Problem(_("There are no words in this Word file."))
    return amending.save_draft(
        agreement, party=party, text=read.text, actor_id=actor_id, title=name[:200], base=version,
        found_in_file={
            "file": name[:200],
            "stamp": read.stamp[1] if read.stamp else None,
            "authors": list(read.authors)[:100],
            "notes": [
                {"author": one.author[:200], "text": one.text[:5000], "clause": one.clause}
                for one in read.notes[:MOST_NOTES]
            ],
            "ignored": list(read.ignored),
        },
    )  # fmt: skip


def _read(agreement: Agreement, data: bytes) -> tuple[Version, ReadBack]:
    """Read a file on the version it says it is of; a file without a mark is read on the current one."""
    try:
        first = read_docx(data, clause_id)
        version = current(agreement)
        if first.stamp is not None:
            agreement_id, number, own_hash = first.stamp
            if agreement_id != str(agreement.pk):
                raise Problem(
                    _("This Word file belongs to another agreement: check that it is the right one.")
                )
            found = agreement.versions.filter(number=number).first()
            if found is None or not found.hash.startswith(own_hash):
                raise Problem(_("This Word file names a version that is not one of this text."))
            version = found
        return version, read_docx(data, clause_id, text_of(version))
    except TextError as error:
        raise said(error) from error


@dataclass(frozen=True)
class Understood:
    """What a draft would lodge: its changes one by one, and what its file brought besides."""

    changes: list[tuple[Operation, ...]]
    found: dict[str, Any]
    is_older: bool


def understood(draft: Draft, now: Version) -> Understood:
    """Return what a draft changes, and whether the text has moved on since it was begun."""
    from tavolo.agreements.text.canonical import read_canonical

    before = text_of(draft.version)
    after = read_canonical(draft.canonical.encode())
    changes = [tuple(one) for one in separate(before, derive(before, after))]
    return Understood(changes, dict(draft.found), draft.version_id != now.pk)


@transaction.atomic
def lodge(draft: Draft, *, actor_id: uuid.UUID, comments: str = DROP) -> list[Amendment]:
    """Lodge a draft's changes; its file's comments are published, kept as private remarks, or left out."""
    found = list(draft.found.get("notes", []))
    made = amending.lodge_draft(draft, actor_id=actor_id)
    if comments in (PUBLISH, KEEP):
        here = text_of(current(draft.agreement)).clauses
        for one in found:
            clause = one["clause"] if one["clause"] in here else "root"
            words = f"{one['author']}: {one['text']}" if one["author"] else one["text"]
            words = words[: notes.LONGEST_NOTE]
            if comments == PUBLISH:
                notes.add_comment(draft.agreement, text=words, clause=clause, actor_id=actor_id)
            else:
                notes.add_remark(draft.agreement, text=words, clause=clause, actor_id=actor_id)
    return made


def comments_on(agreement: Agreement) -> dict[str, list[Comment]]:
    """Return the comments by clause id, or by the amendment's id."""
    rows = Comment.objects.filter(agreement=agreement).select_related("party__organisation", "version")
    found: dict[str, list[Comment]] = {}
    for row in rows:
        found.setdefault(str(row.amendment_id) if row.amendment_id else row.clause, []).append(row)
    return found
