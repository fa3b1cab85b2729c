# mypy: disable-error-code="no-any-return"
"""Define and retire constituencies (platee), and fill lists.

An employer asks its own firms and never its workers: the services refuse it, and so does the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.ledger.services import record_act
from tavolo.people.models import (
    OWN_MEMBERS,
    Account,
    Affiliation,
    Constituency,
    ConstituencyEntry,
    ConstituencyKind,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
)
from tavolo.people.roles import STAFF, active_roles, in_organisation
from tavolo.people.services.guards import database_rules, require


def kinds_for(organisation: Organisation, *, as_rsu: bool) -> set[str]:
    """Return the kinds of constituency an organisation, or the RSU inside a firm, may define."""
    if organisation.kind == OrganisationKind.FIRM:
        return {ConstituencyKind.WORKERS_OF_FIRM, ConstituencyKind.LISTED} if as_rsu else set()
    if organisation.kind == OrganisationKind.UNION:
        return set(ConstituencyKind.values) - {ConstituencyKind.FIRMS_OF_ASSOCIATION}
    if organisation.kind == OrganisationKind.EMPLOYERS_ASSOCIATION:
        return {ConstituencyKind.FIRMS_OF_ASSOCIATION, ConstituencyKind.LISTED}
    return {ConstituencyKind.LISTED}


@transaction.atomic
def define_constituency(
    actor: Account,
    organisation: Organisation,
    kind: str,
    name: str,
    today: date,
    subject: Organisation | None = None,
) -> Constituency:
    """Define whom an organisation may ask; for a firm this is its RSU's, never the employer's."""
    as_rsu = organisation.kind == OrganisationKind.FIRM
    roles = in_organisation(active_roles(actor, today), organisation.pk)
    require(bool(roles & ({Role.RSU} if as_rsu else STAFF)))
    if kind not in kinds_for(organisation, as_rsu=as_rsu):
        raise Problem(
            _("Only unions and workplace representatives ask workers; only an association asks its firms.")
        )
    if kind in OWN_MEMBERS or (as_rsu and kind == ConstituencyKind.WORKERS_OF_FIRM):
        subject = organisation
    if kind != ConstituencyKind.LISTED and subject is None:
        raise Problem(_("Say which firm or association the constituency is about."))
    with database_rules():
        made: Constituency = Constituency.objects.create(
            territory=get_scope()["territory"],
            organisation=organisation,
            kind=kind,
            name=name,
            subject=None if kind == ConstituencyKind.LISTED else subject,
            held_by_rsu=as_rsu,
        )
    _record(actor, made, "constituency_defined", roles)
    return made


@transaction.atomic
def retire_constituency(actor: Account, constituency: Constituency, now: datetime) -> Constituency:
    """Retire a constituency: consultations held keep it, no new one may use it."""
    row: Constituency = Constituency.objects.select_for_update().get(pk=constituency.pk)
    roles = _require_holder(actor, row, now.date())
    if row.retired_at is None:
        row.retired_at = now
        row.save(update_fields=["retired_at"])
        _record(actor, row, "constituency_retired", roles)
    return row


@transaction.atomic
def set_list(
    actor: Account, constituency: Constituency, account_ids: Iterable[uuid.UUID], today: date
) -> int:
    """Replace the list of a listed constituency; return how many people it has.

    An association may list only people who answer for one of its member firms; a body that is neither a
    union nor an RSU only people with a role in it.
    """
    row: Constituency = (
        Constituency.objects.select_for_update().select_related("organisation").get(pk=constituency.pk)
    )
    roles = _require_holder(actor, row, today)
    if row.kind != ConstituencyKind.LISTED:
        raise Problem(_("This constituency follows from roles and has no list of its own."))
    wanted = set(account_ids)
    strangers = wanted - _listable(row, today) if not _asks_workers(row) else set()
    if strangers:
        raise Problem(
            _("%(count)s people on the list do not belong to this organisation or its member firms.")
            % {"count": len(strangers)}
        )
    ConstituencyEntry.objects.filter(constituency=row).exclude(account_id__in=wanted).delete()
    present = set(ConstituencyEntry.objects.filter(constituency=row).values_list("account_id", flat=True))
    territory = get_scope()["territory"]
    ConstituencyEntry.objects.bulk_create(
        [
            ConstituencyEntry(territory=territory, constituency=row, account_id=one)
            for one in sorted(wanted - present)
        ],
        batch_size=5_000,
    )
    _record(actor, row, "constituency_listed", roles)
    return len(wanted)


def _asks_workers(row: Constituency) -> bool:
    return row.held_by_rsu or row.organisation.kind == OrganisationKind.UNION


def _listable(row: Constituency, today: date) -> set[uuid.UUID]:
    if row.organisation.kind == OrganisationKind.EMPLOYERS_ASSOCIATION:
        firms = Affiliation.objects.active_on(today).filter(association=row.organisation).values("firm_id")
        found = Membership.objects.active_on(today).filter(
            organisation_id__in=firms, role__in=[Role.OWNER, Role.HR]
        )
    else:
        found = Membership.objects.active_on(today).filter(organisation=row.organisation)
    return set(found.values_list("account_id", flat=True))


def _require_holder(actor: Account, row: Constituency, today: date) -> set[str]:
    roles = in_organisation(active_roles(actor, today), row.organisation_id)
    require(bool(roles & ({Role.RSU} if row.held_by_rsu else STAFF)))
    return roles


def _record(actor: Account, row: Constituency, act: str, roles: set[str]) -> None:
    record_act(
        actor_id=actor.pk,
        role=sorted(roles)[0],
        act=act,
        object_type="constituency",
        object_id=row.pk,
        content={"kind": row.kind, "organisation": str(row.organisation_id)},
    )
