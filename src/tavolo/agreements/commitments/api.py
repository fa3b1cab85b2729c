# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of commitments and their follow-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from tavolo.agreements.commitments import policies, reading, services
from tavolo.agreements.commitments.forms import actor_of
from tavolo.agreements.commitments.models import Commitment
from tavolo.agreements.models import Agreement
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue.schemas import Refusal
from tavolo.people.tokens import key_or_session

router = Router(tags=["commitments"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}
AGREEMENT, ONE = "/agreements/{uuid:signed_agreement_id}/commitments", "/commitments/{uuid:commitment_id}"
ConditionName = Literal["on_track", "kept", "late", "not_kept", "changed"]
Text = Field("", max_length=4000)
Measure = Field(None, max_digits=16, decimal_places=3)


class AnswerOut(Schema):
    """The other side's word on a claim."""

    party: str
    side: str
    confirms: bool
    text: str
    given_at: datetime


class ClaimOut(Schema):
    """What a party said of a period."""

    id: UUID
    condition: str
    party: str
    side: str
    text: str
    made_at: datetime
    answer: AnswerOut | None


class EvidenceOut(Schema):
    """What was brought for a period."""

    id: UUID
    party: str
    text: str
    value: Decimal | None
    measured_on: date
    file_id: UUID | None


class PeriodOut(Schema):
    """One due day. `stage`: none, proposed, confirmed, disputed; `shared`: the last state both sides said."""

    due: date
    stage: str
    condition: str
    shared: str
    warnings: list[str]
    claims: list[ClaimOut]
    evidence: list[EvidenceOut]


class CommitmentOut(Schema):
    """A commitment with all that was said of it.

    It comes from a clause of a version of the agreement `words_of`; `clause_now` says what became of these
    words in the text in force today, `amended_by` through which agreement.
    """

    id: UUID
    agreement_id: UUID
    number: int
    title: str
    text: str
    clause: str
    version: int
    words_of: UUID
    clause_now: Literal["same", "changed", "removed"]
    amended_by: UUID | None
    owed_by: str
    owed_to: str
    indicator: str
    unit: str
    target: Decimal | None
    due_on: date
    recurs: str
    until: date | None
    holds_from: date | None
    periods: list[PeriodOut]


class CommitmentList(Schema):
    """Commitments of an agreement."""

    items: list[CommitmentOut]


class PublicOut(Schema):
    """What everybody reads of a commitment: only what both sides confirmed, or that they do not agree."""

    number: int
    title: str
    owed_by: str
    owed_to: str
    due: date
    state: str
    words: str


class PublicList(Schema):
    """The public summary."""

    items: list[PublicOut]


class CommitmentIn(Schema):
    """A commitment to enter. `owed_by` and `owed_to`: party:ID, side:workers, body:ID, firms, workers."""

    title: str = Field(..., max_length=200, examples=["24 ore di formazione per ogni persona"])
    clause: str = Field(..., max_length=90)
    owed_by: str = Field(..., max_length=60, examples=["side:employers"])
    owed_to: str = Field(..., max_length=60, examples=["workers"])
    due_on: date
    starts_on: date | None = None
    text: str = Text
    indicator: str = Field("", max_length=200)
    unit: str = Field("", max_length=40)
    baseline: Decimal | None = Measure
    target: Decimal | None = Measure
    recurs: Literal["once", "monthly", "quarterly", "half_yearly", "yearly"] = "once"
    until: date | None = None
    warn_days: int = Field(30, ge=0, le=365)


class ClaimIn(Schema):
    """How a period goes, for one's party."""

    period: date
    condition: ConditionName
    text: str = Text


class AnswerIn(Schema):
    """The other side's word; a dispute needs its text."""

    confirms: bool
    text: str = Text


class EvidenceIn(Schema):
    """Evidence in words, perhaps with a measure. Files are brought on the page."""

    period: date
    text: str = Field(..., max_length=4000)
    value: Decimal | None = Measure
    measured_on: date | None = None


def _out(board: reading.Board) -> dict[str, Any]:
    row = board.row
    return {
        "id": row.pk, "agreement_id": row.agreement_id, "number": row.number, "title": row.title,
        "text": row.text, "clause": row.clause, "version": row.version.number,
        "words_of": row.version.agreement_id, "clause_now": board.clause_now.state,
        "amended_by": board.clause_now.by.pk if board.clause_now.by else None, "owed_by": board.owed_by,
        "owed_to": board.owed_to, "indicator": row.indicator, "unit": row.unit, "target": row.target,
        "due_on": row.due_on, "recurs": row.recurs, "until": row.until, "holds_from": row.holds_from,
        "periods": [
            {"due": one.due, "stage": one.status.stage, "condition": one.status.condition,
             "shared": one.status.shared, "warnings": list(one.warnings),
             "claims": [_claim(said) for said in one.claims],
             "evidence": [
                 {"id": e.pk, "party": str(e.party), "text": e.text, "value": e.value,
                  "measured_on": e.measured_on, "file_id": e.file_id} for e in one.evidence
             ]}
            for one in board.periods
        ],
    }  # fmt: skip


def _claim(said: Any) -> dict[str, Any]:
    answer = reading.answer_of(said)
    return {
        "id": said.pk, "condition": said.condition, "party": str(said.party), "side": said.side,
        "text": said.text, "made_at": said.made_at,
        "answer": None if answer is None else {
            "party": str(answer.party), "side": answer.side, "confirms": answer.confirms,
            "text": answer.text, "given_at": answer.given_at,
        },
    }  # fmt: skip


def _agreement(request: HttpRequest, signed_agreement_id: UUID) -> Agreement:
    found = policies.agreement_at(request, {"signed_agreement_id": signed_agreement_id})
    if found is None:
        raise Http404
    return found


def _commitment(request: HttpRequest, commitment_id: UUID) -> Commitment:
    found = policies.commitment_at(request, {"commitment_id": commitment_id})
    if found is None:
        raise Http404
    return found


def doing(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key the request carries; without a key, each request counts."""
    key = key_from(request) or new_key()
    return once(key, account_id=request.user.pk, action=f"commitments.{action}", request=asked).run(work)


@router.get(AGREEMENT, response={200: CommitmentList, **REFUSED}, url_name="commitments_of_agreement",
            summary="An agreement's commitments")  # fmt: skip
def of_agreement(request: HttpRequest, signed_agreement_id: UUID) -> dict[str, Any]:
    """Return the commitments of a signed agreement with all that was said of them."""
    agreement = _agreement(request, signed_agreement_id)
    return {"items": [_out(one) for one in reading.boards(Commitment.objects.filter(agreement=agreement))]}


@router.get("/agreements/{uuid:signed_agreement_id}/public", response={200: PublicList, **REFUSED}, auth=None,
            url_name="commitments_public", summary="What everybody reads of commitments")  # fmt: skip
def public(request: HttpRequest, signed_agreement_id: UUID) -> dict[str, Any]:
    """Return what both sides confirmed, and where they do not agree."""
    items = []
    for board in reading.public_boards(signed_agreement_id):
        state, words = reading.public_line(board)
        items.append(
            {"number": board.row.number, "title": board.row.title, "owed_by": board.owed_by,
             "owed_to": board.owed_to, "due": board.now.due, "state": state, "words": words}
        )  # fmt: skip
    return {"items": items}


@router.post(f"{AGREEMENT}/new", response={200: CommitmentOut, **CHANGED}, url_name="commitments_enter",
             summary="Enter a commitment")  # fmt: skip
def enter(request: HttpRequest, signed_agreement_id: UUID, payload: CommitmentIn) -> dict[str, Any]:
    """Enter a commitment; it holds once a party of each side has said that the text says so."""
    agreement = _agreement(request, signed_agreement_id)

    def work() -> str:
        said = payload.model_dump()
        for role in ("owed_by", "owed_to"):
            said[role] = actor_of(agreement, said[role])
        return str(services.enter(agreement, services.Terms(**said), actor_id=request.user.pk).pk)

    made = doing(request, "enter", payload.model_dump(mode="json"), work)
    return _out(reading.board_of(Commitment.objects.get(pk=made)))


@router.get(ONE, response={200: CommitmentOut, **REFUSED}, url_name="commitments_commitment",
            summary="One commitment")  # fmt: skip
def commitment(request: HttpRequest, commitment_id: UUID) -> dict[str, Any]:
    """Return a commitment with its periods."""
    return _out(reading.board_of(_commitment(request, commitment_id)))


@router.post(f"{ONE}/assent", response={200: CommitmentOut, **CHANGED}, url_name="commitments_assent",
             summary="Say that the text says so")  # fmt: skip
def assent(request: HttpRequest, commitment_id: UUID) -> dict[str, Any]:
    """Say for one's party that the commitment is what the text says."""
    row = _commitment(request, commitment_id)
    doing(request, "assent", str(row.pk), lambda: services.assent(row, actor_id=request.user.pk))
    return _out(reading.board_of(row))


@router.post(f"{ONE}/claims", response={200: CommitmentOut, **CHANGED}, url_name="commitments_claim",
             summary="Say how a period goes")  # fmt: skip
def claim(request: HttpRequest, commitment_id: UUID, payload: ClaimIn) -> dict[str, Any]:
    """Say for one's party how a period goes."""
    row = _commitment(request, commitment_id)
    work = lambda: str(services.claim(row, actor_id=request.user.pk, **payload.model_dump()).pk)  # noqa: E731
    doing(request, "claim", [str(row.pk), payload.model_dump(mode="json")], work)
    return _out(reading.board_of(row))


@router.post("/claims/{uuid:claim_id}/answer", response={200: CommitmentOut, **CHANGED},
             url_name="commitments_answer", summary="Confirm or dispute")  # fmt: skip
def answer(request: HttpRequest, claim_id: UUID, payload: AnswerIn) -> dict[str, Any]:
    """Confirm or dispute what a party of another side said."""
    found = policies.claim_at(request, {"claim_id": claim_id})
    if found is None:
        raise Http404
    work = lambda: str(services.answer(found, actor_id=request.user.pk, **payload.model_dump()).pk)  # noqa: E731
    doing(request, "answer", [str(found.pk), payload.model_dump(mode="json")], work)
    return _out(reading.board_of(found.commitment))


@router.post(f"{ONE}/evidence", response={200: CommitmentOut, **CHANGED}, url_name="commitments_evidence",
             summary="Bring evidence")  # fmt: skip
def evidence(request: HttpRequest, commitment_id: UUID, payload: EvidenceIn) -> dict[str, Any]:
    """Bring evidence in words, for what owes the commitment."""
    row = _commitment(request, commitment_id)

    def work() -> str:
        return str(services.bring_evidence(row, actor_id=request.user.pk, **payload.model_dump()).pk)

    doing(request, "evidence", [str(row.pk), payload.model_dump(mode="json")], work)
    return _out(reading.board_of(row))
