# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Adding an agreement made elsewhere, correcting one by a new record, adding what amends it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tavolo.agreements.archive import adding, amending
from tavolo.agreements.archive.forms import PARTS, WHOLE, BroughtForm
from tavolo.agreements.archive.indexing import frozen_version
from tavolo.agreements.archive.models import Elsewhere, Entry
from tavolo.agreements.services.texts import text_of
from tavolo.agreements.standing import today
from tavolo.agreements.text.reading import write_plain
from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.people.roles import person


def add(request: HttpRequest) -> HttpResponse:
    """Add an agreement made elsewhere; near-duplicates are shown first and a person decides."""
    form = BroughtForm(request.user, request.POST or None, request.FILES or None)
    return _page(request, form, _("Add an agreement made elsewhere"))


def correct(request: HttpRequest, entry_key: str) -> HttpResponse:
    """Correct a record by a new one; the old one stays at its address."""
    entry = _record(entry_key)
    row = Elsewhere.objects.get(agreement=entry.agreement)
    versions = entry.agreement.versions.count()
    initial = _facts(entry, row) | {
        "title": entry.title, "signed_on": row.signed_on, "source": row.source, "starts_on": row.starts_on,
        "ends_on": row.ends_on, "ended": entry.state == "ended",
        "text": write_plain(text_of(frozen_version(entry.agreement)), ids=True),
        "scope": WHOLE if versions > 1 else PARTS,
    }  # fmt: skip
    form = BroughtForm(
        request.user, request.POST or None, request.FILES or None, initial=initial, correcting=True,
        amending=entry.agreement.amends_id is not None,
    )  # fmt: skip
    return _page(request, form, _("Correct a record"), corrects=entry)


def amend(request: HttpRequest, entry_key: str) -> HttpResponse:
    """Add an agreement made elsewhere that amends another of the archive, from the text in force."""
    entry = _record(entry_key)
    row = Elsewhere.objects.get(agreement=entry.agreement)
    initial = _facts(entry, row) | {
        "text": write_plain(amending.text_on(entry.agreement, today()), ids=True), "scope": WHOLE,
    }  # fmt: skip
    form = BroughtForm(
        request.user, request.POST or None, request.FILES or None, initial=initial, amending=True
    )
    return _page(request, form, _("Add an agreement that amends this one"), amends=entry)


def _record(entry_key: str) -> Entry:
    return get_object_or_404(Entry.objects.select_related("agreement"), key=entry_key, elsewhere=True)


def _facts(entry: Entry, row: Elsewhere) -> dict[str, Any]:
    """Return what a record most often shares with its correction or with what amends it."""
    return {
        "level": entry.level, "topics": row.topics, "municipality": row.municipality, "sector": row.sector,
        "parties": "\n".join(("" if one["signed"] else "- ") + one["name"] for one in row.parties),
    }  # fmt: skip


def _page(
    request: HttpRequest, form: BroughtForm, heading: str, *, corrects: Entry | None = None,
    amends: Entry | None = None,
) -> HttpResponse:  # fmt: skip
    likes: list[adding.Like] = []
    change: amending.Change | None = None
    if request.method == "POST" and form.is_valid():
        try:
            brought = form.brought()
            if not request.POST.get("not_the_same"):
                change, likes = _to_confirm(brought, corrects, amends)
            if not likes and change is None:
                key = _add(request, form, brought, corrects, amends)
                messages.success(request, _("The agreement is in the archive."))
                return redirect("archive:agreement", key)
        except Problem as problem:
            messages.error(request, str(problem))
    context = {
        "form": form, "likes": likes, "change": change, "entry": corrects or amends, "amends": amends,
        "key": key_from(request) or new_key(), "heading": heading,
    }  # fmt: skip
    return render(request, "archive/add.html", context)


def _to_confirm(
    brought: adding.Brought, corrects: Entry | None, amends: Entry | None
) -> tuple[amending.Change | None, list[adding.Like]]:
    """Return what a person decides about first: what is changed in the text in force, or what is alike."""
    text = adding.read(brought)
    with transaction.atomic():
        target = amending.target_of(amends, corrects)
        if target is not None:
            return amending.change(brought, target, leave_out=corrects), []
    return None, adding.alike(text, brought.title, leave_out=corrects.agreement_id if corrects else None)


def _add(
    request: HttpRequest, form: BroughtForm, brought: adding.Brought, corrects: Entry | None,
    amends: Entry | None,
) -> str:  # fmt: skip
    """Add what was typed, once for this form, and return the new entry's address."""
    upload: Any = form.cleaned_data["file"]

    def work() -> str:
        made = adding.add(
            brought, actor=person(request), organisation_id=UUID(form.cleaned_data["organisation"]),
            file=upload, name=upload.name if upload else "", corrects=corrects, amends=amends,
            reason=form.cleaned_data.get("reason", ""),
        )  # fmt: skip
        return str(made.key)

    key = key_from(request) or new_key()
    return str(once(key, account_id=person(request).pk, action="archive.add").run(work))
