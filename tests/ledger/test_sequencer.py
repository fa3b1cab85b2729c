"""Sequencing, checkpoints, erasure, and what the database itself refuses."""

from __future__ import annotations

import io
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from tavolo.common.errors import Problem
from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.ledger import audit, checkpoints, exports, storage
from tavolo.ledger.merkle.notes import read_checkpoint
from tavolo.ledger.merkle.proofs import verify_consistency, verify_inclusion
from tavolo.ledger.merkle.verify import PROVED, verify
from tavolo.ledger.models import Act, ActContent, Checkpoint, HeldCheckpoint, Leaf, Node, PendingAct
from tavolo.ledger.sequencer import sequence, waiting
from tavolo.ledger.services import erase_act
from tests.ledger.test_record import record


def test_acts_get_consecutive_places_in_the_order_they_were_recorded(territory: Territory) -> None:
    recorded = [record() for _ in range(7)]
    assert waiting() == 7
    assert sequence(batch=3) == 7
    assert waiting() == 0
    placed = Leaf.objects.order_by("index").values_list("index", "act_id")
    assert list(placed) == list(enumerate(recorded))
    assert sequence() == 0


def test_two_territories_have_two_registers(territory: Territory) -> None:
    record()
    sequence()
    other = Territory.objects.create(slug="torino", name="Torino")
    with in_territory(other):
        record()
        record()
        assert sequence() == 2
        assert storage.size() == 2
        assert checkpoints.sign().size == 3
    assert storage.size() == 1


def test_proofs_from_the_database_hold_across_the_edge_of_a_tile(territory: Territory) -> None:
    with transaction.atomic():
        for _ in range(530):
            record()
    sequence(batch=200)
    assert Node.objects.filter(level=8).count() == 2
    tree = storage.tree()
    top = tree.root()
    hashes = dict(Leaf.objects.values_list("index", "hash"))
    for index in (0, 255, 256, 511, 512, 529):
        assert verify_inclusion(index, 530, bytes(hashes[index]), tree.inclusion(index), top)
    for old in (1, 200, 256, 300, 512, 529):
        before = storage.tree(old).root()
        assert verify_consistency(old, before, 530, top, tree.consistency(old))
    assert list(audit.faults()) == []


def test_a_checkpoint_is_signed_once_per_size(territory: Territory) -> None:
    record()
    first = checkpoints.sign()
    assert checkpoints.sign() == first
    record()
    second = checkpoints.sign()
    assert second.size == first.size + 1
    said = read_checkpoint(second.note)
    assert said.origin == f"tavolo/{territory.pk}"
    assert said.root == bytes(second.root)


def test_a_held_checkpoint_is_noted_once(territory: Territory) -> None:
    signed = checkpoints.sign()
    union = uuid.uuid4()
    checkpoints.hold(signed.pk, union)
    checkpoints.hold(signed.pk, union)
    assert checkpoints.holders([signed]) == {signed.pk: {union}}


def test_an_erased_act_leaves_a_tombstone_and_a_valid_tree(territory: Territory) -> None:
    gone, kept = record(), record()
    held = checkpoints.sign()
    with transaction.atomic():
        tombstone = erase_act(gone, actor_id=None, role="operator", reason="data_subject_request")
    assert not ActContent.objects.filter(act_id=gone).exists()
    assert Act.objects.filter(pk=gone).exists()
    out = io.BytesIO()
    exports.write_whole(out, statements=True)
    out.seek(0)
    report = verify(out, [read_checkpoint(held.note)])
    assert report.outcome == PROVED
    assert report.proved[1].values["erased"] == 1
    assert list(audit.faults()) == []
    for again in (gone, uuid.uuid4(), tombstone):
        with pytest.raises(Problem):
            erase_act(again, actor_id=None, role="operator", reason="data_subject_request")
    assert ActContent.objects.filter(act_id=kept).exists()


def test_an_extract_brings_tombstones_along_and_joins_held_checkpoints(territory: Territory) -> None:
    gone, kept = record(), record()
    early = checkpoints.sign()
    checkpoints.hold(early.pk, uuid.uuid4())
    with transaction.atomic():
        erase_act(gone, actor_id=None, role="operator", reason="data_subject_request")
    out = io.BytesIO()
    exports.write_extract(out, [gone, kept])
    out.seek(0)
    report = verify(out, [read_checkpoint(early.note)])
    assert report.outcome == PROVED, report


APPEND_ONLY = ["ledger_act", "ledger_leaf", "ledger_node", "ledger_checkpoint", "ledger_registerkey"]


@pytest.mark.parametrize("table", [*APPEND_ONLY, "ledger_actcontent"])
def test_the_database_refuses_changes_even_to_its_owner(territory: Territory, table: str) -> None:
    with transaction.atomic():
        for _ in range(256):
            record()
    checkpoints.sign()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
    statements = [f"UPDATE {table} SET territory_id = territory_id", f"TRUNCATE {table} CASCADE"]
    if table in APPEND_ONLY:
        statements.append(f"DELETE FROM {table}")
    for statement in statements:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_same_index_cannot_be_given_twice(territory: Territory) -> None:
    record()
    sequence()
    act = Act.objects.get(pk=record())
    with pytest.raises(DatabaseError), transaction.atomic():
        Leaf.objects.create(territory=territory, index=0, act=act, hash=bytes(32))


def test_a_history_that_does_not_continue_is_never_signed(territory: Territory) -> None:
    record()
    signed = checkpoints.sign()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_leaf DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_leaf SET hash = %s WHERE index = 0", [bytes(32)])
    record()
    with pytest.raises(Problem, match="database was changed"):
        checkpoints.sign()
    assert checkpoints.latest() == signed
    assert Checkpoint.objects.count() == 1
    assert HeldCheckpoint.objects.count() == 0
    assert PendingAct.objects.count() == 1
