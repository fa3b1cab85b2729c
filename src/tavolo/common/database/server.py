"""The embedded server: one for each data folder, started by whoever needs it first.

Two locks decide everything. `postgres.lock` is held by whoever starts or stops, one at a time.
`alive.lock` is inherited by every process of the server, so the kernel frees it when the last of them
is gone: no process number is ever trusted. Readiness means that a connection answers. Clients never
stop the server; only `stop` does.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tavolo.common import paths
from tavolo.common.database import binaries, cluster, processes
from tavolo.common.database.account import Account, server_account, server_account_name
from tavolo.common.database.layout import PORT, Layout, find_layout, prepare_home, write_note
from tavolo.common.database.locks import exclusive, is_held, try_lock
from tavolo.common.database.settings import DATABASE, SUPERUSER, uses_external_server
from tavolo.common.errors import Problem

Say = Callable[[str], None]
PAUSE = 0.05
FIRST_WORD_AFTER = 2.0
WORD_EVERY = 5.0
ORPHANS_AFTER = 5.0


@dataclass(frozen=True)
class Status:
    """What can be said about the server now; `state` is running, starting, stopped or external."""

    state: str
    detail: str
    socket_folder: str = ""


def _silent(_: str) -> None:
    return None


def ensure_running(say: Say = _silent) -> None:
    """Start the embedded server unless it answers already; with DATABASE_URL do nothing.

    Waits as long as crash recovery takes and reports progress through `say`. Safe to call from many
    processes at once. Raises `Problem` with the server's own words when it cannot start.
    """
    if uses_external_server():
        return
    layout = find_layout()
    if answers(layout) and _bootstrapped(layout):
        return
    prepare_home()
    _leave_it_to_the_service(layout, say)
    with exclusive(layout.start_lock):
        # Without its note the data folder is new: a server that answers belonged to a deleted one.
        if not layout.note.exists() or not answers(layout):
            _start(layout, say)
        _bootstrap_once(layout)
        layout.stopped_mark.unlink(missing_ok=True)


def revive(say: Say = _silent) -> bool:
    """Start the server again if it died by itself; return whether it had to be started.

    Cheap while it lives (one lock is looked at), so a process manager may call it every second. A server
    stopped with `stop` stays stopped, and one that runs as a service is left to that.
    """
    if uses_external_server():
        return False
    layout = find_layout()
    if is_held(layout.alive_lock) or layout.stopped_mark.exists() or is_held(layout.service_lock):
        return False
    ensure_running(say)
    return True


def stop(say: Say = _silent, timeout: float = 600.0) -> bool:
    """Stop the server in order (open transactions are rolled back); return False if none was running."""
    layout = find_layout()
    if not layout.start_lock.exists():
        return False
    with exclusive(layout.start_lock):
        layout.stopped_mark.touch(mode=0o600)
        if not is_held(layout.alive_lock):
            return False
        waiting = _Waiting(say, "waiting for PostgreSQL to finish")
        while is_held(layout.alive_lock):
            pid = processes.postmaster(layout)
            if pid and not waiting.asked:
                waiting.asked = processes.send(layout, pid, signal.SIGINT)
            elif not pid:
                _end_orphans(layout, waiting)
            waiting.pause("")
            if waiting.elapsed() > timeout:
                raise Problem(f"PostgreSQL did not finish within {timeout:.0f} seconds; it goes on stopping")
    return True


def status() -> Status:
    """Say what the server does, without starting or changing anything."""
    if uses_external_server():
        return Status("external", "the server named in DATABASE_URL")
    layout = find_layout()
    folder = str(layout.socket_folder)
    if answers(layout):
        return Status("running", f"data in {layout.data}", folder)
    if is_held(layout.alive_lock):
        return Status("starting", last_words(layout) or "the server is starting or stopping", folder)
    return Status("stopped", f"data in {layout.data}" if layout.data.exists() else "no database yet", folder)


def superuser_connection(layout: Layout, database: str = "postgres") -> psycopg.Connection:
    """Connect as the embedded superuser: for the supervisor and for backup and restore alone."""
    _check_socket_folder(layout)
    return psycopg.connect(
        host=str(layout.socket_folder),
        port=PORT,
        dbname=database,
        user=SUPERUSER,
        requirepeer=server_account_name(),
        connect_timeout=10,
        autocommit=True,
        application_name="tavolo db",
    )


def answers(layout: Layout) -> bool:
    """Say whether the server of this data folder accepts a connection and answers."""
    try:
        with superuser_connection(layout) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
    except (psycopg.Error, Problem, OSError):
        return False
    return row is not None and os.path.realpath(row[0]) == os.path.realpath(layout.data)


def last_words(layout: Layout) -> str:
    """Return the last line the server wrote, for progress reports and errors."""
    logs = sorted(layout.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
    for path in [*reversed(logs[-1:]), layout.startup_log]:
        try:
            lines = path.read_text(errors="replace").strip().splitlines()
        except OSError:
            continue
        if lines:
            return lines[-1]
    return ""


class _Waiting:
    """A patient wait that speaks after two seconds and then every five."""

    def __init__(self, say: Say, what: str) -> None:
        self.say, self.what = say, what
        self.asked = False
        self.began = time.monotonic()
        self.next_word = FIRST_WORD_AFTER

    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def pause(self, detail: str) -> None:
        time.sleep(PAUSE)
        if self.elapsed() >= self.next_word:
            self.next_word = self.elapsed() + WORD_EVERY
            self.say(f"{self.what} ({self.elapsed():.0f} s) {detail}".rstrip())


def _leave_it_to_the_service(layout: Layout, say: Say) -> None:
    """Where a service unit minds the server, wait for it: a server started here would die with us."""
    waiting = _Waiting(say, "waiting for the database service")
    while _is_minded_by_another(layout) and not answers(layout):
        waiting.pause(last_words(layout))


def _is_minded_by_another(layout: Layout) -> bool:
    """Say whether a service other than this process holds the service lock."""
    return is_held(layout.service_lock) and layout.service_lock.read_text().strip() != str(os.getpid())


def _start(layout: Layout, say: Say) -> None:
    account = server_account()
    _prepare_base(layout, account)
    waiting = _Waiting(say, "waiting for PostgreSQL")
    while True:
        held = try_lock(layout.alive_lock)
        if held is not None:
            try:
                _launch(layout, account, held)
            finally:
                os.close(held)
            _wait_until_ready(layout, waiting)
            return
        if answers(layout):
            return
        if processes.postmaster(layout) is None:
            _end_orphans(layout, waiting)
        waiting.pause(last_words(layout))


def _prepare_base(layout: Layout, account: Account) -> None:
    """Make the server's own folder and the cluster in it; complain about what is not ours."""
    token = write_note(layout)
    if account.switch:
        _prepare_root_base(layout, token)
    else:
        paths.private_folder(layout.base)
    for folder in (layout.log, layout.socket_folder):
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if account.switch:
                os.chown(folder, account.uid, account.gid)
    _check_socket_folder(layout)
    if not layout.data.exists():
        cluster.create(layout, account)
    cluster.check_version(layout)
    cluster.write_access_rules(layout, account)


