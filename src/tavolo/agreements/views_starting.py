# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Beginning an agreement: where its first words come from."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tavolo.agreements import forms, gates
from tavolo.agreements.frame import do
from tavolo.agreements.services import sources, starting, word
from tavolo.agreements.text.model import Text
from tavolo.agreements.views import table_of
from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.dialogue import standing as seats
from tavolo.dialogue.models import Table


def _tabs() -> list[dict[str, str]]:
    rows = (
        (
            forms.CONVERGENCES, _("From the convergences"),
            _("What the majority of every group agreed to in the consultations becomes the first clauses."),
        ),
        (forms.PLATFORM, _("From a platform"), _("A platform sent to the table, point by point.")),
        (forms.PASTED, _("From a text"), _("Paste a text you already have.")),
        (forms.WORD, _("From a Word file"), _("Bring a .docx; its headings become clauses.")),
        (forms.EMPTY, _("From an empty sheet"), _("Only the title; clauses come as amendments.")),
    )  # fmt: skip
    return [{"key": key, "name": name, "text": text} for key, name, text in rows]


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Choose where the first draft comes from, and begin it."""
    table = table_of(request.user.pk, table_id)
    if table is None:
        raise Http404
    source = request.GET.get("da", forms.CONVERGENCES)
    source = source if source in forms.SOURCES else forms.CONVERGENCES
    form = forms.StartForm(source, request.POST or None, request.FILES or None)
    found = sources.convergences(table) if source == forms.CONVERGENCES else []
    sent = sources.platforms(request.user.pk, table) if source == forms.PLATFORM else []
    if request.method == "POST" and form.is_valid():
        made: list[str] = []

        def work() -> str:
            made.append(_begin(request, table, source, form.cleaned_data, found, sent))
            return made[0]

        if do(request, "start", work, _("The agreement is begun: its first draft is version 1.")):
            if made:
                return redirect("agreements:text", made[0])
            return redirect("agreements:table", table.pk)
    party = seats.acting_party(request.user.pk, table.pk)
    context = {
        "table": table, "form": form, "source": source, "tabs": _tabs(), "key": new_key(), "found": found,
        "sent": sent, "open": gates.may_propose(table, party),
        "chosen": request.POST.getlist("convergence") or _wanted(request, found),
        "platform": request.POST.get("platform") or (sent[0].key if sent else ""),
    }  # fmt: skip
    return render(request, "agreements/start.html", context, status=422 if form.errors else 200)


def _wanted(request: HttpRequest, found: list[sources.Convergence]) -> list[str]:
    """Return the convergences ticked at first: those of the consultation one comes from, else all."""
    wanted = request.GET.get("consultazione", "")
    own = [one.key for one in found if str(one.consultation.pk) == wanted]
    return own or [one.key for one in found]


def _begin(
    request: HttpRequest, table: Table, source: str, data: dict[str, Any],
    found: list[sources.Convergence], sent: list[sources.Platform],
) -> str:  # fmt: skip
    text = _text(request, source, data, found, sent)
    made = starting.start_agreement(
        table, title=data["title"], text=text, actor_id=request.user.pk, level=data["level"],
        system=data["system"],
    )  # fmt: skip
    return str(made.pk)


def _text(
    request: HttpRequest, source: str, data: dict[str, Any], found: list[sources.Convergence],
    sent: list[sources.Platform],
) -> Text:  # fmt: skip
    title = data["title"]
    if source == forms.CONVERGENCES:
        asked = set(request.POST.getlist("convergence"))
        chosen = [one for one in found if one.key in asked]
        if not chosen:
            raise Problem(_("Choose at least one convergence."))
        return sources.text_from_convergences(title, chosen, data.get("preamble", ""))
    if source == forms.PLATFORM:
        wanted = next((one for one in sent if one.key == request.POST.get("platform")), None)
        if wanted is None:
            raise Problem(_("Choose the platform to begin from."))
        return sources.text_from_platform(title, wanted)
    if source == forms.PASTED:
        return sources.text_from_points(title, data["text"])
    if source == forms.WORD:
        text, ignored = sources.text_from_word(title, data["file"].read())
        if ignored:
            names = ", ".join(word.left_out(ignored))
            said = _("The Word file held more than text: %(names)s. Check that nothing you need is missing.")
            messages.warning(request, said % {"names": names})
        return text
    return Text.of(title)
