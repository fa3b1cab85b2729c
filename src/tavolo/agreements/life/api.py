# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated, union-attr"
"""HTTP and JSON of an agreement's life: terms, text in force, notice, later parties, joint bodies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from tavolo.agreements import standing
from tavolo.agreements.life import bodies, policies
from tavolo.agreements.life import schemas as s
from tavolo.agreements.life import standing as life
from tavolo.agreements.life import views as pages
from tavolo.agreements.life.clauses import now as what_became
from tavolo.agreements.life.models import Accession, JointBody, JointText, Member, Question, Terms
from tavolo.agreements.life.services import joint
from tavolo.agreements.life.services import terms as service
from tavolo.agreements.life.services.amending import begin_amending
from tavolo.agreements.models import Agreement
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.model import ROOT
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue.schemas import Refusal
from tavolo.people.models import Organisation
from tavolo.people.tokens import key_or_session

router = Router(tags=["life"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGED = {422: Refusal, **REFUSED}
ONE, BODY = "/agreements/{uuid:signed_agreement_id}", "/bodies/{uuid:joint_body_id}"
TERMS = (
    "starts_on", "ends_on", "renewal_months", "notice_days", "notice_ends", "continued", "continued_months",
    "continued_text", "to_national", "to_national_text", "to_company", "to_company_text", "joining",
    "opinion_days", "silence_applies",
)  # fmt: skip


def doing(request: HttpRequest, action: str, asked: Any, work: Callable[[], Any]) -> dict[str, str]:
    """Do `work` once for the key the request carries, and return the id of what it recorded."""
    key = key_from(request) or new_key()
    call = once(key, account_id=request.user.pk, action=f"life.api.{action}", request=asked)
    return {"id": str(call.run(lambda: str(getattr(work(), "pk", ""))))}


def agreement_at(signed_agreement_id: UUID) -> Agreement:
    """Return the signed agreement an address names, or 404."""
    return pages.agreement_of({"signed_agreement_id": signed_agreement_id})


def body_at(joint_body_id: UUID) -> JointBody:
    """Return the joint body an address names, or 404."""
    found = policies.body_at({"joint_body_id": joint_body_id})
    if found is None:
        raise Http404
    return found


def get(path: str, out: Any, name: str, summary: str, **more: Any) -> Any:
    """Declare a route that reads."""
    return router.get(path, response={200: out, **REFUSED}, url_name=f"life_{name}", summary=summary, **more)


def post(path: str, name: str, summary: str) -> Any:
    """Declare a route that records something."""
    return router.post(path, response={200: s.DoneOut, **CHANGED}, url_name=f"life_{name}", summary=summary)


@get(ONE, s.LifeOut, "life", "Where an agreement stands", auth=None)
def life_of(request: HttpRequest, signed_agreement_id: UUID) -> dict[str, Any]:
    """Return phase, terms, days, who is bound, notices, joint bodies."""
    row = agreement_at(signed_agreement_id)
    terms, force = life.terms_of(row), life.force(row)
    return {
        "agreement_id": row.pk, "title": row.title, "phase": force.phase if force else "unknown",
        "until": force.until if force else None, "renewals": force.renewals if force else 0,
        "terms": {name: getattr(terms, name) for name in TERMS} if terms else None,
        "dates": [{"what": str(what), "on": on} for what, on in pages.dates_of(row)],
        "bound": life.bound(row),
        "notices": [
            {"party": str(one.party), "given_on": one.given_on, "effect_on": one.effect_on, "text": one.text}
            for one in row.terminations.select_related("party__organisation")
        ],
        "bodies": [{"id": one.pk, "name": one.name, "kind": one.kind} for one in row.bodies.all()],
        "amended_by": [one.pk for one in life.family(row)[1:]],
    }  # fmt: skip


@get(f"{ONE}/text", s.TextOut, "text", "The text in force on a day", auth=None)
def text(request: HttpRequest, signed_agreement_id: UUID, day: date | None = None) -> dict[str, Any]:
    """Return the clauses in force on a day, today unless given."""
    on = day or standing.today()
    force = life.in_force(agreement_at(signed_agreement_id), on)
    found, taken = force.text, force.taken
    clauses = found.clauses.values() if found else ()
    numbers = found.numbers if found else {}
    return {
        "day": on, "in_force": found is not None,
        "clauses": [
            {"id": one.id, "number": numbers.get(one.id, ""), "title": one.title, "body": one.body,
             "source": str(taken[one.id].pk) if one.id in taken else str(signed_agreement_id)}
            for one in clauses if one.id != ROOT
        ],
        "removed": [
            {"id": one.id, "number": number, "title": one.title, "source": str(by.pk)}
            for one, number, by in force.removed
        ],
    }  # fmt: skip


@post(f"{ONE}/amending", "amend", "Begin an agreement that amends it")
def amend(request: HttpRequest, signed_agreement_id: UUID, payload: s.AmendIn) -> dict[str, str]:
    """Begin a draft with the text in force; what it changes or leaves out holds from its own first day."""
    row = agreement_at(signed_agreement_id)
    work = lambda: begin_amending(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "amend", [str(row.pk), payload.model_dump()], work)


@get(f"{ONE}/clauses/{{clause_ref}}", s.ClauseOut, "clause", "A clause and how it is read", auth=None)
def clause(request: HttpRequest, signed_agreement_id: UUID, clause_ref: str) -> dict[str, Any]:
    """Return a clause as it is in force today, else as it was signed, with its joint interpretations."""
    row = agreement_at(signed_agreement_id)
    own, force = text_of(current(row)), life.in_force(row, standing.today())
    whole = force.text if force.text and clause_ref in force.text.clauses else own
    if clause_ref not in whole.clauses:
        raise Http404
    one = whole.clauses[clause_ref]
    by = force.taken.get(clause_ref)
    return {
        "in_force": force.text is not None and clause_ref in force.text.clauses,
        "source": (by or row).pk,
        "number": whole.numbers.get(one.id, ""), "title": one.title, "body": one.body,
        "interpretations": [
            {"question": a.question.text, "answer": a.text, "body": a.body.name, "on": a.confirmed_on}
            for a in pages.interpretations(row, one.id)
        ],
    }  # fmt: skip


@post(f"{ONE}/terms", "terms", "Enter the terms")
def terms(request: HttpRequest, signed_agreement_id: UUID, payload: s.TermsIn) -> dict[str, str]:
    """Enter the terms; they hold once a party of each side has assented."""
    row = agreement_at(signed_agreement_id)
    work = lambda: service.propose_terms(row, payload.model_dump(), actor_id=request.user.pk)  # noqa: E731
    return doing(request, "terms", [str(row.pk), payload.model_dump(mode="json")], work)


@post("/terms/{uuid:life_terms_id}/assent", "terms_assent", "Say that these are the terms of the text")
def terms_assent(request: HttpRequest, life_terms_id: UUID) -> dict[str, str]:
    """Assent to terms for one's party."""
    row = get_object_or_404(Terms.objects.all(), pk=life_terms_id)
    return doing(
        request, "assent", str(row.pk), lambda: service.assent_to_terms(row, actor_id=request.user.pk)
    )


