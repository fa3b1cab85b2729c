# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""HTTP and JSON of plain ballots: the same policies and services as the pages."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consent, Party, Table
from tavolo.dialogue.plain_ballots import api_files as _files  # noqa: F401 - declares its operations
from tavolo.dialogue.plain_ballots import policies, results, services, showing
from tavolo.dialogue.plain_ballots.answering import (
    api,
    ballot_of,
    ballot_out,
    doing,
    facts_of,
    line_out,
    outcome_out,
    requirement_out,
    rule_out,
)
from tavolo.dialogue.plain_ballots.forms import language
from tavolo.dialogue.plain_ballots.gathering import ballots_seen
from tavolo.dialogue.plain_ballots.models import PlainBallot, Question
from tavolo.dialogue.plain_ballots.rules import words
from tavolo.dialogue.plain_ballots.rules.agreed import Terms
from tavolo.dialogue.plain_ballots.rules.counting import Counts
from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.evaluating import evaluate as compute
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.plain_ballots.rules.requiring import required as asked_for
from tavolo.dialogue.plain_ballots.schemas import (
    AskIn,
    BallotIn,
    BallotList,
    BallotOut,
    BallotResults,
    ChooseRuleIn,
    EvaluateIn,
    OutcomeOut,
    QuestionIn,
    RequiredIn,
    RequirementList,
    RuleList,
    SheetIn,
    SheetOut,
    StateOut,
    TextIn,
    TranslationIn,
    WordingIn,
)
from tavolo.dialogue.plain_ballots.views_preparing import consent_to_close, consent_to_open
from tavolo.dialogue.services import consultations, opening, voting
from tavolo.people.models import Constituency

router = api.router


@api.get("/rules", RuleList, "rules", "The rules on file, with their sources")
def rules(request: HttpRequest) -> dict[str, Any]:
    """Return every rule set as it stands today."""
    library = load()
    now, said = standing.today(), language()
    items = [rule_out(one, now, said) for one in library.rule_sets.values()]
    return {"version": library.version, "items": items}


@api.post("/evaluate", OutcomeOut, "evaluate", "What a rule computes from counts")
def evaluate(request: HttpRequest, payload: EvaluateIn) -> dict[str, Any]:
    """Compute a rule on counts; nothing is stored."""
    library = load()
    try:
        counts = Counts(**payload.dict(exclude={"rule_set", "day"}))
        found = compute(library.rule_set(payload.rule_set), payload.day, counts, library.rule_sets.values())
    except RuleError as error:
        raise Problem(str(error)) from error
    return outcome_out(found, language())


@api.post("/required", RequirementList, "required", "What an interconfederal system asks for an agreement")
def required(request: HttpRequest, payload: RequiredIn) -> dict[str, Any]:
    """Say which signatures, majorities and votes a system asks for; nothing is stored."""
    try:
        found = asked_for(load(), payload.system, payload.kind, payload.day, facts_of(payload))
    except RuleError as error:
        raise Problem(str(error)) from error
    said = language()
    return {"items": [requirement_out(one, said) for one in found], "note": words.disclaimer(said)}


