# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Comments, private remarks and private drafts over HTTP and JSON, and the Word file that comes back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File
from ninja.decorators import decorate_view
from ninja.files import UploadedFile

from tavolo.agreements import schemas as s
from tavolo.agreements import showing
from tavolo.agreements.api import DRAFT, MAY_FAIL, ONE, REFUSED, _name, _wish, router
from tavolo.agreements.frame import Here, amendment_at, do_for_program, draft_at, here
from tavolo.agreements.models import Draft
from tavolo.agreements.services import amending, notes, word, wording
from tavolo.agreements.services.texts import current, said, text_of
from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.operations import Amendment as Record
from tavolo.agreements.text.pictures import sentence
from tavolo.common.errors import Problem
from tavolo.common.removals import removal


def _comment(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "party": str(row.party) if row.party_id else "", "clause": row.clause,
        "amendment_id": row.amendment_id, "text": row.text, "made_at": row.made_at,
    }  # fmt: skip


@router.get(
    ONE + "/comments",
    response={200: s.CommentList, **REFUSED},
    url_name=_name("comments"),
    summary="Comments",
)
def comments(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return the comments the table reads."""
    found = word.comments_on(here(request, agreement_id).agreement)
    return {"items": [_comment(row) for rows in found.values() for row in rows]}


@router.post(
    ONE + "/comments", response={200: s.Done, **MAY_FAIL}, url_name=_name("comments"), summary="Comment"
)
def add_comment(request: HttpRequest, agreement_id: UUID, wish: s.CommentIn) -> dict[str, Any]:
    """Comment on a clause or an amendment, for the whole table."""
    place = here(request, agreement_id)
    row = amendment_at(place, wish.amendment_id) if wish.amendment_id else None
    do_for_program(
        request, "comment",
        lambda: str(
            notes.add_comment(
                place.agreement, text=wish.text, actor_id=request.user.pk, clause=wish.clause, amendment=row
            ).pk
        ),
    )  # fmt: skip
    return {"done": True}


@router.get(
    ONE + "/remarks", response={200: s.RemarkList, **REFUSED}, url_name=_name("remarks"),
    summary="My party's private remarks",
)  # fmt: skip
def remarks(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return the private remarks of my party; nobody else's."""
    place = here(request, agreement_id)
    rows = notes.remarks_of(place.agreement, place.own)
    return {"items": [{"id": r.pk, "clause": r.clause, "text": r.text, "made_at": r.made_at} for r in rows]}


@router.post(
    ONE + "/remarks", response={200: s.Done, **MAY_FAIL}, url_name=_name("remarks"),
    summary="Keep a private remark",
)  # fmt: skip
def add_remark(request: HttpRequest, agreement_id: UUID, wish: s.RemarkIn) -> dict[str, Any]:
    """Keep a private remark of my party on a clause."""
    place = here(request, agreement_id)
    do_for_program(
        request, "remark",
        lambda: str(
            notes.add_remark(place.agreement, text=wish.text, clause=wish.clause, actor_id=request.user.pk).pk
        ),
    )  # fmt: skip
    return {"done": True}


@router.delete(
    ONE + "/remarks/{uuid:agreement_remark_id}", response={200: s.Done, **MAY_FAIL}, url_name=_name("remark"),
    summary="Delete a private remark",
)  # fmt: skip
@decorate_view(removal)
def remove_remark(request: HttpRequest, agreement_id: UUID, agreement_remark_id: UUID) -> dict[str, Any]:
    """Delete a private remark of my party."""
    place = here(request, agreement_id)
    do_for_program(
        request, f"remark_remove.{agreement_remark_id}",
        lambda: notes.remove_remark(place.agreement, agreement_remark_id, actor_id=request.user.pk),
    )  # fmt: skip
    return {"done": True}


def _draft(place: Here, row: Draft) -> dict[str, Any]:
    known = word.understood(row, current(place.agreement))
    before, lang = text_of(row.version), showing.language()
    return {
        "id": row.pk, "title": row.title, "version": row.version.number, "older": known.is_older,
        "changes": [[sentence(before, op, lang) for op in one] for one in known.changes],
        "found": known.found,
    }  # fmt: skip


@router.get(
    ONE + "/drafts", response={200: s.DraftList, **REFUSED}, url_name=_name("drafts"),
    summary="My party's private drafts",
)  # fmt: skip
def drafts(request: HttpRequest, agreement_id: UUID) -> dict[str, Any]:
    """Return the private drafts of my party; nobody else's."""
    place = here(request, agreement_id)
    return {"items": [_draft(place, row) for row in notes.drafts_of(place.agreement, place.own)]}


@router.post(
    ONE + "/drafts", response={200: s.DraftOut, **MAY_FAIL}, url_name=_name("drafts"),
    summary="Begin a private draft",
)  # fmt: skip
def new_draft(request: HttpRequest, agreement_id: UUID, wish: s.DraftIn) -> dict[str, Any]:
    """Keep changes in a private draft of my party."""
    place = here(request, agreement_id)

    def work() -> str:
        if place.party is None:
            raise Problem(_("Only a delegate of a contracting party keeps drafts."))
        base = text_of(current(place.agreement))
        found = tuple(op for one in wish.changes for op in wording.operations(base, _wish(one)))
        try:
            copy = apply(base, [Record("new", "", text_hash(base), found)])
        except TextError as error:
            raise said(error) from error
        made = amending.save_draft(
            place.agreement, party=place.party, text=copy, actor_id=request.user.pk, title=wish.title,
            reason=wish.reason,
        )  # fmt: skip
        return str(made.pk)

    return _draft(place, draft_at(place, do_for_program(request, "draft", work)))


@router.post(
    ONE + "/word", response={200: s.DraftOut, **MAY_FAIL}, url_name=_name("word"),
    summary="Bring an edited Word file back",
)  # fmt: skip
def bring_word(request: HttpRequest, agreement_id: UUID, file: UploadedFile = File(...)) -> dict[str, Any]:  # noqa: B008
    """Read an edited Word file into a private draft of my party. Nothing is lodged."""
    place = here(request, agreement_id)

    def work() -> str:
        name = file.name or "documento.docx"
        return str(word.take_back(place.agreement, file.read(), name=name, actor_id=request.user.pk).pk)

    return _draft(place, draft_at(place, do_for_program(request, "word", work)))


@router.get(DRAFT, response={200: s.DraftOut, **REFUSED}, url_name=_name("draft"), summary="A private draft")
def one_draft(request: HttpRequest, agreement_id: UUID, agreement_draft_id: UUID) -> dict[str, Any]:
    """Return a private draft of my party."""
    place = here(request, agreement_id)
    return _draft(place, draft_at(place, agreement_draft_id))


@router.delete(
    DRAFT, response={200: s.Done, **MAY_FAIL}, url_name=_name("draft"), summary="Throw a private draft away"
)
@decorate_view(removal)
def discard(request: HttpRequest, agreement_id: UUID, agreement_draft_id: UUID) -> dict[str, Any]:
    """Throw a private draft of my party away."""
    place = here(request, agreement_id)
    found = draft_at(place, agreement_draft_id)
    do_for_program(
        request, f"draft_discard.{agreement_draft_id}",
        lambda: amending.discard_draft(found, actor_id=request.user.pk),
    )  # fmt: skip
    return {"done": True}


@router.post(
    DRAFT + "/lodging", response={200: s.Made, **MAY_FAIL}, url_name=_name("draft_lodge"),
    summary="Lodge a private draft",
)  # fmt: skip
@decorate_view(removal)
def lodge_draft(
    request: HttpRequest, agreement_id: UUID, agreement_draft_id: UUID, wish: s.LodgeIn
) -> dict[str, Any]:
    """Lodge what a private draft of my party changes, as amendments one by one."""
    place = here(request, agreement_id)

    def work() -> str:
        found = draft_at(place, agreement_draft_id)
        made = word.lodge(found, actor_id=request.user.pk, comments=wish.comments)
        return " ".join(str(row.pk) for row in made)

    return {"ids": do_for_program(request, f"lodge.{agreement_draft_id}", work).split()}
