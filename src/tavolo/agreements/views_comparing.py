# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A text marked with amendments, two versions side by side, and a version as a file."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tavolo.agreements import showing
from tavolo.agreements.documents.akn import Frame, write_akn
from tavolo.agreements.documents.akn import Party as NamedParty
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.frame import Here, here, id_in, shown, version_at
from tavolo.agreements.models import Amendment, Version
from tavolo.agreements.services import consolidating, word
from tavolo.agreements.services.amending import amendment_of
from tavolo.agreements.services.texts import current, said, text_of
from tavolo.agreements.standing import contractors
from tavolo.agreements.text.deriving import derived
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.marking import MarkedClause, marked
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.reading import write_plain
from tavolo.common.documents.html import html
from tavolo.common.documents.pdf import pdf
from tavolo.common.errors import Problem
from tavolo.common.serving import attachment

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS = {
    "docx": DOCX_TYPE, "pdf": "application/pdf", "xml": "application/akn+xml",
    "html": "text/html; charset=utf-8", "txt": "text/plain; charset=utf-8",
}  # fmt: skip


@require_GET
def marked_view(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Show the current text with the open amendments of chosen parties marked in it, each by name."""
    place = here(request, agreement_id)
    version = current(place.agreement)
    every = [
        one for one in consolidating.open_amendments(place.agreement)
        if one.revision.version_id == version.pk and not one.revision.held
    ]  # fmt: skip
    asked = set(request.GET.getlist("parte"))
    keys = {str(one.amendment.party_id or "segreteria") for one in every}
    chosen = [one for one in every if not asked or str(one.amendment.party_id or "segreteria") in asked]
    found, _near = consolidating.colliding(place.agreement)
    ids = {amendment_of(one.revision).id for one in chosen}
    apart = {
        key for one in found if one.first in ids and one.second in ids for key in (one.first, one.second)
    }
    kept = [one for one in chosen if amendment_of(one.revision).id not in apart]
    authors = {f"{one.amendment.number:06d}": one.amendment for one in every}
    parties = [(str(one.pk), str(one)) for one in contractors(place.agreement) if str(one.pk) in keys]
    if "segreteria" in keys:
        parties.append(("segreteria", _("Joint secretariat")))
    clauses = marked(text_of(version), [amendment_of(one.revision) for one in kept])
    only = request.GET.get("solo") == "1"
    context = {
        "version": version, "choices": parties, "asked": asked or keys, "shown": kept, "only": only,
        "left_out": [one for one in chosen if amendment_of(one.revision).id in apart],
        "clauses": [_named(clause, authors) for clause in clauses if clause.is_changed or not only],
        "unchanged": sum(not clause.is_changed for clause in clauses if clause.depth),
    }  # fmt: skip
    return shown(request, place, "marked.html", context)


def _named(clause: MarkedClause, authors: dict[str, Amendment]) -> dict[str, Any]:
    """Return a marked clause with the names of those who change it; colours follow the parties."""

    def by(key: str) -> str:
        row = authors.get(key)
        return f"{showing.author_of(row)} · {row.number}" if row else ""

    return {
        "one": clause,
        "label": f"Art. {clause.number}" if clause.depth == 1 and clause.number else clause.number,
        "by": by(clause.amendment),
        "title": [(mark, by(mark.amendment)) for mark in clause.title],
        "body": [(mark, by(mark.amendment)) for mark in clause.body],
    }


@require_GET
def compare(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Show two versions side by side, with what changed marked in the newer."""
    place = here(request, agreement_id)
    versions = list(place.agreement.versions.all())
    after = version_at(place, request.GET.get("a", ""))
    before = version_at(place, request.GET.get("da", "") or str(max(after.number - 1, 1)))
    old, new = text_of(before), text_of(after)
    changed = marked(old, [derived(old, new, id="1", author="")]) if old != new else []
    context = {
        "versions": versions, "before": before, "after": after, "same": old == new,
        "rows": [_side(clause, old, new) for clause in changed if clause.is_changed],
        "unchanged": sum(not clause.is_changed for clause in changed),
    }  # fmt: skip
    return shown(request, place, "compare.html", context)


def _side(clause: MarkedClause, old: Text, new: Text) -> dict[str, Any]:
    """Return a changed clause as two columns: the older words, the newer ones."""
    left = clause.place not in ("inserted", "moved_here")
    right = clause.place not in ("deleted", "moved_away")
    return {
        "one": clause,
        "left_label": showing.label_of(old, clause.id) if left else "",
        "right_label": showing.label_of(new, clause.id) if right else "",
        "left": [mark for mark in clause.body if mark.kind != "inserted"] if left else [],
        "right": [mark for mark in clause.body if mark.kind != "deleted"] if right else [],
        "left_title": [mark for mark in clause.title if mark.kind != "inserted"] if left else [],
        "right_title": [mark for mark in clause.title if mark.kind != "deleted"] if right else [],
        "has_left": left,
        "has_right": right,
    }


@require_GET
def download(request: HttpRequest, agreement_id: uuid.UUID, text_format: str) -> HttpResponseBase:
    """Send a version as Word, PDF, Akoma Ntoso XML, HTML or plain text."""
    place = here(request, agreement_id)
    version = version_at(place, request.GET.get("versione", ""))
    if text_format not in FORMATS:
        raise Http404
    chosen = (
        _chosen(place, request.GET.getlist("emendamento")) if text_format == "docx" and place.sits else []
    )
    try:
        content, kind = rendered(version, text_format, chosen)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("agreements:word", place.agreement.pk)
    name = f"accordo-v{version.number}{'-emendamenti' if chosen else ''}.{text_format}"
    return attachment(HttpResponse(content, content_type=kind), name)


def _chosen(place: Here, wanted: list[str]) -> list[Amendment]:
    ids = [id_in(one) for one in wanted[:500]]
    rows = Amendment.objects.filter(agreement=place.agreement, pk__in=ids, state=Amendment.State.OPEN)
    return list(rows.select_related("party__organisation"))


def rendered(version: Version, kind: str, amendments: list[Amendment] | None = None) -> tuple[bytes, str]:
    """Return a version's bytes in a format, with its media type."""
    agreement, text = version.agreement, text_of(version)
    foot = _("Version %(number)s · %(state)s") % {
        "number": version.number, "state": agreement.get_state_display(),
    }  # fmt: skip
    document = paper(text, language=agreement.language, day=timezone.localdate(version.made_at), footer=foot)
    if kind == "docx":
        return word.exported(version, amendments or []), FORMATS[kind]
    if kind == "pdf":
        return pdf(document), FORMATS[kind]
    if kind == "xml":
        names = tuple(NamedParty(f"p{i}", str(one)) for i, one in enumerate(contractors(agreement), 1))
        frame = Frame(f"/accordi/{agreement.pk}", timezone.localdate(version.made_at), version.number, names,
                      agreement.language)  # fmt: skip
        try:
            return write_akn(text, frame), FORMATS[kind]
        except TextError as error:
            raise said(error) from error
    if kind == "html":
        page = f'<!DOCTYPE html><html lang="{agreement.language}"><head><meta charset="utf-8">'
        words = html(document, level=1)
        return f"{page}<title>Tavolo</title></head><body>{words}</body></html>".encode(), FORMATS[kind]
    return write_plain(text).encode(), FORMATS["txt"]
