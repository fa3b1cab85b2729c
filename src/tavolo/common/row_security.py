# mypy: disable-error-code="attr-defined, no-any-return"
"""The second wall round private rooms: PostgreSQL row security.

A part declares in a migration that the rows of a table belong to a room:

    operations = [row_security.guard("party_room_note"), row_security.guard("party_room_file", "room_id")]

From then on a row is read or written only where its room is open in the current transaction, whoever
asks and however (ORM, raw SQL, a forgotten filter): no room open, no row. It holds for the application's
role and for the owner of the tables alike. A service opens exactly the rooms its policy granted:

    with row_security.opened([room.pk]):
        notes = list(Note.objects.filter(room=room))       # read inside; afterwards there is nothing

The setting lives in the transaction and dies with it, so that a reused connection carries nothing over.

Only the tables' owner can open everything at once (`every_room`), for dumps and for erasing again after
a restore; the owner could also take the wall down, so this gives away nothing. To the application's role
that setting means nothing. Superusers pass every wall; the embedded server gives Tavolo none.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.migrations import RunSQL

ROOMS = "tavolo.rooms"
EVERY_ROOM = "tavolo.every_room"
# What a dump's connection is started with (libpq's `options`); it works for the tables' owner alone.
DUMP_OPTIONS = f"-c {EVERY_ROOM}=on"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def guard(table: str, column: str = "room_id", *, shared_without_room: bool = False) -> RunSQL:
    """Return the migration operation that gives `table` its wall; `column` holds the room's id (uuid).

    With `shared_without_room` a row whose column is empty lies outside every room: anybody reads and
    writes it, and a room's row may be moved out of the room by whoever has it open.

    Constraints look through the wall (a foreign key or a unique index sees every row), so a unique
    constraint of a guarded table includes the room, or its refusal would tell that a row is there.
    """
    for name in (table, column):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a plain name of a table or column: {name!r}")
    rule = _rule(table, column)
    if shared_without_room:
        rule = f"{column} IS NULL OR {rule}"
    return RunSQL(
        [
            f"CREATE POLICY {policy_of(table)} ON {table} USING ({rule}) WITH CHECK ({rule})",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            # Without FORCE the owner (migrations, tests, a server with one account) would walk past.
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        ],
        [
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"DROP POLICY {policy_of(table)} ON {table}",
        ],
    )


def policy_of(table: str) -> str:
    """Return the name of the policy that guards a table."""
    return f"{table}_rooms"[:63]


def _rule(table: str, column: str) -> str:
    # A setting that was local to an earlier transaction reads as the empty string, not as missing.
    rooms = f"string_to_array(nullif(current_setting('{ROOMS}', true), ''), ',')::uuid[]"
    owner = f"SELECT c.relowner FROM pg_class c WHERE c.oid = '{table}'::regclass"  # noqa: S608 - plain name
    owns = f"(SELECT pg_has_role(({owner}), 'USAGE'))"
    every = f"current_setting('{EVERY_ROOM}', true) = 'on' AND {owns}"
    return f"{column} = ANY ({rooms}) OR ({every})"


@contextmanager
def opened(room_ids: Iterable[uuid.UUID | str], using: str = "default") -> Iterator[None]:
    """Open exactly these rooms for what is done inside, in a transaction (a savepoint where one runs).

    Rooms opened around this block are closed inside it unless named again, and open again afterwards.
    Read inside to the end: a queryset evaluated after the block finds nothing.
    """
    ids = ",".join(sorted({str(uuid.UUID(str(room_id))) for room_id in room_ids}))
    with _setting(ROOMS, ids, using):
        yield


@contextmanager
def every_room(using: str = "default") -> Iterator[None]:
    """Open all rooms at once for work of the tables' owner; for the application's role it opens none."""
    with _setting(EVERY_ROOM, "on", using):
        yield


def open_rooms(using: str = "default") -> frozenset[uuid.UUID]:
    """Return the rooms open in the current transaction."""
    found = _read(ROOMS, using)
    return frozenset(uuid.UUID(part) for part in found.split(",") if part)


def guarded_tables(using: str = "default") -> dict[str, bool]:
    """Return the tables that have row security, and whether its rule is the one written here and forced.

    A dump can be whole only where all of them say True: another rule may hide rows from it.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(GUARDED)
        return dict(cursor.fetchall())


GUARDED = """
    SELECT c.relname::text,
           c.relforcerowsecurity
           AND (SELECT array_agg(p.polname::text) FROM pg_policy p WHERE p.polrelid = c.oid)
               = ARRAY[left(c.relname || '_rooms', 63)]
    FROM pg_class c
    WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
    ORDER BY c.relname
"""


@contextmanager
def _setting(name: str, value: str, using: str) -> Iterator[None]:
    connection = connections[using]
    with transaction.atomic(using=using):
        former = _read(name, using)
        _write(name, value, using)
        yield
        # After an error the rollback (to the savepoint, or of all) takes the setting back by itself. On
        # success the savepoint's settings would outlive it: the former value is put back by hand.
        if not connection.needs_rollback:
            _write(name, former, using)


def _read(name: str, using: str) -> str:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


def _write(name: str, value: str, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
