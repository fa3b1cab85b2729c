# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of participants' statements: rules, offices, proposals, moderation, appeals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consultation, Table
from tavolo.dialogue.voices import counting, moderating, offices, privacy_hint, proposing, rulebook, schemas
from tavolo.dialogue.voices.answering import ONE, PROPOSAL, TABLE, api, consultation_of, doing
from tavolo.dialogue.voices.models import Guarantor, Moderator, Proposal, Rule, RuleBook
from tavolo.dialogue.voices.views_moderating import theme_of
from tavolo.people.models import Account


@api.get(TABLE + "/rules", schemas.EditionList, "rules", "A table's rules of moderation")
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


@api.post(TABLE + "/rules/proposals", schemas.DecisionOut, "propose_rules", "Propose an edition of the rules")
def propose_rules(request: HttpRequest, table_id: UUID, edition: schemas.EditionIn) -> dict[str, Any]:
    """Propose rules to the parties; in force when one of each side has consented."""
    table = get_object_or_404(Table, pk=table_id)
    pk = doing(
        request, "propose_rules", edition.dict(),
        lambda: str(rulebook.propose_rules(table, edition.dict(), actor_id=request.user.pk).pk),
    )  # fmt: skip
    return {"decision_id": pk, "state": "open"}


@api.get(TABLE + "/offices", schemas.OfficesOut, "offices", "Who moderates and who hears appeals")
def read_offices(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return moderators and guarantors of a table today."""
    table = get_object_or_404(Table, pk=table_id)
    moderators = standing.holding(Moderator.objects.active_on(standing.today()).filter(table=table))
    return {
        "moderators": [
            {"id": row.pk, "name": str(row.account), "party": str(row.party), "starts_on": row.starts_on}
            for row in moderators.select_related("account", "party__organisation")
        ],
        "guarantors": [
            {"id": row.pk, "name": str(row.account), "words": row.words, "starts_on": row.starts_on}
            for row in offices.guarantors(table.pk)
        ],
    }  # fmt: skip


@api.post(TABLE + "/moderators", schemas.OfficeMade, "name_moderator", "Name my party's moderator")
def name_moderator(request: HttpRequest, table_id: UUID, who: schemas.ModeratorIn) -> dict[str, Any]:
    """Name a person by address for the party one acts for; naming the same again is the same."""
    party = standing.acting_party(request.user.pk, table_id)
    if party is None:
        raise Http404
    person = Account.objects.filter(email__iexact=who.email.strip(), is_active=True).first()
    if person is None:
        raise Problem(_("This person has no account here: invite them first."))
    work = lambda: str(offices.name_moderator(party, person.pk, actor_id=request.user.pk).pk)  # noqa: E731
    return {"id": doing(request, "name_moderator", who.dict(), work)}


@api.post(
    "/moderators/{uuid:moderator_id}/end", schemas.StateOut, "dismiss", "End my party's moderator's office"
)
def dismiss(request: HttpRequest, moderator_id: UUID) -> dict[str, Any]:
    """End the office today; again: nothing more happens."""
    row = get_object_or_404(Moderator.objects.select_related("party"), pk=moderator_id)
    work = lambda: offices.dismiss_moderator(row, actor_id=request.user.pk)  # noqa: E731
    doing(request, "dismiss", None, work)
    return {"state": "ended"}


@api.post(TABLE + "/guarantors/proposals", schemas.DecisionOut, "propose_guarantor", "Propose a guarantor")
def propose_guarantor(request: HttpRequest, table_id: UUID, asked: schemas.GuarantorIn) -> dict[str, Any]:
    """Propose a guarantor to the parties; in office when one of each side has consented."""
    table = get_object_or_404(Table, pk=table_id)
    pk = doing(
        request, "propose_guarantor", asked.dict(),
        lambda: str(
            offices.propose_guarantor(
                table, asked.account_id, words=asked.words, actor_id=request.user.pk
            ).pk
        ),
    )  # fmt: skip
    return {"decision_id": pk, "state": "open"}


@api.post(
    "/guarantors/{uuid:guarantor_id}/end",
    schemas.DecisionOut,
    "propose_end",
    "Propose that a guarantor's office ends",
)
def propose_end(request: HttpRequest, guarantor_id: UUID) -> dict[str, Any]:
    """Propose it; in force when a party of each side has consented."""
    row = get_object_or_404(Guarantor.objects.select_related("table"), pk=guarantor_id)
    work = lambda: str(offices.propose_end(row, actor_id=request.user.pk).pk)  # noqa: E731
    return {"decision_id": doing(request, "propose_end", None, work), "state": "open"}


@api.post(ONE + "/similar", schemas.AlikeOut, "similar", "What says nearly the same, before proposing")
def similar(request: HttpRequest, consultation_id: UUID, typed: schemas.TypedIn) -> dict[str, Any]:
    """Return statements that say nearly the same and places that may point to a person; nothing is kept."""
    found = consultation_of(request, consultation_id)
    alike = proposing.similar(found, typed.text)
    return {
        "alike": [
            {
                "version_id": row.pk, "number": row.statement.number, "text": row.text,
                "likeness": round(score, 2),
            }
            for row, score in alike
        ],
        "flags": [str(flag) for flag in privacy_hint.look(typed.text)],
    }  # fmt: skip


@api.get(ONE + "/proposals", schemas.ProposalList, "proposals", "My own proposals")
def proposals(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return one's own proposals with what was decided; nobody else's."""
    found = consultation_of(request, consultation_id)
    return {"items": [_own(one) for one in proposing.own_proposals(found, request.user.pk)]}


@api.post(ONE + "/proposals/new", schemas.StateOut, "propose", "Propose a statement")
def propose(request: HttpRequest, consultation_id: UUID, proposal: schemas.ProposalIn) -> dict[str, Any]:
    """Propose a statement; nothing about who or when is written down."""
    made = proposing.propose_statement(
        consultation_of(request, consultation_id), text=proposal.text, language=proposal.language,
        account_id=request.user.pk, key=proposal.request_id,
    )  # fmt: skip
    return {"state": made.state}


@api.post(PROPOSAL + "/appeal", schemas.StateOut, "appeal", "Appeal to the guarantors")
def appeal(request: HttpRequest, proposal_id: UUID, said: schemas.WordsIn) -> dict[str, Any]:
    """Appeal against a refusal, as its author."""
    row = get_object_or_404(Proposal, pk=proposal_id)
    return {"state": moderating.appeal(row, words=said.words, account_id=request.user.pk).state}


@api.get(ONE + "/queue", schemas.QueueOut, "queue", "Proposals to decide on")
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


@api.post(PROPOSAL + "/decision", schemas.StateOut, "decide", "Decide on a proposal")
def decide(request: HttpRequest, proposal_id: UUID, decision: schemas.DecideIn) -> dict[str, Any]:
    """Accept, or refuse by a rule; a refusal takes two people."""
    row = get_object_or_404(Proposal.objects.select_related("consultation"), pk=proposal_id)
    rule = Rule.objects.filter(book_id=row.book_id, code=decision.rule).first() if decision.rule else None
    theme = theme_of(row, str(decision.theme)) if decision.theme else None
    done = doing(
        request, "decide", decision.dict() | {"theme": str(decision.theme or "")},
        lambda: str(
            moderating.decide(
                row, accepts=decision.accepts, moderator_id=request.user.pk, rule=rule, words=decision.words,
                theme=theme,
            ).state
        ),
    )  # fmt: skip
    return {"state": done}


@api.get(ONE + "/refused", schemas.RefusedList, "refused", "Refused proposals, for guarantors")
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


@api.post(PROPOSAL + "/ruling", schemas.StateOut, "rule_on", "Answer an appeal")
def rule_on(request: HttpRequest, proposal_id: UUID, ruling: schemas.RulingIn) -> dict[str, Any]:
    """Open the statement to votes, or let the refusal stand."""
    row = get_object_or_404(Proposal, pk=proposal_id)
    done = doing(
        request, "rule_on", ruling.dict(),
        lambda: str(
            moderating.rule_on(
                row, reinstates=ruling.reinstates, words=ruling.words, guarantor_id=request.user.pk
            ).state
        ),
    )  # fmt: skip
    return {"state": done}


@api.get(ONE + "/moderation", schemas.CountsOut, "counts", "Counts of moderation")
def counts(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    """Return how many were proposed, accepted, refused by which rule, and appeals."""
    found = counting.public_counts(consultation_of(request, consultation_id))
    rest = {name: value for name, value in found.items() if name not in ("shown", "least", "any")}
    return {"shown": found["shown"], "least": found["least"], "counts": rest}


def _own(one: proposing.Own) -> dict[str, Any]:
    row = one.proposal
    return {
        "id": row.pk, "number": row.number, "text": one.text, "language": row.language, "state": row.state,
        "due_on": row.due_on, "statement": row.statement.number if row.statement else None,
        "rule": row.rule.code if row.rule else None, "reasons": list(one.reasons), "appeal": one.appeal,
        "answer": one.answer, "may_appeal_until": one.may_appeal_until,
    }  # fmt: skip
