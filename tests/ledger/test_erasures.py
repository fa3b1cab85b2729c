"""A text that was erased does not return with a backup."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from tavolo.common.backup import erasures
from tavolo.common.models import Territory
from tavolo.ledger import audit, checkpoints
from tavolo.ledger.models import ActContent
from tavolo.ledger.services import erase_act
from tests.ledger.test_record import record


def test_after_a_restore_the_erasure_is_done_again(
    territory: Territory, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "list_path", lambda: tmp_path / "erasures.jsonl")  # type: ignore[operator]
    gone = record()
    checkpoints.sign()
    before = transaction.savepoint()
    erase_act(gone, actor_id=None, role="operator", reason="data_subject_request")
    transaction.savepoint_rollback(before)
    assert ActContent.objects.filter(act_id=gone).exists(), "the backup brought the text back"
    pairs = erasures.read(erasures.list_path())
    assert pairs == [("ledger.act", str(gone))]
    assert erasures.replay([*pairs, ("ledger.act", str(uuid.uuid4()))]) == 1
    assert not ActContent.objects.filter(act_id=gone).exists()
    assert list(audit.faults()) == []
    assert erasures.replay(pairs) == 0
