"""An attacker who holds everything a coalition of all parties but one can see, and tries every lodging.

The victim's possible lodgings are all tried, one after the other, in worlds that are otherwise the same. What
the attacker sees in each is every page, the API, notices and acts of all the others (secretariat and
observers too), and of the database what does not need the key: numbers of rows, sizes, columns. Identifiers
and random bytes are replaced by the order in which they first appear. The attacker's knowledge is the set of
lodgings whose view is the same as the one seen. It must be exactly the set of lodgings whose declared output
is the same: no side channel.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tavolo.common.models import IdempotentRequest, Notice
from tavolo.dialogue.overlap import gathering
from tavolo.dialogue.overlap.models import Exercise, Outcome
from tavolo.dialogue.overlap.services import lodging, looking
from tavolo.ledger.services import acts_on
from tests.dialogue.overlap.room import Room, make_room

pytestmark = pytest.mark.django_db
VICTIM = "CISL"
IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TOKENS = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|name="idempotency_key" value="[^"]+"|nonce="[^"]+"'
)
# The times of notices: when all had lodged is told to everybody, by notice and by the page.
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+\d\d:\d\d")
ONE_ISSUE = (("Ore di formazione", ("16 ore", "24 ore", "32 ore")),)
TWO_ISSUES = (("Ore", ("16", "24")), ("Casa", ("Un giorno", "Due giorni")))


def plain(texts: Iterable[str]) -> str:
    """Return texts with random parts named by their first appearance."""
    seen: dict[str, str] = {}
    joined = TIMES.sub("then", TOKENS.sub("token", "\n".join(texts)))
    return IDS.sub(lambda match: seen.setdefault(match[0], f"id{len(seen)}"), joined)


@dataclass
class Attacker:
    """Everybody but the victim, signed in: delegates, and the joint secretariat."""

    room: Room
    clients: dict[Any, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        people = [self.room.world.delegates[name] for name in self.room.names if name != VICTIM]
        for person in [*people, self.room.world.secretary]:
            self.clients[person.pk] = Client(headers={"accept-language": "it"})
            self.clients[person.pk].force_login(person)

    def sees(self, exercise: Exercise, *, everywhere: bool = False) -> str:
        """Return all that can be laid hands on; `everywhere`: also where nothing of an exercise stands."""
        seen: list[str] = []
        pages = [
            reverse("overlap:exercise", args=[exercise.pk]),
            reverse("api-1.0.0:overlap_exercise", args=[exercise.pk]),
            reverse("api-1.0.0:overlap_lodging", args=[exercise.pk]),
        ]
        if everywhere:
            pages += [
                reverse("dialogue:table", args=[exercise.table_id]),
                reverse("overlap:exercises", args=[exercise.table_id]),
                reverse("overlap:lodge", args=[exercise.pk]),
                reverse("common:notices"),
            ]
        for account, client in self.clients.items():
            for page in pages:
                answer = client.get(page)
                seen += [str(answer.status_code), answer.content.decode()]
                seen += [f"{k}: {v}" for k, v in answer.headers.items() if k in ("Content-Length", "ETag")]
            seen += [repr(one) for one in gathering.waiting(account)]
            seen += [repr(one) for one in gathering.events(account, exercise.table)]
            notes = Notice.objects.filter(account_id=account).order_by("created_at")
            seen += [f"{note.kind} {note.context}" for note in notes]
        return plain(seen + traces(exercise))


def traces(exercise: Exercise) -> list[str]:
    """Return what the database tells without the key, times of day left out."""
    acts = [(act.act_name, act.role, sorted(act.content)) for act in acts_on("overlap.exercise", exercise.pk)]
    found = [f"acts {acts}", f"requests {IdempotentRequest.objects.count()}"]
    with connection.cursor() as cursor:
        for table in ("lodging", "agreement", "issue", "option", "participant", "outcome"):
            cursor.execute(f"SELECT count(*) FROM overlap_{table}")
            found.append(f"{table} {cursor.fetchone()}")
        cursor.execute("SELECT octet_length(sealed), pg_column_size(sealed) FROM overlap_lodging")
        found.append(f"sizes {cursor.fetchall()}")
    return [re.sub(r"datetime\.datetime\([^)]*\)", "then", line) for line in found]


def lodgings(lines: Any, points: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """Return every lodging a party can make on a list; `points` also with all these likings."""
    sizes = [len(options) for _title, options in lines]
    cells = sum(sizes)

    def rows(flat: tuple[Any, ...]) -> list[list[Any]]:
        given = iter(flat)
        return [[next(given) for _ in range(size)] for size in sizes]

    accepts = [rows(flat) for flat in itertools.product((False, True), repeat=cells)]
    if not points:
        return [{"accepts": one} for one in accepts]
    return [
        {"accepts": rows((True,) * cells), "points": rows(flat)}
        for flat in itertools.product(points, repeat=cells)
    ]


def worlds(
    room: Room, others: dict[str, Any], tried: list[dict[str, Any]], until: Callable[[Room, Exercise], None],
    **how: Any,
) -> list[tuple[str, str]]:  # fmt: skip
    """Return for each of the victim's lodgings what is seen and what was declared."""
    attacker, found = Attacker(room), []
    exercise = room.listed()
    for one in tried:
        with transaction.atomic():
            for name in room.names:
                lodging.lodge(exercise, actor_id=room.actor(name), **{**others, VICTIM: one}[name])
            until(room, exercise)
            exercise.refresh_from_db()
            outcomes = Outcome.objects.filter(exercise=exercise).order_by("stage")
            declared = plain(str(outcome.content) for outcome in outcomes)
            found.append((attacker.sees(exercise, **how), declared))
            transaction.set_rollback(True)
    return found


