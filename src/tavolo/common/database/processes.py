"""Which processes belong to one embedded server: asked of the kernel, never of a pid file alone."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tavolo.common.database.layout import Layout

PROC = Path("/proc")


def server_processes(layout: Layout) -> list[int]:
    """Return the process ids whose current folder is the cluster: the server and its children.

    Where the system has no /proc, return the process named in postmaster.pid if it is alive.
    """
    if not PROC.is_dir():
        return [pid for pid in [noted_pid(layout)] if pid and _alive(pid)]
    try:
        cluster = layout.data.stat()
    except FileNotFoundError:
        return []
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit() and _works_in(entry, cluster):
            found.append(int(entry.name))
    return found


def postmaster(layout: Layout) -> int | None:
    """Return the process id of the living main process, verified, or None."""
    pid = noted_pid(layout)
    return pid if pid is not None and pid in server_processes(layout) else None


def noted_pid(layout: Layout) -> int | None:
    """Return the number postmaster.pid holds, whoever that process is today."""
    try:
        first = (layout.data / "postmaster.pid").read_text().splitlines()[0]
        return int(first) if int(first) > 0 else None
    except (OSError, ValueError, IndexError):
        return None


def send(layout: Layout, pid: int, number: signal.Signals) -> bool:
    """Signal `pid` if it still belongs to this cluster; say whether it was sent."""
    if not hasattr(os, "pidfd_open"):
        if pid not in server_processes(layout):
            return False
        os.kill(pid, number)
        return True
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        # Looked at again with the handle open: the number cannot pass to another process in between.
        if pid not in server_processes(layout):
            return False
        signal.pidfd_send_signal(handle, number)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)


def _works_in(entry: Path, cluster: os.stat_result) -> bool:
    try:
        current = os.stat(entry / "cwd")
        command = (entry / "comm").read_text().strip()
    except OSError:
        return False
    return os.path.samestat(current, cluster) and command.startswith("postgres")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
