# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The coordinated text as files: the words in force on a day, under the names of what amends them.

Nobody signed a coordinated text: each file says so, and names the signed texts it is made from.
"""

from __future__ import annotations

import json

from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tavolo.agreements.archive import indexing, reading
from tavolo.agreements.archive.editions import Coordinated
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.documents import akn
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.canonical import canonical
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.reading import write_plain
from tavolo.common.documents import model
from tavolo.common.documents.docx import docx
from tavolo.common.documents.html import html
from tavolo.common.documents.pdf import pdf

FORM = "tavolo-coordinated-1"


def one(entry: Entry, kind: str, base: str, force: Coordinated) -> bytes:
    """Return the text in force on a day as pdf, docx, html, xml, json or txt."""
    if kind == "json":
        return _json(entry, force)
    if kind == "xml":
        version = indexing.frozen_version(entry.agreement)
        return akn.write_akn(force.text, frame(entry, version.number, force))
    if kind == "txt":
        return (
            "\n".join([f"{entry.title}: {subtitle(force)}", *_notes(entry, force), ""])
            + write_plain(force.text, ids=True)
        ).encode()
    before = (
        model.Paragraph((model.Span(", ".join(entry.parties)),)),
        model.Bullets(tuple((model.Span(line),) for line in _notes(entry, force))),
    )
    after = (
        *_changes(force), model.Qr(base),
        model.Paragraph((model.Span(_("Text as signed: SHA-256 %(hash)s") % {"hash": entry.text_hash}),)),
    )  # fmt: skip
    made = paper(force.text, day=force.day, subtitle=subtitle(force), footer=base, before=before, after=after)
    return whole_page(made) if kind == "html" else docx(made) if kind == "docx" else pdf(made)


def subtitle(force: Coordinated) -> str:
    """Say which text this is."""
    return _("Text in force (coordinated) on %(day)s") % {"day": formats.date_format(force.day)}


def _notes(entry: Entry, force: Coordinated) -> list[str]:
    """Return what to know before reading: what it is made from, and that nobody signed it as it stands."""
    signed = formats.date_format(entry.signed_on)
    lines = [_("Signed on %(day)s; the signed text has SHA-256 %(hash)s.") % {
        "day": signed, "hash": entry.text_hash,
    }]  # fmt: skip
    for row in reading.amending(force.amending):
        lines.append(
            _("Amended by “%(title)s”, from %(day)s (SHA-256 %(hash)s).")
            % {
                "title": row.title,
                "hash": row.sha256,
                "day": formats.date_format(row.starts_on) if row.starts_on else "–",
            }
        )
    if not force.amending:
        lines.append(_("No agreement in this archive amends it by that day: it is the text as signed."))
    if not force.applies:
        lines.append(_("On that day the agreement was not in force, as far as its terms are recorded."))
    return [*lines, _("This text is put together for reading; what counts are the signed texts.")]


def _changes(force: Coordinated) -> list[model.Block]:
    """Return which clause has whose words, and which fell."""
    lines = [
        _("%(number)s %(title)s: words of “%(agreement)s”")
        % {"number": force.text.numbers.get(key, ""), "title": force.text.clauses[key].title,
           "agreement": row.title}
        for key, row in force.taken.items()
    ]  # fmt: skip
    lines += [
        _("%(number)s %(title)s: taken out by “%(agreement)s”")
        % {"number": number, "title": clause.title, "agreement": row.title}
        for clause, number, row in force.removed
    ]
    if not lines:
        return []
    return [
        model.Heading(1, _("What was amended")), model.Bullets(tuple((model.Span(one),) for one in lines))
    ]  # fmt: skip


def _json(entry: Entry, force: Coordinated) -> bytes:
    """Return the coordinated text as data, in a form of its own: nobody takes it for a signed text."""
    said = {
        "form": FORM, "agreement": str(entry.agreement_id), "day": force.day.isoformat(),
        "applies": force.applies, "sha256": force.hash, "signed_sha256": entry.text_hash,
        "signed_on": entry.signed_on.isoformat(),
        "amended_by": [
            {
                "title": row.title, "key": row.key, "sha256": row.sha256,
                "starts_on": row.starts_on.isoformat() if row.starts_on else None,
            }
            for row in reading.amending(force.amending)
        ],
        "words_of": {key: str(row.pk) for key, row in force.taken.items()},
        "removed": [
            {"clause": clause.id, "number": number, "title": clause.title, "by": str(row.pk)}
            for clause, number, row in force.removed
        ],
        "text": json.loads(canonical(force.text))["text"],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()


def frame(entry: Entry, version: int, force: Coordinated | None = None) -> akn.Frame:
    """Return what the XML says about a text: the signed one, or the coordinated one of a day."""
    parties = tuple(akn.Party(f"p{place}", name) for place, name in enumerate(entry.parties, start=1))
    path = _path(entry)
    events: list[akn.Event] = []
    changes: list[akn.Change] = []
    if force is not None:
        rows = reading.amending(force.amending)
        keys = {row.pk: f"amending{place}" for place, row in enumerate(force.amending, start=1)}
        for key, row in zip(keys.values(), rows, strict=True):
            href = f"/akn/it/act/accordo/{row.signed_on}/{row.key}"
            events.append(akn.Event(key, row.starts_on or entry.signed_on, href, row.title))
        began = {clause.id for clause in _signed(entry).clauses.values()}
        changes += [
            akn.Change("substitution" if clause in began else "insertion", keys[row.pk], clause)
            for clause, row in force.taken.items()
        ]
        changes += [akn.Change("repeal", keys[row.pk], clause.id) for clause, _number, row in force.removed]
    return akn.Frame(
        path, entry.signed_on, version, parties, in_force_on=force.day if force else None,
        events=tuple(events), changes=tuple(changes), title=entry.title,
    )  # fmt: skip


def _signed(entry: Entry) -> Text:
    return text_of(indexing.frozen_version(entry.agreement))


def _path(entry: Entry) -> str:
    return f"/akn/it/act/accordo/{entry.signed_on}/{entry.key}"


def whole_page(made: model.Document) -> bytes:
    """Return a document as a page of its own: no style, no program, to be kept or printed."""
    page = format_html(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title></head>'
        "<body><main>{}</main></body></html>\n",
        made.language, made.title, html(made, level=1),
    )  # fmt: skip
    return str(page).encode()