def _prepare_root_base(layout: Layout, token: str) -> None:
    """As root: make the folder, which root owns, and set aside one left by a data folder since deleted.

    The server's account may pass through it; its own are only the folders inside.
    """
    if not layout.base.parent.exists():
        layout.base.parent.mkdir(mode=0o755)
        layout.base.parent.chmod(0o755)
    if layout.base.exists() and (not layout.token.exists() or layout.token.read_text() != token):
        while (pid := processes.postmaster(layout)) and processes.send(layout, pid, signal.SIGINT):
            time.sleep(PAUSE)
        os.rename(layout.base, layout.base.with_name(f"{layout.base.name}.former-{int(time.time())}"))
    if not layout.base.exists():
        layout.base.mkdir(mode=0o711)
        layout.base.chmod(0o711)
        layout.token.write_text(token)


def _check_socket_folder(layout: Layout) -> None:
    """Refuse a socket folder that another account made or can write to."""
    folder = layout.socket_folder
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != server_account().uid or found.st_mode & 0o077:
        raise Problem(
            "this must be a folder of our own with mode 0700; remove it, or set TAVOLO_HOME to a folder "
            "with a shorter path",
            file=str(folder),
        )


def _launch(layout: Layout, account: Account, lock: int) -> None:
    """Start the server detached: own session, child of nobody, nothing shared but the lock."""
    if processes.server_processes(layout):
        raise Problem(
            "a PostgreSQL server that Tavolo did not start works in this folder; stop it first",
            file=str(layout.data),
        )
    # No process is left, so a pid file or socket lock is a leftover, whoever bears its number today.
    for leftover in (layout.data / "postmaster.pid", layout.socket_folder / f".s.PGSQL.{PORT}.lock"):
        leftover.unlink(missing_ok=True)
    layout.startup_log.unlink(missing_ok=True)
    with layout.startup_log.open("wb") as out:
        # The shell ends at once, so that the server is no child of the starter.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *cluster.server_command(layout)],
            env=binaries.child_environment(binaries.programs()),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            pass_fds=(lock,),
            start_new_session=True,
            check=True,
            **cluster.run_as(account),  # type: ignore[call-overload]
        )


