# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""HTTP and JSON of states, initialling and signature: what the pages do, through the same services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile

from tavolo.agreements import standing
from tavolo.agreements.models import Agreement
from tavolo.agreements.signing import asking, policies, reading, showing
from tavolo.agreements.signing.doing import after_signature, call, proof_of
from tavolo.agreements.signing.schemas import (
    AttachIn,
    ConfirmIn,
    CopyIn,
    DepositIn,
    InitialIn,
    Made,
    Refusal,
    ReservationIn,
    RowList,
    SeparateIn,
    SignatoriesIn,
    SignIn,
    StandingOut,
    VoteIn,
    WordsIn,
)
from tavolo.agreements.signing.services import (
    answering,
    depositing,
    initialling,
    sealing,
    sheets,
    signatures,
)
from tavolo.common.errors import Problem
from tavolo.common.serving import declared, stored_file
from tavolo.common.sniffing import PDF, ZIP
from tavolo.dialogue.models import Consultation
from tavolo.people.tokens import key_or_session

router = Router(tags=["signing"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
READ: dict[int, Any] = {422: Refusal, **REFUSED}
WRITTEN: dict[int, Any] = {200: Made, 422: Refusal, **REFUSED}
ONE = "/agreements/{uuid:initialled_id}"
DONE = "/signed/{uuid:signed_id}"


def _one(request: HttpRequest, agreement_id: UUID) -> Agreement:
    found = policies.agreement_at(request, {"initialled_id": agreement_id})
    if found is None:
        raise Http404
    return found


def _do(
    request: HttpRequest, agreement_id: UUID, action: str, work: Callable[[Agreement], Any], asked: Any
) -> dict[str, Any]:
    found = _one(request, agreement_id)
    made = call(request, action, lambda: work(found), [str(found.pk), asked])
    return {"id": made or str(found.pk)}


@router.get(
    "/tables/{uuid:table_id}", response={200: RowList, **REFUSED}, url_name="signing_table",
    summary="Where a table's agreements stand",
)  # fmt: skip
def table(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return a table's agreements with their states."""
    if not policies.sits_at_table(request, {"table_id": table_id}):
        raise Http404
    rows = standing.visible(request.user.pk).filter(table_id=table_id)
    return {
        "items": [
            {"id": row.pk, "title": row.title, "state": row.state,
             "headline": showing.headline(row, reading.frozen_of(row))}
            for row in rows
        ]
    }  # fmt: skip


@router.get(
    ONE,
    response={200: StandingOut, **REFUSED},
    url_name="signing_agreement",
    summary="Where an agreement stands",
)
def agreement(request: HttpRequest, initialled_id: UUID) -> dict[str, Any]:
    """Return state, exact hash, what is missing, who did what, and what the rules ask."""
    found = _one(request, initialled_id)
    frozen = reading.frozen_of(found)
    text = frozen if frozen is not None and frozen.version is not None else None
    sealed = reading.sealed_of(found)
    now = reading.standing_of(found, frozen)
    missing = reading.awaited(found.state, now)
    own = standing.acting_party(request.user.pk, found)
    return {
        "id": found.pk, "title": found.title, "state": found.state,
        "headline": showing.headline(found, frozen), "hash": text.hash if text else "",
        "version": text.version.number if text else 0, "missing": sorted(str(key) for key in missing),
        "deposit_due": frozen.deposit_due if frozen else None,
        "signed_pdf": reverse("signing:signed_pdf", args=[found.pk]) if sealed else "",
        "bundle": reverse("signing:bundle", args=[found.pk]) if sealed else "",
        "facts": sealing.facts_of(found, text) if text else {},
        "asked": asking.asked_of(found, showing.rule_day(frozen)), "state_words": found.get_state_display(),
        "votes": [_vote(one) for one in asking.votes_of(found, own)],
    }  # fmt: skip


def _vote(one: dict[str, Any]) -> dict[str, Any]:
    vote = one["consultation"]
    counts = one["counts"]
    figures = {name: getattr(counts, name) if counts else None for name in ("yes", "no", "blank")}
    kept = ("own", "record", "parties", "asked", "rule", "steps", "warnings", "sources", "disclaimer")
    return {
        "consultation": vote.pk, "title": vote.title, "state": vote.state, "closes_on": vote.closes_on,
        "closed_on": vote.closed_on, **figures, **{name: one[name] for name in kept},
    }  # fmt: skip


@router.get(
    f"{ONE}/sheet", response={200: None, **READ}, url_name="signing_sheet", openapi_extra=declared(PDF),
    summary="The printable sheet",
)  # fmt: skip
def sheet(request: HttpRequest, initialled_id: UUID) -> HttpResponseBase:
    """Return the PDF of the frozen text, to print or to sign with one's own card."""
    return stored_file(sheets.sheet(_one(request, initialled_id)).sheet)


@router.post(f"{ONE}/initial", response=WRITTEN, url_name="signing_initial", summary="Initial the exact text")
def initial(request: HttpRequest, initialled_id: UUID, body: InitialIn) -> dict[str, Any]:
    """Initial for the party one acts for; the first initials freeze the text."""
    facts = body.dict()
    work = lambda found: initialling.initial(found, actor_id=request.user.pk, **facts)  # noqa: E731
    return _do(request, initialled_id, "initial", work, body.model_dump_json())


@router.post(f"{ONE}/withdraw", response=WRITTEN, url_name="signing_withdraw", summary="Take initials back")
def withdraw(request: HttpRequest, initialled_id: UUID) -> dict[str, Any]:
    """Take the party's initials back while not all are there."""
    work = lambda found: initialling.withdraw(found, actor_id=request.user.pk)  # noqa: E731
    return _do(request, initialled_id, "withdraw", work, "")


@router.post(f"{ONE}/decline", response=WRITTEN, url_name="signing_decline", summary="Not go along")
def decline(request: HttpRequest, initialled_id: UUID, body: WordsIn) -> dict[str, Any]:
    """Record that the party does not initial, or does not sign, this exact text."""
    work = lambda found: initialling.decline(found, actor_id=request.user.pk, **body.dict())  # noqa: E731
    return _do(request, initialled_id, "decline", work, body.model_dump_json())


@router.post(f"{ONE}/separate", response=WRITTEN, url_name="signing_separate", summary="Go on separately")
def separate(request: HttpRequest, initialled_id: UUID, body: SeparateIn) -> dict[str, Any]:
    """Propose a joint decision: who did this step goes on without the others."""
    work = lambda found: initialling.propose_separate(found, actor_id=request.user.pk, effect=body.effect)  # noqa: E731
    return _do(request, initialled_id, "separate", work, body.model_dump_json())


@router.post(f"{ONE}/vote", response=WRITTEN, url_name="signing_vote", summary="Link the members' vote")
def vote(request: HttpRequest, initialled_id: UUID, body: VoteIn) -> dict[str, Any]:
    """Tie a ballot whose text has the frozen hash, or prepare one of one's own members."""

    def work(found: Agreement) -> Any:
        if body.consultation is None:
            if body.constituency is None:
                raise Problem(_("Choose a vote that exists, or whom to ask: one of the two."))
            return answering.open_vote(
                found, actor_id=request.user.pk, constituency_id=body.constituency, rule_set=body.rule_set,
                closes_on=body.closes_on, together=body.together,
            )  # fmt: skip
        ballot = Consultation.objects.filter(pk=body.consultation, table_id=found.table_id).first()
        if ballot is None:
            raise Http404
        return answering.link_vote(found, consultation=ballot, actor_id=request.user.pk)

    return _do(request, initialled_id, "vote", work, body.model_dump_json())


@router.post(
    f"{ONE}/reservation", response=WRITTEN, url_name="signing_reservation", summary="Answer to a reservation"
)
def reservation(request: HttpRequest, initialled_id: UUID, body: ReservationIn) -> dict[str, Any]:
    """Lift the party's reservation, or record that its members said no."""
    work = lambda found: answering.reply(found, actor_id=request.user.pk, **body.dict())  # noqa: E731
    return _do(request, initialled_id, "reservation", work, body.model_dump_json())


@router.post(f"{ONE}/signatories", response=WRITTEN, url_name="signing_signatories", summary="Name who signs")
def signatories(request: HttpRequest, initialled_id: UUID, body: SignatoriesIn) -> dict[str, Any]:
    """Say who signs for the party and how many of them it takes."""
    people = [(one.account, one.office) for one in body.people]
    work = lambda found: signatures.name_signatories(  # noqa: E731
        found, actor_id=request.user.pk, people=people, needed=body.needed
    )
    return _do(request, initialled_id, "signatories", work, body.model_dump_json())


@router.post(f"{ONE}/sign", response=WRITTEN, url_name="signing_sign", summary="Sign the exact text")
def sign(request: HttpRequest, initialled_id: UUID, body: SignIn) -> dict[str, Any]:
    """Sign in a session whose second factor was confirmed within five minutes; a key cannot sign."""
    work = lambda found: signatures.sign(  # noqa: E731
        found, actor_id=request.user.pk, proof=proof_of(request), **body.dict()
    )
    done = _do(request, initialled_id, "sign", work, body.model_dump_json())
    after_signature(_one(request, initialled_id))
    return done


@router.post(f"{ONE}/copies", response=WRITTEN, url_name="signing_copy", summary="File a scan")
def copy(
    request: HttpRequest, initialled_id: UUID, body: Form[CopyIn], file: File[UploadedFile]
) -> dict[str, Any]:
    """File the scan of the sheet signed in the room."""
    work = lambda found: signatures.upload_copy(  # noqa: E731
        found, actor_id=request.user.pk, source=file, name=file.name or "scan", **body.dict()
    )
    return _do(request, initialled_id, "copy", work, body.model_dump_json())


@router.post(f"{ONE}/confirm", response=WRITTEN, url_name="signing_confirm", summary="Confirm a scan")
def confirm(request: HttpRequest, initialled_id: UUID, body: ConfirmIn) -> dict[str, Any]:
    """Confirm for the party that the scan is what it signed."""
    work = lambda found: signatures.confirm_copy(found, actor_id=request.user.pk, **body.dict())  # noqa: E731
    done = _do(request, initialled_id, "confirm", work, body.model_dump_json())
    after_signature(_one(request, initialled_id))
    return done


@router.post(
    f"{ONE}/attach", response=WRITTEN, url_name="signing_attach", summary="Attach a PAdES or CAdES file"
)
def attach(
    request: HttpRequest, initialled_id: UUID, body: Form[AttachIn], file: File[UploadedFile]
) -> dict[str, Any]:
    """Attach a signature made outside: it must hold, over the frozen sheet."""
    work = lambda found: signatures.attach(  # noqa: E731
        found, actor_id=request.user.pk, data=file.read(), name=file.name or "signed", **body.dict()
    )
    done = _do(request, initialled_id, "attach", work, body.model_dump_json())
    after_signature(_one(request, initialled_id))
    return done


@router.post(f"{ONE}/deposit", response=WRITTEN, url_name="signing_deposit", summary="Record the deposit")
def deposit(
    request: HttpRequest, initialled_id: UUID, body: Form[DepositIn], file: File[UploadedFile]
) -> dict[str, Any]:
    """Record the deposit and keep its receipt."""
    work = lambda found: depositing.record_deposit(  # noqa: E731
        found, actor_id=request.user.pk, source=file, name=file.name or "receipt", **body.dict()
    )
    return _do(request, initialled_id, "deposit", work, body.model_dump_json())


def _sealed(request: HttpRequest, signed_id: UUID, part: str) -> HttpResponseBase:
    found = policies.agreement_at(request, {"signed_id": signed_id})
    sealed = reading.sealed_of(found) if found else None
    if sealed is None:
        raise Http404
    return stored_file(getattr(sealed, part))


@router.get(
    f"{DONE}/pdf", response={200: None, **REFUSED}, url_name="signing_signed_pdf",
    openapi_extra=declared(PDF), summary="The signed PDF",
)  # fmt: skip
def signed_pdf(request: HttpRequest, signed_id: UUID) -> HttpResponseBase:
    """Return the signed PDF as it was stored, with text and proofs attached inside."""
    return _sealed(request, signed_id, "pdf")


@router.get(
    f"{DONE}/bundle", response={200: None, **REFUSED}, url_name="signing_bundle",
    openapi_extra=declared(ZIP), summary="The bundle with proofs",
)  # fmt: skip
def bundle(request: HttpRequest, signed_id: UUID) -> HttpResponseBase:
    """Return the bundle: text, PDF, who did what, and the register's proofs."""
    return _sealed(request, signed_id, "bundle")