@api.get("/tables/{uuid:table_id}/ballots", BallotList, "ballots", "A table's ballots")
def ballots(request: HttpRequest, table_id: UUID) -> dict[str, Any]:
    """Return the ballots of a table one sees."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    seen = ballots_seen(request.user.pk).filter(table=table).values("pk")
    found = PlainBallot.objects.filter(consultation__in=seen).select_related("consultation__table")
    return {"items": [ballot_out(row, language()) for row in found.order_by("consultation__created_at")]}


@api.post("/tables/{uuid:table_id}/ballots/new", BallotOut, "create", "Prepare a ballot")
def create(request: HttpRequest, table_id: UUID, payload: BallotIn) -> dict[str, Any]:
    """Prepare a ballot as the party one acts for."""
    table: Table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    data = payload.dict()
    done = doing(
        request, "create", {"table": str(table_id), **data},
        lambda: str(services.create_ballot(table=table, actor_id=request.user.pk, **data).consultation_id),
    )  # fmt: skip
    return ballot_out(ballot_of(request, UUID(done)), language())


@api.get("/ballots/{uuid:ballot_id}", BallotOut, "ballot", "One ballot")
def ballot(request: HttpRequest, ballot_id: UUID) -> dict[str, Any]:
    """Return a ballot: text, questions, rule, who asks."""
    return ballot_out(ballot_of(request, ballot_id), language())


@api.post("/ballots/{uuid:ballot_id}/groups", BallotOut, "ask", "Ask a constituency of one's own party")
def ask(request: HttpRequest, ballot_id: UUID, payload: AskIn) -> dict[str, Any]:
    """Add a constituency of the party one acts for."""
    found = ballot_of(request, ballot_id)
    party = standing.acting_party(request.user.pk, found.consultation.table_id)
    constituency = Constituency.objects.filter(pk=payload.constituency_id).first()
    if party is None or constituency is None:
        raise Problem("This constituency is unknown here.")
    asked = {"ballot": str(ballot_id), "constituency": str(constituency.pk)}

    def work() -> str:
        made = consultations.add_group(
            found.consultation, party=party, constituency=constituency, actor_id=request.user.pk
        )
        return str(made.pk)

    doing(request, "ask", asked, work)
    return ballot_out(ballot_of(request, ballot_id), language())


@api.post("/ballots/{uuid:ballot_id}/rule", BallotOut, "choose_rule", "Choose the rule")
def choose_rule(request: HttpRequest, ballot_id: UUID, payload: ChooseRuleIn) -> dict[str, Any]:
    """Choose by which rule, as of which day, the ballot is counted."""
    found = ballot_of(request, ballot_id)
    terms = Terms(**payload.terms.dict(), agreed_on=payload.day) if payload.terms else None

    def work() -> str:
        services.choose_rule(
            found, actor_id=request.user.pk, rule_set=payload.rule_set, day=payload.day, terms=terms
        )
        return payload.rule_set

    doing(request, "choose_rule", {"ballot": str(ballot_id), **payload.dict()}, work)
    return ballot_out(ballot_of(request, ballot_id), language())


@api.post("/ballots/{uuid:ballot_id}/text", BallotOut, "text", "Set the exact text voted on")
def text(request: HttpRequest, ballot_id: UUID, payload: TextIn) -> dict[str, Any]:
    """Set the text, and keep its SHA-256. A file goes to the address below this one."""
    found = ballot_of(request, ballot_id)

    def work() -> str:
        done = services.set_text(found, actor_id=request.user.pk, title=payload.title, text=payload.text)
        return done.text_hash

    doing(request, "text", {"ballot": str(ballot_id), **payload.dict()}, work)
    return ballot_out(ballot_of(request, ballot_id), language())


def _wording(payload: WordingIn) -> services.Wording:
    return services.Wording(payload.text, dict(payload.translations))


@api.post("/ballots/{uuid:ballot_id}/questions", BallotOut, "questions", "Add a question")
def questions(request: HttpRequest, ballot_id: UUID, payload: QuestionIn) -> dict[str, Any]:
    """Add a question with its options and translations."""
    found = ballot_of(request, ballot_id)

    def work() -> str:
        made = services.add_question(
            found, actor_id=request.user.pk, text=_wording(payload), kind=payload.kind,
            options=[_wording(one) for one in payload.options], most=payload.most,
        )  # fmt: skip
        return str(made.pk)

    doing(request, "question", {"ballot": str(ballot_id), **payload.dict()}, work)
    return ballot_out(ballot_of(request, ballot_id), language())


def _question(request: HttpRequest, question_id: UUID) -> Question:
    if policies.ballot_at(request, {"question_id": question_id}) is None:
        raise Http404
    return get_object_or_404(Question.objects.select_related("ballot"), pk=question_id)


@api.post(
    "/questions/{uuid:question_id}/removal", StateOut, "remove_question", "Take a question out", removes=True
)
def remove_question(request: HttpRequest, question_id: UUID) -> dict[str, Any]:
    """Take a question out of a ballot in preparation."""
    question = _question(request, question_id)
    doing(
        request, "remove_question", None,
        lambda: _nothing(services.remove_question(question, actor_id=request.user.pk)),
    )  # fmt: skip
    return {"state": "removed"}


@api.put("/questions/{uuid:question_id}/translation", BallotOut, "translate", "Translate a question")
def translate(request: HttpRequest, question_id: UUID, payload: TranslationIn) -> dict[str, Any]:
    """Write the translation of a question and its options in one language."""
    question = _question(request, question_id)
    keys = [question.statement_id, *question.options.values_list("statement_id", flat=True)]
    if len(payload.texts) != len(keys):
        raise Problem(f"Give {len(keys)} texts: the question, then each option.")
    texts = dict(zip(keys, payload.texts, strict=True))

    def work() -> None:
        services.translate(question, actor_id=request.user.pk, language=payload.language, texts=texts)

    doing(request, "translate", payload.dict(), work)
    return ballot_out(ballot_of(request, question.ballot.consultation_id), language())


def _nothing(result: object) -> None:
    """Drop a result that is not plain JSON."""


def _promoter(request: HttpRequest, found: PlainBallot) -> Party:
    for party in opening.promoters(found.consultation):
        if standing.may_act_for(request.user.pk, party):
            return party
    raise Problem("Only a delegate of a promoting party may do this.")


@api.post("/ballots/{uuid:ballot_id}/consent-to-open", StateOut, "open", "Consent to the opening")
def open_ballot(request: HttpRequest, ballot_id: UUID) -> dict[str, Any]:
    """Give one's party's yes; the last promoter's yes opens."""
    found = ballot_of(request, ballot_id)
    party = _promoter(request, found)
    doing(request, Consent.Action.OPEN, str(ballot_id),
          lambda: consent_to_open(found, party, request.user.pk))  # fmt: skip
    found.consultation.refresh_from_db()
    return {"state": found.consultation.state}


