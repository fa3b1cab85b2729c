"""One small table for a whole module: each test works in a savepoint of its own and leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from tavolo.common.territory import in_territory
from tavolo.dialogue.models import Party, Table
from tests.dialogue.world import World, build_world, for_a_module
from tests.world import world as society  # noqa: F401 - the demonstration's small territory, by another name


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The table, an association and three unions, in a transaction that is rolled back at the end."""
    with for_a_module(django_db_blocker, lambda place: build_world(place, members=2, firms=2)) as made:
        yield made


@pytest.fixture
def world(built: World, django_db_blocker: Any) -> Iterator[World]:
    """The module's table as it was built; sentences are in English."""
    with django_db_blocker.unblock(), in_territory(built.territory), translation.override("en"):
        block = transaction.atomic()
        block.__enter__()
        try:
            table = Table.objects.get(pk=built.table.pk)
            parties = {name: Party.objects.get(pk=party.pk) for name, party in built.parties.items()}
            yield replace(built, table=table, parties=parties)
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
