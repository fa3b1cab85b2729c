# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What leaves the archive: one agreement in six forms, and the whole archive as JSON Lines or CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from tavolo.agreements import standing
from tavolo.agreements.archive import coordinating, indexing, reading
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.documents import akn
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.documents.word_out import Stamp, write_docx
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.canonical import canonical
from tavolo.agreements.text.reading import write_plain
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.common.models import Territory
from tavolo.common.tables import csv_lines
from tavolo.common.territory import in_territory

RUN = 200
COLUMNS = (
    "address", "title", "level", "state", "made_elsewhere", "corrected", "parties", "topics", "municipality",
    "sector", "signed_on", "starts_on", "ends_on", "sha256", "amended_by", "in_force_sha256",
)  # fmt: skip
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "xml": "application/akn+xml",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}


def one(entry: Entry, kind: str, base: str, day: date | None = None) -> bytes:
    """Return an agreement's public text as pdf, docx, html, xml (Akoma Ntoso), json or txt.

    Without a day the text as it was signed; its json is the canonical form whose SHA-256 was signed. With one
    the coordinated text of that day, which names the agreements that amend it and is signed by nobody.
    """
    if day is not None:
        return coordinating.one(entry, kind, base, reading.coordinated(entry, day))
    version = indexing.frozen_version(entry.agreement)
    text = text_of(version)
    if kind == "json":
        return version.canonical.encode()
    if kind == "txt":
        return write_plain(text, ids=True).encode()
    if kind == "docx":
        return write_docx(text, Stamp(entry.agreement_id, version.number, entry.signed_on, base))
    if kind == "xml":
        return akn.write_akn(text, coordinating.frame(entry, version.number))
    before = (model.Paragraph((model.Span(", ".join(entry.parties)),)),)
    after = (model.Qr(base), model.Paragraph((model.Span(f"SHA-256 {version.hash}"),)))
    subtitle = _("Text as signed on %(day)s") % {"day": formats.date_format(entry.signed_on)}
    made = paper(text, day=entry.signed_on, subtitle=subtitle, footer=base, before=before, after=after)
    return coordinating.whole_page(made) if kind == "html" else pdf(made)


def record(entry: Entry, base: str, *, text: bool = False) -> dict[str, Any]:
    """Return what the export says about one agreement; with `text`, its clauses too."""
    found: dict[str, Any] = {
        "address": base + reverse("archive:agreement", args=[entry.key]),
        "title": entry.title, "level": entry.level, "state": entry.state, "made_elsewhere": entry.elsewhere,
        "corrected": entry.corrected, "parties": list(entry.parties), "topics": list(entry.topics),
        "municipality": entry.municipality, "sector": entry.sector,
        "signed_on": entry.signed_on.isoformat(), "starts_on": entry.starts_on.isoformat(),
        "ends_on": entry.ends_on.isoformat() if entry.ends_on else None, "sha256": entry.text_hash,
    }  # fmt: skip
    if text:
        version = indexing.frozen_version(entry.agreement)
        found["text"] = json.loads(version.canonical)["text"]
    return found | _in_force(entry, base, text)


def _in_force(entry: Entry, base: str, text: bool) -> dict[str, Any]:
    """Return what the export says of the text in force today, where later agreements amend the signed one."""
    if not entry.amended:
        return {"amended_by": [], "in_force_sha256": entry.text_hash}
    force = reading.coordinated(entry, standing.today())
    found: dict[str, Any] = {
        "amended_by": [
            base + reverse("archive:agreement", args=[row.key]) for row in reading.amending(force.amending)
            if row.key
        ],
        "in_force_sha256": force.hash,
    }  # fmt: skip
    if text:
        found["text_in_force"] = json.loads(canonical(force.text))["text"]
        found["in_force_on"] = force.day.isoformat()
    return found


def entries(territory: Territory) -> Iterator[Entry]:
    """Yield every entry in the order of its key, in runs, each read inside the territory."""
    last = ""
    while True:
        # A streamed answer is written after the request's own scope has closed.
        with in_territory(territory):
            rows = Entry.objects.filter(key__gt=last).select_related("agreement").order_by("key")
            run = list(rows.defer("words", "title_words")[:RUN])
        yield from run
        if len(run) < RUN:
            return
        last = run[-1].key


def json_lines(territory: Territory, base: str) -> Iterator[str]:
    """Yield the archive as JSON Lines, texts included."""
    for entry in entries(territory):
        with in_territory(territory):
            line = json.dumps(record(entry, base, text=True), ensure_ascii=False, sort_keys=True)
        yield line + "\n"


def csv_table(territory: Territory, base: str) -> Iterator[str]:
    """Yield the archive as a guarded CSV, without the texts."""

    def rows() -> Iterator[list[Any]]:
        yield list(COLUMNS)
        for entry in entries(territory):
            said = record(entry, base)
            yield ["; ".join(said[name]) if isinstance(said[name], list) else said[name] for name in COLUMNS]

    yield from csv_lines(rows())


EXPORTS: dict[str, tuple[str, Callable[[Territory, str], Iterator[str]]]] = {
    "jsonl": ("application/x-ndjson", json_lines),
    "csv": ("text/csv; charset=utf-8", csv_table),
}