def _wait_until_ready(layout: Layout, waiting: _Waiting) -> None:
    """Wait, without limit, while a process of the server lives; recovery takes what it takes."""
    while not answers(layout):
        if not is_held(layout.alive_lock):
            words = _tail(layout.startup_log) + "\n" + last_words(layout)
            raise Problem(f"PostgreSQL did not start: {words.strip()}", file=str(layout.log))
        waiting.pause(last_words(layout))


def _end_orphans(layout: Layout, waiting: _Waiting) -> None:
    """End the children of a killed main process that have not noticed its death by themselves."""
    if waiting.elapsed() < ORPHANS_AFTER:
        return
    for pid in processes.server_processes(layout):
        processes.send(layout, pid, signal.SIGQUIT)


def _bootstrapped(layout: Layout) -> bool:
    try:
        return (layout.home / "postgres.roles").read_text() == cluster.BOOTSTRAP_VERSION
    except OSError:
        return False


def _bootstrap_once(layout: Layout) -> None:
    if _bootstrapped(layout):
        with superuser_connection(layout) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if row:
            return
    with superuser_connection(layout) as connection:
        cluster.bootstrap(connection)
    (layout.home / "postgres.roles").write_text(cluster.BOOTSTRAP_VERSION)


def _tail(path: Path, lines: int = 5) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


def remove(layout: Layout) -> None:
    """Delete the cluster of a stopped server with all its data."""
    if is_held(layout.alive_lock):
        raise Problem("PostgreSQL is running; `tavolo db stop` first", file=str(layout.data))
    shutil.rmtree(layout.base, ignore_errors=True)
    (layout.home / "postgres.roles").unlink(missing_ok=True)
    layout.note.unlink(missing_ok=True)
    if layout.socket_folder.parent == Path("/tmp"):  # noqa: S108
        shutil.rmtree(layout.socket_folder, ignore_errors=True)


def discard(layout: Layout) -> None:
    """End the server at once, whatever it does, and delete its cluster: for throw-away folders."""
    if not layout.start_lock.exists():
        return
    with exclusive(layout.start_lock):
        layout.stopped_mark.touch(mode=0o600)
        while is_held(layout.alive_lock):
            for pid in processes.server_processes(layout):
                processes.send(layout, pid, signal.SIGQUIT)
            time.sleep(PAUSE)
        remove(layout)
