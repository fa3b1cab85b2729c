"""Running demonstrations on loopback (granian, worker, PostgreSQL): built once in a session, then restored.

The first process that wants one builds it and writes a backup; whoever wants one later restores that, as an
operator would. The keys lie beside a backup, not in it, and are copied as the manual says.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tavolo.common.database.locks import exclusive

SIZE = ["--firms", "60", "--workers", "900", "--voters", "300"]
BACKUP = "backup.tar"
DISCARD = "from tavolo.common.database import layout, server; server.discard(layout.find_layout())"
# What a test session set for itself must not lead a demonstration to its database.
OTHERS = ("TAVOLO_HOME", "TAVOLO_MODE", "DATABASE_URL", "TAVOLO_DATABASE_ROLE")


def free_port() -> int:
    """Return a loopback port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def demonstration() -> Iterator[str]:
    """Run a small demonstration of its own and yield its address; end it and take its data away after."""
    home, port = Path(tempfile.mkdtemp(prefix="tavolo-browser-")), free_port()
    log = (home / "server.log").open("w+")
    address = f"http://127.0.0.1:{port}"
    server = None
    try:
        restore(built(), home)
        command = [*tavolo("demo"), *SIZE, "--no-open", "--port", str(port)]
        server = subprocess.Popen(command, env=of(home), stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 480
        while not _answers(address):
            if server.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"the demonstration did not start:\n{log.read()[-4000:]}")
            time.sleep(0.3)
        yield address
    finally:
        if server is not None:
            end(server)
        take_away(home)


def built() -> Path:
    """Return the folder with the backup of a demonstration and its keys, making them where nobody has yet."""
    folder = Path(os.environ["TAVOLO_TEST_HOME"]) / "demonstration"
    with exclusive(folder.with_suffix(".lock")):
        if not (folder / BACKUP).exists():
            home = Path(tempfile.mkdtemp(prefix="tavolo-browser-"))
            try:
                run("demo", *SIZE, "--no-open", "--build-only", home=home)
                folder.mkdir()
                shutil.copytree(home / "keys", folder / "keys")
                shutil.copy(home / "demo.json", folder)
                run("backup", str(folder / BACKUP), home=home)
            finally:
                take_away(home)
    return folder


def restore(folder: Path, home: Path) -> None:
    """Make the installation at `home` the demonstration kept in `folder`."""
    shutil.copytree(folder / "keys", home / "keys")
    shutil.copy(folder / "demo.json", home)
    run("restore", str(folder / BACKUP), home=home)


def tavolo(*arguments: str) -> list[str]:
    """Return the command line of `tavolo`."""
    return [sys.executable, "-m", "tavolo.cli", *arguments]


def of(home: Path) -> dict[str, str]:
    """Return the environment in which `tavolo` works on the installation at `home`."""
    kept = {name: value for name, value in os.environ.items() if name not in OTHERS}
    return {**kept, "TAVOLO_HOME": str(home), "TAVOLO_DEMO_HOME": str(home), "TAVOLO_LOG_LEVEL": "ERROR"}


def run(*arguments: str, home: Path) -> None:
    """Run a command of `tavolo` on the installation at `home`; what it printed is told where it fails."""
    done = subprocess.run(tavolo(*arguments), env=of(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"tavolo {arguments[0]} failed:\n{(done.stdout + done.stderr)[-4000:]}")


def end(server: subprocess.Popen[bytes]) -> None:
    """Stop the pages, kindly first."""
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()


def take_away(home: Path) -> None:
    """End the database of the installation at `home` and remove all that is its own, wherever it lies."""
    subprocess.run([sys.executable, "-c", DISCARD], env=of(home), check=False)
    shutil.rmtree(home, ignore_errors=True)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
