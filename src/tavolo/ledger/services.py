# mypy: disable-error-code="no-any-return, attr-defined"
"""What the rooms above do with the register: record an act, read an object's acts, erase content."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_scopes import get_scope

from tavolo.common.backup import erasures
from tavolo.common.errors import Problem
from tavolo.ledger.merkle.acts import ACT_TYPE, ERASED, SALT_SIZE, Statement, commitment, plain
from tavolo.ledger.models import ActContent


def record_act(
    *,
    actor_id: uuid.UUID | None,
    role: str,
    act: str,
    object_type: str,
    object_id: uuid.UUID,
    content: Mapping[str, Any],
) -> uuid.UUID:
    """Record a formal act in the caller's own transaction and return its random id.

    The act stands or falls with the change it speaks of. It has no number yet: the sequencer gives leaf
    indices in batches, so that concurrent requests never wait for one another here. Ballots are never
    acts. Raises ValueError where `content` holds what has no single JSON form (see `plain`).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is recorded inside the transaction of the change it speaks of")
    territory = get_scope()["territory"]
    now = timezone.now()
    said = Statement(
        id=uuid.uuid4(),
        territory=territory.pk,
        actor=actor_id,
        role=role,
        act=act,
        object_type=object_type,
        object_id=object_id,
        at=now,
        content=plain(content),
    )
    _insert(said, secrets.token_bytes(SALT_SIZE))
    return said.id


# One statement, one round trip: recording must not slow down the change it speaks of.
_RECORD = """
    WITH act AS (
        INSERT INTO ledger_act (id, territory_id, commitment)
        VALUES (%(id)s, %(territory)s, %(commitment)s)
    ), said AS (
        INSERT INTO ledger_actcontent (act_id, territory_id, actor_id, role, act_name, object_type, object_id,
                                       recorded_at, content, salt)
        VALUES (%(id)s, %(territory)s, %(actor)s, %(role)s, %(act)s, %(object_type)s, %(object_id)s,
                %(at)s, %(content)s, %(salt)s)
    )
    INSERT INTO ledger_pendingact (act_id, territory_id, since) VALUES (%(id)s, %(territory)s, %(at)s)
"""


def _insert(said: Statement, salt: bytes) -> None:
    """Write an act, what it says, and its place in the queue."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            _RECORD,
            {
                "id": said.id,
                "territory": said.territory,
                "commitment": commitment(salt, said.as_dict()),
                "actor": said.actor,
                "role": said.role,
                "act": said.act,
                "object_type": said.object_type,
                "object_id": said.object_id,
                "at": said.at,
                "content": json.dumps(said.content),
                "salt": salt,
            },
        )


def statement_of(content: ActContent) -> Statement:
    """Return what a stored act says, as it was committed to."""
    return Statement(
        id=content.act_id,
        territory=content.territory_id,
        actor=content.actor_id,
        role=content.role,
        act=content.act_name,
        object_type=content.object_type,
        object_id=content.object_id,
        at=content.recorded_at,
        content=content.content,
    )


def acts_on(object_type: str, object_id: uuid.UUID) -> list[ActContent]:
    """Return the acts on an object in the order they were recorded, erased ones left out."""
    found = ActContent.objects.filter(object_type=object_type, object_id=object_id)
    return list(found.order_by("recorded_at", "act_id"))


@transaction.atomic
def erase_act(act_id: uuid.UUID, *, actor_id: uuid.UUID | None, role: str, reason: str) -> uuid.UUID:
    """Erase what an act says, salt included, and record a tombstone; return the tombstone's id.

    The leaf and its commitment stay, so every proof stays valid; without salt the commitment tells
    nothing. `reason` is a short code such as `data_subject_request`, never a name. A tombstone itself
    cannot be erased: it would hide that something was.
    """
    found = ActContent.objects.filter(act_id=act_id).first()
    if found is None:
        raise Problem("this act is unknown here or was erased before; look its id up in the register")
    if found.act_name == ERASED:
        raise Problem("a tombstone cannot be erased; it names no person")
    # Noted outside the database first: a restore of an older backup must not bring the text back.
    erasures.record("ledger.act", act_id)
    # The application's role may delete this row but not lock it for a change; of two erasures at once
    # the second finds nothing left.
    if not ActContent.objects.filter(act_id=act_id).delete()[0]:
        raise Problem("this act was erased a moment ago")
    return record_act(
        actor_id=actor_id,
        role=role,
        act=ERASED,
        object_type=ACT_TYPE,
        object_id=act_id,
        content={"reason": reason},
    )
