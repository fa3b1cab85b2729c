# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The convergence page, releases, and downloads of what the viewer may see."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.dialogue import hooks, policies, standing
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.models import Consultation, Party, Release, Side
from tavolo.dialogue.services import closing, downloads, own_figures, picturing, releasing
from tavolo.dialogue.services.analysing import file_for
from tavolo.dialogue.services.results import view_for
from tavolo.dialogue.views import consultation_of

TYPES = {
    "csv": "text/csv; charset=utf-8", "json": "application/json", "pdf": "application/pdf",
    "zip": "application/zip", "svg": "image/svg+xml",
}  # fmt: skip


def language() -> str:
    """Return the language of figures and words: Italian unless English was chosen."""
    return "en" if (get_language() or "it").startswith("en") else "it"


def results(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the convergence page as far as it may be shown."""
    found = consultation_of(request, consultation_id=consultation_id)
    if found.kind == Consultation.Kind.BALLOT:
        return redirect("plain_ballots:results", found.pk)
    if found.state == Consultation.State.VOID:
        return redirect("polling:no_result", found.pk)
    if not found.has_results:
        return render(request, "dialogue/results_later.html", {"consultation": found})
    party = policies.party_at(request, found)
    view = view_for(found)
    picture = picturing.picture_of(found, language()) if view.columns else None
    chosen = _filters(request)
    context = {
        "consultation": found,
        "picture": picture,
        "statements": _filtered(picture, chosen) if picture else [],
        "chosen": chosen,
        "hidden_sides": [Side(side).label for side in view.hidden_sides if side],
        "not_alone": _not_alone(found, view),
        "own": own_figures.own_figures(found, party, language()) if party else None,
        "party": party,
        "release_state": _release_state(found, party, view.waiting),
        "may_release": party is not None and standing.may_act_for(request.user.pk, party),
        "may_publish": found.state == Consultation.State.CLOSED
        and policies.publishes(request, {"consultation_id": found.pk}),
        "sits": policies.sits_at_its_table(request, {"consultation_id": found.pk}),
        "sees_table": policies.sees_table(request, {"table_id": found.table_id}),
        "minimum": found.table.minimum_group,
        "key": new_key(),
        "ways_on": hooks.ways_on(request, found),
    }
    return render(request, "dialogue/results.html", context)


def _filters(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "")[:60] for name in ("verdict", "group", "q")}


def _filtered(picture: dict[str, Any], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Keep the statements of a verdict, of words typed, and the rows of one group."""
    words = chosen["q"].casefold().split()
    out = []
    for statement in picture["statements"]:
        if chosen["verdict"] and statement["code"] != chosen["verdict"]:
            continue
        if any(word not in statement["text"].casefold() for word in words):
            continue
        out.append(statement)
    return out


def _not_alone(found: Consultation, view: Any) -> list[str]:
    """Return the parties that asked and have no column of their own on the map, for everybody alike."""
    alone = {column.label.key for column in view.columns if column.label.kind == "party"}
    asked = Party.objects.filter(pk__in=found.groups.values("party_id")).select_related("organisation")
    return [str(party) for party in asked if str(party.pk) not in alone]


def _release_state(found: Consultation, party: Party | None, waiting: list[str]) -> str:
    if party is None or not found.groups.filter(party=party, pooled=False).exists():
        return ""
    if str(party.pk) in waiting:
        return "waiting"
    released = Release.objects.filter(consultation=found, party=party).exists()
    return "shown" if released else "own"


def release(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Ask for confirmation, then release the party's own results for good."""
    found = consultation_of(request, consultation_id=consultation_id)
    party = policies.party_at(request, found)
    if party is None:
        raise Http404
    if request.method == "POST":
        done = attempt(
            request,
            "release_results",
            lambda: releasing.release_results(found, party=party, actor_id=request.user.pk),
            _("Your party's results are released. This cannot be undone."),
        )
        if done:
            return redirect("dialogue:results", found.pk)
    context = {"consultation": found, "party": party, "key": new_key()}
    return render(request, "dialogue/release.html", context)


@require_POST
def publish(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the shared map to everybody."""
    found = consultation_of(request, consultation_id=consultation_id)
    plain = found.kind == Consultation.Kind.BALLOT
    attempt(
        request,
        "publish",
        lambda: closing.publish(found, actor_id=request.user.pk),
        _("The result is public.") if plain else _("The shared map is public."),
    )
    return redirect("dialogue:results", found.pk)


def attachment(found: Consultation, name: str, kind: str, content: bytes) -> HttpResponse:
    """Return a file of a consultation's figures, as a download."""
    response = HttpResponse(content, content_type=TYPES[kind])
    stem = slugify(found.title)[:60] or "consultazione"
    response["Content-Disposition"] = f'attachment; filename="{stem}-{name}.{kind}"'
    return response


def _download(request: HttpRequest, consultation_id: uuid.UUID, kind: str) -> HttpResponse:
    found = consultation_of(request, consultation_id=consultation_id)
    try:
        if not found.has_results:
            raise Problem(_("Figures appear after the consultation is closed."))
        content = file_for(found, language(), kind)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("dialogue:results", found.pk)
    return attachment(found, _("convergences"), kind, content)


def results_csv(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Download the figures as CSV."""
    return _download(request, consultation_id, "csv")


def results_json(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Download everything shown as JSON."""
    return _download(request, consultation_id, "json")


def results_pdf(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Download the report as PDF."""
    return _download(request, consultation_id, "pdf")


def results_polis(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Download the shown ballots in the format of a Polis export, without groups, dated by day."""
    found = consultation_of(request, consultation_id=consultation_id)
    try:
        content = downloads.polis_zip(found, language())
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("dialogue:results", found.pk)
    return attachment(found, "polis", "zip", content)


def own_csv(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Download a party's own figures."""
    found = consultation_of(request, consultation_id=consultation_id)
    party = policies.party_at(request, found)
    if party is None:
        raise Http404
    try:
        content = own_figures.own_csv(found, party, language())
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("dialogue:results", found.pk)
    return attachment(found, slugify(str(party)), "csv", content)