def look(room: Room, exercise: Exercise) -> None:
    for name in room.names:
        looking.agree_to_look(exercise, actor_id=room.actor(name))


def look_and_pack(room: Room, exercise: Exercise) -> None:
    look(room, exercise)
    exercise.refresh_from_db()
    if exercise.state == Exercise.State.LOOKED:
        for name in room.names:
            looking.agree_to_packages(exercise, actor_id=room.actor(name), paced=False)


def nothing(room: Room, exercise: Exercise) -> None:
    """Take no step: everybody has lodged, nobody has looked."""


def known(found: list[tuple[str, str]], place: int) -> tuple[set[int], set[int]]:
    """Return the lodgings an attacker cannot rule out, and those the declared output does not rule out."""
    by_view = {i for i, (view, _declared) in enumerate(found) if view == found[i][0] == found[place][0]}
    by_output = {i for i, (_view, declared) in enumerate(found) if declared == found[place][1]}
    return by_view, by_output


def assert_no_side_channel(found: list[tuple[str, str]]) -> None:
    for place in range(len(found)):
        by_view, by_output = known(found, place)
        assert by_view == by_output


@pytest.fixture
def two(territory):
    """Two parties and one issue: the smallest case, where the overlap tells most."""
    return make_room(territory, unions=(VICTIM,), lines=ONE_ISSUE)


def test_before_the_look_nothing_at_all_is_known(two):
    others = {"Associazione": {"accepts": [[True, False, True]]}}
    found = worlds(two, others, lodgings(ONE_ISSUE), nothing, everywhere=True)
    assert len({view for view, _ in found}) == 1


def test_after_the_look_the_other_party_knows_the_declared_overlap_and_no_more(two):
    others = {"Associazione": {"accepts": [[True, False, True]]}}
    found = worlds(two, others, lodgings(ONE_ISSUE), look)
    assert_no_side_channel(found)
    # Two bits: the victim's answers on the two options the other accepts; on the third, nothing.
    assert len({view for view, _ in found}) == 4
    by_view, _ = known(found, 0)
    assert len(by_view) == 2


def test_a_coalition_of_all_but_one_knows_no_more_either(territory):
    room = make_room(territory, unions=("CGIL", VICTIM), lines=TWO_ISSUES)
    others = {
        "CGIL": {"accepts": [[True, True], [False, True]]},
        "Associazione": {"accepts": [[True, False], [True, True]], "points": [[2, 0], [0, 1]]},
    }
    found = worlds(room, others, lodgings(TWO_ISSUES), look)
    assert_no_side_channel(found)
    # Both others accept one option on each issue: two bits out of four.
    assert len({view for view, _ in found}) == 4


def test_packages_tell_what_is_declared_of_them_and_no_more(two):
    others = {"Associazione": {"accepts": [[True, True, True]], "points": [[2, 1, 0]]}}
    found = worlds(two, others, lodgings(ONE_ISSUE, points=(0, 2)), look_and_pack)
    assert_no_side_channel(found)
    assert 1 < len({view for view, _ in found}) < 8, "less than the 8 likings, more than nothing"


def test_the_order_and_number_of_lodgings_leave_no_trace(two):
    exercise = two.listed()
    names = [("Associazione",), (VICTIM,)]
    attacker, seen = Attacker(two), []
    for order in (names, names[::-1], [*names, *names]):
        with transaction.atomic():
            for (name,) in order:
                lodging.lodge(exercise, accepts=[[True, True, False]], actor_id=two.actor(name))
            seen.append(attacker.sees(exercise, everywhere=True))
            transaction.set_rollback(True)
    assert len(set(seen)) == 1
