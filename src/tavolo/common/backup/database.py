"""The database's part of backup and restore: a dump, and a restored copy that takes the old one's place."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tavolo.common.database import binaries
from tavolo.common.database.account import server_account_name
from tavolo.common.database.layout import PORT, find_layout
from tavolo.common.database.privileges import grant, role_names
from tavolo.common.database.settings import (
    DATABASE,
    ROLES,
    SUPERUSER,
    connection_arguments,
    uses_external_server,
)
from tavolo.common.errors import Problem

# pg_restore of PostgreSQL 17 and later begins with this setting, whatever the server's version.
FIRST_WITH_TRANSACTION_TIMEOUT = 170000
ENVIRONMENT = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "requirepeer": "PGREQUIREPEER",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}


def administrator(database: str | None = None) -> dict[str, Any]:
    """Return connection arguments that may do everything: the embedded superuser, or the given owner."""
    if uses_external_server():
        known = connection_arguments("owner")
        return known | ({"dbname": database} if database else {})
    return {
        "host": str(find_layout().socket_folder),
        "port": str(PORT),
        "dbname": database or DATABASE,
        "user": SUPERUSER,
        "requirepeer": server_account_name(),
    }


def dump(target: Path) -> None:
    """Write a consistent dump of the whole database; web and worker may go on meanwhile.

    The rows of private rooms are in it: the owner opens every room for the dump's connection, so that an
    outside server's owner needs no right to pass row security (BYPASSRLS).
    """
    from tavolo.common.row_security import DUMP_OPTIONS, GUARDED

    known = administrator()
    with psycopg.connect(**known) as connection:
        hidden = [table for table, ours in connection.execute(GUARDED).fetchall() if not ours]
    if hidden:
        raise Problem(
            f"row security on {', '.join(hidden)} is not as Tavolo set it, so a dump might lack rows; "
            "restore the policy on that table, then make the backup"
        )
    known["options"] = f"{known.get('options', '')} {DUMP_OPTIONS}".strip()
    with target.open("xb") as out:
        _run("pg_dump", ["-Fc", "--no-comments", "--enable-row-security"], known, stdout=out)


def is_empty() -> bool:
    """Say whether the database holds no table yet."""
    with psycopg.connect(**administrator()) as connection:
        cursor = connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public' LIMIT 1")
        return cursor.fetchone() is None


class Restored:
    """A restored copy beside the database in use, until `take_over` or `drop`."""

    def __init__(self, dump_file: Path) -> None:
        self.present = administrator()["dbname"]
        self.name = f"{self.present}_restored_{secrets.token_hex(4)}"
        owner = connection_arguments("owner").get("user", "") if uses_external_server() else ROLES["owner"]
        with _connect(self._elsewhere()) as connection:
            try:
                _execute(connection, "CREATE DATABASE {} OWNER {} TEMPLATE template0", self.name, owner)
            except psycopg.errors.InsufficientPrivilege:
                raise Problem(
                    f"the database account {owner!r} must be allowed to create databases for a restore "
                    "(ALTER ROLE ... CREATEDB)"
                ) from None
            _execute(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", self.name)
        try:
            self._load(dump_file, ["--no-owner", "--no-privileges", "--role", owner])
        except BaseException:
            self.drop()
            raise

    def _load(self, dump_file: Path, options: list[str]) -> None:
        known = administrator(self.name)
        with psycopg.connect(**known) as connection:
            version = connection.info.server_version
        if version >= FIRST_WITH_TRANSACTION_TIMEOUT:
            options += ["--exit-on-error", "--single-transaction", "-d", self.name, str(dump_file)]
            _run("pg_restore", options, known)
        else:
            _load_into_older(dump_file, options, known)

    def take_over(self) -> None:
        """Grant the roles their rights, then put the copy in the place of the database in use."""
        names = role_names()
        if names:
            owner = connection_arguments("owner") | {"dbname": self.name}
            with psycopg.connect(**owner) as inside, inside.transaction():
                grant(inside.cursor(), *names)
        with _connect(self._elsewhere()) as connection:
            for role in names or ():
                if role:
                    _execute(connection, "GRANT CONNECT ON DATABASE {} TO {}", self.name, role)
            former = f"{self.present}_former_{secrets.token_hex(4)}"
            try:
                self._swap(connection, former)
            except psycopg.Error as error:
                _execute(connection, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", self.present)
                raise Problem(
                    f"the database in use could not be replaced ({error}); stop web and worker and try again"
                ) from None
            _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", former)

    def _swap(self, connection: psycopg.Connection, former: str) -> None:
        _execute(connection, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", self.present)
        for database in (self.present, self.name):
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )
        with connection.transaction():
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", self.present, former)
            _execute(connection, "ALTER DATABASE {} RENAME TO {}", self.name, self.present)

    def drop(self) -> None:
        """Remove the copy."""
        with _connect(self._elsewhere()) as connection:
            _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def _elsewhere(self) -> dict[str, Any]:
        return administrator("postgres")


def _load_into_older(dump_file: Path, options: list[str], known: dict[str, Any]) -> None:
    """Restore through psql, without the one setting that a server before version 17 does not know."""
    script = dump_file.with_suffix(".sql")
    _run("pg_restore", [*options, "-f", str(script), str(dump_file)], known)
    cleaned = dump_file.with_suffix(".cleaned.sql")
    with script.open("rb") as source, cleaned.open("wb") as target:
        for line in source:
            if line == b"SET transaction_timeout = 0;\n":
                break
            target.write(line)
        shutil.copyfileobj(source, target)
    script.unlink()
    quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1"]
    _run("psql", [*quiet, "-f", str(cleaned)], known, stdout=subprocess.DEVNULL)
    cleaned.unlink()


def _connect(arguments: dict[str, Any]) -> psycopg.Connection:
    return psycopg.connect(**arguments, autocommit=True)


def _execute(connection: psycopg.Connection, template: str, *names: str) -> None:
    connection.execute(sql.SQL(template).format(*[sql.Identifier(name) for name in names]))


def _run(program: str, options: Sequence[str], known: dict[str, Any], stdout: Any = None) -> None:
    folder = binaries.programs()
    variables = {ENVIRONMENT[key]: str(value) for key, value in known.items() if key in ENVIRONMENT}
    home = {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
    run = subprocess.run(
        [str(folder / "bin" / program), *options],
        env=binaries.child_environment(folder) | home | variables,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=stdout is None,
        check=False,
    )
    if run.returncode != 0:
        words = run.stderr if isinstance(run.stderr, str) else run.stderr.decode(errors="replace")
        raise Problem(f"{program} failed: {words.strip()}")
