# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Tables: opening one, seating parties and people."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.dialogue import standing
from tavolo.dialogue.models import Delegate, DelegateRole, Party, Secretariat, Side, Table, Theme
from tavolo.ledger.services import record_act
from tavolo.people.models import Organisation, OrganisationKind

SEATS = {
    Side.WORKERS: (OrganisationKind.UNION,),
    Side.EMPLOYERS: (OrganisationKind.EMPLOYERS_ASSOCIATION, OrganisationKind.FIRM),
    Side.PUBLIC: (OrganisationKind.PUBLIC_BODY,),
}


@transaction.atomic
def create_table(
    *, title: str, description: str = "", minimum_group: int = 10, themes: Sequence[str] = (),
    actor_id: uuid.UUID | None = None, in_preparation: bool = False,
) -> Table:  # fmt: skip
    """Open a table in the current territory; `in_preparation` leaves it to the parties to confirm it."""
    territory = get_scope()["territory"]
    table = Table(
        territory=territory, title=title, description=description, minimum_group=minimum_group,
        state=Table.State.PREPARATION if in_preparation else Table.State.OPEN,
    )  # fmt: skip
    table.full_clean(exclude=["territory"], validate_constraints=False)
    table.save()
    for position, name in enumerate(themes):
        Theme.objects.create(territory=territory, table=table, name=name, position=position)
    record_act(
        actor_id=actor_id, role="operator" if actor_id is None else "secretariat",
        act="dialogue.table_prepared" if in_preparation else "dialogue.table_opened",
        object_type="dialogue.table", object_id=table.pk,
        content={"title": title, "minimum_group": minimum_group},
    )  # fmt: skip
    return table


@transaction.atomic
def add_party(
    table: Table, organisation: Organisation, side: Side | str, *, as_rsu: bool = False,
    actor_id: uuid.UUID | None = None,
) -> Party:  # fmt: skip
    """Seat an organisation on a side; the kind of organisation must belong there."""
    side = Side(side)
    kind = OrganisationKind(organisation.kind)
    fits = (kind == OrganisationKind.FIRM and side == Side.WORKERS) if as_rsu else kind in SEATS[side]
    if not fits:
        raise Problem(
            _("An organisation of this kind cannot sit on this side: choose the side it belongs to.")
        )
    party = Party.objects.create(
        territory=table.territory, table=table, organisation=organisation, side=side, as_rsu=as_rsu,
        position=table.parties.count(),
    )  # fmt: skip
    record_act(
        actor_id=actor_id, role="secretariat", act="dialogue.party_seated", object_type="dialogue.table",
        object_id=table.pk,
        content={"party": str(party.pk), "organisation": str(organisation.pk), "side": side},
    )  # fmt: skip
    return party


@transaction.atomic
def seat_delegate(
    party: Party, account_id: uuid.UUID, *, role: str = DelegateRole.MEMBER, starts_on: date | None = None,
    ends_on: date | None = None, in_place_of: uuid.UUID | None = None,
) -> Delegate:  # fmt: skip
    """Give a person a seat in a party's delegation from a day on; not where the party has left the table."""
    if party.ends_on is not None and party.ends_on <= standing.today():
        raise Problem(_("This party has left the table: nobody can be given a seat for it."))
    return Delegate.objects.create(
        territory=party.territory, party=party, account_id=account_id, role=role,
        starts_on=starts_on or standing.today(), ends_on=ends_on, in_place_of_id=in_place_of,
    )  # fmt: skip


@transaction.atomic
def appoint_secretary(
    table: Table, account_id: uuid.UUID, *, starts_on: date | None = None, ends_on: date | None = None
) -> Secretariat:
    """Appoint a person to the joint secretariat; nobody of a party's delegation may serve on it."""
    if standing.parties_of(account_id, table.pk).exists():
        raise Problem(
            _("A person who sits for a party cannot serve in the joint secretariat of the same table.")
        )
    return Secretariat.objects.create(
        territory=table.territory, table=table, account_id=account_id,
        starts_on=starts_on or standing.today(), ends_on=ends_on,
    )  # fmt: skip
