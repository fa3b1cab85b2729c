# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Open points of a table (punti aperti): everybody who sits there sees them."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.meetings import agenda
from tavolo.dialogue.meetings.models import Point
from tavolo.dialogue.meetings.services.searching import remember
from tavolo.dialogue.models import Party, Table
from tavolo.ledger.services import record_act


def _hat(account_id: uuid.UUID, table: Table) -> tuple[str, Party | None]:
    """Return in which role a person works on points, and for which party; raise where in none."""
    if standing.is_secretary(account_id, table.pk):
        return "secretariat", None
    party = standing.acting_party(account_id, table.pk)
    if party is None:
        raise Problem(
            _("Only the secretariat and delegates who may act for a party work on the open points.")
        )
    return "delegate", party


@transaction.atomic
def add_point(
    table: Table, *, actor_id: uuid.UUID, title: str, text: str = "", origin_kind: str = "",
    origin_id: uuid.UUID | None = None,
) -> Point:  # fmt: skip
    """Add a point: a delegate's belongs to their party, the secretariat's to the table."""
    role, party = _hat(actor_id, table)
    if not title.strip():
        raise Problem(_("Give the point a title."))
    label = ""
    if origin_kind and origin_id:
        found = agenda.find(actor_id, table, origin_kind, origin_id)
        if found is None:
            raise Problem(_("What the point refers to was not found: choose it from the list."))
        label = found.label[:300]
    Table.objects.select_for_update().get(pk=table.pk)  # two points never get the same number
    number = (table.points.aggregate(top=Max("number"))["top"] or 0) + 1
    point = Point.objects.create(
        territory=table.territory, table=table, number=number, title=title.strip()[:200], text=text.strip(),
        owner=party, created_by_id=actor_id, origin_kind=origin_kind if label else "",
        origin_id=origin_id if label else None, origin_label=label,
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role=role, act="meetings.point_added", object_type="meetings.point",
        object_id=point.pk, content={"number": number, "party": str(party.pk) if party else None},
    )  # fmt: skip
    remember(table, "point", point.pk, point.title, point.text)
    return point


@transaction.atomic
def set_state(point: Point, state: str, *, actor_id: uuid.UUID) -> Point:
    """Settle, drop or reopen a point: the secretariat, or the party that brought it."""
    point = Point.objects.select_for_update(of=("self",)).select_related("table").get(pk=point.pk)
    role, party = _hat(actor_id, point.table)
    if party is not None and party.pk != point.owner_id:
        raise Problem(_("Only the secretariat or the party that brought the point may change its state."))
    if state not in Point.State.values:
        raise Problem(_("Choose one of: open, settled, dropped."))
    if state != point.state:
        point.state = state
        point.save(update_fields=["state"])
        record_act(
            actor_id=actor_id, role=role, act="meetings.point_state", object_type="meetings.point",
            object_id=point.pk, content={"state": state},
        )  # fmt: skip
    return point