@post(f"{ONE}/notice", "notice", "Give notice of termination")
def notice(request: HttpRequest, signed_agreement_id: UUID, payload: s.NoticeIn) -> dict[str, str]:
    """Give notice for one's party, a signatory."""
    row = agreement_at(signed_agreement_id)
    work = lambda: service.give_notice(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "notice", [str(row.pk), payload.model_dump(mode="json")], work)


@post(f"{ONE}/accessions", "join", "Join the agreement")
def join(request: HttpRequest, signed_agreement_id: UUID, payload: s.JoinIn) -> dict[str, str]:
    """Declare that an organisation one speaks for joins."""
    row = agreement_at(signed_agreement_id)
    who = get_object_or_404(Organisation.objects.all(), pk=payload.organisation_id)
    work = lambda: service.ask_to_join(row, who, actor_id=request.user.pk, text=payload.text)  # noqa: E731
    return doing(request, "join", [str(row.pk), payload.model_dump(mode="json")], work)


@post("/accessions/{uuid:accession_id}/answer", "accession_answer", "Answer on a later party")
def accession_answer(request: HttpRequest, accession_id: UUID, payload: s.WordIn) -> dict[str, str]:
    """Consent or refuse, as a signatory."""
    row = get_object_or_404(Accession.objects.all(), pk=accession_id)
    work = lambda: service.answer_accession(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "accession", [str(row.pk), payload.model_dump()], work)


@post(f"{ONE}/bodies", "body_new", "Set up a joint body")
def body_new(request: HttpRequest, signed_agreement_id: UUID, payload: s.BodyIn) -> dict[str, str]:
    """Set up a joint body the agreement provides for."""
    row = agreement_at(signed_agreement_id)
    work = lambda: joint.set_up(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "body_new", [str(row.pk), payload.model_dump()], work)


@get(BODY, s.BodyOut, "body", "A joint body", auth=None)
def body(request: HttpRequest, joint_body_id: UUID) -> dict[str, Any]:
    """Return a joint body with its members by side and its answered questions."""
    row, account = body_at(joint_body_id), policies.account_of(request)
    inside = bodies.seat_of(account, row) is not None or standing.sits_at(account, row.agreement)
    answered = JointText.objects.filter(question__body=row, confirmed_on__isnull=False)
    done = set(answered.values_list("question_id", flat=True))
    return {
        "id": row.pk, "name": row.name, "kind": row.kind, "tasks": row.tasks,
        "members": [
            {"id": one.pk, "party": str(one.party), "side": one.party.side,
             "name": str(one.account) if inside else ""}
            for one in bodies.members_on(standing.today()).filter(body=row)
        ],
        "questions": [
            {"id": one.pk, "clause": one.clause, "text": one.text, "answered": one.pk in done}
            for one in row.questions.all() if inside or one.pk in done
        ],
    }  # fmt: skip


