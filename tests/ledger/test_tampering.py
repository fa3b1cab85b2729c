"""Every change to the register's rows behind the application's back is found."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, connection, transaction

from tavolo.common.models import Territory
from tavolo.ledger import audit, checkpoints, exports
from tavolo.ledger.merkle.notes import Checkpoint, read_checkpoint
from tavolo.ledger.merkle.verify import PROVED, verify
from tavolo.ledger.services import erase_act
from tests.ledger.test_record import record

TABLES = ["act", "actcontent", "leaf", "node", "checkpoint", "pendingact", "registerkey"]
# Keys of rows that nothing refers to, and the order of the queue: they say nothing about history.
MEANINGLESS = {
    "leaf.id",
    "node.id",
    "checkpoint.id",
    "registerkey.id",
    "registerkey.since",
    "pendingact.since",
}
CHANGES = {
    "bytea": "set_byte({0}, 5, (get_byte({0}, 5) + 1) % 256)",
    "uuid": "gen_random_uuid()",
    "character varying": "{0} || 'x'",
    "text": "'x' || {0}",
    "bigint": "{0} + 1",
    "smallint": "{0} + 8",
    "timestamp with time zone": "{0} + interval '1 second'",
    "jsonb": """'{{"x": 1}}'::jsonb""",
}


@pytest.fixture
def held(territory: Territory) -> Checkpoint:
    """A register of some 260 acts, one erased, a few waiting; somebody holds the last checkpoint."""
    with transaction.atomic():
        acts = [record() for _ in range(258)]
    with transaction.atomic():
        erase_act(acts[3], actor_id=None, role="operator", reason="data_subject_request")
    signed = read_checkpoint(checkpoints.sign().note)
    record()
    point = transaction.savepoint()
    assert found_by(signed) == ""
    transaction.savepoint_rollback(point)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
    return signed


def found_by(held: Checkpoint) -> str:
    """Return who notices that something is wrong: the audit, the offline check, or nobody."""
    if next(audit.faults(), None):
        return "audit"
    out = io.BytesIO()
    try:
        exports.write_whole(out, statements=True)
    except Exception as error:
        return type(error).__name__
    out.seek(0)
    return "" if verify(out, [held]).outcome == PROVED else "verify"


def columns() -> list[tuple[str, str, str]]:
    """Return table, column and type of every column of the register's tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_name = ANY(%s) AND table_schema = 'public' ORDER BY 1, 2",
            [[f"ledger_{table}" for table in TABLES]],
        )
        return [(table.removeprefix("ledger_"), column, kind) for table, column, kind in cursor.fetchall()]


def keys_of(table: str) -> list[tuple[str, object]]:
    """Return primary key column and value of a few rows: the first, one in the middle, the last."""
    key = "act_id" if table in ("actcontent", "pendingact") else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM ledger_{table} ORDER BY {key}")
        rows = [row[0] for row in cursor.fetchall()]
    return [(key, rows[at]) for at in sorted({0, len(rows) // 2, len(rows) - 1})]


def attack(statement: str, held: Checkpoint, *values: object) -> str | None:
    """Run a statement, ask who notices, undo it. None: the database itself refused."""
    point = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            if not cursor.rowcount:
                return None
        return found_by(held)
    except DatabaseError:
        return None
    finally:
        transaction.savepoint_rollback(point)


def test_every_changed_column_is_found(held: Checkpoint) -> None:
    unnoticed = []
    for table, column, kind in columns():
        if f"{table}.{column}" in MEANINGLESS:
            continue
        change = CHANGES[kind].format(column)
        for key, value in keys_of(table):
            statement = (
                f"UPDATE ledger_{table} SET {column} = {change} WHERE {key} = %s AND {column} IS NOT NULL"
            )
            if attack(statement, held, value) == "":
                unnoticed.append(f"{table}.{column}")
    assert not unnoticed


def test_every_deleted_row_is_found(held: Checkpoint) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    unnoticed = []
    for table in TABLES:
        if table == "checkpoint":
            # A checkpoint is there to be held elsewhere: its row proves nothing and its loss hides nothing.
            continue
        for key, value in keys_of(table):
            if attack(f"DELETE FROM ledger_{table} WHERE {key} = %s", held, value) == "":
                unnoticed.append(table)
    assert not unnoticed


def test_two_acts_that_change_places_are_found(held: Checkpoint) -> None:
    swap = """
        UPDATE ledger_leaf SET act_id = (
            SELECT act_id FROM ledger_leaf o WHERE o.index = 11 - ledger_leaf.index
        )
        WHERE index IN (5, 6)
    """
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_leaf DROP CONSTRAINT IF EXISTS ledger_leaf_act_id_key")
    assert attack(swap, held)


def test_a_history_rewritten_with_all_hashes_made_anew_is_found_by_the_holder(held: Checkpoint) -> None:
    """The worst case: somebody with the database and the key replaces content and rebuilds the tree."""
    from tavolo.ledger.merkle.acts import act_leaf_hash, commitment
    from tavolo.ledger.models import ActContent, Leaf
    from tavolo.ledger.services import statement_of

    leaf = Leaf.objects.get(index=2)
    row = ActContent.objects.get(act_id=leaf.act_id)
    row.content = {"title": "Never said"}
    forged = commitment(bytes(row.salt), statement_of(row).as_dict())
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE ledger_actcontent SET content = \'{"title": "Never said"}\' WHERE act_id = %s',
            [leaf.act_id],
        )
        cursor.execute("UPDATE ledger_act SET commitment = %s WHERE id = %s", [forged, leaf.act_id])
        cursor.execute(
            "UPDATE ledger_leaf SET hash = %s WHERE index = 2", [act_leaf_hash(leaf.act_id, forged)]
        )
        cursor.execute("DELETE FROM ledger_node")
        cursor.execute("DELETE FROM ledger_checkpoint")
    from tavolo.ledger import storage

    storage.store_nodes(leaf.territory_id, 0, storage.size())
    out = io.BytesIO()
    exports.write_whole(out, statements=True)
    assert list(audit.faults()) == []
    out.seek(0)
    assert verify(out).outcome == PROVED
    out.seek(0)
    report = verify(out, [held])
    assert [finding.code for finding in report.faults] == ["fork"]
