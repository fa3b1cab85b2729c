# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Plain ballots: the pages one reads."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify

from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.dialogue import policies as room
from tavolo.dialogue import standing
from tavolo.dialogue.models import Consent, Consultation, Release
from tavolo.dialogue.plain_ballots import documents, policies, showing
from tavolo.dialogue.plain_ballots import results as reading
from tavolo.dialogue.plain_ballots.forms import CountForm, language
from tavolo.dialogue.plain_ballots.gathering import ballots_seen
from tavolo.dialogue.plain_ballots.models import PlainBallot
from tavolo.dialogue.plain_ballots.rules import words
from tavolo.dialogue.plain_ballots.rules.counting import Counts
from tavolo.dialogue.plain_ballots.rules.errors import RuleError
from tavolo.dialogue.plain_ballots.rules.evaluating import evaluate
from tavolo.dialogue.plain_ballots.rules.reading import load
from tavolo.dialogue.services.opening import missing_consents

TYPES = {
    "csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip


def ballot_of(request: HttpRequest, **arguments: uuid.UUID) -> PlainBallot:
    """Return the ballot an address names, or 404."""
    found = policies.ballot_at(request, arguments)
    if found is None:
        raise Http404
    return found


def ballots(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List a table's ballots."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    rows = ballots_seen(request.user.pk).filter(table=table).order_by("-created_at")
    found = [
        {
            "row": row,
            "may_vote": row.state == Consultation.State.OPEN and standing.is_on_roll(request.user.pk, row.pk),
        }
        for row in rows
    ]
    context = {
        "table": table, "ballots": found, "may_prepare": room.prepares(request, {"table_id": table.pk}),
    }  # fmt: skip
    return render(request, "plain_ballots/ballots.html", context)


def ballot(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Show a ballot: what is voted on, by which rule, who asks and who may vote."""
    found = ballot_of(request, ballot_id=ballot_id)
    consultation = found.consultation
    arguments = {"ballot_id": ballot_id}
    promotes = policies.promotes(request, arguments)
    context = {
        "ballot": found,
        "consultation": consultation,
        "groups": consultation.groups.select_related("party__organisation", "constituency"),
        "kind": showing.kind_of_vote(consultation),
        "questions": showing.questions(found, language()),
        "rule": showing.rule(found, language()),
        "may_vote": consultation.state == Consultation.State.OPEN and policies.votes(request, arguments),
        "promotes": promotes,
        "may_join": consultation.state == Consultation.State.DRAFT and policies.joins(request, arguments),
        "todo": showing.to_do(found) if promotes and consultation.state == "draft" else [],
        "waiting_open": missing_consents(consultation, Consent.Action.OPEN),
        "waiting_close": missing_consents(consultation, Consent.Action.CLOSE),
        "sees_table": room.sees_table(request, {"table_id": consultation.table_id}),
    }
    return render(request, "plain_ballots/ballot.html", context)


def results(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Show the count as far as it may be shown, and what the rule computes, step by step."""
    found = ballot_of(request, ballot_id=ballot_id)
    consultation = found.consultation
    if consultation.state == Consultation.State.VOID:
        return redirect("polling:no_result", consultation.pk)
    party = room.party_at(request, consultation)
    counted = reading.of(consultation, party, language())
    released = bool(party) and Release.objects.filter(consultation=consultation, party=party).exists()
    has_own = bool(party) and consultation.groups.filter(party=party, pooled=False).exists()
    named = {"consultation_id": consultation.pk}
    context = {
        "ballot": found,
        "consultation": consultation,
        "kind": showing.kind_of_vote(consultation),
        "counted": counted,
        "page": showing.page(counted, language()) if counted else None,
        "party": party if has_own else None,
        "released": released,
        "may_release": has_own and not released and standing.may_act_for(request.user.pk, party),
        "may_publish": consultation.state == Consultation.State.CLOSED and room.publishes(request, named),
        "sees_table": room.sees_table(request, {"table_id": consultation.table_id}),
        "minimum": consultation.table.minimum_group,
        "key": new_key(),
    }
    return render(request, "plain_ballots/results.html", context)


def _download(request: HttpRequest, ballot_id: uuid.UUID, kind: str) -> HttpResponse:
    found = ballot_of(request, ballot_id=ballot_id)
    try:
        return document(found, kind)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("plain_ballots:results", ballot_id)


def document(found: PlainBallot, kind: str) -> HttpResponse:
    """Return the result as a file; raises Problem where none may be shown."""
    content = documents.render(reading.of(found.consultation, None, language()), kind, language())
    response = HttpResponse(content, content_type=TYPES[kind])
    stem = slugify(found.consultation.title)[:60] or "votazione"
    response["Content-Disposition"] = f'attachment; filename="{stem}-esito.{kind}"'
    return response


def results_csv(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Download the shown figures as CSV."""
    return _download(request, ballot_id, "csv")


def results_pdf(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Download the result with its computation as PDF."""
    return _download(request, ballot_id, "pdf")


def results_docx(request: HttpRequest, ballot_id: uuid.UUID) -> HttpResponse:
    """Download the result with its computation as a Word file."""
    return _download(request, ballot_id, "docx")


def rules(request: HttpRequest) -> HttpResponse:
    """List the rules on file with their sources."""
    now, said = standing.today(), language()
    rows = [showing.rule_card(one, now, said) for one in load().rule_sets.values()]
    return render(request, "plain_ballots/rules.html", {"rows": rows, "closing": words.disclaimer(said)})


def rule(request: HttpRequest, rule_key: str) -> HttpResponse:
    """Show one rule, every value with its days and source, and try it on counts."""
    library, said = load(), language()
    if rule_key not in library.rule_sets:
        raise Http404
    found = library.rule_set(rule_key)
    form = CountForm(request.GET or None, initial={"day": standing.today()})
    computed: dict[str, Any] | None = None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            counts = Counts(
                data["yes"], data["no"], data["blank"] or 0, entitled=data["entitled"],
                members=data["members"],
            )  # fmt: skip
            outcome = evaluate(found, data["day"], counts, library.rule_sets.values())
            computed = showing.outcome(outcome, said)
        except RuleError:
            form.add_error(None, showing.impossible())
    context = {
        "card": showing.rule_card(found, standing.today(), said),
        "values": showing.rule_values(found, said), "form": form, "computed": computed,
        "countable": found.vote != "none",
    }  # fmt: skip
    return render(request, "plain_ballots/rule.html", context)
