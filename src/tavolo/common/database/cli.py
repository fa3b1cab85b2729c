"""`tavolo db`: start, stop and inspect the embedded PostgreSQL."""

from __future__ import annotations

import os
from urllib.parse import quote, urlencode

import click

from tavolo.common.command_line import Commands, say
from tavolo.common.database import binaries, server, service
from tavolo.common.database.settings import (
    ROLES,
    connection_arguments,
    has_own_url,
    uses_external_server,
)
from tavolo.common.errors import Problem

ROLE = click.option("--role", type=click.Choice(list(ROLES)), default="app", show_default=True)
PSQL_VARIABLES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
}


@click.group(cls=Commands)
def app() -> None:
    """Start, stop and inspect the embedded PostgreSQL."""


@app.command()
@click.option("--foreground", is_flag=True, help="Stay as the server's parent, for a service unit.")
def start(foreground: bool) -> None:
    """Start the server unless it runs; wait until it answers."""
    if foreground:
        raise SystemExit(service.run(say))
    server.ensure_running(say)
    print("the server named in DATABASE_URL is used" if uses_external_server() else "PostgreSQL is running")


@app.command()
@click.option("--timeout", default=600.0, show_default=True, help="Seconds to wait.")
def stop(timeout: float) -> None:
    """Stop the server in order; open transactions are rolled back."""
    if uses_external_server():
        raise Problem("DATABASE_URL names a server that Tavolo does not manage; it was left alone")
    print("PostgreSQL has stopped" if server.stop(say, timeout) else "PostgreSQL was not running")


@app.command()
def status() -> None:
    """Say whether the server runs; the exit code is 0 when it does and 3 when not."""
    found = server.status()
    print(f"{found.state}: {found.detail}")
    if found.socket_folder:
        print(f"socket folder: {found.socket_folder}")
    if found.state == "external" and not has_own_url("owner"):
        print(
            "roles: one account for everything (TAVOLO_OWNER_DATABASE_URL is not set), so the database "
            "itself does not keep the app from changing the register"
        )
    if found.state in ("stopped", "starting"):
        raise SystemExit(3)


@app.command()
@ROLE
def url(role: str) -> None:
    """Print the address of the database for other tools, without its password."""
    known = connection_arguments(role)
    rest = {key: value for key, value in known.items() if key not in ("dbname", "user", "password")}
    print(f"postgresql://{quote(known.get('user', ''))}@/{quote(known['dbname'])}?{urlencode(rest)}")


@app.command(context_settings={"ignore_unknown_options": True})
@ROLE
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(role: str, arguments: tuple[str, ...]) -> None:
    """Open psql on the database; further ARGUMENTS are passed on to it."""
    server.ensure_running(say)
    known = connection_arguments(role)
    folder = binaries.programs()
    variables = {PSQL_VARIABLES[key]: str(value) for key, value in known.items() if key in PSQL_VARIABLES}
    environment = os.environ | {"LD_LIBRARY_PATH": str(folder / "lib")} | variables
    psql = str(folder / "bin" / "psql")
    os.execve(psql, [psql, *arguments], environment)  # noqa: S606
