"""Row security: rows of a room are there only where the room is open, whoever asks and however."""

from __future__ import annotations

import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tavolo.common import row_security
from tavolo.common.backup import archive, database
from tavolo.common.database import privileges
from tavolo.common.database.settings import ROLES, connection_arguments, uses_external_server
from tests.common.test_backup import DISCARD, House

embedded_only = pytest.mark.skipif(
    uses_external_server(), reason="about the embedded server's roles; DATABASE_URL is set"
)
pytestmark = embedded_only

OURS, THEIRS = uuid.UUID(int=1), uuid.UUID(int=2)
CREATE = "CREATE TABLE example_secret (id serial PRIMARY KEY, room_id uuid NOT NULL, word text)"
FILL = f"INSERT INTO example_secret (room_id, word) VALUES ('{OURS}', 'ours'), ('{THEIRS}', 'theirs')"


def statements() -> list[str]:
    """What the migration operation runs."""
    return list(row_security.guard("example_secret").sql)


def run(statement: str, *parameters: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchall() if cursor.description else []


def words() -> list[str]:
    return [row[0] for row in run("SELECT word FROM example_secret ORDER BY word")]


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Do what is inside with the rights of a role of the database."""
    run(f'SET LOCAL ROLE "{ROLES[role]}"')
    yield
    run("RESET ROLE")


def make_table() -> None:
    run(CREATE)
    run(FILL)
    for statement in statements():
        run(statement)
    privileges.grant_app_privileges(connection)


@pytest.fixture(params=["owner", "app"])
def secrets(request: pytest.FixtureRequest, db: None) -> Iterator[str]:
    """A guarded table with a row of each of two rooms, looked at by each role in turn."""
    make_table()
    if request.param == "owner":
        yield "owner"
        return
    with acting_as("app"):
        yield "app"


class TestTheWall:
    def test_neither_role_is_a_superuser_or_passes_walls(self, secrets):
        found = run("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert found == [(False, False)]

    def test_without_an_open_room_there_is_no_row(self, secrets):
        assert words() == []
        assert run("SELECT count(*) FROM example_secret") == [(0,)]

    def test_only_rows_of_the_open_room_are_there(self, secrets):
        with row_security.opened([OURS]):
            assert words() == ["ours"]
            assert run("SELECT count(*) FROM example_secret WHERE room_id = %s", THEIRS) == [(0,)]

    def test_several_rooms_may_be_open_and_the_empty_list_opens_none(self, secrets):
        with row_security.opened([OURS, THEIRS]):
            assert words() == ["ours", "theirs"]
        with row_security.opened([]):
            assert words() == []

    def test_nothing_is_written_into_a_closed_room(self, secrets):
        for attempt in (
            f"INSERT INTO example_secret (room_id, word) VALUES ('{THEIRS}', 'x')",
            f"UPDATE example_secret SET room_id = '{THEIRS}'",
        ):
            with (
                pytest.raises(ProgrammingError, match="row-level security"),
                row_security.opened([OURS]),
            ):
                run(attempt)

    def test_rows_of_a_closed_room_are_neither_changed_nor_deleted(self, secrets):
        with row_security.opened([OURS]):
            run("UPDATE example_secret SET word = 'changed'")
            run("DELETE FROM example_secret WHERE word <> 'changed'")
        with row_security.opened([OURS, THEIRS]):
            assert words() == ["changed", "theirs"]

    def test_a_condition_that_would_shout_never_meets_a_hidden_row(self, secrets):
        with row_security.opened([OURS]):
            assert run("SELECT 1 / (length(word) - 6) FROM example_secret WHERE 1 / (length(word) - 6) < 9")

    def test_a_word_that_is_no_room_opens_nothing(self, secrets):
        with pytest.raises(ValueError, match="badly formed"):
            row_security.opened(["*"]).__enter__()
        assert words() == []


class TestTheSetting:
    def test_it_ends_with_the_block(self, secrets):
        with row_security.opened([OURS]):
            assert row_security.open_rooms() == {OURS}
        assert row_security.open_rooms() == frozenset()
        assert words() == []

    def test_an_inner_block_opens_its_own_rooms_and_gives_the_outer_ones_back(self, secrets):
        with row_security.opened([OURS]):
            with row_security.opened([THEIRS]):
                assert words() == ["theirs"]
            assert words() == ["ours"]

    def test_an_error_closes_the_room_too(self, secrets):
        with row_security.opened([THEIRS]):
            with pytest.raises(KeyError), row_security.opened([OURS]):
                raise KeyError
            assert words() == ["theirs"]
            with pytest.raises(DatabaseError), row_security.opened([OURS]):
                run("SELECT 1/0")
            assert words() == ["theirs"]
        assert words() == []

    def test_an_inner_failure_that_dooms_the_transaction_closes_it_too(self, secrets):
        with row_security.opened([OURS]):
            try:
                with transaction.atomic(savepoint=False):
                    raise KeyError
            except KeyError:
                pass
        assert words() == []


@pytest.mark.django_db
class TestWhoMayOpenEverything:
    def test_the_owner_for_dumps_and_erasures(self):
        make_table()
        with row_security.every_room():
            assert words() == ["ours", "theirs"]
        assert words() == []

    def test_never_the_application(self):
        make_table()
        with acting_as("app"), row_security.every_room():
            assert words() == []

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE example_secret DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE example_secret NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY example_secret_rooms ON example_secret",
            "CREATE POLICY all_of_it ON example_secret USING (true)",
        ],
    )
    def test_the_application_cannot_take_the_wall_down(self, statement):
        make_table()
        with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic(), acting_as("app"):
            run(statement)

    def test_switching_row_security_off_gives_the_application_an_error_and_no_row(self):
        make_table()
        with transaction.atomic(), acting_as("app"):
            run("SET LOCAL row_security = off")
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                words()

    def test_guarded_tables_are_known_and_a_foreign_rule_is_noticed(self):
        make_table()
        assert row_security.guarded_tables()["example_secret"] is True
        run("CREATE POLICY more ON example_secret AS RESTRICTIVE USING (word <> 'theirs')")
        assert row_security.guarded_tables()["example_secret"] is False

    @pytest.mark.parametrize(("table", "column"), [("x; DROP TABLE y", "room_id"), ("x", "a b"), ("X", "a")])
    def test_only_plain_names_are_guarded(self, table, column):
        with pytest.raises(ValueError, match="plain name"):
            row_security.guard(table, column)


@pytest.mark.django_db(transaction=True)
def test_a_connection_used_again_carries_nothing_over():
    """The same connection, as a web process keeps it: request after request, answered or failed."""
    make_table()
    try:
        with row_security.opened([OURS]):
            assert words() == ["ours"]
        same = run("SELECT pg_backend_pid()")
        assert words() == []
        with pytest.raises(KeyError), row_security.opened([OURS]):
            raise KeyError
        assert words() == []
        with pytest.raises(DatabaseError), row_security.opened([OURS]):
            run("SELECT 1/0")
        assert words() == []
        assert run("SELECT pg_backend_pid()") == same
    finally:
        run("DROP TABLE example_secret")


@pytest.mark.django_db(transaction=True)
def test_over_a_connection_of_its_own_the_application_sees_nothing():
    make_table()
    known = connection_arguments("app") | {"dbname": connection.settings_dict["NAME"]}
    try:
        with psycopg.connect(**known, autocommit=True) as own:
            assert own.execute("SELECT session_user").fetchone() == (ROLES["app"],)
            count = "SELECT count(*) FROM example_secret"
            assert own.execute(count).fetchone() == (0,)
            with own.transaction():
                own.execute("SELECT set_config('tavolo.rooms', %s, true)", [str(OURS)])
                assert own.execute(count).fetchone() == (1,)
            assert own.execute(count).fetchone() == (0,)
    finally:
        run("DROP TABLE example_secret")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """An installation with a guarded table, driven through its commands."""
    house = House(Path(tempfile.mkdtemp(prefix="tavolo-house-")) / "home")
    house.tavolo("db", "start")
    house.migrate()
    for statement in (CREATE, FILL, *statements()):
        house.sql(statement)
    yield house
    house.run(sys.executable, "-c", DISCARD)
    shutil.rmtree(house.home.parent)


ALL = "SELECT word FROM example_secret ORDER BY word"


def everything(house: House) -> list[tuple]:
    """Read the guarded rows as the owner who says so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAVOLO_HOME", str(house.home))
        known = connection_arguments("owner")
    with psycopg.connect(**known, options=row_security.DUMP_OPTIONS) as own:
        return own.execute(ALL).fetchall()


class TestBackup:
    def test_a_backup_holds_the_rooms_and_restoring_puts_the_wall_up_again(self, house, tmp_path):
        house.tavolo("backup", str(tmp_path / "one.tar"))
        house.sql("DROP TABLE example_secret")
        house.tavolo("restore", "--force", str(tmp_path / "one.tar"))
        assert everything(house) == [("ours",), ("theirs",)]
        assert house.sql(ALL) == []
        assert house.sql(ALL, role="app") == []

    def test_so_it_is_with_an_outside_server_whose_owner_is_no_superuser(self, house, tmp_path):
        addresses = {
            "DATABASE_URL": house.tavolo("db", "url").stdout.strip(),
            "TAVOLO_OWNER_DATABASE_URL": house.tavolo("db", "url", "--role", "owner").stdout.strip(),
        }
        outside = House(tmp_path / "outside", addresses)
        outside.tavolo("backup", str(tmp_path / "outside.tar"))
        house.sql("DROP TABLE example_secret")
        outside.tavolo("restore", "--force", str(tmp_path / "outside.tar"))
        assert everything(house) == [("ours",), ("theirs",)]
        assert house.sql(ALL, role="app") == []

    def test_a_dump_that_a_foreign_rule_might_thin_out_is_refused(self, house, tmp_path):
        house.sql("CREATE POLICY more ON example_secret AS RESTRICTIVE USING (word <> 'theirs')")
        done = house.tavolo("backup", str(tmp_path / "two.tar"), code=2)
        assert "example_secret" in done.stderr
        house.sql("DROP POLICY more ON example_secret")
        assert not (tmp_path / "two.tar").exists()

    def test_a_server_older_than_the_programs_is_served_too(self, house, tmp_path, monkeypatch):
        house.tavolo("backup", str(tmp_path / "three.tar"))
        monkeypatch.setenv("TAVOLO_HOME", str(house.home))
        monkeypatch.setattr(database, "FIRST_WITH_TRANSACTION_TIMEOUT", 10**9)
        archive.extract(tmp_path / "three.tar", tmp_path)
        restored = database.Restored(tmp_path / archive.DUMP)
        with psycopg.connect(**database.administrator(restored.name)) as own:
            assert own.execute(ALL).fetchall() == [("ours",), ("theirs",)]
        restored.drop()
