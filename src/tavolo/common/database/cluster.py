"""Making a database cluster: the files of a new server and the roles inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from tavolo.common.database import binaries
from tavolo.common.database.account import Account, client_account_name
from tavolo.common.database.layout import PORT, Layout
from tavolo.common.database.settings import DATABASE, ROLES, SUPERUSER
from tavolo.common.errors import Problem

# Raised whenever `bootstrap` below changes, so that existing clusters get the new statements.
BOOTSTRAP_VERSION = "1"

# Nothing here may be weakened by a configuration file: given on the command line, it wins over all.
FIXED = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Clusters made before this line hold a doubled schema name here, which no parallel worker accepts.
    "default_text_search_config": "pg_catalog.italian",
}
# Starting points an administrator may change in postgresql.conf. Logs carry no values of columns:
# no failing statement, no detail line.
TUNABLE = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "idle_in_transaction_session_timeout": "10min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_startup_progress_interval": "5s",
}


if sys.platform == "linux":
    # One sync of the file system instead of one for each of a thousand files: seconds less on a slow disk,
    # at the first start and after every crash.
    TUNABLE["recovery_init_sync_method"] = "syncfs"


def run_as(account: Account) -> dict[str, object]:
    """Return the arguments of `subprocess` that change to the server's account, if that is needed."""
    if not account.switch:
        return {"umask": 0o077}
    return {"umask": 0o077, "user": account.uid, "group": account.gid, "extra_groups": []}


def create(layout: Layout, account: Account) -> None:
    """Make the cluster's files beside their final place and rename them into it when complete."""
    programs = binaries.programs()
    for leftover in layout.base.glob("new-*"):
        shutil.rmtree(leftover)
    work = layout.base / f"new-{os.getpid()}"
    work.mkdir(mode=0o700)
    if account.switch:
        os.chown(work, account.uid, account.gid)
    command = [programs / "bin" / "initdb", "-D", work, "-U", SUPERUSER, "--auth=peer", "-E", "UTF8"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["-T", "italian", "--no-instructions"]
    command += ["--sync-method", TUNABLE.get("recovery_init_sync_method", "fsync")]
    for name, value in TUNABLE.items():
        command += ["--set", f"{name}={value}"]
    run = subprocess.run(
        command,
        env=binaries.child_environment(programs),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **run_as(account),  # type: ignore[call-overload]
    )
    if run.returncode != 0:
        shutil.rmtree(work, ignore_errors=True)
        raise Problem(
            f"PostgreSQL could not make its files: {run.stderr.strip()}; free space and rights on this "
            "folder are the usual reasons",
            file=str(layout.base),
        )
    os.rename(work, layout.data)
    sync_folder(layout.base)


def write_access_rules(layout: Layout, account: Account) -> None:
    """Write who may connect: the operating system vouches for the account at the other end (peer).

    Only the accounts of this process and of the server itself are let in, over the socket alone. The
    files lie outside the cluster, where the server can read but (started by root) not change them.
    """
    people = sorted({client_account_name(), account.name})
    roles = [SUPERUSER, *ROLES.values()]
    rules = "# written by `tavolo db start`\nlocal all all peer map=tavolo\n"
    names = "".join(f'tavolo "{person}" {role}\n' for person in people for role in roles)
    for path, text in ((layout.access_rules, rules), (layout.access_names, names)):
        if not path.exists() or path.read_text() != text:
            temporary = path.with_name(path.name + ".new")
            temporary.write_text(text)
            temporary.chmod(0o644)
            os.rename(temporary, path)


def check_version(layout: Layout) -> None:
    """Raise `Problem` when the cluster was made by another major version of PostgreSQL."""
    found = (layout.data / "PG_VERSION").read_text().strip()
    ours = binaries.major_version(binaries.programs())
    if found != ours:
        raise Problem(
            f"these files were made by PostgreSQL {found}, this version of Tavolo brings {ours}; make a "
            "backup with the former version of Tavolo, move this folder away, then `tavolo restore`",
            file=str(layout.data),
        )


def server_command(layout: Layout) -> list[str]:
    """Return the command line of the server."""
    folder = str(layout.socket_folder).replace('"', '""')
    fixed = FIXED | {
        "unix_socket_directories": f'"{folder}"',
        "hba_file": str(layout.access_rules),
        "ident_file": str(layout.access_names),
        "log_directory": str(layout.log),
    }
    command = [str(binaries.programs() / "bin" / "postgres"), "-D", str(layout.data)]
    for name, value in fixed.items():
        command += ["-c", f"{name}={value}"]
    return command


def bootstrap(connection: psycopg.Connection) -> None:
    """Create roles and database where missing and set their rights; safe to repeat.

    `connection` is the superuser's, in autocommit, to any database of the embedded server.
    """
    for role, name in ROLES.items():
        _create_role(connection, name, "NOSUPERUSER NOCREATEROLE " + ("CREATEDB" if role == "owner" else ""))
    # The owner may act as the lesser roles, so that tests and checks can look at what these may do.
    for lesser in ("app", "auditor"):
        _run(connection, "GRANT {} TO {} WITH INHERIT FALSE, SET TRUE", ROLES[lesser], ROLES["owner"])
    exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    if not exists:
        _run(connection, "CREATE DATABASE {} OWNER {}", DATABASE, ROLES["owner"])
    _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", DATABASE)
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}, {}", DATABASE, ROLES["app"], ROLES["auditor"])


def _create_role(connection: psycopg.Connection, name: str, attributes: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        _run(connection, "CREATE ROLE {} LOGIN", name)
    connection.execute(sql.SQL("ALTER ROLE {} " + attributes).format(sql.Identifier(name)))


def _run(connection: psycopg.Connection, template: str, *names: str) -> None:
    identifiers: Sequence[sql.Identifier] = [sql.Identifier(name) for name in names]
    connection.execute(sql.SQL(template).format(*identifiers))


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
