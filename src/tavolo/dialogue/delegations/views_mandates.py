# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A party's mandates, read and written by its own delegation alone."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common import files
from tavolo.common.idempotency import new_key
from tavolo.common.removals import removal
from tavolo.dialogue import standing
from tavolo.dialogue.acting import attempt, carry_out
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.delegations.forms import MandateForm, RedLineForm
from tavolo.dialogue.delegations.models import Mandate
from tavolo.dialogue.delegations.policies import MANDATE_FILE
from tavolo.dialogue.delegations.views_delegations import form_page
from tavolo.dialogue.models import Party


def _party(party_id: uuid.UUID) -> Party:
    return get_object_or_404(Party.objects.select_related("table", "organisation"), pk=party_id)


def _mandate(mandate_id: uuid.UUID) -> Mandate:
    rows = Mandate.objects.select_related("party__table", "party__organisation")
    return get_object_or_404(rows, pk=mandate_id)


def mandate_page(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Show the party's mandate in force, the draft of the next one, and those before."""
    party = _party(party_id)
    account = request.user.pk
    rows = list(Mandate.objects.filter(party=party).select_related("party__table"))
    now = mandates.current(party)
    draft = next((row for row in rows if row.state == Mandate.State.DRAFT), None)
    coming = [row for row in rows if row.state == Mandate.State.LODGED and (now is None or row.pk != now.pk)]
    shown = {row.pk for row in (now, draft, *coming) if row is not None}
    context = {
        "party": party,
        "table": party.table,
        "now": mandates.read(now, account) if now else None,
        "draft": mandates.read(draft, account) if draft else None,
        "coming": coming,
        "former": [row for row in rows if row.pk not in shown],
        "warning": mandates.warning(party),
        "acts": standing.may_act_for(account, party),
        "heads": standing.heads(account, party),
        "red_line_form": RedLineForm(party.table_id),
        "key": new_key(),
    }
    return render(request, "delegations/mandate.html", context)


def mandate_version(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Show one version of the mandate, to its own party."""
    found = _mandate(mandate_id)
    context = {
        "party": found.party,
        "table": found.party.table,
        "reading": mandates.read(found, request.user.pk),
    }
    return render(request, "delegations/mandate_version.html", context)


def mandate_draft(request: HttpRequest, party_id: uuid.UUID) -> HttpResponse:
    """Write the next mandate, or change its draft."""
    party = _party(party_id)
    form = MandateForm(
        party.table_id, request.POST or None, request.FILES or None, initial=_initial(party, request)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(
            request,
            "delegations.mandate_draft",
            lambda: str(_write(party, data, request.user.pk).pk),
            _("The draft is saved. Nobody outside your delegation knows of it until it is lodged."),
        ):
            return redirect("delegations:mandate", party.pk)
    lead = _("For %(party)s. The others will see only that a mandate exists and when it ends.")
    return form_page(
        request, _("Mandate of the delegation"), form, party.table, lead=lead % {"party": party},
        button=_("Save the draft"), back=reverse("delegations:mandate", args=[party.pk]), upload=True,
    )  # fmt: skip


def _initial(party: Party, request: HttpRequest) -> dict[str, Any]:
    """Return what the form begins with: the draft, else the mandate in force, else today."""
    today = standing.today()
    draft = Mandate.objects.filter(party=party, state=Mandate.State.DRAFT).select_related("party").first()
    source = draft or mandates.current(party)
    if source is None:
        return {"starts_on": today}
    content = mandates.read(source, request.user.pk).content
    begins = {"given_on": content.given_on, "starts_on": source.starts_on, "last_day": source.last_day}
    return {
        "scope": content.scope, "themes": content.theme_ids, "organ": content.organ,
        "ratification": content.ratification, "ratified_by": content.ratified_by,
        **(begins if draft else {"starts_on": today}),
    }  # fmt: skip


def _write(party: Party, data: dict[str, Any], actor_id: uuid.UUID) -> Mandate:
    terms = mandates.Terms(
        scope=data["scope"], organ=data["organ"], given_on=data["given_on"], starts_on=data["starts_on"],
        last_day=data["last_day"], ratification=data["ratification"], ratified_by=data["ratified_by"],
        theme_ids=[theme.pk for theme in data["themes"]],
    )  # fmt: skip
    upload = data["document"]
    return mandates.write_draft(
        party, terms, actor_id=actor_id, document=store(upload, party),
        document_name=files.safe_name(upload.name) if upload else "",
    )  # fmt: skip


def store(upload: UploadedFile | None, party: Party) -> Any:
    """Store an uploaded document of a mandate, for its party alone, under a name that tells nothing."""
    if not upload:
        return None
    _stem, dot, ending = (upload.name or "").rpartition(".")
    name = f"mandato{dot}{ending[:5].lower()}"
    return files.store(upload.file, kind=MANDATE_FILE, name=name, owner_id=None, subject_id=party.pk)


@require_POST
def add_red_line(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Add a red line to the draft."""
    found = _mandate(mandate_id)
    theme = request.POST.get("theme") or None
    return carry_out(
        request,
        "delegations.add_red_line",
        lambda: str(
            mandates.add_red_line(
                found, request.POST.get("text", ""), actor_id=request.user.pk, theme_id=_id(theme)
            ).pk
        ),
        _("The point is added to the draft."),
        to=("delegations:mandate", found.party_id),
    )


def _id(value: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if value else None
    except ValueError:
        return None


@require_POST
@removal
def remove_red_line(request: HttpRequest, mandate_id: uuid.UUID, red_line_id: uuid.UUID) -> HttpResponse:
    """Take a red line out of the draft."""
    found = _mandate(mandate_id)
    return carry_out(
        request,
        "delegations.remove_red_line",
        lambda: mandates.remove_red_line(found, red_line_id, actor_id=request.user.pk),
        _("The point is taken out of the draft."),
        to=("delegations:mandate", found.party_id),
    )


@require_POST
def lodge(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Lodge the draft."""
    found = _mandate(mandate_id)
    return carry_out(
        request,
        "delegations.lodge_mandate",
        lambda: str(mandates.lodge(found, actor_id=request.user.pk).pk),
        _("The mandate is lodged: from now on it stays as it is."),
        to=("delegations:mandate", found.party_id),
    )


@require_POST
def revoke(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """End the lodged mandate today."""
    found = _mandate(mandate_id)
    return carry_out(
        request,
        "delegations.revoke_mandate",
        lambda: str(mandates.revoke(found, actor_id=request.user.pk).pk),
        _("The mandate has ended today."),
        to=("delegations:mandate", found.party_id),
    )


@require_POST
@removal
def discard(request: HttpRequest, mandate_id: uuid.UUID) -> HttpResponse:
    """Throw the draft away."""
    found = _mandate(mandate_id)
    return carry_out(
        request,
        "delegations.discard_mandate",
        lambda: mandates.discard_draft(found, actor_id=request.user.pk),
        _("The draft is gone."),
        to=("delegations:mandate", found.party_id),
    )
