# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The joint secretariat's page, its appointments and revocations, and the rules of the table."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.delegations import kinds, policies, reading, rules, secretariat
from tavolo.dialogue.delegations.forms import RevokeForm, RulesForm, SecretaryForm
from tavolo.dialogue.delegations.models import JointDecision
from tavolo.dialogue.delegations.views_decisions import table_of
from tavolo.dialogue.delegations.views_delegations import form_page
from tavolo.dialogue.models import Secretariat, Table


def secretariat_page(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Show who keeps the table, by whose consents, and what they and the operators can see."""
    table = get_object_or_404(standing.visible_tables(request.user.pk), pk=table_id)
    arguments = {"table_id": table.pk}
    sits = policies.sits(request, arguments)
    serving, over = secretariat.members(table)
    confirmation = reading.confirmation(table)
    parity = secretariat.parity(table)
    context = {
        "table": table,
        "sits": sits,
        "acts": policies.acts(request, arguments),
        "proposes": policies.proposes(request, arguments),
        "waits": "" if confirmation else kinds.waits_for(table),
        "confirmation": reading.board(confirmation) if confirmation else None,
        "serving": [
            (one, reading.board(one.appointment.decision) if one.appointment else None) for one in serving
        ],
        "over": over if sits else [],
        "parity": parity,
        "level": len({count for _side, count in parity}) == 1,
        "open": _open(table) if sits else [],
        "operators": secretariat.operators() if sits else [],
        "rules": rules.rules_of(table),
        "key": new_key(),
    }
    return render(request, "delegations/secretariat.html", context)


def _open(table: Table) -> list[reading.Board]:
    rows = JointDecision.objects.filter(table=table, state=JointDecision.State.OPEN)
    return [reading.board(row) for row in rows.select_related("table", "party__organisation", "proposed_by")]


def _seat(secretary_id: uuid.UUID) -> Secretariat:
    return get_object_or_404(Secretariat.objects.select_related("table", "account"), pk=secretary_id)


@require_POST
def confirm_table(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Ask every party to confirm the opening of the table and those who keep it now."""
    table = table_of(request, table_id)
    return carry_out(
        request,
        "delegations.confirm_table",
        lambda: str(kinds.ask_for_confirmation(table, actor_id=request.user.pk).pk),
        _("The parties have been asked to confirm."),
        to=("delegations:secretariat", table.pk),
    )


def propose_secretary(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose a person for the secretariat."""
    table = table_of(request, table_id)
    form = SecretaryForm(table, standing.acting_party(request.user.pk, table.pk), request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "delegations.propose_secretary",
            lambda: str(
                secretariat.propose_secretary(
                    table, email=data["email"], proposed_by=data["party"], actor_id=request.user.pk,
                    starts_on=data["starts_on"], ends_on=data["ends_on"],
                ).pk
            ),
            _("The proposal is made: every party must consent."),
        ):  # fmt: skip
            return redirect("delegations:decisions", table.pk)
    lead = _(
        "A person begins to serve when every party has consented. Nobody who sits for a party can serve."
    )
    return form_page(
        request, _("Propose a person for the secretariat"), form, table, lead=lead, button=_("Propose"),
        back=reverse("delegations:secretariat", args=[table.pk]),
    )  # fmt: skip


def revoke_secretary(request: HttpRequest, secretary_id: uuid.UUID) -> HttpResponse:
    """Revoke a member of the secretariat for the party one acts for."""
    seat = _seat(secretary_id)
    party = standing.acting_party(request.user.pk, seat.table_id)
    if party is None:
        raise Http404
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(
            request,
            "delegations.revoke_secretary",
            lambda: str(secretariat.revoke(seat, party=party, actor_id=request.user.pk, reason=reason).pk),
            _("The person no longer serves, from today."),
        ):
            return redirect("delegations:secretariat", seat.table_id)
    lead = _(
        "%(party)s can revoke %(person)s alone, at once: nobody else is asked. The service and the access "
        "end today. The act and its reason are recorded and everybody at the table is told."
    ) % {"party": party, "person": seat.account}
    return form_page(
        request, _("Revoke a member of the secretariat"), form, seat.table, lead=lead, button=_("Revoke"),
        back=reverse("delegations:secretariat", args=[seat.table_id]),
    )  # fmt: skip


@require_POST
def resign_secretary(request: HttpRequest, secretary_id: uuid.UUID) -> HttpResponse:
    """Give up one's own place in the secretariat."""
    seat = _seat(secretary_id)
    return carry_out(
        request,
        "delegations.resign_secretary",
        lambda: str(secretariat.resign(seat, actor_id=request.user.pk).pk),
        _("You no longer serve in this secretariat."),
        to=("dialogue:tables",),
    )


def rules_page(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Propose other rules for the table."""
    table = table_of(request, table_id)
    now = rules.rules_of(table)
    form = RulesForm(request.POST or None, initial={**now, "themes": "\n".join(now["themes"])})
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if value is not None}
        changes = {**said, "themes": said["themes"].splitlines()}
        made: list[JointDecision] = []

        def work() -> str:
            made.append(rules.propose_change(table, changes, actor_id=request.user.pk))
            return str(made[0].pk)

        if attempt(
            request, "delegations.rules", work, _("The change is proposed: it takes a consent of each side.")
        ):
            if made:
                return redirect("delegations:decision", made[0].pk)
            return redirect("delegations:decisions", table.pk)
    lead = _(
        "Change what should change and leave the rest. Nothing changes before a party of each side consents."
    )
    return form_page(
        request, _("Rules of the table"), form, table, lead=lead, button=_("Propose the change"),
        back=reverse("delegations:secretariat", args=[table.pk]),
    )  # fmt: skip
