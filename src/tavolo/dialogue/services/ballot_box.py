# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The sealed ballots of an open consultation: locks, bulk writing in random order, counting, reshuffling.

Everything that touches the table of ballots is here, in SQL chosen statement by statement, because the
physical traces of a write are part of what must stay secret.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tavolo.common.errors import Problem
from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation, Sheet, Table
from tavolo.dialogue.sealing import Ballot, Change, Counts, Seals
from tavolo.dialogue.services.raw_statements import LOCK

DRAIN_BATCH = 5_000
random = secrets.SystemRandom()


def lock_number(consultation_id: uuid.UUID) -> int:
    """Return the number under which votes and closing of a consultation exclude one another."""
    digest = hashlib.sha256(b"tavolo.dialogue.consultation" + consultation_id.bytes).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock_shared(cursor: Any, consultation_id: uuid.UUID) -> None:
    """Wait until nobody closes or reshuffles, and hold them off until this transaction ends."""
    cursor.execute(LOCK, [lock_number(consultation_id)])


def lock_exclusive(cursor: Any, consultation_id: uuid.UUID) -> None:
    """Wait for all votes under way, and hold off new ones until this transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(consultation_id)])


def lock_box(consultation_id: uuid.UUID) -> Consultation:
    """Lock the box, then the consultation, in the order in which closing does; return the consultation."""
    with connection.cursor() as cursor:
        lock_exclusive(cursor, consultation_id)
    return Consultation.objects.select_for_update().get(pk=consultation_id)


def shuffled(rows: Iterable[Any]) -> list[Any]:
    """Return the rows in an order drawn from the system's randomness."""
    out = list(rows)
    random.shuffle(out)
    return out


def write_ballots(
    cursor: Any, consultation: Consultation, seals: Seals, ballots: Iterable[tuple[bytes, Ballot]]
) -> None:
    """Write freshly sealed ballots under fresh ids, in random order, in the caller's transaction."""
    rows = shuffled((address, seals.seal_ballot(ballot, address)) for address, ballot in ballots)
    command = "COPY dialogue_ballot (id, territory_id, consultation_id, address, sealed) FROM STDIN"
    with cursor.copy(command) as copy:
        for address, sealed in rows:
            copy.write_row((uuid.uuid4(), consultation.territory_id, consultation.pk, address, sealed))


def read_ballots(
    cursor: Any, consultation_id: uuid.UUID, seals: Seals, addresses: Sequence[bytes] | None = None
) -> Iterator[tuple[bytes, Ballot]]:
    """Yield address and opened ballot of all (or of some) ballots of a consultation."""
    query = "SELECT address, sealed FROM dialogue_ballot WHERE consultation_id = %s"
    arguments: list[Any] = [consultation_id]
    if addresses is not None:
        query += " AND address = ANY(%s) FOR UPDATE"
        arguments.append(list(addresses))
    cursor.execute(query, arguments)
    for address, sealed in cursor.fetchall():
        yield bytes(address), seals.open_ballot(sealed, bytes(address))


def new_sheet(consultation: Consultation, seals: Seals, groups: int) -> None:
    """Write the sealed sheet of zero counts."""
    counts = Counts.zero(groups, consultation.capacity)
    Sheet.objects.create(
        territory_id=consultation.territory_id, consultation=consultation,
        sealed=seals.seal(b"sheet", counts.encode()),
    )  # fmt: skip


def read_sheet(consultation_id: uuid.UUID, seals: Seals) -> Counts:
    """Return the running counts as of the last drain."""
    sheet = Sheet.objects.get(consultation_id=consultation_id)
    return Counts.decode(seals.unseal(b"sheet", sheet.sealed))


def update_sheet(consultation_id: uuid.UUID, seals: Seals, changes: Iterable[Change]) -> Counts:
    """Add changes to the locked sheet and write it back, in the caller's transaction."""
    sheet = Sheet.objects.select_for_update().get(consultation_id=consultation_id)
    counts = Counts.decode(seals.unseal(b"sheet", sheet.sealed))
    for change in changes:
        counts.add(change)
    sheet.sealed = seals.seal(b"sheet", counts.encode())
    sheet.save(update_fields=["sealed"])
    return counts


@transaction.atomic
def drain_batch(consultation: Consultation) -> int:
    """Add one batch of queued changes to the sheet and delete them, together; return how many.

    The published count of participants moves only by whole batches of the table's smallest group.
    """
    seals = keys.load(consultation.pk)
    with connection.cursor() as cursor:
        lock_shared(cursor, consultation.pk)
        locked = Sheet.objects.select_for_update().filter(consultation=consultation).exists()
        if not locked:
            return 0
        cursor.execute(
            "DELETE FROM dialogue_change WHERE id IN (SELECT id FROM dialogue_change"
            " WHERE consultation_id = %s LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING sealed",
            [consultation.pk, DRAIN_BATCH],
        )
        changes = [Change.decode(seals.unseal(b"change", row[0])) for row in cursor.fetchall()]
    if not changes:
        return 0
    counts = update_sheet(consultation.pk, seals, changes)
    publish_participation(consultation, int(counts.voters.sum()))
    return len(changes)


