# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of participants' statements, moderation, languages, what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, once
from tavolo.dialogue import policies as dialogue_policies
from tavolo.dialogue.models import Consultation, Statement, StatementVersion, Table
from tavolo.dialogue.schemas import Refusal
from tavolo.dialogue.services import consultations
from tavolo.dialogue.voices import (
    counting,
    importance,
    moderating,
    notes,
    offices,
    outcomes,
    policies,
    proposing,
    rulebook,
    schemas,
    seeds,
    translating,
)
from tavolo.dialogue.voices.languages import direction, words_of
from tavolo.dialogue.voices.models import Proposal, Rule, RuleBook
from tavolo.dialogue.voices.views_proposing import acting_promoter
from tavolo.people.tokens import key_or_session

router = Router(tags=["voices"], auth=key_or_session)
REFUSED = {401: Refusal, 403: Refusal, 404: Refusal}
CHANGES = {**REFUSED, 422: Refusal}


def _once(request: HttpRequest, action: str, work: Callable[[], Any]) -> Any:
    """Do `work` once where the request carries a key; its plain result comes again to a retry."""
    key = key_from(request)
    if not key:
        return work()
    return once(key, account_id=request.user.pk, action=f"voices.{action}").run(work)


def _lang() -> str:
    return (get_language() or "it")[:2]


@router.get(
    "/words/{language}", response={200: schemas.WordsOut, **REFUSED}, url_name="voices_words",
    summary="The voting page's words",
)  # fmt: skip
def words(request: HttpRequest, language: str) -> dict[str, Any]:
    """Return the words of the voting page in a language."""
    try:
        found = words_of(language)
    except KeyError:
        raise Http404 from None
    return {"language": language, "direction": direction(language), "words": dict(found)}