@post(f"{BODY}/members", "member", "Name a member")
def member(request: HttpRequest, joint_body_id: UUID, payload: s.MemberIn) -> dict[str, str]:
    """Name a person into the body for one's party."""
    row = body_at(joint_body_id)
    work = lambda: joint.name_member(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "member", [str(row.pk), payload.model_dump(mode="json")], work)


@post("/members/{uuid:body_member_id}/end", "member_end", "End a seat")
def member_end(request: HttpRequest, body_member_id: UUID) -> dict[str, str]:
    """End a seat one's party gave, or one's own."""
    row = get_object_or_404(Member.objects.all(), pk=body_member_id)
    return doing(request, "member_end", str(row.pk), lambda: joint.end_member(row, actor_id=request.user.pk))


@post(f"{BODY}/sittings", "sitting", "Write a date")
def sitting(request: HttpRequest, joint_body_id: UUID, payload: s.SittingIn) -> dict[str, str]:
    """Write a date into the body's calendar."""
    row = body_at(joint_body_id)
    work = lambda: joint.add_sitting(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "sitting", [str(row.pk), payload.model_dump(mode="json")], work)


@post(f"{BODY}/questions", "ask", "Put a question on a clause")
def ask(request: HttpRequest, joint_body_id: UUID, payload: s.AskIn) -> dict[str, str]:
    """Put a question of interpretation to the body."""
    row = body_at(joint_body_id)
    work = lambda: joint.ask(row, actor_id=request.user.pk, **payload.model_dump())  # noqa: E731
    return doing(request, "ask", [str(row.pk), payload.model_dump()], work)


@get("/questions/{uuid:interpretation_id}", s.QuestionOut, "interpretation", "A question", auth=None)
def interpretation(request: HttpRequest, interpretation_id: UUID) -> dict[str, Any]:
    """Return a question with its joint answer and, for who sits there, what each side holds."""
    row = get_object_or_404(
        Question.objects.select_related("body__agreement", "version"), pk=interpretation_id
    )
    account = policies.account_of(request)
    inside = bodies.seat_of(account, row.body) is not None or standing.sits_at(account, row.body.agreement)
    answer = row.joint_answers.filter(confirmed_on__isnull=False).first()
    now = what_became(life.in_force(row.body.agreement, standing.today()), row.version, row.clause)
    return {
        "id": row.pk, "clause": row.clause, "text": row.text, "answer": answer.text if answer else "",
        "words_of": row.version.agreement_id, "version": row.version.number,
        "clause_now": now.state, "amended_by": now.by.pk if now.by else None,
        "sides": [{"side": one.side, "party": str(one.party), "text": one.text}
                  for one in row.side_answers.select_related("party__organisation")] if inside else [],
    }  # fmt: skip


@post("/questions/{uuid:interpretation_id}/side", "side_answer", "Write what my side holds")
def side_answer(request: HttpRequest, interpretation_id: UUID, payload: s.TextIn) -> dict[str, str]:
    """Write what one's side holds."""
    row = get_object_or_404(Question.objects.all(), pk=interpretation_id)
    work = lambda: joint.answer_for_side(row, actor_id=request.user.pk, text=payload.text)  # noqa: E731
    return doing(request, "side", [str(row.pk), payload.text], work)


@post(f"{BODY}/texts", "joint_text", "Propose a joint text")
def joint_text(request: HttpRequest, joint_body_id: UUID, payload: s.JointIn) -> dict[str, str]:
    """Propose an opinion, or the joint answer to a question."""
    row, question = body_at(joint_body_id), None
    if payload.question_id:
        question = get_object_or_404(row.questions.all(), pk=payload.question_id)
    work = lambda: joint.propose_text(  # noqa: E731
        row, actor_id=request.user.pk, text=payload.text, title=payload.title, question=question
    )
    return doing(request, "joint_text", [str(row.pk), payload.model_dump(mode="json")], work)


@post("/texts/{uuid:joint_text_id}/confirm", "confirm_text", "Confirm a joint text")
def confirm_text(request: HttpRequest, joint_text_id: UUID) -> dict[str, str]:
    """Confirm for another side than the one that proposed."""
    row = get_object_or_404(JointText.objects.all(), pk=joint_text_id)
    return doing(request, "confirm", str(row.pk), lambda: joint.confirm_text(row, actor_id=request.user.pk))


from tavolo.agreements.life import api_firms  # noqa: E402

router.add_router("", api_firms.router)
