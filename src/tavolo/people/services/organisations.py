# mypy: disable-error-code="no-any-return"
"""Register and change organisations; join firms to associations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.ledger.services import record_act
from tavolo.people.models import Account, Affiliation, Organisation, OrganisationKind, Role
from tavolo.people.roles import (
    active_roles,
    affiliated,
    in_organisation,
    may_edit,
    organisations_of,
    registrable_kinds,
)
from tavolo.people.services.guards import database_rules, require

FIELDS = ("name", "short_name", "partita_iva", "codice_fiscale", "ateco", "municipality", "employees")


@transaction.atomic
def register_organisation(
    actor: Account, kind: str, fields: Mapping[str, Any], today: date, association: Organisation | None = None
) -> Organisation:
    """Register an organisation; a firm is registered by its association, which it joins today.

    `fields` hold cleaned values of FIELDS. An association that finds the firm registered under the same
    partita IVA should join that one (`affiliate`).
    """
    require(kind in registrable_kinds(actor, today))
    if kind == OrganisationKind.FIRM:
        association = _own_association(actor, association, today)
    with database_rules():
        made: Organisation = Organisation.objects.create(
            territory=get_scope()["territory"],
            kind=kind,
            **{name: fields[name] for name in FIELDS if name in fields},
        )
    _record(actor, made, "organisation_registered", {"kind": kind, "name": made.name}, today)
    if kind == OrganisationKind.FIRM and association is not None:
        affiliate(actor, made, association, today)
    return made


def _own_association(actor: Account, association: Organisation | None, today: date) -> Organisation:
    """Return the association a firm is registered for: the one named, or the actor's only one."""
    mine = organisations_of(
        active_roles(actor, today), OrganisationKind.EMPLOYERS_ASSOCIATION, {Role.OFFICER}
    )
    if association is not None:
        require(association.pk in mine)
        return association
    if len(mine) != 1:
        raise Problem(_("Say for which association you register this firm."))
    return Organisation.objects.get(pk=mine.pop())


@transaction.atomic
def change_organisation(
    actor: Account, organisation: Organisation, fields: Mapping[str, Any], today: date
) -> Organisation:
    """Change an organisation's data; the kind never changes."""
    require(may_edit(actor, organisation, today))
    row: Organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = [name for name in FIELDS if name in fields and getattr(row, name) != fields[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, fields[name])
    with database_rules():
        row.save(update_fields=changed)
    _record(actor, row, "organisation_changed", {"fields": changed}, today)
    return row


@transaction.atomic
def affiliate(actor: Account, firm: Organisation, association: Organisation, starts_on: date) -> Affiliation:
    """Record that a firm joins an association; its officers say so. A repetition changes nothing."""
    require(in_organisation(active_roles(actor, starts_on), association.pk) >= {Role.OFFICER})
    existing = (
        Affiliation.objects.active_on(starts_on)
        .filter(firm_id=firm.pk, association_id=association.pk)
        .first()
    )
    if existing is not None:
        return existing
    with database_rules():
        made: Affiliation = Affiliation.objects.create(
            territory=get_scope()["territory"], firm=firm, association=association, starts_on=starts_on
        )
    record_act(
        actor_id=actor.pk,
        role=Role.OFFICER,
        act="firm_affiliated",
        object_type="affiliation",
        object_id=made.pk,
        content={"firm": str(firm.pk), "association": str(association.pk), "from": starts_on.isoformat()},
    )
    return made


@transaction.atomic
def end_affiliation(actor: Account, affiliation: Affiliation, today: date) -> Affiliation:
    """Record that a firm leaves an association from today on. A repetition changes nothing."""
    row: Affiliation = Affiliation.objects.select_for_update().get(pk=affiliation.pk)
    held = active_roles(actor, today)
    own_firm = bool(in_organisation(held, row.firm_id) & {Role.OWNER})
    require(own_firm or Role.OFFICER in in_organisation(held, row.association_id))
    if row.ends_on is not None and row.ends_on <= today:
        return row
    row.ends_on = max(today, row.starts_on)
    row.save(update_fields=["ends_on"])
    record_act(
        actor_id=actor.pk,
        role=Role.OWNER if own_firm else Role.OFFICER,
        act="firm_affiliation_ended",
        object_type="affiliation",
        object_id=row.pk,
        content={
            "firm": str(row.firm_id),
            "association": str(row.association_id),
            "on": row.ends_on.isoformat(),
        },
    )
    return row


def _record(actor: Account, made: Organisation, act: str, content: dict[str, Any], today: date) -> None:
    held = active_roles(actor, today)
    mine = in_organisation(held, made.pk) or {one.role for one in held}
    record_act(
        actor_id=actor.pk,
        role=sorted(mine)[0] if mine else "",
        act=act,
        object_type="organisation",
        object_id=made.pk,
        content=content,
    )


def is_affiliated(firm: Organisation, association: Organisation, on: date) -> bool:
    """Tell whether a firm belongs to an association on a day."""
    return affiliated(firm.pk, [association.pk], on)
