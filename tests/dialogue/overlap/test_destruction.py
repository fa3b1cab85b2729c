"""What was lodged is gone at the end: rows, key, and every copy of the rows a backup may hold."""

from __future__ import annotations

import pytest
from django.db import connection

from tavolo.common.errors import Problem
from tavolo.common.keys.store import KeyStore, UnknownKey
from tavolo.common.models import IdempotentRequest
from tavolo.common.paths import keys as keys_folder
from tavolo.dialogue.overlap import keys
from tavolo.dialogue.overlap.models import Lodging
from tavolo.dialogue.overlap.payload import LENGTH, Payload
from tavolo.dialogue.overlap.services import ending, lodging
from tests.dialogue.overlap.room import EVERYTHING

pytestmark = pytest.mark.django_db
NAME = "overlap-{}"
CANARY = (9, 7, 8)


def copies(exercise):
    """Return the rows as a backup would hold them."""
    return [(row.party_id, bytes(row.sealed)) for row in Lodging.objects.filter(exercise=exercise)]


ENDS = {
    "packages": lambda room: room.packed(),
    "declined": lambda room: _ended(room.looked(), ending.decline_packages, room),
    "stopped": lambda room: _ended(room.lodged(), ending.stop, room),
}


def _ended(exercise, step, room):
    step(exercise, actor_id=room.actor("CGIL"))
    return exercise


@pytest.mark.parametrize("how", ENDS)
def test_key_and_rows_are_gone_whichever_way_it_ends(room, how, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        exercise = ENDS[how](room)
    assert not Lodging.objects.filter(exercise=exercise).exists()
    store = KeyStore(keys_folder())
    with pytest.raises(UnknownKey):
        store.get(NAME.format(exercise.pk))
    stones = [stone for stone in store.destroyed() if stone.name == NAME.format(exercise.pk)]
    assert [stone.kind for stone in stones] == ["ephemeral"], "an ephemeral key is in no key backup"


def test_a_copy_of_the_rows_cannot_be_opened_any_more(room, django_capture_on_commit_callbacks):
    exercise = room.lodged({"CGIL": {"accepts": EVERYTHING, "points": (CANARY, (9, 9)), "weights": (9, 9)}})
    before = copies(exercise)
    party, sealed = before[0]
    assert Payload.decode(keys.open_for(exercise.pk, party, sealed), [3, 2]).lodged
    with django_capture_on_commit_callbacks(execute=True):
        ending.stop(exercise, actor_id=room.actor("CGIL"))
    for party, sealed in before:
        with pytest.raises(UnknownKey):
            keys.open_for(exercise.pk, party, sealed)
    keys.create(exercise.pk)  # not even under a new key of the same name
    with pytest.raises(Problem):
        keys.open_for(exercise.pk, *before[0])
    keys.destroy(exercise.pk)


def test_a_crash_between_commit_and_destruction_is_repaired(room):
    exercise = room.lodged()
    ending.stop(exercise, actor_id=room.actor("CGIL"))  # its callback does not run: the test rolls back
    assert keys.exists(exercise.pk)
    assert ending.sweep() == 1
    assert not keys.exists(exercise.pk)
    assert ending.sweep() == 0


def test_rows_look_alike_before_and_after_lodging(room):
    exercise = room.listed()
    empty = copies(exercise)
    assert len(empty) == len(room.names), "every party has its row from the first moment"
    assert {len(sealed) for _, sealed in empty} == {LENGTH + 28}
    lodging.lodge(
        exercise, accepts=EVERYTHING, points=(CANARY, (1, 2)), weights=(3, 4), actor_id=room.actor("CGIL")
    )
    after = dict(copies(exercise))
    assert {len(sealed) for sealed in after.values()} == {LENGTH + 28}
    assert all(after[party] != sealed for party, sealed in empty), "all rows are sealed anew together"


def test_a_payload_moved_to_another_partys_row_does_not_open(room):
    exercise = room.lodged()
    (one, sealed), (two, _other), *_rest = copies(exercise)
    assert keys.open_for(exercise.pk, one, sealed)
    with pytest.raises(Problem):
        keys.open_for(exercise.pk, two, sealed)


def test_lodging_leaves_no_note_of_time(room):
    exercise = room.listed()
    before = IdempotentRequest.objects.count()
    lodging.lodge(exercise, accepts=EVERYTHING, actor_id=room.actor("CGIL"))
    assert IdempotentRequest.objects.count() == before
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_name LIKE 'overlap\\_%' AND data_type LIKE 'timestamp%'"
        )
        assert cursor.fetchall() == []


def test_a_payload_has_one_length_and_comes_back_as_it_was():
    full = Payload(True, ((True,) * 6,) * 12, ((10,) * 6,) * 12, (10,) * 12)
    small = Payload(True, ((True, False), (False, True)))
    for payload, sizes in ((full, [6] * 12), (small, [2, 2])):
        assert len(payload.encode()) == LENGTH
        assert Payload.decode(payload.encode(), sizes) == payload
    assert not Payload.decode(Payload.empty().encode(), [2, 2]).lodged
    with pytest.raises(ValueError, match="room"):
        Payload(True, ((True,) * 7,)).encode()
    with pytest.raises(ValueError, match="layout"):
        Payload.decode(b"x", [2])
