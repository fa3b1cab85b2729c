# mypy: disable-error-code="attr-defined, assignment, misc, return-value, union-attr"
"""`kill -9` of a process in the middle of an act leaves nothing, or the whole act with its record."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import connections

from tavolo.agreements.models import State
from tavolo.agreements.services.texts import current
from tavolo.agreements.signing.models import Frozen, Initial, Sealed, Signature
from tavolo.agreements.signing.services import initialling, sealing, signatures
from tavolo.agreements.signing.tasks import seal_signed
from tavolo.common.documents import model
from tavolo.common.documents.pdf import pdf
from tavolo.common.models import StoredFile
from tavolo.common.territory import in_territory
from tests.agreements.signing.test_races import _django_db_helper, cleared, committed, room, sign, told

__all__ = ["_django_db_helper", "cleared", "committed", "room"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def killed(territory: Any, module: Any, place: str, work: Callable[[], Any]) -> None:
    """Run work in a process of its own that is killed at a place in a module, or right after the work."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        signal.alarm(60)  # whatever hangs ends, with another signal than the one that is asked for
        if place:
            setattr(module, place, lambda *rest, **more: os.kill(os.getpid(), signal.SIGKILL))
        with in_territory(territory):
            work()
        os.kill(os.getpid(), signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("place", ["person_facts", "record", "move", ""])
def test_a_killed_process_leaves_no_initials_or_whole_ones(room: Any, place: str) -> None:
    territory, agreement, heads = room
    shown = current(agreement).hash

    def work() -> Any:
        return initialling.initial(agreement, shown_hash=shown, actor_id=heads[0])

    killed(territory, initialling, place, work)
    rows = Initial.objects.filter(agreement=agreement).count()
    held = Frozen.objects.filter(agreement=agreement, version__isnull=False).count()
    assert (rows, told(agreement, "initialled"), held) == ((0, 0, 0) if place else (1, 1, 1))
    # Whoever comes after goes on as if nothing had been in the way.
    work()
    assert Initial.objects.filter(agreement=agreement).count() == 1


@pytest.mark.parametrize("place", ["person_facts", "record", "conclude", "move", ""])
def test_a_killed_process_leaves_no_final_signature_or_a_whole_one(cleared: Any, place: str) -> None:
    """The last signature: row, its act, the state, its act and the term of deposit come together or not."""
    territory, agreement, heads = cleared
    shown = current(agreement).hash
    sign(agreement, heads[0], shown)
    killed(territory, signatures, place, lambda: sign(agreement, heads[1], shown))
    agreement.refresh_from_db()
    frozen = Frozen.objects.get(agreement=agreement)
    found = (
        Signature.objects.filter(agreement=agreement).count(), told(agreement, "signed"), agreement.state,
        frozen.signed_on is not None, frozen.deposit_due is not None,
    )  # fmt: skip
    assert found == ((1, 1, State.CLEARED, False, False) if place else (2, 2, State.SIGNED, True, True))
    sign(agreement, heads[1], shown)
    agreement.refresh_from_db()
    assert (agreement.state, told(agreement, "signed")) == (State.SIGNED, 2)
    assert told(agreement, "state") == 2, "cleared, signed: once each"


@pytest.mark.parametrize("place", ["signed_paper", "record", "write_bundle", ""])
def test_a_process_killed_while_the_files_are_made_leaves_them_to_the_worker(
    cleared: Any, place: str
) -> None:
    territory, agreement, heads = cleared
    for head in heads:
        sign(agreement, head, current(agreement).hash)
    # The typesetter's threads do not live on in a forked process: a page made before stands in for it.
    page = pdf(model.Document("Prova", "it", (model.Paragraph("Il testo."),)))

    def work() -> Any:
        with mock.patch.object(sealing, "pdf", return_value=page):
            return sealing.seal(agreement)

    killed(territory, sealing, place, work)
    made = Sealed.objects.filter(agreement=agreement).count()
    assert (made, told(agreement, "sealed")) == ((0, 0) if place else (1, 1))
    seal_signed(0)
    assert Sealed.objects.filter(agreement=agreement).count() == 1
    assert told(agreement, "sealed") == 1
    assert StoredFile.objects.filter(kind=sealing.SEALED).count() == 2, "one PDF and one bundle"
