# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What exercises give to the table's page, to “what awaits me”, to the timeline and to search."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tavolo.dialogue import hooks, standing
from tavolo.dialogue.models import Table
from tavolo.dialogue.overlap import seats
from tavolo.dialogue.overlap.models import ENDED, Agreement, Exercise, Participant
from tavolo.dialogue.overlap.services.lodging import own_lodging
from tavolo.language.folding import fold

ORDER = 45


def register() -> None:
    """Register with the pages that gather from all parts."""
    hooks.door(door)
    hooks.waiting(waiting)
    hooks.event(events)
    hooks.finder("overlap", find)


def may_enter(account_id: uuid.UUID, table_id: uuid.UUID) -> bool:
    """Say whether a person sits at the table for a party or in its secretariat."""
    return (
        standing.parties_of(account_id, table_id).exists() or standing.is_secretary(account_id, table_id)
    )  # fmt: skip


def door(request: HttpRequest, table: Table) -> hooks.Door | None:
    """Return the entry of the table's page for delegates and secretariat."""
    account = request.user.pk
    if account is None or not may_enter(account, table.pk):
        return None
    open_one = seats.visible(account).filter(table=table).exclude(state__in=ENDED).first()
    return hooks.Door(
        _("Blind overlap"),
        _("Each party lodges in secret what it could accept; only what all accept is shown."),
        reverse("overlap:exercises", args=[table.pk]),
        ORDER,
        open_one.get_state_display() if open_one else "",
    )


def waiting(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    """Yield the steps that wait for this person's party, or for the secretariat."""
    open_ones = seats.visible(account_id).exclude(state__in=ENDED).select_related("table")
    taking_part = Prefetch("participants", queryset=Participant.objects.select_related("party"))
    for exercise in open_ones.prefetch_related(taking_part, "agreements"):
        words = _awaited(exercise, account_id)
        if words:
            yield hooks.Waiting(
                "overlap", words, f"{exercise.title} · {exercise.table.title}",
                reverse("overlap:exercise", args=[exercise.pk]), exercise.closes_on, exercise.table_id,
            )  # fmt: skip


def _awaited(exercise: Exercise, account_id: uuid.UUID) -> str:
    state = Exercise.State
    taking_part = [one.party for one in exercise.participants.all()]
    party = next((one for one in taking_part if standing.may_act_for(account_id, one)), None)
    if party is None:
        writes = standing.is_secretary(account_id, exercise.table_id)
        return _("Write the list of issues") if writes and exercise.state == state.LISTING else ""
    said = {(one.step, one.version) for one in exercise.agreements.all() if one.party_id == party.pk}
    given = {
        step: (step, exercise.version if step == Agreement.Step.LIST else 0) in said
        for step in Agreement.Step.values
    }
    if exercise.state == state.ASKED and not given["ask"]:
        return _("A blind overlap is asked for: does your party ask too?")
    if exercise.state == state.LISTING and exercise.version and not given["list"]:
        return _("Read the list of a blind overlap")
    if exercise.state == state.LODGING and own_lodging(exercise, actor_id=account_id) is None:
        return _("Lodge what your party could accept")
    if exercise.state == state.READY and not given["look"]:
        return _("All have lodged: agree to look, or not")
    if exercise.state == state.LOOKED and not given["packages"]:
        return _("Agree to see packages across issues, or not")
    return ""


def events(account_id: uuid.UUID | None, table: Table) -> Iterator[hooks.Event]:
    """Yield the days of the table's exercises, without content, to those who see them."""
    if account_id is None:
        return
    for exercise in seats.visible(account_id).filter(table=table):
        link = reverse("overlap:exercise", args=[exercise.pk])
        yield hooks.Event(exercise.asked_on, "overlap", _("Blind overlap asked for"), link, exercise.title)
        if exercise.looked_on:
            yield hooks.Event(exercise.looked_on, "overlap", _("Blind overlap shown"), link, exercise.title)
        if exercise.ended_on:
            yield hooks.Event(
                exercise.ended_on, "overlap", _("Blind overlap ended: what was lodged is destroyed"), link,
                exercise.title,
            )  # fmt: skip


def find(account_id: uuid.UUID | None, query: str) -> list[hooks.Match]:
    """Return exercises whose title or issues hold all words of a query."""
    wanted = fold(query).split()
    if account_id is None or not wanted:
        return []
    found = []
    for exercise in seats.visible(account_id).prefetch_related("issues"):
        issues: list[Any] = [issue.title for issue in exercise.issues.all()]
        text = fold(" ".join([exercise.title, *issues]))
        if all(word in text for word in wanted):
            rank = 1.0 if all(word in fold(exercise.title) for word in wanted) else 0.5
            link = reverse("overlap:exercise", args=[exercise.pk])
            snippet = ", ".join(issues)
            found.append(
                hooks.Match(_("Blind overlap"), exercise.title, snippet, link, rank, exercise.table_id)
            )
    return found
