# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Adding an agreement made elsewhere, and correcting one by a new record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tavolo.agreements.archive import adding
from tavolo.agreements.archive.forms import BroughtForm
from tavolo.agreements.archive.indexing import frozen_version
from tavolo.agreements.archive.models import Elsewhere, Entry
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.text.reading import write_plain
from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.people.roles import person


def add(request: HttpRequest) -> HttpResponse:
    """Add an agreement made elsewhere; near-duplicates are shown first and a person decides."""
    form = BroughtForm(request.user, request.POST or None, request.FILES or None)
    return _page(request, form, None)


def correct(request: HttpRequest, entry_key: str) -> HttpResponse:
    """Correct a record by a new one; the old one stays at its address."""
    entry = get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key, elsewhere=True)
    row = Elsewhere.objects.get(agreement=entry.agreement)
    initial = {
        "title": entry.title, "level": entry.level, "signed_on": row.signed_on, "source": row.source,
        "parties": "\n".join(("" if one["signed"] else "- ") + one["name"] for one in row.parties),
        "text": write_plain(text_of(frozen_version(entry.agreement)), ids=True), "topics": row.topics,
        "municipality": row.municipality, "sector": row.sector, "starts_on": row.starts_on,
        "ends_on": row.ends_on, "ended": entry.state == "ended",
    }  # fmt: skip
    form = BroughtForm(
        request.user, request.POST or None, request.FILES or None, initial=initial, correcting=True
    )
    return _page(request, form, entry)


def _page(request: HttpRequest, form: BroughtForm, entry: Entry | None) -> HttpResponse:
    likes: list[adding.Like] = []
    if request.method == "POST" and form.is_valid():
        try:
            brought = form.brought()
            if not request.POST.get("not_the_same"):
                left_out = entry.agreement_id if entry else None
                likes = adding.alike(adding.read(brought), brought.title, leave_out=left_out)
            if not likes:
                key = _add(request, form, brought, entry)
                messages.success(request, _("The agreement is in the archive."))
                return redirect("archive:agreement", key)
        except Problem as problem:
            messages.error(request, str(problem))
    context = {
        "form": form, "likes": likes, "entry": entry, "key": key_from(request) or new_key(),
        "heading": _("Correct a record") if entry else _("Add an agreement made elsewhere"),
    }  # fmt: skip
    return render(request, "archive/add.html", context)


def _add(request: HttpRequest, form: BroughtForm, brought: adding.Brought, entry: Entry | None) -> str:
    """Add what was typed, once for this form, and return the new entry's address."""
    upload: Any = form.cleaned_data["file"]

    def work() -> str:
        made = adding.add(
            brought, actor=person(request), organisation_id=UUID(form.cleaned_data["organisation"]),
            file=upload, name=upload.name if upload else "", corrects=entry,
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip
        return str(made.key)

    key = key_from(request) or new_key()
    return str(once(key, account_id=person(request).pk, action="archive.add").run(work))
