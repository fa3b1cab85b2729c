"""Installations of their own for tests of the database supervisor, as root and as an ordinary user.

Steps run in forked children that change to the wanted account, because the interpreter itself may lie
where an ordinary user cannot read it. The parent imports everything first.
"""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tavolo.common import paths
from tavolo.common.database import server
from tavolo.common.database.binaries import programs
from tavolo.common.database.layout import Layout, find_layout


@dataclass(frozen=True)
class Installation:
    """A data folder of its own and the account it is used from."""

    folder: Path
    home: Path
    uid: int

    def enter(self) -> None:
        """Become this installation's account, with a home of its own (in a forked child only)."""
        if os.geteuid() != self.uid:
            entry = pwd.getpwuid(self.uid)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(self.uid)
        os.chdir("/")
        for name in ("DATABASE_URL", "TAVOLO_SERVER_ACCOUNT"):
            os.environ.pop(name, None)
        os.environ["HOME"] = str(self.folder)
        os.environ["TAVOLO_HOME"] = str(self.home)

    def begin(self, step: Callable[[], Any]) -> Child:
        """Run `step` in a child in a process group of its own and return at once."""
        sys.stdout.flush()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _run_child(self, step, reader, writer)
        os.close(writer)
        return Child(pid, reader)

    def do(self, step: Callable[[], Any]) -> Any:
        """Run `step` in a child and return what it returned; its exception is raised here."""
        return self.begin(step).result()

    def layout(self) -> Layout:
        return self.do(find_layout)

    def start(self) -> None:
        self.do(server.ensure_running)

    def stop(self) -> bool:
        return self.do(server.stop)

    def state(self) -> str:
        return self.do(server.status).state

    def query(self, statement: str) -> Any:
        """Return the first column of the first row of a statement run by the superuser."""

        def ask() -> Any:
            with server.superuser_connection(find_layout()) as connection:
                cursor = connection.execute(statement)  # type: ignore[arg-type]
                row = cursor.fetchone() if cursor.description else None
                return row[0] if row else None

        return self.do(ask)


@dataclass(frozen=True)
class Child:
    """A forked step."""

    pid: int
    reader: int

    def result(self) -> Any:
        with os.fdopen(self.reader, "rb") as pipe:
            data = pipe.read()
        os.waitpid(self.pid, 0)
        if not data:
            raise AssertionError("the child ended without a result")
        kind, value = pickle.loads(data)
        if kind == "error":
            raise value
        return value

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End the child's whole process group."""
        os.killpg(self.pid, number)
        os.waitpid(self.pid, 0)
        os.close(self.reader)


def _run_child(installation: Installation, step: Callable[[], Any], reader: int, writer: int) -> None:
    code = 1
    try:
        os.setpgid(0, 0)
        os.close(reader)
        installation.enter()
        try:
            answer = ("value", step())
        except BaseException as error:
            if not isinstance(error, Exception):
                traceback.print_exc()
            answer = ("error", error)
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(answer, pipe)
        code = 0
    finally:
        os._exit(code)


def make_installation(uid: int, inside: str = "data") -> Installation:
    """Make a data folder `inside` a temporary folder that belongs to `uid`."""
    folder = Path(tempfile.mkdtemp(prefix="tavolo-installation-"))
    if uid != os.geteuid():
        # The programs are unpacked once for root; an ordinary user would unpack its own copy.
        shared = folder / ".local" / "share" / "tavolo"
        shared.mkdir(parents=True)
        (shared / "programs").symlink_to(programs().parent)
        for path in (folder, folder / ".local", folder / ".local" / "share", shared):
            os.chown(path, uid, -1)
    return Installation(folder, folder / inside, uid)


def remove_installation(installation: Installation) -> None:
    """Stop the server and remove every trace."""
    installation.do(lambda: server.discard(find_layout()))
    shutil.rmtree(installation.folder)


def ordinary_uid() -> int:
    """Return an unprivileged user: ourselves, or `nobody` when we are root."""
    return os.geteuid() or pwd.getpwnam("nobody").pw_uid


def accounts() -> dict[str, int]:
    """Return the accounts tests are run as: always an ordinary one, and root when we are root."""
    return {"ordinary": ordinary_uid()} | ({"root": 0} if os.geteuid() == 0 else {})


def preload() -> None:
    """Import in the parent what the children will need."""
    import psycopg.pq

    for name in ("idna", "stringprep", "unicodedata"):
        __import__("encodings.idna" if name == "idna" else name)
    assert psycopg.pq
    assert paths
