"""A small cast: an association with two firms, two unions, the city, the host, and people in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.people.models import (
    Account,
    Affiliation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    UnionMembership,
)

LONG_AGO = timedelta(days=400)


@dataclass
class Cast:
    """Who is who."""

    territory: Territory
    today: date
    body: dict[str, Organisation] = field(default_factory=dict)
    who: dict[str, Account] = field(default_factory=dict)

    def add_body(self, key: str, kind: str, **fields: Any) -> Organisation:
        fields.setdefault("name", key.capitalize())
        self.body[key] = Organisation.objects.create(territory=self.territory, kind=kind, **fields)
        return self.body[key]

    def add(self, key: str, organisation: str | None = None, role: str | None = None) -> Account:
        email = f"{key}@prova.example"
        account = Account.objects.create_user(email, name=key.replace("_", " ").title())
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
        self.who[key] = account
        if organisation and role:
            self.give(key, organisation, role)
        return account

    def give(self, key: str, organisation: str, role: str, ends_on: date | None = None) -> Membership:
        return Membership.objects.create(
            territory=self.territory,
            account=self.who[key],
            organisation=self.body[organisation],
            role=role,
            starts_on=self.today - LONG_AGO,
            ends_on=ends_on,
        )

    def enrol(self, key: str, union: str) -> UnionMembership:
        return UnionMembership.objects.create(
            territory=self.territory,
            account=self.who[key],
            union=self.body[union],
            starts_on=self.today - LONG_AGO,
        )

    def client(self, key: str | None = None, **options: Any) -> Client:
        client = Client(headers={"accept-language": "it"}, **options)
        if key:
            client.force_login(self.who[key])
        return client


def build_cast() -> Cast:
    """Write the cast; call inside its territory's scope."""
    from django_scopes import get_scope

    cast = Cast(get_scope()["territory"], timezone.localdate())
    cast.add_body("confindustria", OrganisationKind.EMPLOYERS_ASSOCIATION, name="Associazione Industriale")
    cast.add_body("api", OrganisationKind.EMPLOYERS_ASSOCIATION, name="Piccole Imprese")
    cast.add_body("cgil", OrganisationKind.UNION, name="CGIL Prova")
    cast.add_body("cisl", OrganisationKind.UNION, name="CISL Prova")
    cast.add_body("city", OrganisationKind.PUBLIC_BODY, name="Comune di Prova")
    cast.add_body("host", OrganisationKind.OTHER, name="Gestione")
    cast.add_body("officina", OrganisationKind.FIRM, name="Officina Rossi", partita_iva="00743110157")
    cast.add_body("tessitura", OrganisationKind.FIRM, name="Tessitura Bianchi")
    for firm, association in (("officina", "confindustria"), ("tessitura", "api")):
        Affiliation.objects.create(
            territory=cast.territory,
            firm=cast.body[firm],
            association=cast.body[association],
            starts_on=cast.today - LONG_AGO,
        )
    for key, organisation, role in (
        ("association_officer", "confindustria", Role.OFFICER),
        ("association_delegate", "confindustria", Role.DELEGATE),
        ("cgil_officer", "cgil", Role.OFFICER),
        ("cgil_delegate", "cgil", Role.DELEGATE),
        ("cisl_officer", "cisl", Role.OFFICER),
        ("city_officer", "city", Role.OFFICER),
        ("operator", "host", Role.OPERATOR),
        ("owner", "officina", Role.OWNER),
        ("hr", "officina", Role.HR),
        ("rsu", "officina", Role.RSU),
        ("worker", "officina", Role.WORKER),
        ("other_worker", "officina", Role.WORKER),
        ("other_owner", "tessitura", Role.OWNER),
        ("weaver", "tessitura", Role.WORKER),
    ):
        cast.add(key, organisation, role)
    cast.add("stranger")
    cast.enrol("worker", "cgil")
    cast.enrol("weaver", "cisl")
    return cast


@pytest.fixture
def territory(db: None) -> Iterator[Territory]:
    cache.clear()
    made = Territory.objects.create(slug=f"prova-{uuid.uuid4().hex[:8]}", name="Prova")
    with in_territory(made):
        yield made


@pytest.fixture
def cast(territory: Territory) -> Cast:
    return build_cast()


@pytest.fixture
def committed_cast(transactional_db: None) -> Iterator[Cast]:
    """The cast in committed rows, for tests with several connections."""
    cache.clear()
    with in_territory(Territory.objects.create(slug="insieme", name="Insieme")):
        yield build_cast()
