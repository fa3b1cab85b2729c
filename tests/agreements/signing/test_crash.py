# mypy: disable-error-code="attr-defined, assignment, misc, return-value, union-attr"
"""`kill -9` of a process in the middle of initialling leaves nothing, or the whole act with its record."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from django.db import connections

from tavolo.agreements.services.texts import current
from tavolo.agreements.signing.models import Frozen, Initial
from tavolo.agreements.signing.services import initialling
from tavolo.common.territory import in_territory
from tavolo.ledger.services import acts_on
from tests.agreements.signing.test_races import room

__all__ = ["room"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("place", ["person_facts", "record", "move", ""])
def test_a_killed_process_leaves_none_or_a_whole_one(room: Any, place: str) -> None:
    territory, agreement, heads = room
    shown = current(agreement).hash
    connections.close_all()
    child = os.fork()
    if child == 0:
        if place:
            setattr(initialling, place, lambda *rest, **more: os.kill(os.getpid(), signal.SIGKILL))
        with in_territory(territory):
            initialling.initial(agreement, shown_hash=shown, actor_id=heads[0])
        os.kill(os.getpid(), signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    rows = Initial.objects.filter(agreement=agreement).count()
    told = [row for row in acts_on("signing.agreement", agreement.pk) if row.act_name == "signing.initialled"]
    held = Frozen.objects.filter(agreement=agreement, version__isnull=False).count()
    assert (rows, len(told), held) == ((0, 0, 0) if place else (1, 1, 1))
    # Whoever comes after goes on as if nothing had been in the way.
    initialling.initial(agreement, shown_hash=shown, actor_id=heads[0])
    assert Initial.objects.filter(agreement=agreement).count() == 1
