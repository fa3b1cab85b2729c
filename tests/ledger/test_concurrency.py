"""Many recorders, several sequencers, and a sequencer killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid

import pytest
from django.db import connection, connections, transaction

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.ledger import audit, checkpoints, storage
from tavolo.ledger.models import Act, Leaf, PendingAct
from tavolo.ledger.sequencer import sequence
from tests.ledger.test_record import record

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(count: int, work: object, territory: Territory) -> list[BaseException]:
    """Run `work(number)` in threads, each with a connection and a scope of its own; return errors."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            with in_territory(territory):
                work(number)  # type: ignore[operator]
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def test_recorders_and_sequencers_at_once_lose_and_double_nothing() -> None:
    territory = Territory.objects.create(slug="milano", name="Milano")

    def work(number: int) -> None:
        for _ in range(15):
            if number < 4:
                record()
            else:
                sequence(batch=7)

    assert in_threads(8, work, territory) == []
    with in_territory(territory):
        sequence(wait=True)
        assert Act.objects.count() == 60
        assert sorted(Leaf.objects.values_list("index", flat=True)) == list(range(60))
        assert not PendingAct.objects.exists()
        assert list(audit.faults()) == []


def test_signers_at_once_agree_on_one_checkpoint_per_size() -> None:
    territory = Territory.objects.create(slug="milano", name="Milano")

    def work(number: int) -> None:
        for _ in range(5):
            record()
            checkpoints.sign()

    assert in_threads(4, work, territory) == []
    with in_territory(territory):
        checkpoints.sign()
        assert list(audit.faults()) == []


KILLED = """
import os, sys, django
django.setup()
from django.db import connection, connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.ledger import storage
from tavolo.ledger.sequencer import sequence

original = storage.store_nodes
def slow(*arguments):
    result = original(*arguments)
    print("in the middle", flush=True)
    import time
    time.sleep(30)
    return result
storage.store_nodes = slow
with in_territory(Territory.objects.get(pk=sys.argv[2])):
    sequence(batch=300)
"""


def test_a_sequencer_killed_in_the_middle_leaves_nothing_half_done() -> None:
    territory = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(territory):
        with transaction.atomic():
            for _ in range(300):
                record()
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, connection.settings_dict["NAME"], str(territory.pk)],
            stdout=subprocess.PIPE,
            env=os.environ.copy(),
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"in the middle\n"
        assert sequence(batch=100) == 0, "the other sequencer is at work"
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert storage.size() == 0
        deadline = time.monotonic() + 20
        while PendingAct.objects.exists() and time.monotonic() < deadline:
            sequence(batch=100)
        assert storage.size() == 300
        assert list(audit.faults()) == []


def test_an_act_of_a_transaction_that_commits_late_is_not_forgotten() -> None:
    territory = Territory.objects.create(slug="milano", name="Milano")
    recorded, may_commit = threading.Event(), threading.Event()
    late: list[uuid.UUID] = []

    def slow() -> None:
        try:
            with in_territory(territory), transaction.atomic():
                late.append(record())
                recorded.set()
                may_commit.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    recorded.wait(20)
    with in_territory(territory):
        early = record()
        assert sequence() == 1
        may_commit.set()
        thread.join(20)
        assert sequence() == 1
        assert list(Leaf.objects.order_by("index").values_list("act_id", flat=True)) == [early, *late]