@router.get(
    "/tables/{uuid:table_id}/rules", response={200: schemas.EditionList, **REFUSED}, url_name="voices_rules",
    summary="A table's rules of moderation",
)  # fmt: skip
def rules(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return all editions, the newest first; rules are public."""
    table = get_object_or_404(Table, pk=table_id)
    books = RuleBook.objects.filter(table=table).prefetch_related("rules")
    return {
        "items": [
            rulebook.edition_of(book)
            | {
                "number": book.number, "in_force": book.in_force, "starts_on": book.starts_on,
                "ends_on": book.ends_on,
            }
            for book in books
        ]
    }  # fmt: skip


@router.post(
    "/tables/{uuid:table_id}/rules/proposals", response={200: schemas.DecisionOut, **CHANGES},
    url_name="voices_propose_rules", summary="Propose an edition of the rules",
)  # fmt: skip
def propose_rules(request: HttpRequest, table_id: UUID, edition: schemas.EditionIn) -> dict[str, Any]:
    """Propose rules to the parties; in force when one of each side has consented."""
    table = get_object_or_404(Table, pk=table_id)
    pk = _once(
        request, "propose_rules",
        lambda: str(rulebook.propose_rules(table, edition.dict(), actor_id=request.user.pk).pk),
    )  # fmt: skip
    return {"decision_id": pk, "state": "open"}


@router.post(
    "/tables/{uuid:table_id}/guarantors/proposals", response={200: schemas.DecisionOut, **CHANGES},
    url_name="voices_propose_guarantor", summary="Propose a guarantor",
)  # fmt: skip
def propose_guarantor(request: HttpRequest, table_id: UUID, asked: schemas.GuarantorIn) -> dict[str, Any]:
    """Propose a guarantor to the parties; in office when one of each side has consented."""
    table = get_object_or_404(Table, pk=table_id)
    pk = _once(
        request, "propose_guarantor",
        lambda: str(
            offices.propose_guarantor(
                table, asked.account_id, words=asked.words, actor_id=request.user.pk
            ).pk
        ),
    )  # fmt: skip
    return {"decision_id": pk, "state": "open"}


@router.get(
    "/consultations/{uuid:consultation_id}/proposals", response={200: schemas.ProposalList, **REFUSED},
    url_name="voices_proposals", summary="My own proposals",
)  # fmt: skip
def proposals(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return one's own proposals with what was decided; nobody else's."""
    found = _consultation(request, consultation_id)
    return {"items": [_own(one) for one in proposing.own_proposals(found, request.user.pk)]}


@router.post(
    "/consultations/{uuid:consultation_id}/proposals/new", response={200: schemas.StateOut, **CHANGES},
    url_name="voices_propose", summary="Propose a statement",
)  # fmt: skip
def propose(request: HttpRequest, consultation_id: UUID, proposal: schemas.ProposalIn) -> dict[str, Any]:
    """Propose a statement; nothing about who or when is written down."""
    made = proposing.propose_statement(
        _consultation(request, consultation_id), text=proposal.text, language=proposal.language,
        account_id=request.user.pk, key=proposal.request_id,
    )  # fmt: skip
    return {"state": made.state}


@router.post(
    "/proposals/{uuid:proposal_id}/appeal", response={200: schemas.StateOut, **CHANGES},
    url_name="voices_appeal", summary="Appeal to the guarantors",
)  # fmt: skip
def appeal(request: HttpRequest, proposal_id: UUID, said: schemas.WordsIn) -> dict[str, Any]:
    """Appeal against a refusal, as its author."""
    row = get_object_or_404(Proposal, pk=proposal_id)
    return {"state": moderating.appeal(row, words=said.words, account_id=request.user.pk).state}


@router.get(
    "/consultations/{uuid:consultation_id}/queue", response={200: schemas.QueueOut, **REFUSED},
    url_name="voices_queue", summary="Proposals to decide on",
)  # fmt: skip
def queue(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return what waits for this moderator."""
    found = get_object_or_404(Consultation.objects.select_related("table"), pk=consultation_id)
    return {
        "items": [
            {
                "id": e.proposal.pk, "number": e.proposal.number, "text": e.text,
                "language": e.proposal.language, "due_on": e.proposal.due_on, "state": e.proposal.state,
                "doubt_rule": e.doubt.rule.code if e.doubt and e.doubt.rule else None,
                "doubt_words": e.reason, "blocked": e.blocked,
            }
            for e in moderating.queue(found, request.user.pk)
        ]
    }  # fmt: skip


@router.post(
    "/proposals/{uuid:proposal_id}/decision", response={200: schemas.StateOut, **CHANGES},
    url_name="voices_decide", summary="Decide on a proposal",
)  # fmt: skip
def decide(request: HttpRequest, proposal_id: UUID, decision: schemas.DecideIn) -> dict[str, Any]:
    """Accept, or refuse by a rule; a refusal takes two people."""
    row = get_object_or_404(Proposal, pk=proposal_id)
    rule = Rule.objects.filter(book_id=row.book_id, code=decision.rule).first() if decision.rule else None
    done = _once(
        request, "decide",
        lambda: str(
            moderating.decide(
                row, accepts=decision.accepts, moderator_id=request.user.pk, rule=rule, words=decision.words
            ).state
        ),
    )  # fmt: skip
    return {"state": done}


@router.get(
    "/consultations/{uuid:consultation_id}/refused", response={200: schemas.RefusedList, **REFUSED},
    url_name="voices_refused", summary="Refused proposals, for guarantors",
)  # fmt: skip
def refused(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return refused proposals with text, reasons and appeals."""
    found = get_object_or_404(Consultation, pk=consultation_id)
    return {
        "items": [
            {
                "id": e["proposal"].pk, "number": e["proposal"].number, "text": e["text"],
                "state": e["proposal"].state, "rule": e["proposal"].rule.code, "reasons": e["reasons"],
                "appeal": e["appeal"][0], "answer": e["appeal"][1],
            }
            for e in moderating.refused(found.table_id, found)
        ]
    }  # fmt: skip


@router.post(
    "/proposals/{uuid:proposal_id}/ruling", response={200: schemas.StateOut, **CHANGES},
    url_name="voices_rule_on", summary="Answer an appeal",
)  # fmt: skip
def rule_on(request: HttpRequest, proposal_id: UUID, ruling: schemas.RulingIn) -> dict[str, Any]:
    """Open the statement to votes, or let the refusal stand."""
    row = get_object_or_404(Proposal, pk=proposal_id)
    done = _once(
        request, "rule_on",
        lambda: str(
            moderating.rule_on(
                row, reinstates=ruling.reinstates, words=ruling.words, guarantor_id=request.user.pk
            ).state
        ),
    )  # fmt: skip
    return {"state": done}


@router.get(
    "/consultations/{uuid:consultation_id}/moderation", response={200: schemas.CountsOut, **REFUSED},
    url_name="voices_counts", summary="Counts of moderation",
)  # fmt: skip
def counts(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return how many were proposed, accepted, refused by which rule, and appeals."""
    found = counting.public_counts(_consultation(request, consultation_id))
    rest = {name: value for name, value in found.items() if name not in ("shown", "least", "any")}
    return {"shown": found["shown"], "least": found["least"], "counts": rest}


@router.get(
    "/consultations/{uuid:consultation_id}/outcomes", response={200: schemas.FateList, **REFUSED},
    url_name="voices_outcomes", summary="What became of it",
)  # fmt: skip
def read_outcomes(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return, statement by statement, the verdict and what became of it."""
    found = _consultation(request, consultation_id)
    entries = outcomes.page_of(found, _lang(), request.user.pk) if found.has_results else []
    return {
        "items": [
            {
                "statement_id": e["statement"].pk, "number": e["number"], "text": e["text"],
                "verdict": e["result"]["code"] if e["result"] else None, "proposed": e["proposed"],
                "mine": e["mine"],
                "outcomes": [
                    {"kind": o["kind"], "text": o["text"], "link": o["link"]} for o in e["outcomes"]
                ],
            }
            for e in entries
        ]
    }  # fmt: skip


@router.post(
    "/consultations/{uuid:consultation_id}/outcomes/new", response={200: schemas.OutcomeOut, **CHANGES},
    url_name="voices_write_outcome", summary="Write what became of a statement",
)  # fmt: skip
def write_outcome(request: HttpRequest, consultation_id: UUID, said: schemas.OutcomeIn) -> dict[str, Any]:
    """Write what became of a statement of a published consultation."""
    statement = get_object_or_404(
        Statement.objects.select_related("consultation"),
        pk=said.statement_id,
        consultation_id=consultation_id,
    )
    _once(
        request, "write_outcome",
        lambda: str(
            outcomes.write_outcome(
                statement, kind=said.kind, text=said.text, link=said.link, actor_id=request.user.pk
            ).pk
        ),
    )  # fmt: skip
    return {"kind": said.kind, "text": said.text, "link": said.link}


@router.get(
    "/consultations/{uuid:consultation_id}/importance", response={200: schemas.ImportanceList, **REFUSED},
    url_name="voices_importance", summary="Marks of importance",
)  # fmt: skip
def read_importance(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return how many marked each statement as important, under the rules of the votes."""
    lines = importance.shares(_consultation(request, consultation_id), _lang())
    return {
        "items": [
            {
                "number": line.number, "text": line.text, "voted": line.total.voted,
                "marked": line.total.marked,
                "by_label": [
                    {"label": share.name, "voted": share.voted, "marked": share.marked}
                    for share in line.by_label
                ],
            }
            for line in lines
        ]
    }  # fmt: skip


@router.get(
    "/consultations/{uuid:consultation_id}/translations", response={200: schemas.TranslationList, **REFUSED},
    url_name="voices_translations", summary="Translations with their state",
)  # fmt: skip
def read_translations(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return every translation of a consultation."""
    found = _consultation(request, consultation_id)
    return {
        "items": [
            {
                "id": row.pk, "place": line.place, "language": code, "original": line.original,
                "text": row.text, "checked": notes.is_checked(row), "translated_by": notes.made_by(row),
            }
            for line in translating.lines(found)
            for code, row in sorted(line.rows.items())
        ]
    }  # fmt: skip


@router.post(
    "/consultations/{uuid:consultation_id}/translations/new", response={200: schemas.StateOut, **CHANGES},
    url_name="voices_translate", summary="Add or correct a translation",
)  # fmt: skip
def translate(request: HttpRequest, consultation_id: UUID, said: schemas.TranslationIn) -> dict[str, Any]:
    """Add or correct a translation; it is a draft until a second person has checked it."""
    found = _consultation(request, consultation_id)
    line = next((one for one in translating.lines(found) if one.place == said.place), None)
    if line is None:
        raise Problem(_("This consultation has no such text: use the sheet it offers."))
    sent = {
        "language": said.language, "text": said.text, "translated_by": said.translated_by,
        "actor_id": request.user.pk,
    }  # fmt: skip
    if line.version is not None:
        work = lambda: str(consultations.translate_version(line.version, **sent).pk)  # noqa: E731
    else:
        kind = "theme" if line.theme is not None else line.place
        work = lambda: str(  # noqa: E731
            translating.translate_words(found, kind=kind, theme=line.theme, **sent).pk
        )
    _once(request, "translate", work)
    return {"state": "draft"}


@router.post(
    "/translations/{uuid:translation_id}/check", response={200: schemas.StateOut, **CHANGES},
    url_name="voices_check", summary="Check a translation",
)  # fmt: skip
def check(request: HttpRequest, translation_id: UUID) -> dict[str, Any]:
    """Say, as a second person, that a translation is right as it stands."""
    row = policies.translated(translation_id)
    if row is None:
        raise Http404
    translating.check_translation(row, actor_id=request.user.pk)
    return {"state": "checked"}


@router.post(
    "/versions/{uuid:version_id}/consent", response={200: schemas.SeedOut, **CHANGES},
    url_name="voices_consent_seed", summary="Consent to a waiting wording",
)  # fmt: skip
def consent_seed(request: HttpRequest, version_id: UUID) -> dict[str, Any]:
    """Give the party's yes to a wording written while voting is under way."""
    version = get_object_or_404(StatementVersion.objects.select_related("consultation"), pk=version_id)
    party = acting_promoter(request, version.consultation)
    return {"open": seeds.consent_to_seed(version, party=party, actor_id=request.user.pk)}


def _consultation(request: HttpRequest, consultation_id: UUID) -> Consultation:
    found = dialogue_policies.consultation_at(request, {"consultation_id": consultation_id})
    if found is None:
        raise Http404
    return found


def _own(one: proposing.Own) -> dict[str, Any]:
    row = one.proposal
    return {
        "id": row.pk, "number": row.number, "text": one.text, "language": row.language, "state": row.state,
        "due_on": row.due_on, "statement": row.statement.number if row.statement else None,
        "rule": row.rule.code if row.rule else None, "reasons": list(one.reasons), "appeal": one.appeal,
        "answer": one.answer, "may_appeal_until": one.may_appeal_until,
    }  # fmt: skip
