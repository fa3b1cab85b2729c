# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Casting a vote: two statements and a commit, nothing that tells who or when.

A vote is no formal act, writes no idempotency row and no log line. It is acknowledged after the commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.sealing import (
    AGREE,
    DISAGREE,
    PASS,
    SILENCE,
    Ballot,
    Change,
    request_digest,
)
from tavolo.dialogue.services import ballot_box
from tavolo.dialogue.services.raw_statements import FIND, STORE

CHOICES = {"agree": AGREE, "disagree": DISAGREE, "pass": PASS, "undo": SILENCE}
NAMES = {value: name for name, value in CHOICES.items()}
LONGEST_REQUEST_ID = 100


@dataclass(frozen=True)
class Cast:
    """What became of a request: the vote that stands now, and whether the request was a retry."""

    choice: str
    again: bool


def cast_vote(
    consultation_id: uuid.UUID, account_id: uuid.UUID, version_id: uuid.UUID, choice: str, request_id: str
) -> Cast:
    """Register a vote (or take one back) on an exact version, once per request id.

    Raises Problem where the consultation is not open, the person is not on its roll, or the version is
    not open to votes. A vote can be taken back also from a version that has been replaced.
    """
    if choice not in CHOICES:
        raise Problem(_("Choose agree, disagree, pass or undo."))
    if not request_id or len(request_id) > LONGEST_REQUEST_ID:
        raise Problem(_("The request carries no usable id. Reload the page and vote again."))
    seals = keys.load(consultation_id)
    address = seals.address(account_id)
    territory_id = get_scope()["territory"].pk
    with transaction.atomic(), connection.cursor() as cursor:
        lock = ballot_box.lock_number(consultation_id)
        cursor.execute(FIND, [lock, address, version_id, consultation_id, territory_id])
        row = cursor.fetchone()
        if row is None:
            raise Problem(_("This consultation is not open, or you are not among those who may vote in it."))
        before = seals.open_ballot(row[0], address)
        after, change = _changed(before, row[1], row[2], CHOICES[choice], request_digest(request_id))
        if after is None:
            return Cast(NAMES[before.vote(row[1])], again=True)
        sealed = seals.seal_ballot(after, address)
        queued = seals.seal(b"change", change.encode())
        cursor.execute(
            STORE,
            [sealed, consultation_id, address, uuid.uuid4(), territory_id, queued],
        )
    return Cast(choice, again=False)


def _changed(
    before: Ballot, slot: int | None, open_to_votes: bool | None, value: int, request: bytes
) -> tuple[Ballot | None, Change]:
    """Return the ballot after the vote (None for a retry) and the change of counts."""
    if slot is None:
        raise Problem(_("This statement does not belong to the consultation."))
    old = before.vote(slot)
    nothing = Change(before.group, slot, old, old, 0)
    if before.knows(request):
        return None, nothing
    if value != SILENCE and not open_to_votes:
        raise Problem(_("The text of this statement has changed: read the new version and vote on that."))
    after = before.with_vote(slot, value).remembering(request)
    voters = int(after.voted) - int(before.voted)
    return after, Change(before.group, slot, old, value, voters)


def own_votes(consultation_id: uuid.UUID, account_id: uuid.UUID) -> Ballot | None:
    """Return a person's own opened ballot, for their own eyes, or None where there is none."""
    try:
        seals = keys.load(consultation_id)
    except keys.NoKey:
        return None
    address = seals.address(account_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sealed FROM dialogue_ballot WHERE consultation_id = %s AND address = %s",
            [consultation_id, address],
        )
        row = cursor.fetchone()
    return None if row is None else seals.open_ballot(row[0], address)


@transaction.atomic
def cast_many(consultation: Consultation, votes: Mapping[uuid.UUID, Iterable[tuple[int, int]]]) -> int:
    """Set many people's votes at once, as (slot, value) pairs; return how many people were on the roll.

    For paper ballots entered in bulk, load tests and the demonstration. Ballots are rewritten as in a
    reshuffle, so that the table does not show whose were touched.
    """
    seals = keys.load(consultation.pk)
    wanted = {seals.address(account): list(pairs) for account, pairs in votes.items()}
    changes: list[Change] = []
    found = 0
    with connection.cursor() as cursor:
        ballot_box.lock_exclusive(cursor, consultation.pk)
        ballots = dict(ballot_box.read_ballots(cursor, consultation.pk, seals))
        for address, pairs in wanted.items():
            if address not in ballots:
                continue
            found += 1
            for slot, value in pairs:
                before = ballots[address]
                after = before.with_vote(slot, value)
                voters = int(after.voted) - int(before.voted)
                changes.append(Change(before.group, slot, before.vote(slot), value, voters))
                ballots[address] = after
        cursor.execute("DELETE FROM dialogue_ballot WHERE consultation_id = %s", [consultation.pk])
        ballot_box.write_ballots(cursor, consultation, seals, ballots.items())
    counts = ballot_box.update_sheet(consultation.pk, seals, changes)
    ballot_box.publish_participation(consultation, int(counts.voters.sum()))
    return found
