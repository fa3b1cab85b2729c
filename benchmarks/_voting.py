"""A whole Tavolo on loopback with an open consultation, and clients that vote in it over HTTP.

Used by the benchmark of votes and by the crash test. Everything lives in a data folder of its own.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHOICES = ("agree", "disagree", "pass")

BUILD = r"""
import json, sys, django
django.setup()
from django.conf import settings
from django.core import signing
from tavolo.site.prepare import prepare_here
prepare_here()
import hashlib, secrets, uuid
from datetime import date
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import capability
from tavolo.dialogue.services import consultations, opening, tables
from tavolo.people.models import Account, Constituency, Organisation, UnionMembership
voters, statements, capacity = (int(value) for value in sys.argv[1:4])
start = date(2020, 1, 1)
territory = Territory.objects.create(slug="prova", name="Prova")
with in_territory(territory):
    union = Organisation.objects.create(territory=territory, kind="union", name="Sindacato")
    people = Account.objects.bulk_create(
        [Account(email=f"v{i}@example.org", name=f"V{i}", password="!") for i in range(voters)])
    UnionMembership.objects.bulk_create(
        [UnionMembership(territory=territory, account=p, union=union, starts_on=start) for p in people])
    head = Account.objects.create(email="head@example.org", name="H", password="!")
    table = tables.create_table(title="Tavolo")
    party = tables.add_party(table, union, "workers")
    tables.seat_delegate(party, head.pk, role="head", starts_on=start)
    asked = Constituency.objects.create(territory=territory, kind="members_of_union", name="Iscritti",
        organisation=union, subject=union)
    made = consultations.create_consultation(table=table, actor_id=head.pk, title="Prova", question="?",
        capacity=capacity)
    consultations.add_group(made, party=party, constituency=asked, actor_id=head.pk)
    versions = [consultations.add_statement(made, text=f"Affermazione {i}.", actor_id=head.pk)
        for i in range(statements)]
    opening.consent_to_open(made, party=party, actor_id=head.pk)
    def cookie(person):
        session = secrets.token_hex(16)
        mark = hashlib.sha256(session.encode()).hexdigest()[:32]
        said = [str(made.pk), str(person.pk), mark, str(territory.pk)]
        return session, signing.dumps(said, salt=capability.SALT)
    print("VOTING " + json.dumps({
        "territory": str(territory.pk), "consultation": str(made.pk),
        "versions": [[str(v.pk), v.slot] for v in versions],
        "voters": [[str(p.pk), *cookie(p)] for p in people], "session_cookie": settings.SESSION_COOKIE_NAME,
        "vote_cookie": capability.COOKIE}))
"""

COUNT = r"""
import json, sys, django
django.setup()
from django.db import connection
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.services import ballot_box
with in_territory(Territory.objects.get()):
    made = Consultation.objects.get()
    ballot_box.drain(made)
    seals = keys.load(made.pk)
    sheet = ballot_box.read_sheet(made.pk, seals)
    people = [row[0] for row in json.load(open(sys.argv[1]))["voters"]]
    import uuid
    owner = {seals.address(uuid.UUID(person)): person for person in people}
    with connection.cursor() as cursor:
        slots = range(made.capacity)
        held = {owner[address]: {slot: ballot.vote(slot) for slot in slots if ballot.vote(slot)}
                for address, ballot in ballot_box.read_ballots(cursor, made.pk, seals)}
    print("COUNTED " + json.dumps({"ballots": held, "sheet": int(sheet.votes.sum()),
        "sheet_is_right": ballot_box.recount(made)}))
