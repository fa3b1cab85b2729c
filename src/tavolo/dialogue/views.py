# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Tables and consultations: the pages one reads."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from tavolo.dialogue import hooks, policies, standing
from tavolo.dialogue.course import policies as course_policies
from tavolo.dialogue.models import Consent, Consultation, Side, StatementVersion, Table
from tavolo.dialogue.services.opening import missing_consents


def tables(request: HttpRequest) -> HttpResponse:
    """List the tables a person sees."""
    found = standing.visible_tables(request.user.pk).order_by("created_at")
    may_begin = course_policies.may_begin(request, {})
    return render(request, "dialogue/tables.html", {"tables": found, "may_begin": may_begin})


def table(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show a table: its sides, themes and consultations."""
    account = request.user.pk
    found = get_object_or_404(standing.visible_tables(account), pk=table_id)
    visible = standing.visible_consultations(account).filter(table=found).order_by("created_at")
    party = standing.acting_party(account, found.pk)
    own_party = standing.parties_of(account, found.pk).select_related("organisation").first()
    keeps = standing.is_secretary(account, found.pk)
    context = {
        "table": found,
        "sides": _sides(found),
        "themes": found.themes.all(),
        "consultations": sorted(_with_doors(request, visible), key=lambda item: not item["may_vote"]),
        "may_prepare": party is not None and standing.promoter_kind(party) is not None,
        "may_import": keeps,
        "works": keeps or own_party is not None,
        "doors": hooks.grouped(hooks.doors_of(request, found)),
        "own_party": own_party,
    }
    return render(request, "dialogue/table.html", context)


def _sides(found: Table) -> list[dict[str, Any]]:
    parties = list(standing.seated_parties(found.pk).select_related("organisation"))
    sides = [
        {"name": side.label, "parties": [p for p in parties if p.side == side]}
        for side in (Side.WORKERS, Side.EMPLOYERS, Side.PUBLIC)
    ]
    return [side for side in sides if side["parties"]]


def _with_doors(request: HttpRequest, found: Iterable[Consultation]) -> Iterable[dict[str, Any]]:
    for consultation in found:
        may_vote = consultation.state == Consultation.State.OPEN and standing.is_on_roll(
            request.user.pk, consultation.pk
        )
        yield {"row": consultation, "may_vote": may_vote}


def consultation_of(request: HttpRequest, **arguments: uuid.UUID) -> Consultation:
    """Return the consultation an address names, or 404."""
    found = policies.consultation_at(request, arguments)
    if found is None:
        raise Http404
    return found


def consultation(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show a consultation: the question, who asks, who may vote, how the vote stays secret."""
    found = consultation_of(request, consultation_id=consultation_id)
    if found.kind == Consultation.Kind.BALLOT:
        return redirect("plain_ballots:ballot", found.pk)
    arguments = {"consultation_id": found.pk}
    groups = found.groups.select_related("party__organisation", "constituency")
    may_vote = policies.on_roll(request, arguments)
    context = {
        "consultation": found,
        "groups": groups,
        "statements": StatementVersion.objects.filter(consultation=found, open_to_votes=True).count(),
        "may_vote": may_vote and found.state == Consultation.State.OPEN,
        "sees_table": policies.sees_table(request, {"table_id": found.table_id}),
        "promotes": not found.imported and policies.promotes(request, arguments),
        "may_join": found.state == Consultation.State.DRAFT and policies.may_join(request, arguments),
        "waiting_open": missing_consents(found, Consent.Action.OPEN) if found.state == "draft" else [],
        "waiting_close": missing_consents(found, Consent.Action.CLOSE) if found.state == "open" else [],
        "sits": policies.sits_at_its_table(request, arguments),
    }
    return render(request, "dialogue/consultation.html", context)
