"""`tavolo db`: start, stop and inspect the embedded PostgreSQL."""

from __future__ import annotations

import os
import sys
from urllib.parse import quote, urlencode

import typer

from tavolo.common.database import binaries, server
from tavolo.common.database.settings import (
    ROLES,
    connection_arguments,
    has_own_url,
    uses_external_server,
)
from tavolo.common.errors import Problem

app = typer.Typer(no_args_is_help=True, add_completion=False)


def say(text: str) -> None:
    """Print progress to the error channel, so that results stay clean."""
    print(text, file=sys.stderr, flush=True)


def fail(problem: Problem) -> typer.Exit:
    """Print a problem and return the exit to raise."""
    say(str(problem))
    return typer.Exit(2)


@app.command()
def start() -> None:
    """Start the server unless it runs; wait until it answers."""
    try:
        server.ensure_running(say)
        print(server.status().detail if uses_external_server() else "PostgreSQL is running")
    except Problem as problem:
        raise fail(problem) from None


@app.command()
def stop() -> None:
    """Stop the server in order; open transactions are rolled back."""
    try:
        if uses_external_server():
            raise Problem("DATABASE_URL names a server that Tavolo does not manage; it was left alone")
        print("PostgreSQL has stopped" if server.stop(say) else "PostgreSQL was not running")
    except Problem as problem:
        raise fail(problem) from None


@app.command()
def status() -> None:
    """Say whether the server runs; exit code 0 when it answers, 3 when not."""
    try:
        found = server.status()
    except Problem as problem:
        raise fail(problem) from None
    print(f"{found.state}: {found.detail}")
    if found.socket_folder:
        print(f"socket folder: {found.socket_folder}")
    if found.state == "external" and not has_own_url("owner"):
        print(
            "roles: one account for everything (TAVOLO_OWNER_DATABASE_URL is not set), "
            "so the database itself does not keep the app from changing the register"
        )
    if found.state in ("stopped", "starting"):
        raise typer.Exit(3)


@app.command()
def url(role: str = typer.Option("app", help="owner, app or auditor")) -> None:
    """Print the address of the database for other tools."""
    try:
        if role not in ROLES:
            raise Problem(f"no role {role!r}; it must be one of {', '.join(ROLES)}")
        known = connection_arguments(role)
    except Problem as problem:
        raise fail(problem) from None
    rest = {key: value for key, value in known.items() if key not in ("dbname", "user", "password")}
    print(f"postgresql://{quote(known.get('user', ''))}@/{quote(known['dbname'])}?{urlencode(rest)}")


@app.command(context_settings={"ignore_unknown_options": True})
def shell(
    arguments: list[str] = typer.Argument(None, help="passed on to psql"),
    role: str = typer.Option("app", help="owner, app or auditor"),
) -> None:
    """Open psql on the database."""
    try:
        server.ensure_running(say)
        known = connection_arguments(role)
        folder = binaries.programs()
    except Problem as problem:
        raise fail(problem) from None
    words = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT"}
    variables = {words[key]: str(value) for key, value in known.items() if key in words}
    environment = os.environ | {"LD_LIBRARY_PATH": str(folder / "lib")} | variables
    psql = str(folder / "bin" / "psql")
    os.execve(psql, [psql, *(arguments or [])], environment)  # noqa: S606
