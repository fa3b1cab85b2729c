"""Write the invented territory into the database: organisations, accounts, roles, constituencies."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.db import transaction

from tavolo.common.models import Territory
from tavolo.demo.bulk import copy_rows
from tavolo.demo.invent import Firm, Population
from tavolo.people.models import (
    Account,
    Affiliation,
    Constituency,
    ConstituencyKind,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)
from tavolo.people.names import folded

FOUNDED = date(2026, 1, 1)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
UNIONS = ("cgil", "cisl", "uil")

# Key, kind, name, short name. The names are those of the real organisations so that the walk reads as it
# would; everything they do and say here is invented, and the page says so at all times.
BODIES = (
    ("assolombarda", OrganisationKind.EMPLOYERS_ASSOCIATION, "Assolombarda", "Assolombarda"),
    (
        "api",
        OrganisationKind.EMPLOYERS_ASSOCIATION,
        "A.P.I. Associazione Piccole e Medie Industrie",
        "A.P.I.",
    ),
    ("cgil", OrganisationKind.UNION, "CGIL Milano", "CGIL"),
    ("cisl", OrganisationKind.UNION, "CISL Milano Metropoli", "CISL"),
    ("uil", OrganisationKind.UNION, "UIL Milano e Lombardia", "UIL"),
    ("city", OrganisationKind.PUBLIC_BODY, "Comune di Milano", "Comune di Milano"),
    ("host", OrganisationKind.OTHER, "Gestione della piattaforma", "Gestione"),
    ("training", OrganisationKind.TRAINING_BODY, "Ente bilaterale per la formazione", "Ente bilaterale"),
)

# Key, name, body, role of the people one may step into.
OFFICERS = (
    ("secretary_a", "Elisa Conti", "assolombarda", Role.SECRETARY),
    ("secretary_b", "Davide Sala", "cgil", Role.SECRETARY),
    ("employer_delegate", "Roberta Vergani", "assolombarda", Role.DELEGATE),
    ("api_officer", "Claudio Meroni", "api", Role.OFFICER),
    ("cgil_delegate", "Stefano Riva", "cgil", Role.DELEGATE),
    ("cisl_delegate", "Monica Galli", "cisl", Role.DELEGATE),
    ("uil_delegate", "Nicola Ferri", "uil", Role.DELEGATE),
    ("cgil_officer", "Anna Pozzi", "cgil", Role.OFFICER),
    ("cisl_officer", "Paola Motta", "cisl", Role.OFFICER),
    ("uil_officer", "Fabio Corti", "uil", Role.OFFICER),
    ("association_officer", "Laura Cattaneo", "assolombarda", Role.OFFICER),
    ("city_officer", "Caterina Monti", "city", Role.OFFICER),
    ("operator", "Tommaso Neri", "host", Role.OPERATOR),
)


@dataclass
class Society:
    """Ids of what was written, by telling keys."""

    territory: Territory
    bodies: dict[str, uuid.UUID] = field(default_factory=dict)
    people: dict[str, uuid.UUID] = field(default_factory=dict)
    firms: list[uuid.UUID] = field(default_factory=list)
    owners: list[uuid.UUID] = field(default_factory=list)
    workers: list[uuid.UUID] = field(default_factory=list)
    constituencies: dict[str, uuid.UUID] = field(default_factory=dict)


def write(population: Population, territory: Territory, seed: int, step: Callable[[str], None]) -> Society:
    """Write the whole society in one transaction; `step` is told what is being done."""
    society = Society(territory)
    ids = _ids(seed)
    with transaction.atomic():
        step("organisations")
        _organisations(society, population, ids)
        step("people")
        _accounts(society, population, ids)
        step("roles and memberships")
        _memberships(society, population, ids)
        step("constituencies")
        _constituencies(society, ids)
    return society


def _ids(seed: int) -> Iterator[uuid.UUID]:
    """Yield reproducible random ids: the demonstration is the same for everybody who builds it."""
    source = random.Random(seed)  # noqa: S311 - ids of invented people, not secrets
    while True:
        yield uuid.UUID(int=source.getrandbits(128), version=4)


def _organisations(society: Society, population: Population, ids: Iterator[uuid.UUID]) -> None:
    columns = (
        "id", "territory", "kind", "name", "short_name", "sort_key", "partita_iva", "codice_fiscale",
        "ateco", "municipality", "employees", "created_at",
    )  # fmt: skip
    rows = []
    for key, kind, name, short in BODIES:
        society.bodies[key] = next(ids)
        rows.append(_organisation(society, society.bodies[key], kind, Firm(name, "", "", "Milano", 0), short))
    for firm in population.firms:
        society.firms.append(next(ids))
        rows.append(_organisation(society, society.firms[-1], OrganisationKind.FIRM, firm, ""))
    copy_rows(Organisation, columns, rows)


def _organisation(
    society: Society, own_id: uuid.UUID, kind: str, firm: Firm, short: str
) -> tuple[object, ...]:
    sort_key = folded(f"{firm.name} {short}")[:280]
    return (
        own_id, society.territory.pk, kind, firm.name, short, sort_key, firm.partita_iva, firm.partita_iva,
        firm.ateco, firm.municipality, firm.employees or None, CREATED,
    )  # fmt: skip


def _accounts(society: Society, population: Population, ids: Iterator[uuid.UUID]) -> None:
    columns = ("id", "password", "email", "name", "language", "is_active", "created_at")
    rows = []

    def add(name: str, email: str) -> uuid.UUID:
        own_id = next(ids)
        # A password that starts with "!" can never match: these people enter by one click, or not at all.
        rows.append((own_id, f"!{own_id.hex}", email, name, "it", True, CREATED))
        return own_id

    for key, name, _body, _role in OFFICERS:
        society.people[key] = add(name, f"{key.replace('_', '.')}@demo.example")
    for index, name in enumerate(population.owner_name):
        society.owners.append(add(name, f"impresa{index + 1}@demo.example"))
    for index, name in enumerate(population.worker_name):
        society.workers.append(add(name, f"lavoro{index + 1}@demo.example"))
    copy_rows(Account, columns, rows)


def _memberships(society: Society, population: Population, ids: Iterator[uuid.UUID]) -> None:
    place = society.territory.pk
    roles = [
        (next(ids), place, society.people[key], society.bodies[body], role, FOUNDED, None)
        for key, _name, body, role in OFFICERS
    ]
    roles += [
        (next(ids), place, owner, firm, Role.OWNER, FOUNDED, None)
        for owner, firm in zip(society.owners, society.firms, strict=True)
    ]
    roles += [
        (next(ids), place, worker, society.firms[firm], Role.WORKER, FOUNDED, None)
        for worker, firm in zip(society.workers, population.worker_firm, strict=True)
    ]
    columns = ("id", "territory", "account", "organisation", "role", "starts_on", "ends_on")
    copy_rows(Membership, columns, roles)
    copy_rows(
        UnionMembership,
        ("id", "territory", "account", "union", "starts_on", "ends_on"),
        (
            (next(ids), place, worker, society.bodies[UNIONS[union - 1]], FOUNDED, None)
            for worker, union in zip(society.workers, population.worker_union, strict=True)
            if union
        ),
    )
    # Three firms in four belong to the industrial association, the rest to the small firms' one.
    copy_rows(
        Affiliation,
        ("id", "territory", "firm", "association", "starts_on", "ends_on"),
        (
            (
                next(ids),
                place,
                firm,
                society.bodies["api" if index % 4 == 3 else "assolombarda"],
                FOUNDED,
                None,
            )
            for index, firm in enumerate(society.firms)
        ),
    )


def _constituencies(society: Society, ids: Iterator[uuid.UUID]) -> None:
    wanted = [
        ("employers", ConstituencyKind.FIRMS_OF_ASSOCIATION, "Imprese associate", "assolombarda"),
        ("api", ConstituencyKind.FIRMS_OF_ASSOCIATION, "Imprese associate", "api"),
        *[
            (key, ConstituencyKind.MEMBERS_OF_UNION, f"Iscritte e iscritti {key.upper()}", key)
            for key in UNIONS
        ],
    ]
    for key, kind, name, body in wanted:
        owner = society.bodies[body]
        row = Constituency(
            id=next(ids), territory=society.territory, kind=kind, name=name,
            organisation_id=owner, subject_id=owner,
        )  # fmt: skip
        row.save(force_insert=True)
        society.constituencies[key] = row.pk
