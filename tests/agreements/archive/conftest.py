from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

if os.environ["DJANGO_SETTINGS_MODULE"]:
    from django.utils import translation

    from tavolo.agreements.archive import adding
    from tavolo.agreements.archive.models import Entry
    from tavolo.common.models import Territory
    from tavolo.common.territory import in_territory
    from tavolo.people.models import Account, Membership, Organisation, Role
    from tests.world import world

    __all__ = ["world"]

    TEXT = (
        "Art. 1 – Premio\nIl premio dipende da qualità e puntualità delle consegne ai clienti.\n"
        "Art. 2 – Welfare\nIl premio si converte in servizi di welfare per i figli."
    )

    @pytest.fixture
    def english() -> Iterator[None]:
        """Problems in English, as the code writes them."""
        with translation.override("en"):
            yield

    @pytest.fixture
    def territory(db: None) -> Iterator[Territory]:
        """A territory, entered."""
        place = Territory.objects.create(slug="milano", name="Milano")
        with in_territory(place):
            yield place

    @pytest.fixture
    def union(territory: Any) -> Organisation:
        return Organisation.objects.create(territory=territory, kind="union", name="CGIL Milano")

    @pytest.fixture
    def officer(territory: Any, union: Organisation) -> Account:
        account = Account.objects.create_user("funzionaria@prova.example", name="Funzionaria")
        Membership.objects.create(
            territory=territory, account=account, organisation=union, role=Role.OFFICER,
            starts_on=date(2020, 1, 1),
        )  # fmt: skip
        return account

    @pytest.fixture
    def bring(officer: Account, union: Organisation) -> Callable[..., Entry]:
        """Add an agreement made elsewhere; keywords change what is said of it."""

        def make(title: str = "Accordo sul premio", text: str = TEXT, **said: Any) -> Entry:
            options = {
                name: said.pop(name)
                for name in ("corrects", "reason", "file", "name", "amends")
                if name in said
            }
            facts: dict[str, Any] = {
                "parties": (("Officine Prova srl", True), ("CGIL Milano", True), ("UIL Milano", False)),
                "signed_on": date(2019, 5, 6), "source": "Archivio", "topics": ("wages",),
            }  # fmt: skip
            brought = adding.Brought(title=title, text=text, **{**facts, **said})
            return adding.add(brought, actor=officer, organisation_id=union.pk, **options)

        return make