def drain(consultation: Consultation) -> int:
    """Empty the queue of changes batch by batch; return how many there were."""
    total = 0
    while done := drain_batch(consultation):
        total += done
    return total


def publish_participation(consultation: Consultation, voters: int) -> None:
    """Show the number of voters, rounded down to whole batches; it never goes back."""
    batch = Table.objects.values_list("minimum_group", flat=True).get(pk=consultation.table_id)
    shown = voters - voters % max(batch, 1)
    Consultation.objects.filter(pk=consultation.pk, participation__lt=shown).update(participation=shown)


@transaction.atomic
def recount(consultation: Consultation) -> bool:
    """Rebuild the sheet from the ballots themselves; say whether it was right before.

    Queued changes are already in the ballots, so they are dropped with the old sheet.
    """
    seals = keys.load(consultation.pk)
    with connection.cursor() as cursor:
        lock_exclusive(cursor, consultation.pk)
        before = _sheet_with_queue(cursor, consultation.pk, seals)
        ballots = [ballot for _address, ballot in read_ballots(cursor, consultation.pk, seals)]
        true = _rebuild_sheet(cursor, consultation, seals, ballots)
    return before.equals(true)


def _sheet_with_queue(cursor: Any, consultation_id: uuid.UUID, seals: Seals) -> Counts:
    counts = read_sheet(consultation_id, seals)
    cursor.execute("SELECT sealed FROM dialogue_change WHERE consultation_id = %s", [consultation_id])
    for (sealed,) in cursor.fetchall():
        counts.add(Change.decode(seals.unseal(b"change", sealed)))
    return counts


@transaction.atomic
def reshuffle(consultation: Consultation) -> int:
    """Rewrite every ballot in random order under fresh ids and nonces, in one transaction.

    Afterwards no trace of which ballots changed since the last time is left in the table: all rows carry
    this transaction's id, and their order is random. Returns the number of ballots.
    """
    return change_box(consultation)


@transaction.atomic
def drop_groups(consultation: Consultation, numbers: Collection[int]) -> None:
    """Destroy the ballots of whole groups, read by nobody, and mix the others; raises Problem unless open."""
    seals = keys.load(consultation.pk)
    with connection.cursor() as cursor:
        lock_exclusive(cursor, consultation.pk)
        if not Consultation.objects.filter(pk=consultation.pk, state=Consultation.State.OPEN).exists():
            raise Problem(_("This consultation is not open."))
        ballots = [
            (address, ballot)
            for address, ballot in read_ballots(cursor, consultation.pk, seals)
            if ballot.group not in numbers
        ]
        cursor.execute("DELETE FROM dialogue_ballot WHERE consultation_id = %s", [consultation.pk])
        write_ballots(cursor, consultation, seals, ballots)
        _rebuild_sheet(cursor, consultation, seals, [ballot for _address, ballot in ballots])


@transaction.atomic
def change_box(
    consultation: Consultation, *, add: Mapping[uuid.UUID, Ballot] | None = None,
    remove: Iterable[uuid.UUID] = (),
) -> int:  # fmt: skip
    """Put ballots of further voters into the box, take others out, and mix all of it; return how many.

    Everything is rewritten as in a reshuffle, so that the table does not show which ballots came or went.
    A voter already in the box keeps their ballot; one who is not there is passed over when taken out. The
    sheet is rebuilt from the ballots where counts may have changed. Raises Problem unless open.
    """
    added, removed = dict(add or {}), list(remove)
    seals = keys.load(consultation.pk)
    with connection.cursor() as cursor:
        lock_exclusive(cursor, consultation.pk)
        if not Consultation.objects.filter(pk=consultation.pk, state=Consultation.State.OPEN).exists():
            raise Problem(_("This consultation is not open."))
        ballots = dict(read_ballots(cursor, consultation.pk, seals))
        for voter in removed:
            ballots.pop(seals.address(voter), None)
        for voter, ballot in added.items():
            ballots.setdefault(seals.address(voter), ballot)
        cursor.execute("DELETE FROM dialogue_ballot WHERE consultation_id = %s", [consultation.pk])
        write_ballots(cursor, consultation, seals, ballots.items())
        if removed or any(ballot.voted for ballot in added.values()):
            _rebuild_sheet(cursor, consultation, seals, ballots.values())
    return len(ballots)


def _rebuild_sheet(
    cursor: Any, consultation: Consultation, seals: Seals, ballots: Iterable[Ballot]
) -> Counts:
    """Count the ballots anew; queued changes are already in them, so they go with the old sheet."""
    sheet = Sheet.objects.select_for_update().get(consultation_id=consultation.pk)
    groups = Counts.decode(seals.unseal(b"sheet", sheet.sealed)).voters.shape[0]
    true = Counts.of(groups, consultation.capacity, ballots)
    cursor.execute("DELETE FROM dialogue_change WHERE consultation_id = %s", [consultation.pk])
    Sheet.objects.filter(pk=sheet.pk).update(sealed=seals.seal(b"sheet", true.encode()))
    publish_participation(consultation, int(true.voters.sum()))
    return true
