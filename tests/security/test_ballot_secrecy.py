"""The attacker of the secret ballot: the whole database, with `ctid` and `xmin`, and no key.

He knows everything in every table, the physical order of rows and the transaction that wrote each, and
even the order in which people signed in. He wants to know how a person voted. The published totals of the
person's group already let him guess; the tests ask whether the dump lets him guess better.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from tavolo.common.models import Territory
from tavolo.common.territory import in_territory
from tavolo.dialogue import keys
from tavolo.dialogue.models import Ballot, Change, ClosedBallot, Consultation, Roll, Sheet
from tavolo.dialogue.services import ballot_box
from tests.dialogue.world import World, build_world, close_one, open_one, vote

pytestmark = pytest.mark.django_db
Row = dict[str, Any]
CHOICES = ("agree", "disagree", "pass")


@pytest.fixture
def territory(db: None):
    place = Territory.objects.create(slug="milano", name="Milano")
    with in_territory(place):
        yield place


def dump() -> dict[str, list[Row]]:
    """Return every row of every table with its physical place and writing transaction."""
    out: dict[str, list[Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                "SELECT (ctid::text::point)[0]::bigint * 10000 + (ctid::text::point)[1]::bigint AS ctid,"
                f' xmin::text::bigint AS xmin, t.* FROM "{table}" t'
            )
            names = [column.name for column in cursor.description]
            out[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return out


def cast_in_order(world: World, consultation: Consultation, seed: int = 3) -> dict[uuid.UUID, str]:
    """Let people sign in and vote one after the other, each in a transaction of their own."""
    draw = random.Random(seed)
    people = [person for name in world.people for person in world.people[name]]
    draw.shuffle(people)
    truth = {}
    for person in people[: len(people) * 3 // 4]:
        session = SessionStore()
        session["_auth_user_id"] = str(person.pk)
        session.create()
        truth[person.pk] = draw.choice(CHOICES)
        for slot in range(3):
            vote(consultation, person, slot, truth[person.pk])
    return truth


def orders_of_people(found: dict[str, list[Row]], group_of: dict[uuid.UUID, uuid.UUID]) -> dict[str, list]:
    """Return every order of people that any table of the dump suggests."""
    orders: dict[str, list[uuid.UUID]] = {}
    for table, rows in found.items():
        for column in {key for row in rows[:1] for key in row}:
            named = [row for row in rows if _person(row.get(column)) in group_of]
            for key in ("ctid", "xmin", "id"):
                if len(named) > 10 and key in named[0]:
                    ranked = sorted(named, key=lambda row, key=key: str(row[key]).zfill(30))
                    orders[f"{table}.{column} by {key}"] = [_person(row[column]) for row in ranked]
    people = {}
    for row in found["django_session"]:
        person = _person(SessionStore().decode(row["session_data"]).get("_auth_user_id"))
        people[person] = row["xmin"]
    orders["sign-in by xmin"] = sorted(people, key=lambda person: people[person])
    return orders


def _person(value: Any) -> uuid.UUID | None:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        return None


Link = Callable[[uuid.UUID, int, int], Row | None]


def score(
    orders: dict[str, list], ballots: list[Row], truth: dict, group_of: dict, voted: Callable[[Row], str]
) -> float:
    """Return the best share of right guesses over all pairs of an order of people and one of ballots.

    Within each group the n-th person of an order is given the n-th ballot, stretched to equal length.
    """
    best = 0.0
    by_group: dict[Any, list[Row]] = {}
    for ballot in ballots:
        by_group.setdefault(ballot["group_id"], []).append(ballot)
    for people in orders.values():
        for key in ("ctid", "xmin", "id"):
            right = total = 0
            for group, rows in by_group.items():
                ranked = sorted(rows, key=lambda row, key=key: str(row[key]).zfill(30))
                mine = [person for person in people if group_of[person] == group]
                for place, person in enumerate(mine):
                    if person in truth:
                        total += 1
                        right += voted(ranked[place * len(ranked) // len(mine)]) == truth[person]
            best = max(best, right / total if total else 0.0)
    return best


def chance(
    orders: dict[str, list], ballots: list[Row], truth: dict, group_of: dict, voted: Callable[[Row], str]
) -> float:
    """Return the share of permuted truths (within groups, totals kept) on which the attack does as well."""
    real = score(orders, ballots, truth, group_of, voted)
    draw = random.Random(11)
    as_good = 0
    rounds = 400
    for _ in range(rounds):
        shuffled: dict[uuid.UUID, str] = {}
        for group in set(group_of.values()):
            members = [person for person in truth if group_of[person] == group]
            votes = [truth[person] for person in members]
            draw.shuffle(votes)
            shuffled.update(zip(members, votes, strict=True))
        as_good += score(orders, ballots, shuffled, group_of, voted) >= real
    return (as_good + 1) / (rounds + 1)


def groups_of_people(found: dict[str, list[Row]]) -> dict[uuid.UUID, uuid.UUID]:
    return {row["account_id"]: row["group_id"] for row in found["dialogue_roll"]}


def first_vote(row: Row) -> str:
    return ("silence", *CHOICES)[bytes(row["votes"])[0]]


def test_after_close_the_dump_tells_no_more_than_the_totals(territory):
    world = build_world(territory, members=24, firms=24)
    consultation = open_one(world)
    truth = cast_in_order(world, consultation)
    close_one(world, consultation)
    found = dump()
    group_of = groups_of_people(found)
    ballots = found["dialogue_closedballot"]
    assert len(ballots) == len(truth)
    orders = orders_of_people(found, group_of)
    assert any("roll" in name for name in orders)
    assert chance(orders, ballots, truth, group_of, first_vote) > 0.005


def test_the_same_attacker_links_everybody_when_rows_are_written_as_people_vote(territory):
    """The attack has teeth: against two tables without key and shuffle it finds most votes."""
    world = build_world(territory, members=24, firms=24)
    consultation = open_one(world)
    truth = cast_in_order(world, consultation)
    found = dump()
    group_of = groups_of_people(found)
    naive = [
        {
            "id": uuid.uuid4(),
            "ctid": place,
            "xmin": 1000 + place,
            "group_id": group_of[person],
            "vote": choice,
        }
        for place, (person, choice) in enumerate(truth.items())
    ]
    orders = orders_of_people(found, group_of)
    assert score(orders, naive, truth, group_of, lambda row: row["vote"]) > 0.95
    assert chance(orders, naive, truth, group_of, lambda row: row["vote"]) < 0.005


def test_while_voting_every_ballot_looks_alike(territory):
    world = build_world(territory)
    consultation = open_one(world)
    cast_in_order(world, consultation)
    found = dump()
    ballots = found["dialogue_ballot"]
    assert len(ballots) == len(found["dialogue_roll"])
    assert len({len(bytes(row["sealed"])) for row in ballots}) == 1
    assert len({len(bytes(row["sealed"])) for row in found["dialogue_change"]}) == 1
    assert len({bytes(row["sealed"]) for row in ballots}) == len(ballots)
    # Each sealed byte is as good as random: no position tells a voter from somebody who has not voted.
    data = np.array([list(bytes(row["sealed"])) for row in ballots])
    assert data.std(axis=0).min() > 30


def test_while_voting_no_address_can_be_computed_from_the_dump(territory):
    world = build_world(territory)
    consultation = open_one(world)
    cast_in_order(world, consultation)
    found = dump()
    addresses = {bytes(row["address"]) for row in found["dialogue_ballot"]}
    known = [consultation.pk.bytes, str(consultation.pk).encode(), territory.pk.bytes, b""]
    for row in found["dialogue_roll"]:
        person = row["account_id"]
        for secret in [*known, row["id"].bytes, row["group_id"].bytes]:
            for text in (person.bytes, consultation.pk.bytes + person.bytes, str(person).encode()):
                assert hashlib.sha256(secret + text).digest() not in addresses
                assert hmac.digest(secret or b"\0", text, "sha256") not in addresses


def test_while_voting_the_order_of_ballots_links_nobody(territory):
    """Before and after a reshuffle: the place of a ballot in the table tells nothing about whose it is."""
    world = build_world(territory)
    consultation = open_one(world)
    cast_in_order(world, consultation)
    ballot_box.reshuffle(consultation)
    found = dump()
    group_of = groups_of_people(found)
    assert len({row["xmin"] for row in found["dialogue_ballot"]}) == 1
    seals = keys.load(consultation.pk)
    owner = {seals.address(person): person for person in group_of}
    ranked = [
        owner[bytes(row["address"])] for row in sorted(found["dialogue_ballot"], key=lambda r: r["ctid"])
    ]
    place = {person: index for index, person in enumerate(ranked)}
    rng = np.random.default_rng(2)
    smallest = 1.0
    orders = orders_of_people(found, group_of)
    for people in orders.values():
        a = np.array([place[person] for person in people], dtype=float)
        real = abs(np.corrcoef(np.arange(len(a)), a)[0, 1])
        null = [abs(np.corrcoef(np.arange(len(a)), rng.permutation(a))[0, 1]) for _ in range(500)]
        smallest = min(smallest, (sum(value >= real for value in null) + 1) / 501)
    assert smallest * len(orders) > 0.005


def test_after_close_nothing_sealed_is_left_and_the_key_is_gone(
    territory, django_capture_on_commit_callbacks
):
    world = build_world(territory)
    consultation = open_one(world)
    cast_in_order(world, consultation)
    assert keys.exists(consultation.pk)
    with django_capture_on_commit_callbacks(execute=True):
        close_one(world, consultation)
    assert not keys.exists(consultation.pk)
    for model in (Ballot, Change, Sheet):
        assert not model.objects.filter(consultation=consultation).exists()


def test_the_closed_ballots_are_written_by_one_transaction_under_fresh_ids(territory):
    world = build_world(territory)
    consultation = open_one(world)
    sealed_ids = set(Ballot.objects.values_list("pk", flat=True))
    cast_in_order(world, consultation)
    close_one(world, consultation)
    rows = dump()["dialogue_closedballot"]
    assert len({row["xmin"] for row in rows}) == 1
    assert not sealed_ids & {row["id"] for row in rows}


def test_the_roll_carries_no_mark_of_having_voted(territory):
    world = build_world(territory)
    consultation = open_one(world)
    before = dump()["dialogue_roll"]
    cast_in_order(world, consultation)
    assert dump()["dialogue_roll"] == before
    close_one(world, consultation)
    assert dump()["dialogue_roll"] == before


def test_voting_writes_to_no_other_table(territory):
    world = build_world(territory)
    consultation = open_one(world)
    before = dump()
    vote(consultation, world.people["CGIL"][0], 0, "agree")
    after = dump()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"dialogue_ballot", "dialogue_change"}


def columns_of(*tables: str) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = ANY(%s)",
            [list(tables)],
        )
        return cursor.fetchall()


def test_ballot_tables_hold_no_times_no_sequences_and_no_reference_to_people(territory):
    tables = (
        "dialogue_ballot",
        "dialogue_change",
        "dialogue_sheet",
        "dialogue_closedballot",
        "dialogue_roll",
    )
    for table, column, kind in columns_of(*tables):
        assert kind in ("uuid", "bytea", "character varying"), f"{table}.{column} is a {kind}"
        if table != "dialogue_roll":
            assert "account" not in column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [list(tables[:4])],
        )
        targets = cursor.fetchall()
    assert not [pair for pair in targets if pair[0] in ("dialogue_ballot", "dialogue_change")]
    assert not [pair for pair in targets if pair[1] in ("people_account", "dialogue_roll")]


def test_small_groups_lose_their_name_and_tiny_ones_are_not_counted(territory):
    world = build_world(territory, members=[24, 6, 6], firms=4)
    consultation = open_one(world)
    for name in world.people:
        for person in world.people[name]:
            vote(consultation, person, 0, "agree")
    close_one(world, consultation)
    names = dict(consultation.groups.values_list("pk", "name"))
    found: Sequence[tuple[str, str | None]] = [
        (ballot.side, names.get(ballot.group_id)) for ballot in ClosedBallot.objects.all()
    ]
    assert sorted(set(found), key=str) == [("workers", "CGIL"), ("workers", None)]
    assert len(found) == 24 + 12
    assert Roll.objects.count() == 40
