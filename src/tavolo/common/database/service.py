"""The embedded server as a service: one process in the foreground for as long as the server is wanted.

While it runs nobody else starts the server, which would otherwise become part of the web server's unit
and die with that.
"""

from __future__ import annotations

import os
import signal
import socket
import time

from tavolo.common.database.layout import find_layout, prepare_home
from tavolo.common.database.locks import is_held, try_lock
from tavolo.common.database.server import Say, ensure_running, last_words, stop
from tavolo.common.database.settings import uses_external_server
from tavolo.common.errors import Problem

LOOK_EVERY = 0.25


def run(say: Say) -> int:
    """Keep the server running until SIGTERM or SIGINT, then stop it in order; return the exit code.

    A server that dies is started again at once. One that is stopped with `tavolo db stop` ends the
    service without an error. The service manager is told when the server answers (NOTIFY_SOCKET).
    """
    if uses_external_server():
        raise Problem("DATABASE_URL names a server that Tavolo does not manage; nothing to run")
    ending: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: ending.append(received))
    prepare_home()
    layout = find_layout()
    lock = try_lock(layout.service_lock)
    if lock is None:
        raise Problem("the database runs as a service already", file=str(layout.service_lock))
    try:
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
        ensure_running(say)
        _notify("READY=1")
        while not ending:
            if not is_held(layout.alive_lock):
                if layout.stopped_mark.exists():
                    return 0
                say(f"PostgreSQL ended by itself ({last_words(layout)}); starting it again")
                ensure_running(say)
            time.sleep(LOOK_EVERY)
        _notify("STOPPING=1")
        stop(say)
        return 0
    finally:
        os.close(lock)


def _notify(word: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.connect("\0" + address[1:] if address.startswith("@") else address)
            channel.sendall(word.encode())
