# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Closing: the ballots become anonymous for good, and the key is destroyed.

Order, so that a crash at any point is repaired by repeating: (1) one transaction, under the exclusive lock,
opens all ballots, writes anonymous ones in random order with the counts, deletes the sealed ones and marks
the consultation closed; (2) after its commit the key is destroyed; (3) `finish_closings`, run by the worker
every few minutes and at start, destroys keys that a crash between (1) and (2) left behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from tavolo.common.errors import Problem
from tavolo.dialogue import keys, standing, ways
from tavolo.dialogue.disclosure import places
from tavolo.dialogue.models import (
    Consent,
    Consultation,
    Group,
    Party,
    Sheet,
    StatementVersion,
    Tally,
    Turnout,
)
from tavolo.dialogue.plain_ballots.keeping import places_keeping_all
from tavolo.dialogue.sealing import AGREE, DISAGREE, PASS, Ballot, unpack
from tavolo.dialogue.services import ballot_box
from tavolo.dialogue.services.consultations import require_promoter
from tavolo.dialogue.services.opening import missing_consents, record_consent
from tavolo.dialogue.voices import importance
from tavolo.ledger.services import record_act

Votes = NDArray[np.uint8]


@transaction.atomic
def consent_to_close(consultation: Consultation, *, party: Party, actor_id: uuid.UUID) -> bool:
    """Give a promoter's yes to closing; the last one closes. Returns whether it is closed now."""
    if consultation.state != Consultation.State.OPEN:
        raise Problem(_("This consultation is not open."))
    record_consent(consultation, party, actor_id, Consent.Action.CLOSE)
    if missing_consents(consultation, Consent.Action.CLOSE):
        return False
    _close(consultation)
    return True


@transaction.atomic
def close_when_due(consultation: Consultation, *, actor_id: uuid.UUID) -> None:
    """Close a consultation whose announced last day has passed; any promoter may."""
    require_promoter(consultation, actor_id)
    if consultation.closes_on is None or standing.today() <= consultation.closes_on:
        raise Problem(_("Before its announced last day a consultation closes only when all promoters agree."))
    _close(consultation)


def _close(consultation: Consultation) -> None:
    with connection.cursor() as cursor:
        ballot_box.lock_exclusive(cursor, consultation.pk)
        consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
        if consultation.state != Consultation.State.OPEN:
            raise Problem(_("This consultation is not open."))
        seals = keys.load(consultation.pk)
        box = dict(ballot_box.read_ballots(cursor, consultation.pk, seals))
        ways.counting(consultation, seals, box)
        _write_anonymous(cursor, consultation, [ballot for ballot in box.values() if ballot.voted])
        cursor.execute("DELETE FROM dialogue_ballot WHERE consultation_id = %s", [consultation.pk])
        cursor.execute("DELETE FROM dialogue_change WHERE consultation_id = %s", [consultation.pk])
    Sheet.objects.filter(consultation=consultation).delete()
    consultation.state = Consultation.State.CLOSED
    consultation.closed_on = standing.today()
    consultation.save(update_fields=["state", "closed_on"])
    record_act(
        actor_id=None, role="promoters", act="dialogue.consultation_closed",
        object_type="dialogue.consultation", object_id=consultation.pk, content={},
    )  # fmt: skip
    transaction.on_commit(lambda: keys.destroy(consultation.pk))


def _write_anonymous(cursor: Any, consultation: Consultation, ballots: list[Ballot]) -> None:
    groups = list(consultation.groups.order_by("number"))
    slots = StatementVersion.objects.filter(consultation=consultation).count()
    votes = unpack([ballot.packed for ballot in ballots], slots)
    number = np.fromiter((ballot.group for ballot in ballots), np.int64, len(ballots))
    voters = [int((number == group.number).sum()) for group in groups]
    # Of a plain ballot no vote may be left out: small groups take a larger one into their pool.
    keep = places_keeping_all if consultation.kind == Consultation.Kind.BALLOT else places
    where = keep([group.side for group in groups], voters, consultation.table.minimum_group)
    for group, place in zip(groups, where, strict=True):
        Group.objects.filter(pk=group.pk).update(pooled=place != "own")
    cells: dict[tuple[str, uuid.UUID | None], list[Votes]] = {}
    for group, place in zip(groups, where, strict=True):
        if place != "dropped":
            cell = (group.side, group.pk if place == "own" else None)
            cells.setdefault(cell, []).append(votes[number == group.number])
    write_cells(cursor, consultation, {cell: np.vstack(parts) for cell, parts in cells.items()})
    importance.write(consultation, groups, where, ballots)


def write_cells(
    cursor: Any, consultation: Consultation, cells: dict[tuple[str, uuid.UUID | None], Votes]
) -> None:
    """Write anonymous ballots in random order, and the counts, in the caller's transaction.

    `cells` maps (side, group or None) to votes shaped (ballots, slots).
    """
    rows = ballot_box.shuffled(
        (side, group, row.tobytes()) for (side, group), votes in cells.items() for row in votes
    )
    command = (
        "COPY dialogue_closedballot (id, territory_id, consultation_id, side, group_id, votes) FROM STDIN"
    )
    with cursor.copy(command) as copy:
        for side, group, row in rows:
            copy.write_row((uuid.uuid4(), consultation.territory_id, consultation.pk, side, group, row))
    versions = list(StatementVersion.objects.filter(consultation=consultation).order_by("slot"))
    Tally.objects.bulk_create(_tallies(consultation, versions, cells), batch_size=5_000)
    Turnout.objects.bulk_create(
        Turnout(
            territory_id=consultation.territory_id, consultation=consultation, side=side, group_id=group,
            voters=len(votes),
        )
        for (side, group), votes in cells.items()
    )  # fmt: skip


def _tallies(
    consultation: Consultation,
    versions: list[StatementVersion],
    cells: dict[tuple[str, uuid.UUID | None], Votes],
) -> Iterable[Tally]:
    for (side, group), votes in cells.items():
        agree, disagree, passed = ((votes == value).sum(axis=0) for value in (AGREE, DISAGREE, PASS))
        for version in versions:
            yield Tally(
                territory_id=consultation.territory_id, consultation=consultation, version=version,
                side=side, group_id=group, agree=int(agree[version.slot]),
                disagree=int(disagree[version.slot]), passed=int(passed[version.slot]),
            )  # fmt: skip


def finish_closings() -> int:
    """Destroy the keys of closed consultations of the current territory that still exist."""
    done = 0
    finished = (Consultation.State.CLOSED, Consultation.State.PUBLISHED, Consultation.State.VOID)
    for pk in Consultation.objects.filter(state__in=finished, imported=False).values_list("pk", flat=True):
        if keys.exists(pk):
            keys.destroy(pk)
            done += 1
    return done


@transaction.atomic
def publish(consultation: Consultation, *, actor_id: uuid.UUID) -> None:
    """Show the shared map of a closed consultation to everybody; a promoter's act."""
    consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if consultation.state != Consultation.State.CLOSED:
        raise Problem(_("Only a closed consultation can be published."))
    if consultation.imported:
        if not standing.is_secretary(actor_id, consultation.table_id):
            raise Problem(_("Only the joint secretariat may do this."))
        role = "secretariat"
    else:
        require_promoter(consultation, actor_id)
        role = "delegate"
    consultation.state = Consultation.State.PUBLISHED
    consultation.save(update_fields=["state"])
    record_act(
        actor_id=actor_id, role=role, act="dialogue.consultation_published",
        object_type="dialogue.consultation", object_id=consultation.pk, content={},
    )  # fmt: skip
