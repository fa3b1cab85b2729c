# mypy: disable-error-code="attr-defined"
"""A small table for signing: two unions, an association, their heads, a secretary, a draft."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

if os.environ["DJANGO_SETTINGS_MODULE"]:
    from django.utils import translation

    from tavolo.agreements.models import Agreement
    from tavolo.agreements.services import starting
    from tavolo.agreements.services.texts import current
    from tavolo.agreements.signing.services import initialling, signatures
    from tavolo.agreements.standing import today
    from tavolo.agreements.text.model import Clause, Text
    from tavolo.common.models import Territory
    from tavolo.common.territory import in_territory
    from tavolo.dialogue.models import Party, Table
    from tavolo.dialogue.services import tables
    from tavolo.people.models import Account, Constituency, Organisation, UnionMembership

    BODIES = {"imprese": "employers_association", "cgil": "union", "cisl": "union"}
    SIDES = {"employers_association": "employers", "union": "workers"}
    WORDS = Text.of("Intesa", (Clause("c1", "Premio", "Il premio è di 100 euro."),))

    @dataclass
    class Room:
        """Who is who at the small table."""

        territory: Territory
        table: Table
        parties: dict[str, Party] = field(default_factory=dict)
        people: dict[str, uuid.UUID] = field(default_factory=dict)
        agreement: Any = None

        @property
        def shown(self) -> str:
            """Return the hash of the text everybody sees."""
            return current(self.agreement).hash

        @property
        def state(self) -> str:
            """Return the agreement's state as it is stored."""
            return Agreement.objects.get(pk=self.agreement.pk).state

        def initial(self, *keys: str, **more: Any) -> None:
            """Let parties initial what they see."""
            for key in keys or self.parties:
                initialling.initial(self.agreement, shown_hash=self.shown, actor_id=self.people[key], **more)

        def reserve(self, *keys: str, days: int = 30) -> None:
            """Let parties initial with the reservation pending their members' vote."""
            due = today() + timedelta(days=days)
            self.initial(*keys, reserve=True, reserve_reason="Decidono gli iscritti.", reserve_due=due)

        def name(self, *keys: str) -> None:
            """Let parties name their head to sign."""
            for key in keys or self.parties:
                actor = self.people[key]
                signatures.name_signatories(self.agreement, actor_id=actor, people=[(actor, "")], needed=1)

        def sign(self, *keys: str) -> None:
            """Let the heads of parties sign what they see."""
            for key in keys or self.parties:
                signatures.sign(
                    self.agreement, shown_hash=self.shown, actor_id=self.people[key],
                    proof=signatures.Proof(),
                )  # fmt: skip

        def signed(self) -> None:
            """Bring the agreement to the end of the signatures."""
            self.initial()
            self.name()
            self.sign()

        def constituency(self, key: str) -> Constituency:
            """Return the members of a union, a dozen of them."""
            body = self.parties[key].organisation
            for number in range(12):
                person = Account.objects.create_user(
                    f"{key}{number}@prova.example", name=f"Iscritta {number}"
                )
                UnionMembership.objects.create(
                    territory=self.territory, account=person, union=body, starts_on=date(2020, 1, 1)
                )
            return Constituency.objects.create(
                territory=self.territory, kind="members_of_union", name="Iscritti", organisation=body,
                subject=body,
            )  # fmt: skip

    def open_room() -> Room:
        """Make the table with its parties, people and draft in the territory in scope."""
        from django_scopes import get_scope

        territory = get_scope()["territory"]
        found = Room(territory, tables.create_table(title="Tavolo"))
        for key, kind in BODIES.items():
            body = Organisation.objects.create(territory=territory, kind=kind, name=key.upper())
            found.parties[key] = tables.add_party(found.table, body, SIDES[kind])
            head = Account.objects.create_user(f"{key}@prova.example", name=f"Capo {key}")
            tables.seat_delegate(found.parties[key], head.pk, role="head", starts_on=today())
            found.people[key] = head.pk
        for name in ("segretaria", "estranea", "osservatrice", "seconda"):
            found.people[name] = Account.objects.create_user(f"{name}@prova.example", name=name).pk
        tables.appoint_secretary(found.table, found.people["segretaria"], starts_on=today())
        cgil = found.parties["cgil"]
        tables.seat_delegate(cgil, found.people["osservatrice"], role="observer", starts_on=today())
        tables.seat_delegate(cgil, found.people["seconda"], role="member", starts_on=today())
        found.agreement = starting.start_agreement(
            found.table, title="Intesa", actor_id=found.people["cgil"], text=WORDS
        )
        return found

    @pytest.fixture
    def small(db: None) -> Iterator[Room]:
        """The small table, entered, its refusals in English as the code writes them."""
        territory = Territory.objects.create(slug="piccolo", name="Piccolo")
        with in_territory(territory), translation.override("en"):
            yield open_room()
