"""What the three database roles may do: owner (migrations), app (web and worker), auditor (reading)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tavolo.common.database import privileges
from tavolo.common.database.extensions import EXTENSIONS
from tavolo.common.database.settings import ROLES, connection_arguments, uses_external_server

pytestmark = pytest.mark.django_db

embedded_only = pytest.mark.skipif(
    uses_external_server(), reason="about the embedded server; DATABASE_URL is set"
)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Do what is inside with the rights of `role`, then undo it."""
    with transaction.atomic(), connection.cursor() as cursor:
        savepoint = transaction.savepoint()
        cursor.execute(f'SET LOCAL ROLE "{ROLES[role]}"')
        yield
        transaction.savepoint_rollback(savepoint)


def refused(role: str, statement: str) -> bool:
    """Say whether the database refuses `statement` to `role` for want of a right."""
    try:
        with acting_as(role), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            return True
        raise
    return False


@pytest.fixture
def example_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """One ordinary and one append-only table, the second open to the auditor."""
    monkeypatch.setattr(privileges, "_restricted", privileges.restricted_tables())
    monkeypatch.setattr(privileges, "_audited", set())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE example_row (id serial PRIMARY KEY, word text)")
        cursor.execute("CREATE TABLE example_leaf (id serial PRIMARY KEY, hash text)")
    privileges.restrict("example_leaf", "SELECT", "INSERT")
    privileges.open_to_auditor("example_leaf")
    privileges.grant_app_privileges(connection)


@embedded_only
@pytest.mark.usefixtures("example_tables")
class TestApp:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO example_row (word) VALUES ('a')",
            "SELECT * FROM example_row",
            "UPDATE example_row SET word = 'b'",
            "DELETE FROM example_row",
            "INSERT INTO example_leaf (hash) VALUES ('a')",
            "SELECT * FROM example_leaf",
        ],
    )
    def test_reads_and_writes_rows(self, statement):
        assert not refused("app", statement)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE example_leaf SET hash = 'b'",
            "DELETE FROM example_leaf",
            "TRUNCATE example_leaf",
            "TRUNCATE example_row",
            "DROP TABLE example_leaf",
            "ALTER TABLE example_leaf ADD COLUMN extra text",
            "ALTER TABLE example_leaf DISABLE TRIGGER ALL",
            "CREATE TABLE example_own (id int)",
            "CREATE SCHEMA example",
            "UPDATE django_migrations SET name = 'x'",
            "CREATE ROLE somebody",
            "COPY (SELECT 1) TO '/tmp/tavolo-never'",
            "COPY example_row (word) FROM PROGRAM 'id'",
            "SELECT pg_read_file('/etc/passwd')",
            "SET ROLE tavolo_owner",
            "SET SESSION AUTHORIZATION tavolo_super",
            "ALTER SYSTEM SET fsync = off",
        ],
    )
    def test_is_refused_what_would_bend_the_record(self, statement):
        assert refused_or_needs_own_connection(statement)

    def test_cannot_give_away_a_right_it_lacks(self):
        with acting_as("app"), connection.cursor() as cursor:
            cursor.execute("GRANT DELETE ON example_leaf TO PUBLIC")
            cursor.execute("SELECT has_table_privilege(current_user, 'example_leaf', 'DELETE')")
            assert cursor.fetchone() == (False,)

    def test_connects_under_its_own_name(self):
        with psycopg.connect(**own_arguments("app")) as as_app:
            assert as_app.execute("SELECT current_user, session_user").fetchone() == (ROLES["app"],) * 2


def own_arguments(role: str) -> dict:
    """Connection arguments of `role` for the test database."""
    return connection_arguments(role) | {"dbname": connection.settings_dict["NAME"]}


def refused_or_needs_own_connection(statement: str) -> bool:
    """Statements about the session's identity are tried over a connection of the app itself."""
    if not statement.startswith(("SET", "ALTER SYSTEM")):
        return refused("app", statement)
    with psycopg.connect(**own_arguments("app"), autocommit=True) as as_app:
        try:
            as_app.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return True
    return False


@embedded_only
@pytest.mark.usefixtures("example_tables")
class TestAuditor:
    def test_reads_the_tables_opened_to_it(self):
        assert not refused("auditor", "SELECT * FROM example_leaf")

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT * FROM example_row",
            "INSERT INTO example_leaf (hash) VALUES ('a')",
            "UPDATE example_leaf SET hash = 'b'",
            "DELETE FROM example_leaf",
            "TRUNCATE example_leaf",
            "CREATE TABLE example_own (id int)",
        ],
    )
    def test_does_nothing_else(self, statement):
        assert refused("auditor", statement)


@embedded_only
def test_a_table_made_outside_migrations_is_usable_at_once(example_tables):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE example_cache (id serial, word text)")
    assert not refused("app", "INSERT INTO example_cache (word) VALUES ('a')")
    assert refused("app", "TRUNCATE example_cache")
    assert refused("auditor", "SELECT * FROM example_cache")


@embedded_only
def test_a_right_taken_out_of_the_registry_is_taken_back(example_tables):
    privileges.restrict("example_row", "SELECT")
    privileges.grant_app_privileges(connection)
    assert refused("app", "UPDATE example_row SET word = 'b'")


def test_only_the_four_rights_on_rows_can_be_granted():
    with pytest.raises(ValueError, match="TRUNCATE"):
        privileges.restrict("example_leaf", "SELECT", "TRUNCATE")


@pytest.mark.parametrize("name", EXTENSIONS)
def test_the_owner_can_create_each_extension_without_being_superuser(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert uses_external_server() or cursor.fetchone() == (False,)
        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def test_migrations_create_no_extension_that_a_usual_server_lacks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'")
        assert {row[0] for row in cursor.fetchall()} <= set(EXTENSIONS)
