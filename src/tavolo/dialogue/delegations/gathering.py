# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What this part has for the pages that gather: what awaits a person, doors, events, search."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tavolo.common.row_security import opened
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.delegations import composition, decisions, mandates, policies
from tavolo.dialogue.delegations.models import Departure, JointDecision, Mandate, RedLine
from tavolo.dialogue.models import Delegate, DelegateRole, Table
from tavolo.language.stemming import share_found
from tavolo.people.models import Role

SNIPPET = 200


def awaited_answers(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    """Yield the joint decisions that wait for a party this person acts for."""
    for decision, party in decisions.awaited_of(account_id):
        yield hooks.Waiting(
            kind="delegations.decision",
            title=decisions.title_of(decision),
            text=_("A joint decision of “%(table)s” waits for the consent of %(party)s.")
            % {"table": decision.table.title, "party": party},
            link=reverse("delegations:decision", args=[decision.pk]),
            table_id=decision.table_id,
        )


def awaited_mandates(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    """Yield the parties a person heads whose mandate is missing, over, or about to end."""
    for party in standing.own_parties(account_id):
        if not standing.heads(account_id, party) or party.table.state == Table.State.CLOSED:
            continue
        text = mandates.warning(party)
        if text:
            now = mandates.current(party)
            yield hooks.Waiting(
                kind="delegations.mandate",
                title=_("Mandate of the delegation"),
                text=f"{party.table.title}: {text}",
                link=reverse("delegations:mandate", args=[party.pk]),
                due=now.last_day if now else None,
                table_id=party.table_id,
            )


def awaited_heads(account_id: uuid.UUID) -> Iterator[hooks.Waiting]:
    """Yield the delegations without a head that this officer composes."""
    # Whoever composes as the head of a delegation sits in one that has a head.
    offices = {one.role for one in standing.own_memberships(account_id)}
    composed = composition.composed_by(account_id) if offices & {Role.OFFICER, Role.RSU} else []
    heads = Delegate.objects.active_on(standing.today()).filter(role=DelegateRole.HEAD, party__in=composed)
    headed = set(heads.values_list("party_id", flat=True)) if composed else set()
    for party in composed:
        if party.pk not in headed:
            yield hooks.Waiting(
                kind="delegations.head",
                title=_("Name a head of delegation"),
                text=_("%(party)s has nobody who heads its delegation at “%(table)s”.")
                % {"party": party, "table": party.table.title},
                link=reverse("delegations:delegations", args=[party.table_id]),
                table_id=party.table_id,
            )


def door_of_delegations(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Return the entry to delegations and mandates, for those who sit at the table."""
    if not policies.sits(request, {"table_id": table.pk}):
        return None
    own = standing.parties_of(request.user.pk, table.pk).first()
    return hooks.Door(
        title=_("Delegations and mandates"),
        text=_("Who sits for whom, until when; and your party's mandate, read by your party alone."),
        link=reverse("delegations:delegations", args=[table.pk]),
        order=12,
        badge=_("mandate to look at") if own and mandates.warning(own) else "",
        group=hooks.TABLE,
    )


def door_of_secretariat(request: HttpRequest, table: Any) -> hooks.Door | None:
    """Return the entry to the secretariat and, for those who sit at the table, the joint decisions."""
    link = reverse("delegations:secretariat", args=[table.pk])
    if not policies.sits(request, {"table_id": table.pk}):
        text = _("Who keeps this table, by whose consent, and what they can and cannot see.")
        return hooks.Door(title=_("Joint secretariat"), text=text, link=link, order=60, group=hooks.TABLE)
    count = JointDecision.objects.filter(table=table, state=JointDecision.State.OPEN).count()
    badge = ngettext("%(count)s open decision", "%(count)s open decisions", count) % {"count": count}
    return hooks.Door(
        title=_("Secretariat and decisions"),
        text=_("Who keeps the table and by whose consent; what waits for the parties' consent."),
        link=link,
        order=14,
        badge=badge if count else "",
        group=hooks.TABLE,
    )


def events(account_id: uuid.UUID | None, table: Any) -> Iterator[hooks.Event]:
    """Yield what was decided jointly at a table, and which parties left it."""
    said = {
        JointDecision.State.IN_FORCE: _("In force: %(what)s"),
        JointDecision.State.OPEN: _("Proposed: %(what)s"),
        JointDecision.State.REFUSED: _("Refused: %(what)s"),
    }
    rows = decisions.visible_to(account_id).filter(table=table)
    for row in rows.filter(state__in=list(said)):
        yield hooks.Event(
            on=timezone.localdate(row.closed_at or row.proposed_at),
            kind=f"delegations.{row.state}",
            title=said[JointDecision.State(row.state)] % {"what": decisions.title_of(row)},
            link=reverse("delegations:decision", args=[row.pk]),
        )
    if account_id is None or not standing.works_at(account_id, table.pk):
        return
    for left in Departure.objects.filter(party__table=table).select_related("party__organisation"):
        yield hooks.Event(
            on=timezone.localdate(left.left_at),
            kind="delegations.left",
            title=_("%(party)s left the table") % {"party": left.party},
            link=reverse("delegations:delegations", args=[table.pk]),
            text=left.statement,
        )


def find_decisions(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Return the joint decisions whose title or wording has a word searched for."""
    for row in decisions.visible_to(account_id).select_related("table"):
        title, text = decisions.title_of(row), decisions.description_of(row)
        rank = share_found(query, f"{title} {text}")
        if rank:
            link = reverse("delegations:decision", args=[row.pk])
            yield hooks.Match("delegations.decisions", title, text[:SNIPPET], link, rank, row.table_id)


def find_people(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Return the people who sit in a delegation at a table of this person's."""
    if account_id is None:
        return
    seats = Delegate.objects.active_on(standing.today()).filter(
        standing.still_seated(standing.today(), "party__"),
        party__table__in=standing.tables_sat_at(account_id),
    )
    for seat in seats.select_related("account", "party__organisation", "party__table"):
        rank = share_found(query, f"{seat.account} {seat.party}")
        if rank:
            text = _("%(role)s, %(party)s") % {"role": seat.get_role_display(), "party": seat.party}
            link = reverse("delegations:delegations", args=[seat.party.table_id])
            yield hooks.Match("delegations.people", str(seat.account), text, link, rank, seat.party.table_id)


def find_mandates(account_id: uuid.UUID | None, query: str) -> Iterable[hooks.Match]:
    """Return the mandates of a person's own parties that have a word searched for."""
    if account_id is None:
        return
    own = list(standing.parties_of(account_id).values_list("pk", flat=True))
    with opened(own):
        found = list(_mandates_with(own, query))
    yield from found


def _mandates_with(own: list[uuid.UUID], query: str) -> Iterator[hooks.Match]:
    rows = Mandate.objects.filter(party__in=own).select_related("content", "party")
    for row in rows:
        lines = RedLine.objects.filter(mandate=row).values_list("text", flat=True)
        for text in (row.content.scope, *lines):
            rank = share_found(query, text)
            if rank:
                title = _("Our mandate, version %(number)s") % {"number": row.number}
                link = reverse("delegations:mandate_version", args=[row.pk])
                yield hooks.Match(
                    "delegations.mandates", title, text[:SNIPPET], link, rank, row.party.table_id
                )
                break
