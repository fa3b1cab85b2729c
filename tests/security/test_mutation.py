"""Taking any one policy away makes a check fail, and behind the policies the rooms stay closed.

A route's predicate is asked for every role of the matrix and compared with the declared answers: what the
matrix finds by requests, at the price of a query. Where the thing the matrix points at is open to everybody
(a published communiqué, a closed consultation, a signed agreement), the same route is asked for one that is
not yet. A predicate that lets through more than the answers say, because the view asks again, is compared
by request. What the program's own policy says is asked once; a policy taken away says the same to everybody,
so that comparing costs nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse

from tavolo.common.policy import ROUTES, Route, anyone, signed_in
from tavolo.common.row_security import guarded_tables, opened
from tavolo.common.territory import in_territory
from tavolo.site.rooms import AGREEMENT, TABLE
from tests.routes import Found, walk
from tests.security.canaries import Planter
from tests.security.rounds import SITTING, planter
from tests.world import ROLES, World

# Imported here so that the routes exist when the parameters are made.
import tavolo.site.urls  # noqa: F401  isort:skip

pytestmark = pytest.mark.django_db
__all__ = ["planter"]
PARTS = ("dialogue", "following", "agreements", *TABLE, *AGREEMENT)
# Predicates that are another word for "signed in": taking them for it changes nothing.
OPEN_TO_SIGNED_IN = {
    "api-1.0.0:voices_rules": "the rules are public; the API has no anonymous readers",
    "api-1.0.0:voices_words": "fixed words of the voting page; the API has no anonymous readers",
    "api-1.0.0:archive_search": "the archive is public; the API has no anonymous readers",
    "api-1.0.0:archive_export": "the archive is public; the API has no anonymous readers",
    "api-1.0.0:archive_verify": "whoever holds a file may verify it; the API has no anonymous readers",
}
# The view itself asks for the slip entered in this browser; the policy lets everybody come to the door.
ANSWERED_INSIDE = {"polling:vote"}
# Public from the moment they are there: the only thing that is not open yet is one that does not exist.
OPEN_ONCE_THERE = ("entry_key", "joint_body_id")


def of_the_table(found: Found) -> bool:
    """Say whether a route belongs to the parts of tables and agreements, page or API."""
    space, _colon, name = found.name.partition(":")
    return space in PARTS or (space.startswith("api-") and name.startswith(tuple(f"{p}_" for p in PARTS)))


FOUND = sorted(
    {found.name: found for found in walk() if of_the_table(found)}.values(), key=lambda one: one.name
)
# Open to all by declaration: there is no policy to take away.
OPEN = {anyone: "anyone", signed_in: "signed in"}
GUARDED = [one for one in FOUND if ROUTES[one.name].who not in OPEN and one.name not in ANSWERED_INSIDE]


@dataclass
class Case:
    """A thing a route can point at, and who may come in to it (None: whoever the declared answers say)."""

    arguments: dict[str, Any]
    readers: frozenset[str] | None = None


@dataclass
class Asked:
    """What the program's policies say of every case, asked once for each route."""

    world: World
    planter: Planter
    let_in: dict[str, list[set[str]]] = field(default_factory=dict)
    cases: dict[str, list[Case]] = field(default_factory=dict)

    def of(self, found: Found) -> list[set[str]]:
        """Return for each case of a route the roles its policy lets in."""
        if found.name not in self.let_in:
            with in_territory(self.world.territory):
                self.cases[found.name] = list(cases(self.world, self.planter, found))
                who = ROUTES[found.name].who
                self.let_in[found.name] = [
                    {role for role in ROLES if who(request_of(self.world, role), case.arguments)}
                    for case in self.cases[found.name]
                ]
        return self.let_in[found.name]


@pytest.fixture(scope="module")
def asked(world: World, planter: Planter) -> Asked:
    """The answers of this module."""
    return Asked(world, planter)


def request_of(world: World, role: str) -> HttpRequest:
    """Return a request as the policies see it."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser() if role == "anonymous" else world.people[role]
    request.session = {}  # type: ignore[assignment]
    request.territory = world.territory  # type: ignore[attr-defined]
    return request


def open_to(route: Route) -> set[str]:
    """Return the roles with a declared answer, for any method."""
    named = {key.split()[-1] for key in route.answers}
    if "*" not in named:
        return named
    shut = {"anonymous"} if route.answers.get("anonymous") in (302, 401) else set()
    return set(ROLES) - shut


def cases(world: World, planter: Planter, found: Found) -> Iterator[Case]:
    """Yield what the matrix points at, then things of the same route that are not open yet."""
    yield Case({name: world.arguments[name] for name in found.arguments})
    for place, readers in hidden(world, planter, found):
        yield Case({name: {**world.arguments, **place}[name] for name in found.arguments}, readers)


def hidden(world: World, planter: Planter, found: Found) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Yield arguments of a thing of this route that is not open yet, with the roles that may see it."""
    takes = set(found.arguments)
    if ROUTES[found.name].who in OPEN or found.name in ANSWERED_INSIDE:
        return
    for place in planter.places:
        if "communique_id" in place and "communique_id" in takes:
            yield dict(place), frozenset({"union_delegate"})
        if "record_id" in place and found.name.endswith(("record_pdf", "record_docx")):
            yield dict(place), frozenset()
        if "interpretation_id" in place and "interpretation_id" in takes:
            yield dict(place), frozenset(SITTING)
        if "initialled_id" in place and takes & {"signed_id", "signed_agreement_id"}:
            under_way = place["initialled_id"]
            yield {"signed_id": under_way, "signed_agreement_id": under_way}, frozenset()
    for name in takes & set(OPEN_ONCE_THERE):
        yield {name: uuid.uuid4()}, frozenset()
    if takes & {"consultation_id", "ballot_id"}:
        from tavolo.dialogue.models import Consultation

        draft = Consultation.objects.filter(table_id=world.arguments["table_id"], state="draft").first()
        assert draft is not None
        yield {"consultation_id": draft.pk, "ballot_id": draft.pk}, frozenset(SITTING)


