"""`kill -9` of web and database under load: every acknowledged vote is there, once.

Three rounds in the ordinary run; `TAVOLO_CRASH_ROUNDS=20` for the full test.
"""

from __future__ import annotations

import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks._voting import Connection, Installation, new_request_id, request_bytes, tasks

ROUNDS = int(os.environ.get("TAVOLO_CRASH_ROUNDS", "3"))
CLIENTS = 4
VALUE = {"agree": 1, "disagree": 2, "pass": 3}

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[Installation]:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("this test kills its own embedded database; there is none with DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="tavolo-crash-") as place:
        os.chmod(place, 0o755)
        installation = Installation(Path(place) / "home")
        try:
            installation.build(voters=600, statements=30, capacity=60)
            installation.start_web()
            yield installation
        finally:
            installation.remove()


class Client(threading.Thread):
    """Votes one after the other; sends a vote again, with the same request id, until it is acknowledged."""

    def __init__(self, site: Installation, part: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.site, self.part, self.stop = site, part, stop
        self.acknowledged: list[tuple[str, int, str]] = []
        self.repeated = 0
        self.refused: list[int] = []

    def run(self) -> None:
        connection = Connection(self.site.port)
        for voter, version, slot, choice in tasks(self.site.known, self.part, CLIENTS):
            data = request_bytes(self.site.known, voter, version, choice, new_request_id())
            while not self.stop.is_set():
                try:
                    status = connection.send(data, timeout=10)
                except OSError:
                    status = 0
                if status == 200:
                    self.acknowledged.append((voter[0], slot, choice))
                    break
                if 400 <= status < 500:
                    self.refused.append(status)
                    break
                self.repeated += 1
                connection.close()
                time.sleep(0.1)
            if self.stop.is_set():
                break
        connection.close()


def test_every_acknowledged_vote_is_there_once_after_kill_9(site: Installation) -> None:
    draw = random.Random(7)
    stop = threading.Event()
    clients = [Client(site, part, stop) for part in range(CLIENTS)]
    for client in clients:
        client.start()
    for number in range(ROUNDS):
        before = sum(len(client.acknowledged) for client in clients)
        wait_for(clients, before + 20)
        time.sleep(draw.uniform(0.0, 0.4))
        if number % 2:
            site.kill_web()
            site.start_web()
        else:
            site.kill_database()
            site.start_database()
    wait_for(clients, sum(len(client.acknowledged) for client in clients) + 20)
    stop.set()
    for client in clients:
        client.join(30)
    check(site, clients)


def wait_for(clients: list[Client], wanted: int) -> None:
    """Wait until so many votes have been acknowledged."""
    end = time.monotonic() + 120
    while sum(len(client.acknowledged) for client in clients) < wanted:
        assert time.monotonic() < end, "no vote is acknowledged any more"
        assert any(client.is_alive() for client in clients)
        time.sleep(0.05)


def check(site: Installation, clients: list[Client]) -> None:
    """Compare what was acknowledged with what the ballots hold."""
    acknowledged = [vote for client in clients for vote in client.acknowledged]
    counted = site.count()
    ballots = counted["ballots"].items()
    held = {(who, int(slot)): vote for who, votes in ballots for slot, vote in votes.items()}
    lost = [vote for vote in acknowledged if held.get((vote[0], vote[1])) != VALUE[vote[2]]]
    assert not [client.refused for client in clients if client.refused]
    assert not lost
    assert len(set(acknowledged)) == len(acknowledged)
    # At most the one vote each client was still waiting for may be there without an acknowledgement.
    assert 0 <= len(held) - len(acknowledged) <= CLIENTS
    assert counted["sheet"] == len(held), "a vote was counted twice or not at all"
    assert counted["sheet_is_right"]
