"""The operating-system account under which the embedded server runs."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tavolo.common import paths
from tavolo.common.errors import Problem

DEDICATED = "tavolo-db"


@dataclass(frozen=True)
class Account:
    """An operating-system account; `switch` says that a starter must change to it (it is root)."""

    name: str
    uid: int
    gid: int
    switch: bool


def server_account_name() -> str:
    """Return the name of the account the server runs under, without creating it."""
    if os.geteuid() != 0:
        return _own_entry().pw_name
    return _owner_of_cluster() or os.environ.get("TAVOLO_SERVER_ACCOUNT") or DEDICATED


def client_account_name() -> str:
    """Return the name of the account of this process."""
    return _own_entry().pw_name


def server_account() -> Account:
    """Return the server's account: our own, or as root an unprivileged one, created when missing.

    PostgreSQL refuses to run as root, so root starts it under `tavolo-db` (or the account named in
    TAVOLO_SERVER_ACCOUNT, which must exist).
    """
    if os.geteuid() != 0:
        own = _own_entry()
        return Account(own.pw_name, own.pw_uid, own.pw_gid, switch=False)
    name = server_account_name()
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        if name != DEDICATED:
            raise Problem(f"TAVOLO_SERVER_ACCOUNT names {name!r}, which does not exist here") from None
        entry = _create_dedicated()
    if entry.pw_uid == 0:
        raise Problem("TAVOLO_SERVER_ACCOUNT names root; PostgreSQL needs an unprivileged account")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def refuse_foreign_home(home: Path) -> None:
    """Raise `Problem` when the data folder belongs to somebody else than this process's account."""
    try:
        owner = home.stat().st_uid
    except FileNotFoundError:
        return
    if owner != os.geteuid():
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        raise Problem(
            f"the data folder belongs to the account {name!r}; run the command as that account "
            f"(sudo -u {name} tavolo ...) or choose another folder with TAVOLO_HOME",
            file=str(home),
        )


def _owner_of_cluster() -> str | None:
    """Return the account that root's server of this data folder was made with, if it was made."""
    try:
        base = json.loads((paths.home() / "postgres.json").read_text())["base"]
        return pwd.getpwuid((Path(base) / "data").stat().st_uid).pw_name
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _own_entry() -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Problem(
            f"the user number {os.geteuid()} has no entry in the account list, which PostgreSQL needs; "
            "run as a user with an account, or set DATABASE_URL to a PostgreSQL server"
        ) from None


def _create_dedicated() -> pwd.struct_passwd:
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/usr/sbin/nologin", DEDICATED]
    elif shutil.which("adduser"):
        command = ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", DEDICATED]
    else:
        command = ["useradd"]
    run = None
    if shutil.which(command[0]):
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(DEDICATED)
    except KeyError:
        reason = run.stderr.strip() if run else "neither useradd nor adduser is installed"
        raise Problem(
            f"cannot create the unprivileged account {DEDICATED!r} for PostgreSQL ({reason}); create it, "
            "or name an existing account in TAVOLO_SERVER_ACCOUNT, or run Tavolo as an ordinary user"
        ) from None
