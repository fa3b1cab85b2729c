# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The rules of moderation, and who moderates and hears appeals."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.models import Table
from tavolo.dialogue.voices import offices, policies, rulebook
from tavolo.dialogue.voices.forms import PersonForm, RulesForm
from tavolo.dialogue.voices.models import Guarantor, Moderator, RuleBook


def rules(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show the rules in force and earlier editions; public."""
    table = get_object_or_404(Table, pk=table_id)
    books = list(RuleBook.objects.filter(table=table).prefetch_related("rules"))
    arguments = {"table_id": table.pk}
    context = {
        "table": table,
        "book": next((book for book in books if book.in_force), None),
        "earlier": [book for book in books if not book.in_force],
        "may_propose": policies.proposes_for_table(request, arguments),
        "sits": policies.sits_at_table(request, arguments),
    }
    return render(request, "voices/rules.html", context)


def propose_rules(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose an edition of the rules to the parties."""
    table = get_object_or_404(Table, pk=table_id)
    form = RulesForm(request.POST or None, initial=_initial(table))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request, "propose_rules",
            lambda: str(rulebook.propose_rules(table, form.edition(), actor_id=request.user.pk).pk),
            _("The rules are proposed: they are in force when a party of each side has consented."),
        )  # fmt: skip
        if done:
            return redirect("voices:rules", table.pk)
    context = {
        "heading": _("Propose rules"), "form": form, "key": new_key(), "back": ("voices:rules", table.pk),
        "lead": _("In force when a party of each side has consented; earlier editions stay readable."),
    }  # fmt: skip
    return render(request, "dialogue/form.html", context)


def _initial(table: Table) -> dict[str, Any]:
    book = rulebook.in_force(table.pk)
    edition = rulebook.edition_of(book) if book else dict(rulebook.default_edition())
    lines = [f"{rule['code']} | {rule['title']} | {rule['text']}" for rule in edition["rules"]]
    return edition | {"rules": "\n".join(lines)}


def offices_page(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show moderators and guarantors; name one's own moderator, propose a guarantor."""
    table = get_object_or_404(Table, pk=table_id)
    party = standing.acting_party(request.user.pk, table.pk)
    sent = request.POST if request.method == "POST" else None
    form = PersonForm(sent)
    if sent is not None and form.is_valid() and _carry_out(request, table, party, form):
        return redirect("voices:offices", table.pk)
    day = standing.today()
    context = {
        "table": table, "party": party, "form": form, "key": new_key(),
        "guarantors": offices.guarantors(table.pk),
        "moderators": standing.holding(
            Moderator.objects.active_on(day).filter(table=table), day
        ).select_related("account", "party__organisation"),
        "secretaries": table.secretaries.active_on(day).select_related("account"),
        "may_propose": policies.proposes_for_table(request, {"table_id": table.pk}),
    }  # fmt: skip
    return render(request, "voices/offices.html", context)


def _carry_out(request: HttpRequest, table: Table, party: Any, form: PersonForm) -> bool:
    person, words = form.cleaned_data["email"], form.cleaned_data["words"]
    if request.POST.get("as") == "moderator" and party is not None:
        return attempt(
            request, "name_moderator",
            lambda: str(offices.name_moderator(party, person.pk, actor_id=request.user.pk).pk),
            _("The moderator is named."),
        )  # fmt: skip
    return attempt(
        request, "propose_guarantor",
        lambda: str(offices.propose_guarantor(table, person.pk, words=words, actor_id=request.user.pk).pk),
        _("The guarantor is proposed: in office when a party of each side has consented."),
    )  # fmt: skip


@require_POST
def dismiss(request: HttpRequest, moderator_id: uuid.UUID) -> HttpResponse:
    """End the office of the party's moderator."""
    row = get_object_or_404(Moderator.objects.select_related("party"), pk=moderator_id)
    return carry_out(
        request,
        "dismiss_moderator",
        lambda: offices.dismiss_moderator(row, actor_id=request.user.pk),
        _("The moderator's office has ended."),
        to=("voices:offices", row.table_id),
    )


@require_POST
def propose_end(request: HttpRequest, guarantor_id: uuid.UUID) -> HttpResponse:
    """Propose that a guarantor's office ends, by joint decision."""
    row = get_object_or_404(Guarantor.objects.select_related("table"), pk=guarantor_id)
    return carry_out(
        request,
        "propose_guarantor_end",
        lambda: str(offices.propose_end(row, actor_id=request.user.pk).pk),
        _("Proposed: the office ends when a party of each side has consented."),
        to=("voices:offices", row.table_id),
    )
