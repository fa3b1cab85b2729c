"""What the application's own database role may do with the register: add, read, erase words, no more."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from tavolo.common.database.privileges import restricted_tables
from tavolo.common.database.settings import ROLES, uses_external_server
from tavolo.common.models import Territory
from tavolo.ledger import audit, checkpoints, exports
from tavolo.ledger.sequencer import sequence
from tavolo.ledger.services import erase_act
from tests.ledger.test_record import record

TABLES = ("act", "leaf", "node", "checkpoint", "registerkey", "heldcheckpoint")
embedded_only = pytest.mark.skipif(
    uses_external_server(), reason="about the embedded server; DATABASE_URL is set"
)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Work with the rights of a database role."""
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{ROLES[role]}"')
        yield
        cursor.execute("RESET ROLE")


def attempt(role: str, statement: str) -> None:
    """Try a statement with the rights of a role, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{ROLES[role]}"')
        cursor.execute(statement)


def test_the_register_is_restricted_to_reading_and_adding() -> None:
    restricted = restricted_tables()
    for table in TABLES:
        assert set(restricted[f"ledger_{table}"]) == {"SELECT", "INSERT"}


@embedded_only
def test_the_application_can_do_all_its_work_with_these_rights(territory: Territory) -> None:
    with acting_as("app"):
        act = record()
        record()
        assert sequence() == 2
        signed = checkpoints.sign()
        checkpoints.hold(signed.pk, act)
        erase_act(act, actor_id=None, role="operator", reason="data_subject_request")
        exports.write_whole(io.BytesIO(), statements=True)
        exports.write_extract(io.BytesIO(), [act])
        assert list(audit.faults()) == []


@embedded_only
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_{} SET territory_id = territory_id",
        "DELETE FROM ledger_{}",
        "TRUNCATE ledger_{} CASCADE",
        "ALTER TABLE ledger_{} DISABLE TRIGGER USER",
        "DROP TABLE ledger_{} CASCADE",
    ],
)
def test_the_application_can_change_nothing(territory: Territory, table: str, statement: str) -> None:
    record()
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        attempt("app", statement.format(table))


@embedded_only
def test_the_auditor_sees_hashes_and_never_words(territory: Territory) -> None:
    record()
    with acting_as("auditor"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_act")
        assert cursor.fetchone()[0] == 1
    with pytest.raises(DatabaseError, match="permission denied"):
        attempt("auditor", "SELECT count(*) FROM ledger_actcontent")