def differences(found: Found, cases: list[Case], let_in: list[set[str]]) -> set[str]:
    """Return where those let in to each case differ from what was declared."""
    wanted, wrong = open_to(ROUTES[found.name]), set()
    for number, (case, roles) in enumerate(zip(cases, let_in, strict=True)):
        if case.readers is None:
            wrong |= {f"{role} is not let in" for role in wanted - roles}
            wrong |= {f"{role} is let in" for role in roles - wanted}
        else:
            wrong |= {f"{role} is let in to what is not open yet ({number})" for role in roles - case.readers}
    return wrong


def _refused_inside(world: World, found: Found, given: Mapping[str, Any], role: str) -> bool:
    answer = world.client(role).get(reverse(found.name, kwargs=dict(given)))
    return answer.status_code == 404 or (role == "anonymous" and answer.status_code in (302, 401))


def mutate(monkeypatch: pytest.MonkeyPatch, name: str, who: Callable[..., bool]) -> None:
    monkeypatch.setitem(ROUTES, name, replace(ROUTES[name], who=who))


def test_every_part_has_routes_to_guard() -> None:
    for part in PARTS:
        own = [one for one in GUARDED if one.name.startswith((f"{part}:", f"api-1.0.0:{part}_"))]
        assert own, part


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.name)
def test_every_policy_says_what_was_declared(found: Found, asked: Asked) -> None:
    roles = asked.of(found)
    wrong = differences(found, asked.cases[found.name], roles)
    for role in roles[0] - open_to(ROUTES[found.name]):
        if _refused_inside(asked.world, found, asked.cases[found.name][0].arguments, role):
            wrong.discard(f"{role} is let in")
    assert sorted(wrong) == []


@pytest.mark.parametrize("found", GUARDED, ids=lambda found: found.name)
@pytest.mark.parametrize("who", [anyone, signed_in], ids=["anyone", "signed_in"])
def test_taking_a_policy_away_is_noticed(found: Found, who: Callable[..., bool], asked: Asked) -> None:
    if who is signed_in and found.name in OPEN_TO_SIGNED_IN:
        pytest.skip(OPEN_TO_SIGNED_IN[found.name])
    roles = asked.of(found)
    cases = asked.cases[found.name]
    everybody = {role for role in ROLES if who(request_of(asked.world, role), {})}
    after = differences(found, cases, [everybody] * len(cases))
    assert after - differences(found, cases, roles), f"nothing notices that {found.name} is open"


def test_an_exception_is_of_a_route_that_is_there() -> None:
    assert {*OPEN_TO_SIGNED_IN, *ANSWERED_INSIDE} <= {one.name for one in FOUND}


# Pages that show rows guarded by the database too: rooms, mandates, and a party's papers on an agreement.
GUARDED_ROWS = ("room", "mandate", "red_line", "agreements_draft", "agreements:draft", "remark")
ROOMS = [one for one in GUARDED if any(word in one.name for word in GUARDED_ROWS)]


@pytest.mark.parametrize("found", ROOMS, ids=lambda found: found.name)
def test_without_its_policy_a_room_still_shows_nothing(
    found: Found, world: World, planter: Planter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service asks again, and the database opens no room: the second wall stands by itself."""
    mutate(monkeypatch, found.name, anyone)
    guarded = [one for one in planter.planted if one.guarded and "employer_delegate" not in one.readers]
    client = world.client("employer_delegate")
    client.raise_request_exception = False
    answer = client.get(reverse(found.name, kwargs={name: world.arguments[name] for name in found.arguments}))
    body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(
        errors="replace"
    )
    assert [one.field for one in guarded if one.word in body.lower()] == []


def test_without_an_open_room_no_guarded_table_has_a_row_of_a_room(world: World, planter: Planter) -> None:
    """Asked of the database itself, past every manager and policy."""
    found = guarded_tables()
    assert len(found) > 10
    assert all(found.values()), "a table's wall is not the one all are built with"
    assert _rows(found) == {"party_room_point": 0}


def test_with_one_room_open_only_its_own_rows_are_there(world: World, planter: Planter) -> None:
    from tavolo.dialogue.party_room.models import Room

    with in_territory(world.territory):
        other = Room.objects.get(
            party__organisation__name__startswith="CISL", table_id=world.arguments["table_id"]
        )
    with opened([other.pk]), connection.cursor() as cursor:
        for table in guarded_tables():
            column = "room_id" if table.startswith("party_room_") else "party_id"
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {column} <> %s', [other.pk])
            assert cursor.fetchone()[0] == 0, table


def _rows(tables: Mapping[str, bool]) -> dict[str, int]:
    """Return how many rows of rooms each table shows; points of the whole table lie outside every room."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            outside = " WHERE room_id IS NOT NULL" if table == "party_room_point" else ""
            cursor.execute(f'SELECT count(*) FROM "{table}"{outside}')
            count = cursor.fetchone()[0]
            if count or outside:
                found[table] = count
    return found
