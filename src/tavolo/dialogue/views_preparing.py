# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Preparing, opening and closing a consultation; importing one held elsewhere."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.common.limits import limit
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.forms import (
    ConsultationForm,
    GroupForm,
    ImportForm,
    StatementForm,
    TranslationForm,
    VersionForm,
)
from tavolo.dialogue.models import Consent, Consultation, Party, Statement, StatementVersion, Table
from tavolo.dialogue.services import closing, consultations, importing, opening
from tavolo.dialogue.views import consultation_of

UPLOADS_PER_HOUR = 60


def _table(request: HttpRequest, table_id: uuid.UUID) -> Table:
    found: Table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    return found


def acting_promoter(request: HttpRequest, found: Consultation) -> Party:
    """Return the promoting party the person acts for; 404 where there is none."""
    for party in opening.promoters(found):
        if standing.may_act_for(request.user.pk, party):
            return party
    raise Http404


def form_page(request: HttpRequest, title: str, form: Any, **context: Any) -> HttpResponse:
    """Render a page with one form."""
    context |= {"heading": title, "form": form, "key": new_key()}
    return render(request, "dialogue/form.html", context)


def new(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Prepare a consultation."""
    table = _table(request, table_id)
    form = ConsultationForm(table, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Consultation] = []

        def work() -> str:
            made.append(
                consultations.create_consultation(table=table, actor_id=request.user.pk, **form.cleaned_data)
            )
            return str(made[0].pk)

        if attempt(request, "create_consultation", work):
            target = (
                redirect("dialogue:consultation", made[0].pk)
                if made
                else redirect("dialogue:table", table.pk)
            )
            return target
    return form_page(request, _("New consultation"), form, table=table, back=("dialogue:table", table.pk))


def ask(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Add one of the party's own constituencies."""
    found = consultation_of(request, consultation_id=consultation_id)
    party = standing.acting_party(request.user.pk, found.table_id)
    if party is None:
        raise Http404
    form = GroupForm(party, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "add_group",
            lambda: consultations.add_group(
                found,
                party=party,
                constituency=data["constituency"],
                name=data["name"],
                actor_id=request.user.pk,
            ),
            _("The constituency has been added."),
        ):
            return redirect("dialogue:consultation", found.pk)
    lead = _("%(party)s asks only its own constituencies.") % {"party": party}
    return form_page(request, _("Who is asked"), form, lead=lead, back=("dialogue:consultation", found.pk))


def statements(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """List the statements with their versions and translations, and add one."""
    found = consultation_of(request, consultation_id=consultation_id)
    if found.kind == Consultation.Kind.BALLOT:
        return redirect("plain_ballots:questions", found.pk)
    form = StatementForm(found.table, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "add_statement",
            lambda: consultations.add_statement(
                found, text=data["text"], theme=data["theme"], actor_id=request.user.pk
            ),
            _("The statement has been added."),
        ):
            return redirect("dialogue:statements", found.pk)
    rows = found.statements.select_related("theme").prefetch_related("versions__translations")
    changeable = found.state in (Consultation.State.DRAFT, Consultation.State.OPEN)
    context = {
        "consultation": found, "rows": rows, "form": form, "key": new_key(), "changeable": changeable,
    }  # fmt: skip
    return render(request, "dialogue/statements.html", context)


def revise(request: HttpRequest, statement_id: uuid.UUID) -> HttpResponse:
    """Write a new version of a statement."""
    found = consultation_of(request, statement_id=statement_id)
    statement = get_object_or_404(Statement, pk=statement_id)
    last = statement.versions.order_by("-number").first()
    form = VersionForm(request.POST or None, initial={"text": last.text if last else ""})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(
            request,
            "revise_statement",
            lambda: consultations.revise_statement(statement, text=text, actor_id=request.user.pk),
            _("The new version is open to votes."),
        ):
            return redirect("dialogue:statements", found.pk)
    title = _("Statement %(number)s: new version") % {"number": statement.number}
    return form_page(request, title, form, back=("dialogue:statements", found.pk))


def translate(request: HttpRequest, version_id: uuid.UUID) -> HttpResponse:
    """Add or correct a translation."""
    found = consultation_of(request, version_id=version_id)
    version = get_object_or_404(StatementVersion.objects.select_related("statement"), pk=version_id)
    form = TranslationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "translate_version",
            lambda: consultations.translate_version(version, actor_id=request.user.pk, **data),
            _("The translation has been saved."),
        ):
            return redirect("dialogue:statements", found.pk)
    title = _("Statement %(number)s: translation") % {"number": version.statement.number}
    return form_page(request, title, form, lead=version.text, back=("dialogue:statements", found.pk))


@require_POST
def withdraw(request: HttpRequest, statement_id: uuid.UUID) -> HttpResponse:
    """Take a statement out of the vote."""
    found = consultation_of(request, statement_id=statement_id)
    statement = get_object_or_404(Statement, pk=statement_id)
    attempt(
        request,
        "withdraw_statement",
        lambda: consultations.withdraw_statement(statement, actor_id=request.user.pk),
        _("The statement has been withdrawn; votes already given stay counted."),
    )
    return redirect("dialogue:statements", found.pk)


def open_consultation(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Give the party's yes to opening; the last promoter's yes opens."""
    found = consultation_of(request, consultation_id=consultation_id)
    if found.kind == Consultation.Kind.BALLOT:
        return redirect("plain_ballots:open", found.pk)
    if request.method == "POST":
        party = acting_promoter(request, found)
        if attempt(
            request,
            "consent_to_open",
            lambda: opening.consent_to_open(found, party=party, actor_id=request.user.pk),
        ):
            _say_state(request, found, _("The consultation is open."))
            return redirect("dialogue:consultation", found.pk)
    context = {
        "consultation": found,
        "groups": found.groups.select_related("party__organisation", "constituency"),
        "waiting": opening.missing_consents(found, Consent.Action.OPEN),
        "key": new_key(),
    }
    return render(request, "dialogue/open.html", context)


def is_due(found: Consultation) -> bool:
    """Return whether the last day to vote has passed, so that any promoter may close."""
    return found.closes_on is not None and standing.today() > found.closes_on


def close_as(found: Consultation, party: Party, actor_id: uuid.UUID) -> bool:
    """Close after the last day, or give the party's yes to closing. Returns whether it is closed now."""
    if is_due(found):
        closing.close_when_due(found, actor_id=actor_id)
        return True
    return closing.consent_to_close(found, party=party, actor_id=actor_id)


def close_consultation(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Give the party's yes to closing, or close after the last day."""
    found = consultation_of(request, consultation_id=consultation_id)
    if found.kind == Consultation.Kind.BALLOT:
        return redirect("plain_ballots:close", found.pk)
    due = is_due(found)
    if request.method == "POST":
        party = acting_promoter(request, found)
        work = lambda: close_as(found, party, request.user.pk)  # noqa: E731
        if attempt(request, "consent_to_close", work):
            _say_state(request, found, _("The consultation is closed; the ballots are anonymous for good."))
            return redirect("dialogue:consultation", found.pk)
    waiting = opening.missing_consents(found, Consent.Action.CLOSE)
    context = {"consultation": found, "due": due, "waiting": waiting, "key": new_key()}
    return render(request, "dialogue/close.html", context)


def _say_state(request: HttpRequest, found: Consultation, changed: str) -> None:
    before = found.state
    found.refresh_from_db()
    if found.state != before:
        messages.success(request, changed)
    else:
        messages.success(request, _("Your party's consent is recorded; the others' is still missing."))


def import_consultation(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Upload a finished consultation held elsewhere; it is checked and shown before it is written."""
    table = _table(request, table_id)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            limit(f"upload:{request.user.pk}", per=timedelta(hours=1), count=UPLOADS_PER_HOUR)
            return redirect("common:import", import_id=_begin_import(request, table, form.cleaned_data))
        except Problem as problem:
            form.add_error("file", str(problem))
    lead = _(
        "For consultations held elsewhere and finished. First you see what was read and what is wrong; "
        "nothing is written before you confirm. Participants stay numbers."
    )
    return form_page(
        request, _("Import a consultation"), form, lead=lead, upload=True, back=("dialogue:table", table.pk)
    )


def _begin_import(request: HttpRequest, table: Table, data: dict[str, Any]) -> str:
    """Begin the import of this form once, however often it is sent; return the import's id."""
    asked = {"table": str(table.pk), "title": data["title"], "file": data["file"].name}
    call = once(
        key_from(request) or new_key(), account_id=request.user.pk, action="dialogue.import", request=asked
    )
    return str(call.run(lambda: str(importing.begin_import(table, actor_id=request.user.pk, **data).pk)))
