"""A small table for tests: an employers' association, three unions, and consultations in every state."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import connections, transaction

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue.models import Consultation, DelegateRole, Party, StatementVersion, Table
from tavolo.dialogue.services import closing, consultations, opening, tables, voting
from tavolo.people.models import (
    Account,
    Affiliation,
    Constituency,
    ConstituencyKind,
    Membership,
    Organisation,
    Role,
    UnionMembership,
)

START = date(2020, 1, 1)
Built = TypeVar("Built")


@contextmanager
def for_a_module(blocker: Any, build: Callable[[Territory], Built]) -> Iterator[Built]:
    """Build once for all tests of a module, in a transaction that is rolled back at the end."""
    with blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            place = Territory.objects.create(slug="milano", name="Milano")
            with in_territory(place):
                built = build(place)
            yield built
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
            connections.close_all()


@dataclass
class World:
    """The table, its parties by name, one delegate each, and the people of each constituency."""

    territory: Territory
    table: Table
    parties: dict[str, Party] = field(default_factory=dict)
    delegates: dict[str, Account] = field(default_factory=dict)
    constituencies: dict[str, Constituency] = field(default_factory=dict)
    people: dict[str, list[Account]] = field(default_factory=dict)
    secretary: Account | None = None
    stranger: Account | None = None


def make_account(name: str) -> Account:
    """Create an account that cannot sign in with a password."""
    account = Account(email=f"{name}-{uuid.uuid4().hex[:8]}@example.org", name=name)
    account.set_unusable_password()
    account.save()
    return account


def make_accounts(name: str, count: int) -> list[Account]:
    """Create many accounts at once."""
    return Account.objects.bulk_create(
        [Account(email=f"{name}{i}-{uuid.uuid4().hex[:8]}@example.org", name=f"{name} {i}", password="!")
         for i in range(count)]
    )  # fmt: skip


def build_world(
    territory: Territory, *, unions: Sequence[str] = ("CGIL", "CISL", "UIL"),
    members: int | Sequence[int] = 20,
    firms: int = 15, minimum_group: int = 10,
) -> World:  # fmt: skip
    """Seat one association and some unions, with members and firms' owners who can be asked."""
    table = tables.create_table(title="Impresa e lavoro", minimum_group=minimum_group, themes=["Formazione"])
    world = World(territory, table)
    sizes = [members] * len(unions) if isinstance(members, int) else list(members)
    for name, size in zip(unions, sizes, strict=True):
        _union(world, name, size)
    _association(world, "Associazione", firms)
    world.secretary = make_account("segreteria")
    tables.appoint_secretary(table, world.secretary.pk, starts_on=START)
    world.stranger = make_account("estranea")
    return world


def _union(world: World, name: str, size: int) -> None:
    territory = world.territory
    union = Organisation.objects.create(territory=territory, kind="union", name=name)
    people = make_accounts(name, size)
    UnionMembership.objects.bulk_create(
        UnionMembership(territory=territory, account=person, union=union, starts_on=START)
        for person in people
    )
    _seat(world, name, union, "workers")
    world.people[name] = people
    world.constituencies[name] = Constituency.objects.create(
        territory=territory, kind=ConstituencyKind.MEMBERS_OF_UNION, name=f"Iscritti {name}",
        organisation=union,
        subject=union,
    )  # fmt: skip


def _association(world: World, name: str, firms: int) -> None:
    territory = world.territory
    association = Organisation.objects.create(territory=territory, kind="employers_association", name=name)
    owners = make_accounts("titolare", firms)
    for number, owner in enumerate(owners):
        firm = Organisation.objects.create(territory=territory, kind="firm", name=f"Officina {number}")
        Affiliation.objects.create(territory=territory, firm=firm, association=association, starts_on=START)
        Membership.objects.create(
            territory=territory, account=owner, organisation=firm, role=Role.OWNER, starts_on=START
        )
    _seat(world, name, association, "employers")
    world.people[name] = owners
    world.constituencies[name] = Constituency.objects.create(
        territory=territory, kind=ConstituencyKind.FIRMS_OF_ASSOCIATION, name="Imprese associate",
        organisation=association, subject=association,
    )  # fmt: skip


def _seat(world: World, name: str, organisation: Organisation, side: str) -> None:
    party = tables.add_party(world.table, organisation, side)
    delegate = make_account(f"delegata {name}")
    tables.seat_delegate(party, delegate.pk, role=DelegateRole.HEAD, starts_on=START)
    world.parties[name], world.delegates[name] = party, delegate


def draft(
    world: World, *, asked: Sequence[str] | None = None, statements: int = 4, capacity: int = 64
) -> Consultation:
    """Prepare a consultation by the first of the parties asked, with their constituencies and statements."""
    names = list(asked if asked is not None else world.parties)
    first = world.delegates[names[0]]
    consultation = consultations.create_consultation(
        table=world.table, actor_id=first.pk, title="Formazione e tempi", question="Che cosa serve?",
        capacity=capacity,
    )  # fmt: skip
    for name in names:
        consultations.add_group(
            consultation, party=world.parties[name], constituency=world.constituencies[name],
            actor_id=world.delegates[name].pk, name=name,
        )  # fmt: skip
    for number in range(statements):
        consultations.add_statement(
            consultation, text=f"Affermazione numero {number + 1}.", actor_id=first.pk,
            translations={"en": f"Statement number {number + 1}."},
        )  # fmt: skip
    return consultation


def open_one(world: World, **options: object) -> Consultation:
    """Prepare a consultation and open it with every promoter's consent."""
    consultation = draft(world, **options)  # type: ignore[arg-type]
    for party in opening.promoters(consultation):
        actor = world.delegates[str(party)]
        opening.consent_to_open(consultation, party=party, actor_id=actor.pk)
    consultation.refresh_from_db()
    return consultation


def close_one(world: World, consultation: Consultation) -> Consultation:
    """Close a consultation with every promoter's consent."""
    for party in opening.promoters(consultation):
        actor = world.delegates[str(party)]
        closing.consent_to_close(consultation, party=party, actor_id=actor.pk)
    consultation.refresh_from_db()
    return consultation


def versions(consultation: Consultation) -> list[StatementVersion]:
    """Return the versions open to votes, by slot."""
    return list(
        StatementVersion.objects.filter(consultation=consultation, open_to_votes=True).order_by("slot")
    )


def vote(
    consultation: Consultation, account: Account, slot: int, choice: str, request: str | None = None
) -> str:
    """Cast one vote by the real path and return the choice that stands."""
    version = StatementVersion.objects.get(consultation=consultation, slot=slot)
    return voting.cast_vote(
        consultation.pk, account.pk, version.pk, choice, request or uuid.uuid4().hex
    ).choice


def everybody_votes(world: World, consultation: Consultation, *, seed: int = 1, chance: float = 1.0) -> dict:
    """Let people vote at random on every statement; return account id -> list of values."""
    draw = random.Random(seed)
    slots = StatementVersion.objects.filter(consultation=consultation).count()
    asked = {str(group.party) for group in consultation.groups.select_related("party__organisation")}
    cast: dict[uuid.UUID, list[tuple[int, int]]] = {}
    for name in asked:
        for person in world.people[name]:
            if draw.random() < chance:
                cast[person.pk] = [(slot, draw.choice((1, 2, 3))) for slot in range(slots)]
    voting.cast_many(consultation, cast)
    return cast