"""


@dataclass
class Installation:
    """A data folder, its processes, and what a client needs to vote."""

    home: Path
    port: int = 0
    web: subprocess.Popen[bytes] | None = None
    known: dict[str, Any] = field(default_factory=dict)

    def environment(self, role: str = "app") -> dict[str, str]:
        """Return the environment of a process of this installation."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("TAVOLO_", "DATABASE_URL", "DJANGO_"))
        }
        return {
            **kept, "TAVOLO_HOME": str(self.home), "TAVOLO_MODE": "development", "TAVOLO_DATABASE_ROLE": role,
            "DJANGO_SETTINGS_MODULE": "tavolo.site.settings", "TAVOLO_LOG_LEVEL": "ERROR",
        }  # fmt: skip

    def _python(self, script: str, role: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], env=self.environment(role), check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def start_database(self) -> None:
        """Start the embedded server, or wait until it has recovered."""
        self._python("from tavolo.common.database.server import ensure_running as e; e()", "owner")

    def build(self, voters: int, statements: int, capacity: int = 1000) -> None:
        """Create the database and an open consultation."""
        self.start_database()
        out = self._python(BUILD, "owner", str(voters), str(statements), str(capacity))
        self.known = json.loads(out.split("VOTING ", 1)[1])
        (self.home / "known.json").write_text(json.dumps(self.known))

    def start_web(self, workers: int = 2) -> None:
        """Start granian as `tavolo web` does, and wait until it answers."""
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        script = (
            "import subprocess, sys; from tavolo.site.cli import web_command;"
            f"sys.exit(subprocess.call(web_command('127.0.0.1', {self.port}, {workers})))"
        )
        self.web = subprocess.Popen(
            [sys.executable, "-c", script], env=self.environment(), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(2400):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=5).read()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the web server did not start")

    def kill_web(self) -> None:
        """Kill the web server and its workers at once."""
        if self.web is not None:
            os.killpg(self.web.pid, signal.SIGKILL)
            self.web.wait()
            self.web = None

    def database_processes(self) -> list[int]:
        """Return the server's main process and its children."""
        found = list(self.home.rglob("postmaster.pid")) or list(self._data_folder().rglob("postmaster.pid"))
        main = int(found[0].read_text().splitlines()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, children)]

    def _data_folder(self) -> Path:
        out = self._python(
            "from tavolo.common.database.layout import find_layout as f; print(f().base)", "owner"
        )
        return Path(out.strip())

    def kill_database(self) -> None:
        """Kill the database server and all its processes at once."""
        for pid in self.database_processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def count(self) -> dict[str, Any]:
        """Return every ballot's votes and the total of the sheet."""
        out = self._python(COUNT, "owner", str(self.home / "known.json"))
        return dict(json.loads(out.split("COUNTED ", 1)[1]))

    def remove(self) -> None:
        """Stop everything and remove the data folder."""
        self.kill_web()
        self._python(
            "from tavolo.common.database import server as s; from tavolo.common.database.layout import"
            " find_layout as f; l = f(); s.stop(); s.remove(l)", "owner",
        )  # fmt: skip


def tasks(known: dict[str, Any], part: int, parts: int) -> Iterator[tuple[list[str], str, int, str]]:
    """Yield (voter, version, slot, choice) for one client: every pair once, all clients disjoint."""
    voters = known["voters"][part::parts]
    for place, (version, slot) in enumerate(known["versions"]):
        for index, voter in enumerate(voters):
            yield voter, version, slot, CHOICES[(place + index) % 3]


def request_bytes(known: dict[str, Any], voter: list[str], version: str, choice: str, request: str) -> bytes:
    """Return one vote as the voting page's script sends it."""
    token = "a" * 32
    body = f"version={version}&choice={choice}&request={request}"
    cookies = f"{known['session_cookie']}={voter[1]}; {known['vote_cookie']}={voter[2]}; csrftoken={token}"
    return (
        f"POST /tavoli/consultazioni/{known['consultation']}/voto/registra/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nCookie: {cookies}\r\nX-CSRFToken: {token}\r\n\r\n{body}"
    ).encode()


class Connection:
    """One kept-alive connection that knows as much HTTP as it needs."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def send(self, data: bytes, timeout: float = 30.0) -> int:
        """Send a request and return the status; OSError where no whole answer came."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket.sendall(data)
            return self._answer()
        except OSError:
            self.close()
            raise

    def _answer(self) -> int:
        assert self.socket is not None
        got = b""
        while b"\r\n\r\n" not in got:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the server closed the connection")
            got += more
        head, _, body = got.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the server closed the connection")
            body += more
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        """Close the connection."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def new_request_id() -> str:
    """Return a fresh request id."""
    return secrets.token_hex(12)
