# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What leaves the archive: one agreement in five forms, and the whole archive as JSON Lines or CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse

from tavolo.agreements.archive import indexing
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.documents import akn
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.documents.word_out import Stamp, write_docx
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.reading import write_plain
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.common.models import Territory
from tavolo.common.tables import csv_lines
from tavolo.common.territory import in_territory

RUN = 200
COLUMNS = (
    "address", "title", "level", "state", "made_elsewhere", "corrected", "parties", "topics", "municipality",
    "sector", "signed_on", "starts_on", "ends_on", "sha256",
)  # fmt: skip
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xml": "application/akn+xml",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}


def one(entry: Entry, kind: str, base: str) -> bytes:
    """Return the public text of an agreement as pdf, docx, xml (Akoma Ntoso), json (canonical) or txt."""
    version = indexing.frozen_version(entry.agreement)
    text = text_of(version)
    if kind == "json":
        return version.canonical.encode()
    if kind == "txt":
        return write_plain(text, ids=True).encode()
    if kind == "docx":
        return write_docx(text, Stamp(entry.agreement_id, version.number, entry.signed_on, base))
    if kind == "xml":
        parties = tuple(akn.Party(f"p{place}", name) for place, name in enumerate(entry.parties, start=1))
        frame = akn.Frame(
            f"/akn/it/act/accordo/{entry.signed_on}/{entry.key}", entry.signed_on, version.number, parties
        )
        return akn.write_akn(text, frame)
    before = (model.Paragraph((model.Span(", ".join(entry.parties)),)),)
    after = (model.Qr(base), model.Paragraph((model.Span(f"SHA-256 {version.hash}"),)))
    return pdf(paper(text, day=entry.signed_on, footer=base, before=before, after=after))


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
