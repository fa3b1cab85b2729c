"""Where an installation keeps its things: one data folder, everything else below it."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from tavolo.common.errors import Problem

SYSTEM_STATE = Path("/var/lib")


def home() -> Path:
    """Return the data folder: $TAVOLO_HOME, else /var/lib/tavolo for root, else the user's own.

    Nothing is created. Relative values of $TAVOLO_HOME are taken from the current folder.
    """
    chosen = os.environ.get("TAVOLO_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return SYSTEM_STATE / "tavolo"
    return _user_folder()


def programs() -> Path:
    """Return the folder for unpacked programs, shared by all data folders of one user.

    An account without a home folder it can write to (a service's) keeps them in the data folder.
    """
    if os.geteuid() == 0:
        return SYSTEM_STATE / "tavolo-postgres" / "programs"
    try:
        own = _user_folder() / "programs"
    except Problem:
        return home() / "programs"
    return own if own.is_dir() or _can_make(own) else home() / "programs"


def files() -> Path:
    """Return the folder of privately stored files (uploads, generated documents)."""
    return home() / "files"


def keys() -> Path:
    """Return the folder of the key store; never part of a database backup."""
    return home() / "keys"


def private_folder(path: Path) -> Path:
    """Create `path` with mode 0700 where it is missing and return it.

    Missing parents are created 0700 as well; a folder that exists is left exactly as it is.
    """
    missing = []
    current = path
    while not _exists(current):
        missing.append(current)
        current = current.parent
    for folder in reversed(missing):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Problem(
                f"this folder cannot be made ({error.strerror}); give rights to it or set TAVOLO_HOME",
                file=str(folder),
            ) from None
    return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _can_make(path: Path) -> bool:
    try:
        while not path.exists():
            path = path.parent
    except OSError:
        return False
    return path.is_dir() and os.access(path, os.W_OK | os.X_OK)


def _user_folder() -> Path:
    folder = Path(platformdirs.user_data_dir("tavolo", appauthor=False))
    if not folder.is_absolute():
        raise Problem(
            "neither $TAVOLO_HOME nor $HOME is set and this user has no entry in the account list; "
            "set TAVOLO_HOME to the folder where Tavolo may keep its data"
        )
    return folder
