"""Signing the tree's size and root, and remembering which organisation holds which checkpoint."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.ledger import signing, storage
from tavolo.ledger.merkle.bundle import origin_of
from tavolo.ledger.merkle.notes import write_checkpoint
from tavolo.ledger.merkle.tree import MissingHash
from tavolo.ledger.models import Checkpoint, HeldCheckpoint
from tavolo.ledger.sequencer import LOCK_CLASS, lock_key, sequence

LOCK_TURN = LOCK_CLASS + 1


def latest() -> Checkpoint | None:
    """Return the newest checkpoint of the register in scope."""
    return Checkpoint.objects.order_by("-size").first()


def sign() -> Checkpoint:
    """Place waiting acts, then sign a checkpoint over all leaves; return the newest one.

    Where the tree has not grown since the last one, that one is returned. Raises Problem where the
    stored tree no longer continues what was signed before: such a history is never signed.
    """
    key = signing.signing_key()
    territory = get_scope()["territory"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_TURN, lock_key(territory.pk)])
        signing.introduce(key)
        sequence(wait=True)
        before = latest()
        size = storage.size()
        if before is not None and before.size == size:
            return before
        try:
            _continues(before)
            root = storage.tree(size).root()
        except MissingHash as error:
            raise Problem(
                f"the register is damaged and is not signed: {error}; run `tavolo ledger check`"
            ) from error
        now = timezone.now()
        note = write_checkpoint(origin=origin_of(territory.pk), size=size, root=root, at=now, key=key)
        return Checkpoint.objects.create(territory=territory, size=size, root=root, note=note, signed_at=now)


def _continues(before: Checkpoint | None) -> None:
    if before is not None and storage.tree(before.size).root() != bytes(before.root):
        raise Problem(
            f"the first {before.size} acts of the register are not those signed on "
            f"{before.signed_at:%d.%m.%Y}: the database was changed; nothing is signed until the findings of "
            "`tavolo ledger check` have been looked into"
        )


def hold(checkpoint_id: uuid.UUID, organisation_id: uuid.UUID) -> Checkpoint:
    """Note that an organisation has downloaded a checkpoint and return it; twice is once."""
    found = Checkpoint.objects.get(pk=checkpoint_id)
    row = HeldCheckpoint(territory=found.territory, checkpoint=found, organisation_id=organisation_id)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Held already: the first time is what counts, and the row can never be changed.
        pass
    return found


def holders(of: Iterable[Checkpoint]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return, for each of these checkpoints that is held, the organisations that hold it."""
    held: dict[uuid.UUID, set[uuid.UUID]] = {}
    found = HeldCheckpoint.objects.filter(checkpoint__in=list(of))
    for checkpoint_id, organisation_id in found.values_list("checkpoint_id", "organisation_id"):
        held.setdefault(checkpoint_id, set()).add(organisation_id)
    return held
