# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The moderators' queue, the guarantors' page, and the counts everybody reads."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing
from tavolo.dialogue.acting import carry_out
from tavolo.dialogue.models import Consultation, Theme
from tavolo.dialogue.views import consultation_of
from tavolo.dialogue.voices import counting, moderating, privacy_hint, proposing, rulebook
from tavolo.dialogue.voices.models import Proposal, Rule


@never_cache
def queue(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show the undecided proposals, one card each, the nearest deadline first."""
    # Whoever a party named as moderator may sit in no delegation: the route's policy has decided.
    found = get_object_or_404(Consultation.objects.select_related("table"), pk=consultation_id)
    entries = [
        {
            "row": entry.proposal, "text": entry.text, "doubt": entry.doubt, "reason": entry.reason,
            "blocked": entry.blocked, "late": entry.proposal.due_on < standing.today(),
            "flags": privacy_hint.look(entry.text), "key": new_key(),
            "alike": [version for version, _score in proposing.similar(found, entry.text)],
            "rules": entry.proposal.book.rules.all(),
        }
        for entry in moderating.queue(found, request.user.pk)
    ]  # fmt: skip
    context = {
        "consultation": found, "cards": entries, "book": rulebook.in_force(found.table_id),
        "themes": [] if found.theme_id else Theme.objects.filter(table=found.table_id),
    }  # fmt: skip
    return render(request, "voices/queue.html", context)


@require_POST
def decide(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Accept a proposal, or refuse it by a rule."""
    row = get_object_or_404(Proposal.objects.select_related("consultation"), pk=proposal_id)
    accepts = request.POST.get("decision") == "accept"
    rule = None
    if not accepts and (code := request.POST.get("rule", "")):
        rule = Rule.objects.filter(book_id=row.book_id, code=code[:8]).first()
    words = request.POST.get("words", "")
    theme = theme_of(row, request.POST.get("theme", ""))

    def work() -> str:
        return str(
            moderating.decide(
                row, accepts=accepts, moderator_id=request.user.pk, rule=rule, words=words, theme=theme
            ).state
        )

    said = _("Accepted: it is open to votes.") if accepts else _("Recorded. A refusal takes two people.")
    return carry_out(request, "decide_proposal", work, said, to=("voices:queue", row.consultation_id))


def theme_of(row: Proposal, wanted: str) -> Theme | None:
    """Return the theme of the proposal's table that a form or a program names, if any."""
    try:
        return Theme.objects.filter(table=row.consultation.table_id, pk=uuid.UUID(wanted)).first()
    except ValueError:
        return None


def counts(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show how many were proposed, accepted, refused by which rule, and what became of appeals."""
    found = consultation_of(request, consultation_id=consultation_id)
    context = {"consultation": found, "counts": counting.public_counts(found)}
    return render(request, "voices/counts.html", context)


@never_cache
def guarantee(request: HttpRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show a guarantor what was refused, appeals first."""
    found = get_object_or_404(Consultation.objects.select_related("table"), pk=consultation_id)
    entries = moderating.refused(found.table_id, found)
    for entry in entries:
        entry["key"] = new_key()
    appealed = Proposal.State.APPEALED
    context = {
        "consultation": found,
        "waiting": [entry for entry in entries if entry["proposal"].state == appealed],
        "cards": [entry for entry in entries if entry["proposal"].state != appealed],
    }
    return render(request, "voices/guarantee.html", context)


@require_POST
def rule_on(request: HttpRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Answer an appeal."""
    row = get_object_or_404(Proposal.objects.select_related("consultation"), pk=proposal_id)
    reinstates = request.POST.get("decision") == "reinstate"
    words = request.POST.get("words", "")
    return carry_out(
        request,
        "rule_on_appeal",
        lambda: str(
            moderating.rule_on(row, reinstates=reinstates, words=words, guarantor_id=request.user.pk).state
        ),
        _("The appeal is answered."),
        to=("voices:guarantee", row.consultation_id),
    )
