# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""Casting a vote: two statements and a commit, nothing that tells who or when.

A vote is no formal act, writes no idempotency row and no log line. It is acknowledged after the commit.

In a plain ballot one mark may take another away (one option of a choice). That happens inside the sealed
ballot, under its row lock; and every vote of such a ballot queues the same number of changes, some of them
empty, so that a dump does not show whether somebody chose or changed their mind.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_scopes import get_scope

from tavolo.common.errors import Problem
from tavolo.dialogue import keys
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.plain_ballots import layouts
from tavolo.dialogue.plain_ballots.slots import Layout, Misplaced
from tavolo.dialogue.sealing import (
    AGREE,
    DISAGREE,
    PASS,
    SILENCE,
    Ballot,
    Change,
    Seals,
    request_digest,
)
from tavolo.dialogue.services import ballot_box
from tavolo.dialogue.services.raw_statements import FIND, STORE

CHOICES = {"agree": AGREE, "disagree": DISAGREE, "pass": PASS, "undo": SILENCE}
NAMES = {value: name for name, value in CHOICES.items()}
LONGEST_REQUEST_ID = 100
IMPORTANT = 4  # added to a value in `cast_many`: the voter marks the statement as important


@dataclass(frozen=True)
class Cast:
    """What became of a request: the vote that stands now, and whether the request was a retry."""

    choice: str
    again: bool


def cast_vote(
    consultation_id: uuid.UUID, account_id: uuid.UUID, version_id: uuid.UUID, choice: str, request_id: str,
    *, important: bool = False,
) -> Cast:  # fmt: skip
    """Register a vote (or take one back) on an exact version, once per request id.

    `important` marks the statement as one that matters to the voter; each vote sets the mark anew.

    Raises Problem where the consultation is not open, the person is not on its roll, or the version is
    not open to votes. A vote can be taken back also from a version that has been replaced.
    """
    value = _value(choice)
    _check_request(request_id)
    seals = keys.load(consultation_id)
    address = seals.address(account_id)
    with transaction.atomic(), connection.cursor() as cursor:
        before, slot, open_to_votes = _find(cursor, seals, consultation_id, address, version_id)
        if slot is None:
            raise Problem(_("This statement does not belong to the consultation."))
        layout = layouts.of_open(consultation_id)
        after = _changed(before, slot, open_to_votes, value, request_digest(request_id), layout)
        if after is None:
            return Cast(NAMES[before.vote(slot)], again=True)
        after = after.with_importance(slot, important and layout is None)
        moves = [(slot, before.vote(slot), value)] if layout is None else layout.moves(before, after)
        _store(cursor, seals, consultation_id, address, before, after, moves, layout)
    return Cast(choice, again=False)


def cast_whole(
    consultation_id: uuid.UUID, voter_id: uuid.UUID, marks: Mapping[uuid.UUID, str], request_id: str,
    *, take_back: bool = False,
) -> bool:  # fmt: skip
    """Fill in a plain ballot as a whole, once per request id: exactly these marks, nothing else.

    `marks` maps versions (a question's, for yes, no or blank; an option's) to choices; an earlier ballot of
    the same voter is replaced. With `take_back` and no marks, what was voted is taken back. Returns whether
    it was a retry. Raises Problem where the consultation is not an open ballot, the voter is not on its
    roll, nothing is marked, or two marks exclude each other; then nothing changes.
    """
    _check_request(request_id)
    if bool(marks) is take_back:
        raise Problem(_("Nothing is marked on this ballot. Choose an answer, or a blank vote."))
    seals = keys.load(consultation_id)
    address = seals.address(voter_id)
    with transaction.atomic(), connection.cursor() as cursor:
        before, _slot, _open = _find(cursor, seals, consultation_id, address)
        layout = layouts.of_open(consultation_id)
        if layout is None:
            raise Problem(_("This consultation asks statements, one by one: vote on each of them."))
        request = request_digest(request_id)
        if before.knows(request):
            return True
        wanted = {_slot_of(layout, version): _value(choice) for version, choice in marks.items()}
        try:
            after = layout.fill(before, wanted).remembering(request)
        except Misplaced as error:
            raise Problem(misplaced(error)) from error
        _store(cursor, seals, consultation_id, address, before, after, layout.moves(before, after), layout)
    return False


def _value(choice: str) -> int:
    if choice not in CHOICES:
        raise Problem(_("Choose agree, disagree, pass or undo."))
    return CHOICES[choice]


def _check_request(request_id: str) -> None:
    if not request_id or len(request_id) > LONGEST_REQUEST_ID:
        raise Problem(_("The request carries no usable id. Reload the page and vote again."))


