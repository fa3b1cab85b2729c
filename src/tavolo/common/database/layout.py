"""Where one embedded server keeps its files.

An ordinary user's server lives inside the data folder. Root's server runs under another account that
may not be able to reach the data folder, so it gets a folder of its own below /var/lib/tavolo-postgres
and the data folder keeps a note of it; no folder that is not ours is ever changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tavolo.common import paths
from tavolo.common.database.account import refuse_foreign_home
from tavolo.common.errors import Problem

PORT = 5432  # only part of the socket's name; no network port is opened
LONGEST_SOCKET = 107
ROOT_BASE = paths.SYSTEM_STATE / "tavolo-postgres"


@dataclass(frozen=True)
class Layout:
    """Paths of one embedded server: `home` is the data folder, `base` the server's own folder."""

    home: Path
    base: Path

    @property
    def note(self) -> Path:
        return self.home / "postgres.json"

    @property
    def start_lock(self) -> Path:
        """Held by whoever starts or stops the server, one at a time."""
        return self.home / "postgres.lock"

    @property
    def service_lock(self) -> Path:
        """Held by `tavolo db start --foreground`, the service that minds this server; names its process."""
        return self.home / "postgres.service"

    @property
    def stopped_mark(self) -> Path:
        """There while the server is stopped on purpose, so that nobody revives it."""
        return self.home / "postgres.stopped"

    @property
    def alive_lock(self) -> Path:
        """Held by every process of the server: free means that none of them is left."""
        return self.base / "alive.lock"

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "log"

    @property
    def access_rules(self) -> Path:
        return self.base / "pg_hba.conf"

    @property
    def access_names(self) -> Path:
        return self.base / "pg_ident.conf"

    @property
    def token(self) -> Path:
        """Says, as root, which data folder this server folder belongs to."""
        return self.base / "token"

    @property
    def startup_log(self) -> Path:
        return self.base / "startup.log"

    @property
    def socket_folder(self) -> Path:
        """A folder whose socket path fits into the kernel's 107 bytes, whatever the data folder."""
        inside = self.base / "run"
        if _fits(inside):
            return inside
        return Path("/tmp") / f"tavolo-{_short_hash(self.base)}"  # noqa: S108


def find_layout() -> Layout:
    """Return the layout of this data folder; nothing is created."""
    home = Path(os.path.realpath(paths.home()))
    if os.geteuid() != 0:
        return Layout(home, home / "postgres")
    try:
        noted = json.loads((home / "postgres.json").read_text())
        return Layout(home, Path(noted["base"]))
    except FileNotFoundError:
        return Layout(home, ROOT_BASE / _short_hash(home))
    except (ValueError, KeyError, TypeError):
        raise Problem(
            "the note on where the database lies is damaged; it holds {'base': folder, 'token': text}",
            file=str(home / "postgres.json"),
        ) from None


def prepare_home() -> Path:
    """Create the data folder (0700) where missing and refuse one that belongs to somebody else."""
    home = paths.home()
    refuse_foreign_home(home)
    return paths.private_folder(home)


def write_note(layout: Layout) -> str:
    """Record, once, which server folder belongs to this data folder; return its random token."""
    if not layout.note.exists():
        temporary = layout.note.with_suffix(".new")
        temporary.write_text(json.dumps({"base": str(layout.base), "token": secrets.token_hex(16)}))
        os.rename(temporary, layout.note)
    return str(json.loads(layout.note.read_text())["token"])


def _fits(folder: Path) -> bool:
    path = str(folder / f".s.PGSQL.{PORT}")
    # A comma separates several hosts in a connection string, so such a folder cannot be named in one.
    return len(os.fsencode(path)) <= LONGEST_SOCKET and not set(path) & set(",'\"\\\n") and path.isprintable()


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
