"""A small territory with everybody in it: the demonstration's builder, at the size of a test.

`World` names the people of the policy matrix and the ids that fill the arguments of routes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.demo import walk
from tests.worlds import rows

ROLES = (
    "anonymous", "operator", "secretary", "union_delegate", "other_union_delegate", "employer_delegate",
    "firm_owner", "worker", "plain_worker", "city_officer", "stranger",
)  # fmt: skip


@dataclass
class World:
    """Who is who, and what can be pointed at."""

    territory: Territory
    people: dict[str, Any]
    arguments: dict[str, object] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def sign_in_all(self) -> None:
        """Sign everybody in once; each test's browser then carries the cookie."""
        for role, person in self.people.items():
            client = Client()
            client.force_login(person)
            self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def client(self, role: str) -> Client:
        """Return a browser in which the person of a role is signed in (nobody for "anonymous")."""
        client = Client(headers={"accept-language": "it"})
        if role != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client


def build_world() -> World:
    """Build the small territory in the current transaction."""
    from tavolo.demo import dialogue, invent, society
    from tavolo.people.models import Account

    population = invent.invent(firms=60, workers=700, seed=5)
    territory = Territory.objects.create(slug="prova", name="Prova")
    with in_territory(territory):
        written = society.write(population, territory, 5, lambda _step: None)
        seated = dialogue.hold(written, 240, 5, lambda _step: None)
        walk.build(seated, written, lambda _step: None)
        union = list(population.worker_union)
        ids = {
            "operator": written.people["operator"],
            "secretary": written.people["secretary_a"],
            "union_delegate": written.people["cgil_delegate"],
            "other_union_delegate": written.people["cisl_delegate"],
            "employer_delegate": written.people["employer_delegate"],
            "firm_owner": written.owners[1],
            "worker": written.workers[union.index(1)],
            "plain_worker": written.workers[union.index(0)],
            "city_officer": written.people["city_officer"],
        }
        people: dict[str, Any] = {role: Account.objects.get(pk=own_id) for role, own_id in ids.items()}
        people["stranger"] = Account.objects.create_user("estranea@prova.example", name="Estranea")
        world = World(territory, people)
        world.arguments = _arguments(seated, written)
        world.sign_in_all()
    return world


def _arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return a value for every argument a route may have."""
    from tavolo.dialogue.models import Consultation, StatementVersion

    published = Consultation.objects.filter(table=seated.table, state="published", kind="statements").get()
    version = StatementVersion.objects.filter(consultation=published).order_by("slot").first()
    assert version is not None
    found: dict[str, object] = {
        "table_id": seated.table.pk,
        "consultation_id": published.pk,
        "statement_id": version.statement_id,
        "version_id": version.pk,
        "party_id": seated.parties["cgil"].pk,
        "organisation_id": written.bodies["cgil"],
        "account_id": written.people["cgil_delegate"],
        "constituency_id": written.constituencies["cgil"],
        **_arguments_of_people(written),
        **_arguments_of_parts(seated, written),
    }
    return {**found, **rows.arguments(seated, written, found)}


def _arguments_of_parts(seated: Any, written: Any) -> dict[str, object]:
    """Return arguments of the table's parts: tests/worlds/<part>.py names the rows its routes point at."""
    found: dict[str, object] = {}
    for part in walk.PARTS:
        name = f"tests.worlds.{part}"
        if find_spec(name) is not None:
            found |= import_module(name).arguments(seated, written)
    return found


def _arguments_of_people(written: Any) -> dict[str, object]:
    """Return arguments of the people room: rows that exist and belong to a union or to nobody here."""
    from tavolo.people.models import Affiliation, Membership, UnionMembership

    cgil = written.bodies["cgil"]
    members = UnionMembership.objects.filter(union_id=cgil).exclude(account_id=written.workers[0])
    return {
        "membership_id": Membership.objects.filter(role="worker").order_by("-pk")[0].pk,
        "union_membership_id": members.order_by("-pk")[0].pk,
        "affiliation_id": Affiliation.objects.order_by("pk")[0].pk,
        "invitation_id": uuid.uuid4(),
        "token_id": uuid.uuid4(),
        "token": "unknown",
        "provider_id": "nobody",
        "pk": 1,
        "key": "unknown",
        "uidb36": "1",
    }


# Built once in a process: name of the database that holds it, and the objects that name its rows.
_built: tuple[str, World] | None = None


def _world_database() -> tuple[str, World]:
    """Return the database with the small territory in it; copied from the empty one and filled once."""
    global _built
    if _built is None:
        empty = connection.settings_dict["NAME"]
        name = f"{empty}_world"
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{empty}"')
        with _connected_to(name), transaction.atomic():
            _built = name, build_world()
    return _built


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def drop_world() -> None:
    """Remove this process's database with the small territory, if there is one."""
    global _built
    if _built is not None:
        name, _built = _built[0], None
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Give a module the small territory, and take back with a rollback whatever it changed.

    The territory is built once in a process, in a database of its own: every module sees it as built.
    """
    with django_db_blocker.unblock():
        name, built = _world_database()
        with _connected_to(name):
            block = transaction.atomic()
            block.__enter__()
            try:
                yield deepcopy(built)
            finally:
                transaction.set_rollback(True)
                block.__exit__(None, None, None)
