# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""A party's private drafts, and the Word round trip that leads to one. Nothing here is lodged by itself."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tavolo.agreements import forms, showing
from tavolo.agreements.frame import do, draft_at, here, shown
from tavolo.agreements.services import amending, consolidating, notes, word
from tavolo.agreements.services.texts import current, text_of
from tavolo.agreements.text.canonical import read_canonical
from tavolo.agreements.text.deriving import derived
from tavolo.agreements.text.pictures import name_of
from tavolo.common.errors import Problem
from tavolo.common.removals import removal


@require_GET
def draft(request: HttpRequest, agreement_id: uuid.UUID, agreement_draft_id: uuid.UUID) -> HttpResponse:
    """Show a private draft: what it would lodge, what its file brought, how to go on."""
    place = here(request, agreement_id)
    found = draft_at(place, agreement_draft_id)
    known = word.understood(found, current(place.agreement))
    before = text_of(found.version)
    after = read_canonical(found.canonical.encode())
    record = derived(before, after, id="1", author="")
    changes = [showing.wishes(before, record, one) for one in known.changes]
    ignored = word.left_out(known.found.get("ignored", []))
    context = {
        "draft": found, "changes": changes, "found": known.found, "ignored": ignored,
        "is_older": known.is_older,
        "form": forms.LodgeForm(initial={"reason": found.reason}),
        "clauses": [(one, name_of(after, one.id, showing.language())) for one in after.clauses.values()],
        "notes": [
            {"author": one["author"], "text": one["text"],
             "clause": name_of(after, one["clause"], showing.language())}
            for one in known.found.get("notes", [])
        ],
    }  # fmt: skip
    return shown(request, place, "draft.html", context)


@require_POST
@removal
def draft_lodge(request: HttpRequest, agreement_id: uuid.UUID, agreement_draft_id: uuid.UUID) -> HttpResponse:
    """Lodge what a private draft changes, as amendments one by one."""
    place = here(request, agreement_id)
    found = notes.draft_at(place.agreement, place.own, agreement_draft_id)
    if found is None:  # lodged by the first of two clicks
        return redirect("agreements:amendments", place.agreement.pk)
    form = forms.LodgeForm(request.POST)

    def work() -> int:
        if not form.is_valid():
            raise Problem(_("Choose what to do with the comments."))
        reason = form.cleaned_data["reason"]
        if reason != found.reason:
            amending.save_draft(
                place.agreement, party=found.party, text=read_canonical(found.canonical.encode()),
                actor_id=request.user.pk, title=found.title, reason=reason, draft_id=found.pk,
            )  # fmt: skip
        return len(word.lodge(found, actor_id=request.user.pk, comments=form.cleaned_data["comments"]))

    if do(request, "draft_lodge", work, _("Your party's changes are lodged as amendments.")):
        return redirect("agreements:amendments", place.agreement.pk)
    return redirect("agreements:draft", place.agreement.pk, agreement_draft_id)


@require_POST
@removal
def draft_discard(
    request: HttpRequest, agreement_id: uuid.UUID, agreement_draft_id: uuid.UUID
) -> HttpResponse:
    """Throw a private draft away."""
    place = here(request, agreement_id)
    found = draft_at(place, agreement_draft_id)
    do(
        request, "draft_discard", lambda: amending.discard_draft(found, actor_id=request.user.pk),
        _("The draft is thrown away."),
    )  # fmt: skip
    return redirect("agreements:text", place.agreement.pk)


@require_http_methods(["GET", "POST"])
def word_page(request: HttpRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Take the text to Word, and bring the edited file back into a private draft."""
    place = here(request, agreement_id)
    form = forms.WordForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made: list[str] = []
        file = form.cleaned_data["file"]

        def work() -> str:
            row = word.take_back(place.agreement, file.read(), name=file.name, actor_id=request.user.pk)
            made.append(str(row.pk))
            return made[0]

        if do(request, "word", work):
            if made:
                return redirect("agreements:draft", place.agreement.pk, made[0])
            return redirect("agreements:text", place.agreement.pk)
    version = current(place.agreement)
    open_ones = [one for one in consolidating.open_amendments(place.agreement)
                 if one.revision.version_id == version.pk and not one.revision.held]  # fmt: skip
    context = {"form": form, "open": open_ones, "version": version}
    return shown(request, place, "word.html", context, 422 if form.errors else 200)
