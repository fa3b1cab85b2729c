# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What the pages of an agreement share: finding it, whose page it is, doing something once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tavolo.agreements import gates
from tavolo.agreements.models import Agreement, Amendment, Draft, State, Version
from tavolo.agreements.services import notes
from tavolo.agreements.services.texts import current, version_number
from tavolo.agreements.standing import acting_party, agreement_at, is_secretary, own_parties, sits_at
from tavolo.common.errors import Problem
from tavolo.common.idempotency import key_from, new_key, once
from tavolo.dialogue.acting import attempt
from tavolo.dialogue.models import Party


@dataclass(frozen=True)
class Here:
    """An agreement and what the person who asks is in it."""

    agreement: Agreement
    account_id: uuid.UUID | None
    party: Party | None
    own: list[Party]
    secretary: bool
    sits: bool

    @property
    def is_draft(self) -> bool:
        """Say whether the text may still change."""
        return self.agreement.state == State.DRAFT

    @cached_property
    def may_amend(self) -> bool:
        """Say whether this person can bring an amendment today."""
        if not self.is_draft or not (self.party or self.secretary):
            return False
        return gates.may_amend(self.agreement, self.party)


def here(request: HttpRequest, agreement_id: uuid.UUID) -> Here:
    """Return the agreement an address names, for this person, or 404."""
    account = request.user.pk if request.user.is_authenticated else None
    found = agreement_at(account, {"agreement_id": agreement_id})
    if found is None:
        raise Http404
    return Here(
        found, account, acting_party(account, found), own_parties(account, found),
        is_secretary(account, found), sits_at(account, found),
    )  # fmt: skip


def amendment_at(place: Here, amendment_id: uuid.UUID) -> Amendment:
    """Return an amendment of the agreement, or 404."""
    rows = Amendment.objects.filter(agreement=place.agreement, pk=amendment_id)
    found = rows.select_related("party__organisation", "agreement", "taken_into", "successor").first()
    if found is None:
        raise Http404
    return found


def draft_at(place: Here, draft_id: object) -> Draft:
    """Return a private draft of the person's own party, or 404."""
    found = notes.draft_at(place.agreement, place.own, draft_id)
    if found is None:
        raise Http404
    return found


def version_at(place: Here, wanted: str) -> Version:
    """Return the version asked for; only those who work on the text read former ones."""
    if not wanted or not place.sits:
        return current(place.agreement)
    if not wanted.isdecimal() or len(wanted) > 6:
        raise Http404
    try:
        return version_number(place.agreement, int(wanted))
    except Problem as problem:
        raise Http404 from problem


def id_in(words: str) -> uuid.UUID:
    """Return the id a form or an address carries, or 404."""
    try:
        return uuid.UUID(words)
    except ValueError as error:
        raise Http404 from error


def shown(
    request: HttpRequest, place: Here, template: str, context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render a page of an agreement. What a delegation sees of its own stays in no cache."""
    agreement = place.agreement
    values = {"agreement": agreement, "here": place, "table": agreement.table, "key": new_key()}
    response = render(request, f"agreements/{template}", values | dict(context or {}), status=status)
    if place.sits:
        response["Cache-Control"] = "private, no-store"
    return response


def do(request: HttpRequest, action: str, work: Callable[[], Any], done: str = "") -> bool:
    """Do `work` once for this form and tell the person how it went."""
    return attempt(request, f"agreements.{action}", work, done)


def do_for_program(request: HttpRequest, action: str, work: Callable[[], Any]) -> Any:
    """Do `work` once for the key a program sends; without a key each request counts."""
    key = key_from(request)
    if not key:
        return work()
    return once(key, account_id=request.user.pk, action=f"agreements.{action}").run(work)