@api.post("/ballots/{uuid:ballot_id}/consent-to-close", StateOut, "close", "Consent to the closing")
def close_ballot(request: HttpRequest, ballot_id: UUID) -> dict[str, Any]:
    """Give one's party's yes, or close after the last day."""
    found = ballot_of(request, ballot_id)
    party = _promoter(request, found)
    doing(request, Consent.Action.CLOSE, str(ballot_id),
          lambda: consent_to_close(found, party, request.user.pk))  # fmt: skip
    found.consultation.refresh_from_db()
    return {"state": found.consultation.state}


@api.post("/ballots/{uuid:ballot_id}/sheet", SheetOut, "vote", "Vote: fill in the whole sheet")
def vote(request: HttpRequest, ballot_id: UUID, payload: SheetIn) -> dict[str, Any]:
    """Register the sheet, replacing an earlier one. Acknowledged after its commit; a retry counts once."""
    marks: dict[uuid.UUID, str] = dict(payload.marks)
    again = voting.cast_whole(
        ballot_id, request.user.pk, marks, payload.request_id, take_back=payload.take_back
    )
    return {"registered": True, "again": again}


@api.get(
    "/ballots/{uuid:ballot_id}/results",
    BallotResults,
    "results",
    "The count, and what the rule computes",
    refuses=True,
)
def ballot_results(request: HttpRequest, ballot_id: UUID) -> dict[str, Any]:
    """Return the shared result of a closed ballot; nothing before the close."""
    said = language()
    counted = results.of(ballot_of(request, ballot_id).consultation, None, said)
    if counted is None:
        raise Problem("Figures appear after the ballot is closed.")
    return {
        "hidden": counted.hidden,
        "too_few": counted.too_few,
        "items": [
            {
                "number": asked.question.number, "text": asked.text, "options": list(asked.options),
                "total": line_out(asked.total, showing.label(asked.total)) if asked.total else None,
                "parts": [line_out(column, showing.label(column)) for column in asked.parts],
                "outcome": outcome_out(asked.outcome, said) if asked.outcome else None,
            }
            for asked in counted.questions
        ],
    }  # fmt: skip
