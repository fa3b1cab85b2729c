# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of agreements: texts, amendments, stances. The same services and policies as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from tavolo.agreements import schemas as s
from tavolo.agreements import showing
from tavolo.agreements.frame import Here, amendment_at, do_for_program, here, version_at
from tavolo.agreements.models import Agreement, Amendment, Revision
from tavolo.agreements.services import (
    amending,
    consolidating,
    sources,
    stances,
    starting,
    wording,
)
from tavolo.agreements.services.texts import current, text_of, version_number
from tavolo.agreements.standing import contractors, visible
from tavolo.agreements.text.canonical import clause_hash
from tavolo.agreements.text.model import Text
from tavolo.agreements.text.operations import operation_from
from tavolo.agreements.text.pictures import WHY, sentence
from tavolo.agreements.views import last_meeting, table_of
from tavolo.agreements.views_comparing import FORMATS, rendered
from tavolo.common.errors import Problem
from tavolo.common.serving import attachment, declared
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

router = Router(tags=["agreements"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
MAY_FAIL = {422: Refusal, **REFUSED}
TABLE = "/tables/{uuid:table_id}"
ONE = "/{uuid:agreement_id}"
AMENDMENT = ONE + "/amendments/{uuid:amendment_id}"
DRAFT = ONE + "/drafts/{uuid:agreement_draft_id}"


def _name(name: str) -> str:
    return f"agreements_{name}"


def _agreement(row: Agreement) -> dict[str, Any]:
    version = current(row)
    return {
        "id": row.pk, "table_id": row.table_id, "title": row.title, "level": row.level, "state": row.state,
        "created_on": row.created_on, "version": version.number, "hash": version.hash,
        "parties": [str(party) for party in contractors(row)],
        "open_amendments": Amendment.objects.filter(agreement=row, state=Amendment.State.OPEN).count(),
    }  # fmt: skip


@router.get(TABLE, response={200: s.AgreementList, **REFUSED}, url_name=_name("table"), summary="Agreements")
def agreements(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the agreements of a table that I see."""
    rows = visible(request.user.pk).filter(table_id=table_id).order_by("-created_on", "title")
    return {"items": [_agreement(row) for row in rows]}


@router.post(
    TABLE, response={200: s.AgreementOut, **MAY_FAIL}, url_name=_name("table"), summary="Begin an agreement"
)
def start(request: HttpRequest, table_id: UUID, wish: s.StartIn) -> dict[str, Any]:
    """Begin an agreement; its first draft is version 1."""
    table = table_of(request.user.pk, table_id)
    if table is None:
        raise Http404

    def work() -> str:
        made = starting.start_agreement(
            table, title=wish.title, text=_first_text(request, table, wish), actor_id=request.user.pk,
            level=wish.level, system=wish.system,
        )  # fmt: skip
        return str(made.pk)

    return _agreement(Agreement.objects.get(pk=do_for_program(request, "start", work)))


def _first_text(request: HttpRequest, table: Any, wish: s.StartIn) -> Text:
    if wish.source == "convergences":
        chosen = [one for one in sources.convergences(table) if one.key in wish.convergences]
        if not chosen:
            raise Problem(_("Choose at least one convergence."))
        return sources.text_from_convergences(wish.title, chosen)
    if wish.source == "platform":
        found = next((p for p in sources.platforms(request.user.pk, table) if p.key == wish.platform), None)
        if found is None:
            raise Problem(_("Choose the platform to begin from."))
        return sources.text_from_platform(wish.title, found)
    return sources.text_from_points(wish.title, wish.text) if wish.source == "text" else Text.of(wish.title)


@router.get(
    TABLE + "/convergences", response={200: s.ConvergenceList, **REFUSED}, url_name=_name("convergences"),
    summary="What a first draft may grow from",
)  # fmt: skip
def convergences(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the statements that the majority of every shown group supports."""
    table = table_of(request.user.pk, table_id)
    if table is None:
        raise Http404
    return {
        "items": [
            {"id": one.key, "text": one.version.text, "theme": one.theme,
             "consultation_id": one.consultation.pk, "shares": dict(one.shares)}
            for one in sources.convergences(table)
        ]
    }  # fmt: skip


@router.get(
    ONE, response={200: s.AgreementOut, **REFUSED}, url_name=_name("agreement"), summary="An agreement"
)
def agreement(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return an agreement I see."""
    return _agreement(here(request, agreement_id).agreement)


@router.get(ONE + "/text", response={200: s.TextOut, **REFUSED}, url_name=_name("text"), summary="Its text")
def text(request: HttpRequest, agreement_id: UUID, version: int | None = None) -> dict[str, Any]:
    """Return the current text, or that of a version for those who work on it."""
    place = here(request, agreement_id)
    found = version_at(place, str(version) if version is not None and version >= 0 else "")
    read = text_of(found)
    return {
        "agreement_id": place.agreement.pk, "version": found.number, "hash": found.hash,
        "clauses": [
            {"id": one.id, "number": read.numbers.get(one.id, ""), "depth": read.depth(one.id),
             "title": one.title, "body": one.body, "topics": list(one.topics), "hash": clause_hash(one)}
            for one in read.clauses.values()
        ],
    }  # fmt: skip


@router.get(
    ONE + "/file/{str:text_format}", response={200: None, **MAY_FAIL}, url_name=_name("file"),
    summary="Its text as a file: docx, pdf, xml, html, txt", openapi_extra=declared(*FORMATS.values()),
)  # fmt: skip
def file(request: HttpRequest, agreement_id: UUID, text_format: str) -> HttpResponseBase:
    """Return the current text as a file."""
    place = here(request, agreement_id)
    if text_format not in FORMATS:
        raise Http404
    version = current(place.agreement)
    content, kind = rendered(version, text_format)
    return attachment(HttpResponse(content, content_type=kind), f"accordo-v{version.number}.{text_format}")


def _stance(one: showing.Badge, party_id: UUID) -> dict[str, Any]:
    return {
        "party": one.party, "party_id": party_id, "kind": str(one.kind), "text": one.text,
        "lodged_at": one.lodged_at, "fresh": one.fresh,
    }  # fmt: skip


def _amendment(
    row: Amendment, revision: Revision, standing: consolidating.Standing | None, language: str
) -> dict[str, Any]:
    read = text_of(revision.version)
    told = []
    if standing is not None:
        for party in contractors(row.agreement):
            told.append(_stance(showing.badge(party, standing.by_party[party.pk]), party.pk))
    return {
        "id": row.pk, "number": row.number, "party": str(row.party) if row.party_id else "",
        "state": row.state, "reason": row.reason, "lodged_at": row.lodged_at, "revision_id": revision.pk,
        "version": revision.version.number, "operations": revision.operations, "held": revision.held,
        "sentences": [sentence(read, operation_from(one), language) for one in revision.operations],
        "agreed": standing.is_agreed if standing else False, "stances": told,
    }  # fmt: skip


@router.get(
    ONE + "/amendments", response={200: s.AmendmentList, **REFUSED}, url_name=_name("amendments"),
    summary="Its amendments",
)  # fmt: skip
def amendments(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return all amendments, and what collides among the open ones."""
    place, lang = here(request, agreement_id), showing.language()
    by_id = {one.amendment.pk: one for one in consolidating.open_amendments(place.agreement)}
    rows = list(
        Amendment.objects.filter(agreement=place.agreement).select_related("party__organisation", "agreement")
    )
    latest = consolidating.newest_revisions(rows)
    found, _near = consolidating.colliding(place.agreement)
    return {
        "items": [_amendment(row, latest[row.pk], by_id.get(row.pk), lang) for row in rows],
        "collisions": [
            {"clause": one.clause, "reason": one.reason, "why": WHY[one.reason][lang],
             "first": int(one.first), "second": int(one.second)}
            for one in found
        ],
    }  # fmt: skip


@router.post(
    ONE + "/amendments", response={200: s.AmendmentOut, **MAY_FAIL}, url_name=_name("amendments"),
    summary="Lodge an amendment",
)  # fmt: skip
def amend(request: HttpRequest, agreement_id: UUID, wish: s.AmendIn) -> dict[str, Any]:
    """Lodge an amendment of one clause. It cannot be deleted, only withdrawn."""
    place = here(request, agreement_id)

    def work() -> str:
        base = version_number(place.agreement, wish.version) if wish.version else current(place.agreement)
        row = amending.lodge_amendment(
            place.agreement, base=base, operations=wording.operations(text_of(base), _wish(wish)),
            actor_id=request.user.pk, reason=wish.reason,
        )  # fmt: skip
        return str(row.pk)

    return _one(place, UUID(do_for_program(request, "amend", work)))


def _wish(one: s.WishIn) -> wording.Wish:
    return wording.Wish(one.action, one.clause, one.title, one.body, tuple(one.topics), one.place, one.at)


def _one(place: Here, amendment_id: UUID) -> dict[str, Any]:
    row = amendment_at(place, amendment_id)
    every = consolidating.open_amendments(place.agreement)
    standing = next((one for one in every if one.amendment.pk == row.pk), None)
    return _amendment(row, amending.newest(row), standing, showing.language())


@router.get(
    AMENDMENT, response={200: s.AmendmentOut, **REFUSED}, url_name=_name("amendment"), summary="An amendment"
)
def amendment(request: HttpRequest, agreement_id: UUID, amendment_id: UUID) -> dict[str, Any]:
    """Return an amendment with the stances on it."""
    return _one(here(request, agreement_id), amendment_id)


@router.post(
    AMENDMENT + "/wording", response={200: s.AmendmentOut, **MAY_FAIL}, url_name=_name("rewrite"),
    summary="Rewrite my amendment",
)  # fmt: skip
def rewrite(
    request: HttpRequest, agreement_id: UUID, amendment_id: UUID, wish: s.RewriteIn
) -> dict[str, Any]:
    """Give an open amendment of mine other words on the current text; stances on the old ones lapse."""
    place = here(request, agreement_id)
    row = amendment_at(place, amendment_id)

    def work() -> str:
        base = text_of(current(place.agreement))
        found = [op for one in wish.changes for op in wording.operations(base, _wish(one))]
        return str(amending.rewrite_amendment(row, operations=found, actor_id=request.user.pk).pk)

    do_for_program(request, "rewrite", work)
    return _one(place, row.pk)


@router.post(
    AMENDMENT + "/withdrawal", response={200: s.AmendmentOut, **MAY_FAIL}, url_name=_name("withdraw"),
    summary="Withdraw my amendment",
)  # fmt: skip
def withdraw(request: HttpRequest, agreement_id: UUID, amendment_id: UUID) -> dict[str, Any]:
    """Withdraw an open amendment of mine; it stays readable."""
    place = here(request, agreement_id)
    row = amendment_at(place, amendment_id)

    def work() -> bool:
        amending.withdraw_amendment(row, actor_id=request.user.pk)
        return True

    do_for_program(request, f"withdraw.{row.pk}", work)
    return _one(place, row.pk)


@router.post(
    ONE + "/versions", response={200: s.AgreementOut, **MAY_FAIL}, url_name=_name("versions"),
    summary="Take agreed amendments in",
)  # fmt: skip
def take_in(request: HttpRequest, agreement_id: UUID, wish: s.TakeInIn) -> dict[str, Any]:
    """Make a new version with amendments that all accept; for the joint secretariat."""
    place = here(request, agreement_id)

    def work() -> int:
        rows = [amendment_at(place, one) for one in wish.amendments]
        made = consolidating.take_in(place.agreement, rows, actor_id=request.user.pk, note=wish.note)
        return made.number

    do_for_program(request, "take_in", work)
    return _agreement(place.agreement)


@router.get(
    ONE + "/stances",
    response={200: s.MatrixOut, **REFUSED},
    url_name=_name("stances"),
    summary="Who says what",
)
def matrix(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return what every party says of every clause; `fresh` is what came after the last plenary."""
    place = here(request, agreement_id)
    since = last_meeting(place.agreement)
    found = stances.matrix(place.agreement, since=since)
    rows = []
    for row in found.rows:
        told = [
            _stance(one, cell.party.pk) for one, cell in zip(showing.badges(row, []), row.cells, strict=True)
        ]
        rows.append({"clause": row.clause.id, "number": row.number, "agreed": row.is_agreed, "stances": told})
    return {"version": found.version.number, "since": since, "rows": rows}


@router.post(
    ONE + "/stances", response={200: s.Done, **MAY_FAIL}, url_name=_name("stances"),
    summary="Lodge my party's stance",
)  # fmt: skip
def lodge_stance(request: HttpRequest, agreement_id: UUID, wish: s.StanceIn) -> dict[str, Any]:
    """Lodge my party's stance on the exact words I was shown."""
    place = here(request, agreement_id)

    def work() -> str:
        revision = None
        if wish.revision_id is not None:
            rows = Revision.objects.filter(pk=wish.revision_id, amendment__agreement=place.agreement)
            revision = rows.select_related("amendment", "version").first()
            if revision is None:
                raise Problem(_("There is no such wording of an amendment to this agreement."))
        made = stances.lodge_stance(
            place.agreement, kind=wish.kind, actor_id=request.user.pk, clause=wish.clause,
            shown_hash=wish.hash, revision=revision, text=wish.text,
        )  # fmt: skip
        return str(made.pk)

    do_for_program(request, "stance", work)
    return {"done": True}


# Its routes are part of this router.
from tavolo.agreements import api_notes  # noqa: E402, F401
