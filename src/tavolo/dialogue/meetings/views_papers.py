# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Documents and communiqués."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tavolo.common.documents.html import html
from tavolo.common.errors import Problem
from tavolo.common.idempotency import new_key
from tavolo.common.limits import limit
from tavolo.common.serving import stored_file
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import access, forms, papers, policies
from tavolo.dialogue.meetings.acting import act
from tavolo.dialogue.meetings.models import Communique, Document
from tavolo.dialogue.meetings.services import communiques as announcing
from tavolo.dialogue.meetings.services import documents as filing
from tavolo.dialogue.meetings.views import form_page, table_of
from tavolo.dialogue.models import Table

UPLOADS_PER_HOUR = 60
PUBLIC_LIST = 100


@require_safe
def documents(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List the documents of a table that this person may see."""
    found = table_of(request, table_id=table_id)
    rows = access.visible_documents(request.user.pk).filter(table=found)
    rows = rows.select_related("owner__organisation", "meeting").prefetch_related("versions__file")
    context = {
        "table": found, "rows": rows, "works": policies.works(request, {"table_id": found.pk}),
    }  # fmt: skip
    return render(request, "meetings/documents.html", context)


def count_upload(request: HttpRequest) -> None:
    """Count one upload of this person; raise beyond the number allowed in an hour."""
    from datetime import timedelta

    limit(f"meetings.upload:{request.user.pk}", per=timedelta(hours=1), count=UPLOADS_PER_HOUR)


def document_new(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Add a document to a table or to one of its meetings."""
    found = table_of(request, table_id=table_id)
    meetings = access.visible_meetings(request.user.pk).filter(table=found)
    own = standing.acting_party(request.user.pk, found.pk)
    initial = {
        "meeting": request.GET.get("meeting"),
        "audience": "meeting" if "meeting" in request.GET else None,
    }
    form = forms.DocumentForm(
        found, meetings, own, request.POST or None, request.FILES or None, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        made = act(
            request, "add_document", lambda: _add(request, found, dict(form.cleaned_data)),
            _("The document is there for those you chose."),
        )  # fmt: skip
        if made:
            return redirect("meetings:document", made)
    return form_page(
        request, _("Add a document"), form, reverse("meetings:documents", args=[found.pk]), table=found,
        upload=True, lead=_("A document of a restricted or party meeting is for its people only."),
    )  # fmt: skip


def _add(request: HttpRequest, found: Table, data: dict[str, Any]) -> Document:
    count_upload(request)
    file = data.pop("file")
    data["parties"] = [uuid.UUID(value) for value in data.get("parties", [])]
    return filing.add_document(found, actor_id=request.user.pk, source=file, name=file.name, **data)


def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """Show a document with its versions, and add one."""
    found = policies.document_at(request, {"document_id": document_id})
    if found is None:
        raise Http404
    may = filing.may_add_version(request.user.pk, found)
    form = forms.VersionForm(request.POST or None, request.FILES or None) if may else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            file = form.cleaned_data["file"]

            def work() -> Any:
                count_upload(request)
                return filing.add_version(
                    found, actor_id=request.user.pk, source=file, name=file.name,
                    note=form.cleaned_data["note"],
                )  # fmt: skip

            if act(request, "add_version", work, _("The new version is there.")):
                return redirect("meetings:document", found.pk)
    context = {
        "table": found.table, "document": found, "form": form, "key": new_key(),
        "versions": found.versions.select_related("file", "author"), "parties": found.parties.all(),
    }  # fmt: skip
    return render(request, "meetings/document.html", context)


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """List published communiqués: a page for everybody."""
    rows = Communique.objects.filter(state=Communique.State.PUBLISHED).order_by("-published_at")
    rows = rows.select_related("current", "party__organisation", "table")[:PUBLIC_LIST]
    return render(request, "meetings/published.html", {"rows": rows})


@require_safe
def communiques(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """List a table's communiqués, with the drafts this person may read."""
    found = table_of(request, table_id=table_id)
    rows = access.visible_communiques(request.user.pk).filter(table=found)
    rows = rows.select_related("current", "party__organisation")
    context = {"table": found, "rows": rows, "works": policies.works(request, {"table_id": found.pk})}
    return render(request, "meetings/communiques.html", context)


def communique_new(request: HttpRequest, table_id: uuid.UUID) -> HttpResponse:
    """Draft a communiqué."""
    found = table_of(request, table_id=table_id)
    own = standing.acting_party(request.user.pk, found.pk)
    form = forms.CommuniqueForm(found, own, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data["joint"] = data["joint"] == "yes"
        made = act(
            request, "draft_communique",
            lambda: announcing.draft(found, actor_id=request.user.pk, **data), _("The draft is saved."),
        )  # fmt: skip
        if made:
            return redirect("meetings:communique", made)
    return form_page(
        request, _("New communiqué"), form, reverse("meetings:communiques", args=[found.pk]), table=found
    )


def communique_of(request: HttpRequest, communique_id: uuid.UUID) -> Communique:
    """Return the communiqué an address names, or 404."""
    found = policies.communique_at(request, {"communique_id": communique_id})
    if found is None:
        raise Http404
    return found


@require_safe
def communique(request: HttpRequest, communique_id: uuid.UUID) -> HttpResponse:
    """Show a communiqué: to everybody once published; before, with who has approved the text."""
    found = communique_of(request, communique_id)
    draft = found.state == Communique.State.DRAFT
    account = policies.account_of(request)
    context = {
        "row": found, "draft": draft,
        "paper": html(papers.communique_paper(found, found.current), title=False),
        "sits": account is not None and access.sits(account, found.table_id), "key": new_key(),
    }  # fmt: skip
    if draft:
        party = standing.acting_party(account, found.table_id)
        waits = announcing.missing(found) if found.party is None else []
        context |= {
            "may_write": announcing.may_write(account, found), "missing": waits,
            "approvals": found.current.approvals.select_related("party__organisation"),
            "may_approve": party is not None and party in waits,
            "may_publish": found.party is not None and access.is_head(account, found.party),
        }  # fmt: skip
    return render(request, "meetings/communique.html", context)


@require_safe
def communique_pdf(request: HttpRequest, communique_id: uuid.UUID) -> HttpResponseBase:
    """Send a published communiqué's PDF, as it was stored on the day it was published."""
    found = communique_of(request, communique_id)
    if found.pdf is None:
        raise Http404
    return stored_file(found.pdf)


def communique_edit(request: HttpRequest, communique_id: uuid.UUID) -> HttpResponse:
    """Write a new wording of a draft."""
    found = communique_of(request, communique_id)
    initial = {"title": found.current.title, "text": found.current.text}
    form = forms.CommuniqueForm(found.table, None, request.POST or None, initial=initial)
    for name in ("joint", "meeting"):
        del form.fields[name]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = act(
            request, "revise_communique",
            lambda: announcing.revise(found, actor_id=request.user.pk, **data),
            _("The new wording is saved; approvals of the old one do not count for it."),
        )  # fmt: skip
        if made:
            return redirect("meetings:communique", found.pk)
    return form_page(
        request, _("Change the communiqué"), form, reverse("meetings:communique", args=[found.pk]),
        table=found.table,
    )  # fmt: skip


def _version(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("version", ""))
    except ValueError:
        raise Problem(_("Reload the page: the text you read is not known.")) from None


@require_POST
def communique_approve(request: HttpRequest, communique_id: uuid.UUID) -> HttpResponse:
    """Approve the exact text of a joint communiqué."""
    found = communique_of(request, communique_id)
    act(
        request, "approve_communique",
        lambda: announcing.approve(found, _version(request), actor_id=request.user.pk),
        _("Your party's approval is recorded."),
    )  # fmt: skip
    return redirect("meetings:communique", found.pk)


@require_POST
def communique_publish(request: HttpRequest, communique_id: uuid.UUID) -> HttpResponse:
    """Publish a party's own communiqué."""
    found = communique_of(request, communique_id)
    act(
        request, "publish_communique",
        lambda: announcing.publish_own(found, _version(request), actor_id=request.user.pk),
        _("The communiqué is published."),
    )  # fmt: skip
    return redirect("meetings:communique", found.pk)