def _slot_of(layout: Layout, version: uuid.UUID) -> int:
    if version not in layout.slot_of:
        raise Problem(_("This answer does not belong to the ballot. Reload the page and vote again."))
    return layout.slot_of[version]


def misplaced(error: Misplaced) -> str:
    """Return what to do about marks that exclude each other."""
    return {
        "unknown": _("This answer does not belong to the ballot. Reload the page and vote again."),
        "options_only": _("Choose an option or a blank vote, not both."),
        "mark_only": _("An option can be chosen or left, not voted against."),
        "too_many": _("Choose at most %(most)s options.") % {"most": error.most},
    }[error.code]


def _find(
    cursor: Any, seals: Seals, consultation_id: uuid.UUID, address: bytes, version_id: uuid.UUID | None = None
) -> tuple[Ballot, int | None, bool | None]:
    """Lock and open the voter's ballot; return it with the slot of the version voted on, if it has one."""
    lock = ballot_box.lock_number(consultation_id)
    territory_id = get_scope()["territory"].pk
    cursor.execute(FIND, [lock, address, version_id, consultation_id, territory_id])
    row = cursor.fetchone()
    if row is None:
        raise Problem(_("This consultation is not open, or you are not among those who may vote in it."))
    return seals.open_ballot(row[0], address), row[1], row[2]


def _store(
    cursor: Any, seals: Seals, consultation_id: uuid.UUID, address: bytes, before: Ballot, after: Ballot,
    moves: list[tuple[int, int, int]], layout: Layout | None,
) -> None:  # fmt: skip
    """Write the ballot back and queue its changes: always one, or always as many as its layout is wide."""
    group, voters = before.group, int(after.voted) - int(before.voted)
    moves = moves or [(0, SILENCE, SILENCE)]
    changes = [Change(group, *moves[0], voters), *(Change(group, *move, 0) for move in moves[1:])]
    width = 1 if layout is None else layout.width
    changes += [Change(group, 0, SILENCE, SILENCE, 0)] * (width - len(changes))
    territory_id = get_scope()["territory"].pk
    sealed = seals.seal_ballot(after, address)
    queued = [seals.seal(b"change", change.encode()) for change in changes]
    cursor.execute(STORE, [sealed, consultation_id, address, uuid.uuid4(), territory_id, queued[0]])
    if len(queued) > 1:
        cursor.execute(
            "INSERT INTO dialogue_change (id, territory_id, consultation_id, sealed)"
            " SELECT gen_random_uuid(), %s, %s, unnest(%s::bytea[])",
            [territory_id, consultation_id, queued[1:]],
        )


def _changed(
    before: Ballot, slot: int, open_to_votes: bool | None, value: int, request: bytes, layout: Layout | None
) -> Ballot | None:
    """Return the ballot after the vote, None for a retry."""
    if before.knows(request):
        return None
    if value != SILENCE and not open_to_votes:
        raise Problem(_("The text of this statement has changed: read the new version and vote on that."))
    if layout is None:
        return before.with_vote(slot, value).remembering(request)
    try:
        return layout.place(before, slot, value).remembering(request)
    except Misplaced as error:
        raise Problem(misplaced(error)) from error


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
    reshuffle, so that the table does not show whose were touched. In a plain ballot a later mark replaces
    what it excludes; a mark the ballot does not allow raises Problem, and nothing is written.
    """
    seals = keys.load(consultation.pk)
    layout = layouts.of_open(consultation.pk) if consultation.kind == Consultation.Kind.BALLOT else None
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
                after, moved = _marked(before, slot, value, layout)
                voters = int(after.voted) - int(before.voted)
                changes += [
                    Change(before.group, *move, voters if not n else 0) for n, move in enumerate(moved)
                ]
                ballots[address] = after
        cursor.execute("DELETE FROM dialogue_ballot WHERE consultation_id = %s", [consultation.pk])
        ballot_box.write_ballots(cursor, consultation, seals, ballots.items())
    counts = ballot_box.update_sheet(consultation.pk, seals, changes)
    ballot_box.publish_participation(consultation, int(counts.voters.sum()))
    return found


def _marked(
    before: Ballot, slot: int, value: int, layout: Layout | None
) -> tuple[Ballot, list[tuple[int, int, int]]]:
    """Return the ballot after one mark, and what moved."""
    if layout is None:
        after = before.with_vote(slot, value & 3)
        after = after.with_importance(slot, True) if value & IMPORTANT else after
        return after, [(slot, before.vote(slot), value & 3)]
    try:
        after = layout.place(before, slot, value)
    except Misplaced as error:
        raise Problem(misplaced(error)) from error
    return after, layout.moves(before, after)
