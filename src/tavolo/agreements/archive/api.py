# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of the public archive and verification."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile

from tavolo.agreements import standing
from tavolo.agreements.archive import adding, amending, exporting, indexing, papers, reading, schemas, views
from tavolo.agreements.archive import views_verifying as verifying
from tavolo.agreements.archive.models import Entry
from tavolo.agreements.archive.searching import search as find
from tavolo.agreements.models import Level
from tavolo.agreements.text.canonical import canonical
from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, once
from tavolo.common.serving import declared
from tavolo.dialogue.schemas import Refusal
from tavolo.people.roles import person
from tavolo.people.tokens import key_or_session

router = Router(tags=["archive"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGES = {**REFUSED, 422: Refusal}


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _entry(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    own = {"key": entry.key, "agreement_id": entry.agreement_id}
    return {**exporting.record(entry, _base(request)), **own}


def _matched(entry: Entry, day: date | None) -> dict[str, Any]:
    edition = getattr(entry, "matched", None)
    if edition is None or day is None:
        return {"matched": None}
    own = {name: getattr(edition, name) for name in ("starts_on", "ends_on")}
    return {
        "matched": {
            **own, "day": day, "sha256": edition.text_hash, "amending": list(edition.amending),
            "words": reading.matched_words(entry, day),
        }
    }  # fmt: skip


@router.get(
    "/agreements", response={200: schemas.SearchOut, **CHANGES}, url_name="archive_search",
    summary="Search public agreements",
)  # fmt: skip
def search(
    request: HttpRequest, words: str = "", party: str = "", topic: str = "", municipality: str = "",
    division: str = "", level: str = "", state: str = "", year: str = "", in_force: str = "", page: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Return hits, the best first, with facets. `in_force` is a day as YYYY-MM-DD.

    What is searched is the text in force on that day, today without one; `matched` says which it was.
    """
    _day(in_force)
    asked = {
        "words": words, "party": party, "topic": topic, "municipality": municipality, "division": division,
        "level": level, "state": state, "year": year, "in_force": in_force, "page": str(max(1, page)),
    }  # fmt: skip
    query = views.query_of(asked)
    found = find(query)
    facets = {
        name: [{"value": value, "count": count} for value, count in values]
        for name, values in found.facets.items()
    }
    items = [_entry(request, row) | _matched(row, found.day) for row in found.entries]
    return {"total": found.total, "page": query.page, "pages": found.pages, "items": items, "facets": facets}


@router.post(
    "/agreements/new", response={200: schemas.KeyOut, **CHANGES}, url_name="archive_add",
    summary="Add an agreement made elsewhere",
)  # fmt: skip
def add(request: HttpRequest, agreement: schemas.BroughtIn) -> dict[str, Any]:
    """Add an agreement, as an officer. Nearly the same text is refused unless `not_the_same` is set."""
    return {"key": _add(request, agreement, None)}


@router.post(
    "/agreements/{entry_key}/corrections", response={200: schemas.KeyOut, **CHANGES},
    url_name="archive_correct", summary="Correct a record by a new one",
)  # fmt: skip
def correct(request: HttpRequest, entry_key: str, agreement: schemas.BroughtIn) -> dict[str, Any]:
    """Add the correction of a record; the old one stays and points to the new one."""
    entry = get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key)
    return {"key": _add(request, agreement, entry)}


def _add(request: HttpRequest, asked: schemas.BroughtIn, entry: Entry | None) -> str:
    if asked.level not in Level.values:
        raise Problem(_("The level is one of: %(levels)s.") % {"levels": ", ".join(Level.values)})
    brought = adding.Brought(
        title=asked.title, text=asked.text, parties=tuple((one.name, one.signed) for one in asked.parties),
        signed_on=asked.signed_on, source=asked.source, level=asked.level, topics=tuple(asked.topics),
        municipality=asked.municipality, sector=asked.sector, starts_on=asked.starts_on,
        ends_on=asked.ends_on, ended=asked.ended, changes_only=asked.changes_only,
    )  # fmt: skip
    text = adding.read(brought)
    amends = amending.entry_of(asked.amends) if asked.amends and entry is None else None
    amended = amends is not None or (entry is not None and entry.agreement.amends_id is not None)
    left_out = entry.agreement_id if entry else None
    likes = [] if amended else adding.alike(text, brought.title, leave_out=left_out)
    if likes and not asked.not_the_same:
        raise Problem(
            _("The archive holds nearly the same text: %(title)s (%(key)s). Set not_the_same to add it.")
            % {"title": likes[0].entry.title, "key": likes[0].entry.key}
        )

    def work() -> str:
        made = adding.add(
            brought, actor=person(request), organisation_id=asked.organisation_id, corrects=entry,
            reason=asked.reason, amends=amends,
        )  # fmt: skip
        return str(made.key)

    key = key_from(request)
    if not key:
        return work()
    asked_for = asked.model_dump(mode="json")
    return str(once(key, account_id=person(request).pk, action="archive.add", request=asked_for).run(work))


@router.get(
    "/agreements/{entry_key}", response={200: schemas.OneOut, **REFUSED}, url_name="archive_one",
    summary="One public agreement",
)  # fmt: skip
def one(request: HttpRequest, entry_key: str) -> dict[str, Any]:
    """Return one agreement with its clauses and who signed."""
    entry = get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key)
    signers = [
        {"name": row.name, "signed": row.signed, "how": list(row.how)} for row in reading.parties(entry)
    ]
    said = exporting.record(entry, _base(request), text=True)
    return {**said, "key": entry.key, "agreement_id": entry.agreement_id, "signers": signers}


@router.get(
    "/agreements/{entry_key}/text", response={200: schemas.TextOut, **CHANGES}, url_name="archive_text",
    summary="The exact text of a public agreement",
)  # fmt: skip
def text(request: HttpRequest, entry_key: str, in_force: str = "") -> dict[str, Any]:
    """Return the signed text and its hash; with `in_force` (YYYY-MM-DD) the coordinated text of that day."""
    entry = get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key)
    day = _day(in_force)
    if day is None:
        version = indexing.frozen_version(entry.agreement)
        return {"which": "signed", "canonical": version.canonical, "sha256": version.hash}
    force = reading.coordinated(entry, day)
    return {
        "which": "in_force", "day": day, "applies": force.applies, "sha256": force.hash,
        "canonical": canonical(force.text).decode(),
        "amended_by": [vars(row) for row in reading.amending(force.amending)],
        "words_of": {key: row.pk for key, row in force.taken.items()},
        "removed": [clause.id for clause, _number, _by in force.removed],
    }  # fmt: skip


def _day(in_force: str) -> date | None:
    """Return the day a program asks about; raise Problem for what is no day."""
    day = views.query_of({"in_force": in_force}).in_force
    if in_force and day is None:
        raise Problem(_("in_force must be a day as YYYY-MM-DD, such as 2026-04-13."))
    return day


@router.get(
    "/export", response={200: None, **REFUSED}, url_name="archive_export", summary="The whole archive",
    openapi_extra=declared("application/x-ndjson"),
)  # fmt: skip
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Return the archive as JSON Lines, texts included."""
    lines = exporting.json_lines(request.territory, _base(request))
    return StreamingHttpResponse(lines, content_type="application/x-ndjson")


@router.get(
    "/verify/{uuid:agreement_id}", response={200: schemas.ReportOut, **REFUSED},
    url_name="archive_verify_agreement", summary="What is proved of an agreement",
)  # fmt: skip
def verify_agreement(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return what is proved of an agreement kept here, by the same check as offline."""
    found = get_object_or_404(standing.visible(request.user.pk), pk=agreement_id)
    return _report(verifying.said(papers.check_here(found)))


@router.post(
    "/verify", response={200: schemas.ReportOut, **CHANGES}, url_name="archive_verify",
    summary="Check a signed PDF or bundle",
)  # fmt: skip
def verify(
    request: HttpRequest, file: File[UploadedFile], checkpoint: File[UploadedFile | None] = None
) -> dict[str, Any]:
    """Return what a signed PDF or a bundle proves, beside a checkpoint one holds; neither is kept."""
    verifying.counted(request)
    return _report(verifying.checked(file, checkpoint, request)["report"])


def _report(said: dict[str, Any] | None) -> dict[str, Any]:
    if said is None:
        return {"outcome": None, "verdict": _("Nothing can be proved yet.")}
    sections = [{"section": name, "sentences": lines} for name, _heading, lines in said["sections"]]
    return {
        **{key: said[key] for key in ("outcome", "uncompared", "verdict", "hash", "title")},
        "sections": sections,
    }
