"""Giving acts their place in the tree, in batches, one sequencer at a time per territory.

Requests record acts without a number, so they never wait for one another. The sequencer takes waiting
acts in the order they were recorded, appends their leaves and stores the subtrees that became complete,
all in one transaction under an advisory lock: a crash in the middle leaves nothing behind, and two
sequencers never give one index twice (the unique index would refuse it as well).
"""

from __future__ import annotations

import uuid

from django.db import connection, transaction
from django_scopes import get_scope

from tavolo.ledger import storage
from tavolo.ledger.merkle.acts import act_leaf_hash
from tavolo.ledger.models import Leaf, PendingAct

BATCH = 1000
LOCK_CLASS = 0x7A11E4


def sequence(*, batch: int = BATCH, most: int | None = None, wait: bool = False) -> int:
    """Give waiting acts of the territory in scope their leaf index; return how many.

    Works until nothing waits, or `most` acts are done. Where another sequencer is at work it returns at
    once, as that one does the work, or with `wait` stands in line.
    """
    done = 0
    while most is None or done < most:
        count = _batch(batch if most is None else min(batch, most - done), wait)
        done += count
        if not count:
            break
    return done


def waiting() -> int:
    """Return how many acts have no place in the tree yet."""
    return int(PendingAct.objects.count())


def lock_key(territory_id: uuid.UUID) -> int:
    """Return the second half of the advisory lock of a territory's sequencer."""
    return int.from_bytes(territory_id.bytes[:4], "big", signed=True)


@transaction.atomic
def _batch(size: int, wait: bool) -> int:
    territory = get_scope()["territory"]
    with connection.cursor() as cursor:
        place = [LOCK_CLASS, lock_key(territory.pk)]
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", place)
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", place)
            if not cursor.fetchone()[0]:
                return 0
    pending = PendingAct.objects.select_related("act").order_by("since", "act_id")[:size]
    acts = [row.act for row in pending]
    if not acts:
        return 0
    first = storage.size()
    Leaf.objects.bulk_create(
        [
            Leaf(
                territory=territory,
                index=index,
                act_id=act.pk,
                hash=act_leaf_hash(act.pk, bytes(act.commitment)),
            )
            for index, act in enumerate(acts, start=first)
        ]
    )
    storage.store_nodes(territory.pk, first, first + len(acts))
    PendingAct.objects.filter(act_id__in=[act.pk for act in acts]).delete()
    return len(acts)
