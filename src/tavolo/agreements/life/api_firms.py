# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of firms that apply an agreement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from tavolo.agreements.life import policies
from tavolo.agreements.life import schemas as s
from tavolo.agreements.life import views as pages
from tavolo.agreements.life.models import Application
from tavolo.agreements.life.services import applying, joint
from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue.schemas import Refusal
from tavolo.people.models import Role

router = Router(tags=["life"])
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}
ONE = "/applications/{uuid:application_id}"


def _found(request: HttpRequest, application_id: UUID) -> Application:
    found = policies.application_at(request, {"application_id": application_id})
    if found is None:
        raise Http404
    return found


def _out(row: Application) -> dict[str, Any]:
    opinion = row.opinions.filter(confirmed_on__isnull=False).first()
    return {
        "id": row.pk, "agreement_id": row.agreement_id, "firm": row.firm.name, "through": row.through,
        "state": row.state, "employees": row.employees, "starts_on": row.starts_on,
        "opinion_by": row.opinion_by, "closed_on": row.closed_on, "checklist": row.checklist,
        "opinion": opinion.outcome if opinion else "",
    }  # fmt: skip


def _doing(request: HttpRequest, action: str, asked: Any, work: Any) -> dict[str, Any]:
    key = key_from(request) or new_key()
    call = once(key, account_id=request.user.pk, action=f"life.api.{action}", request=asked)
    made = call.run(lambda: str(work().pk))
    found = Application.objects.select_related("firm")
    return _out(found.filter(pk=made).first() or found.get(opinions=made))


@router.get("/mine", response={200: s.MineOut, **REFUSED}, url_name="life_mine",
            summary="Agreements that apply where I work")  # fmt: skip
def mine(request: HttpRequest) -> dict[str, Any]:
    """Return the agreements that apply in one's own firm."""
    return {
        "items": [
            {"agreement_id": one.agreement_id, "agreement": one.agreement.title, "firm": one.firm.name,
             "from": one.starts_on}
            for one in applying.applying_to(request.user.pk)
        ]
    }  # fmt: skip


@router.post("/agreements/{uuid:signed_agreement_id}/applications", url_name="life_apply",
             response={200: s.ApplicationOut, **CHANGED}, summary="Apply it in my firm")  # fmt: skip
def apply(request: HttpRequest, signed_agreement_id: UUID, payload: s.ApplyIn) -> dict[str, Any]:
    """Apply an agreement for a firm one owns."""
    agreement = pages.agreement_of({"signed_agreement_id": signed_agreement_id})
    firms = {one.pk: one for one in applying.firms_of(request.user.pk, Role.OWNER)}
    if payload.firm_id not in firms:
        raise Problem("Only the owner or legal representative of a firm applies an agreement for it.")
    said = payload.model_dump(exclude={"firm_id"})
    work = lambda: applying.apply(  # noqa: E731
        agreement, firms[payload.firm_id], actor_id=request.user.pk, **said
    )
    return _doing(request, "apply", [str(agreement.pk), payload.model_dump(mode="json")], work)


@router.get(ONE, response={200: s.ApplicationOut, **REFUSED}, url_name="life_application",
            summary="A firm's application")  # fmt: skip
def application(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """Return an application, to the firm and to the committee."""
    return _out(_found(request, application_id))


def _post(path: str, name: str, summary: str) -> Any:
    return router.post(
        f"{ONE}/{path}", response={200: s.ApplicationOut, **CHANGED}, url_name=f"life_{name}", summary=summary
    )


@_post("check", "check", "Record the committee's verification")
def check(request: HttpRequest, application_id: UUID, payload: s.CheckIn) -> dict[str, Any]:
    """Mark the points found in order."""
    row = _found(request, application_id)
    work = lambda: applying.check(row, actor_id=request.user.pk, found=payload.found)  # noqa: E731
    return _doing(request, "check", [str(row.pk), payload.found], work)


@_post("opinion", "opinion", "Propose the committee's opinion")
def opinion(request: HttpRequest, application_id: UUID, payload: s.OpinionIn) -> dict[str, Any]:
    """Propose the opinion; a member of the other side confirms it."""
    row = _found(request, application_id)
    work = lambda: joint.propose_text(  # noqa: E731
        row.body, actor_id=request.user.pk, application=row, **payload.model_dump()
    )
    return _doing(request, "opinion", [str(row.pk), payload.model_dump()], work)


@_post("withdraw", "withdraw", "Take the request back")
def withdraw(request: HttpRequest, application_id: UUID) -> dict[str, Any]:
    """Take back a waiting request, as the firm's owner."""
    row = _found(request, application_id)
    return _doing(request, "withdraw", str(row.pk), lambda: applying.withdraw(row, actor_id=request.user.pk))


@_post("rsu", "rsu", "Answer as RSU or RSA")
def rsu(request: HttpRequest, application_id: UUID, payload: s.SignIn) -> dict[str, Any]:
    """Sign, or refuse, as RSU or RSA of the firm."""
    row = _found(request, application_id)
    work = lambda: applying.answer_as_rsu(row, actor_id=request.user.pk, signs=payload.signs)  # noqa: E731
    return _doing(request, "rsu", [str(row.pk), payload.signs], work)
