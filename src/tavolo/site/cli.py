"""`tavolo run | web | worker | manage`: the processes of one installation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Annotated

import typer

from tavolo.common.errors import Problem

PORT = Annotated[int, typer.Option(help="Port to listen on.")]
HOST = Annotated[str, typer.Option(help="Address to listen on; behind a proxy keep the loopback one.")]
WORKERS = Annotated[int, typer.Option(help="Web processes.")]


def prepare() -> None:
    """Start the embedded database if none is given and bring the installation up to date."""
    from tavolo.common.database.server import ensure_running

    ensure_running()
    subprocess.run([sys.executable, "-m", "tavolo.site.prepare"], env=child_environment("owner"), check=True)


def child_environment(role: str) -> dict[str, str]:
    """Return the environment of a process that uses the database in `role`."""
    return {**os.environ, "TAVOLO_DATABASE_ROLE": role, "DJANGO_SETTINGS_MODULE": "tavolo.site.settings"}


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Return the command line of the web server."""
    # Two threads a process: on few cores more of them only wait for the interpreter (make bench: votes).
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "2", "--backpressure", "128", "--no-access-log",
        "--log-level", "error", "tavolo.site.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """Return the command line of the background worker."""
    return [sys.executable, "-m", "tavolo.site.manage", "procrastinate", "worker", "--concurrency", "2"]


def supervise(commands: list[list[str]]) -> int:
    """Run processes together: when one ends or we are told to stop, stop all; return the exit code.

    The database is not among them: it belongs to nobody who uses it.
    """
    from tavolo.common.database.server import revive

    environment = child_environment("app")
    running = [subprocess.Popen(command, env=environment) for command in commands]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = 0
    while not stopping:
        revive()  # a database that was killed comes back; one that was stopped on purpose stays stopped
        for process in running:
            if process.poll() is not None:
                code, stopping = process.returncode, True
        time.sleep(0.3)
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
    return code


def run(host: HOST = "127.0.0.1", port: PORT = 8000, workers: WORKERS = 2) -> None:
    """Start web server and background worker; Ctrl-C stops both, the database goes on."""
    try:
        prepare()
    except Problem as problem:
        typer.echo(f"tavolo: {problem}", err=True)
        raise typer.Exit(2) from problem
    typer.echo(f"Tavolo: http://{host}:{port}/")
    raise typer.Exit(supervise([web_command(host, port, workers), worker_command()]))


def web(host: HOST = "127.0.0.1", port: PORT = 8000, workers: WORKERS = 2) -> None:
    """Start the web server only, for an installation with several machines."""
    raise typer.Exit(supervise([web_command(host, port, workers)]))


def worker() -> None:
    """Start the background worker only."""
    raise typer.Exit(supervise([worker_command()]))


def manage(context: typer.Context) -> None:
    """Django's management commands, on the owner's database role."""
    from tavolo.common.database.server import ensure_running
    from tavolo.site.manage import main

    os.environ.setdefault("TAVOLO_DATABASE_ROLE", "owner")
    try:
        ensure_running()
    except Problem as problem:
        typer.echo(f"tavolo: {problem}", err=True)
        raise typer.Exit(2) from problem
    main(["tavolo manage", *context.args])


def _app(function: object) -> typer.Typer:
    application = typer.Typer(add_completion=False)
    application.command()(function)  # type: ignore[type-var]
    return application


run_app, web_app, worker_app = _app(run), _app(web), _app(worker)
manage_app = typer.Typer(add_completion=False)
manage_app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)(manage)
