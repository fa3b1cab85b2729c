"""Taking any one policy away makes a check fail, and behind the policies the rooms stay closed.

`check` asks a route's predicate for every role of the matrix and compares with the declared answers: what
the matrix would find by requests, at the price of a query. Where the thing the matrix points at is open to
everybody (a published communiqué, a closed consultation), the same route is asked for one that is not yet.
A predicate that lets through more than the answers say, because the view asks again, is compared by request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
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
from tests.routes import Found, walk
from tests.security.canaries import Planter, plant_everywhere
from tests.world import ROLES, World

# Imported here so that the routes exist when the parameters are made.
import tavolo.site.urls  # noqa: F401  isort:skip

pytestmark = pytest.mark.django_db
PARTS = (
    "dialogue", "delegations", "course", "meetings", "party_room", "overlap", "polling", "voices",
    "plain_ballots", "following",
)  # fmt: skip
# Predicates that are another word for "signed in": taking them for it changes nothing.
OPEN_TO_SIGNED_IN = {
    "api-1.0.0:voices_rules": "the rules are public; the API has no anonymous readers",
    "api-1.0.0:voices_words": "fixed words of the voting page; the API has no anonymous readers",
}
# The view itself asks for the slip entered in this browser; the policy lets everybody come to the door.
ANSWERED_INSIDE = {"polling:vote"}
SITTING = frozenset({"secretary", "union_delegate", "other_union_delegate", "employer_delegate"})


def of_the_table(found: Found) -> bool:
    """Say whether a route belongs to the table's parts, page or API."""
    space, _colon, name = found.name.partition(":")
    return space in PARTS or (space.startswith("api-") and name.startswith(tuple(f"{p}_" for p in PARTS)))


FOUND = sorted(
    {found.name: found for found in walk() if of_the_table(found)}.values(), key=lambda one: one.name
)
# Open to all by declaration: there is no policy to take away.
OPEN = {anyone: "anyone", signed_in: "signed in"}
GUARDED = [one for one in FOUND if ROUTES[one.name].who not in OPEN and one.name not in ANSWERED_INSIDE]


@pytest.fixture(scope="module")
def planter(world: World, django_db_blocker: pytest.FixtureRequest) -> Planter:
    """The small world with things that are not open to everybody."""
    plant = Planter()
    with django_db_blocker.unblock(), in_territory(world.territory):  # type: ignore[attr-defined]
        plant_everywhere(world, plant)
    return plant


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


def hidden(world: World, planter: Planter, found: Found) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Yield arguments of a thing of this route that is not open yet, with the roles that may see it."""
    for place in planter.places:
        if "communique_id" in place and "communique_id" in found.arguments:
            yield dict(place), frozenset({"union_delegate"})
        if "record_id" in place and found.name in ("polling:record_pdf", "polling:record_docx"):
            yield dict(place), frozenset()
    if found.name in ANSWERED_INSIDE:
        return
    if "consultation_id" in found.arguments or "ballot_id" in found.arguments:
        from tavolo.dialogue.models import Consultation

        draft = Consultation.objects.filter(table_id=world.arguments["table_id"], state="draft").first()
        assert draft is not None
        yield {"consultation_id": draft.pk, "ballot_id": draft.pk}, SITTING


def check(world: World, planter: Planter, found: Found, *, by_request: bool = True) -> list[str]:
    """Return where a route's policy, as it stands in ROUTES now, differs from what was declared."""
    route = ROUTES[found.name]
    wanted = open_to(route)
    with in_territory(world.territory):
        given = {name: world.arguments[name] for name in found.arguments}
        let_in = {role for role in ROLES if route.who(request_of(world, role), given)}
        wrong = [f"{role} is not let in" for role in wanted - let_in]
        wrong += [
            f"{role} is let in"
            for role in let_in - wanted
            if not by_request or not _refused_inside(world, found, given, role)
        ]
        for place, readers in hidden(world, planter, found):
            given = {name: {**world.arguments, **place}[name] for name in found.arguments}
            outside = [role for role in ROLES if role not in readers]
            asked = (role for role in outside if route.who(request_of(world, role), given))
            wrong += [f"{role} is let in to what is not open yet" for role in asked]
    return wrong


def _refused_inside(world: World, found: Found, given: Mapping[str, Any], role: str) -> bool:
    answer = world.client(role).get(reverse(found.name, kwargs=dict(given)))
    return answer.status_code == 404 or (role == "anonymous" and answer.status_code in (302, 401))


def mutate(monkeypatch: pytest.MonkeyPatch, name: str, who: Callable[..., bool]) -> None:
    monkeypatch.setitem(ROUTES, name, replace(ROUTES[name], who=who))


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.name)
def test_every_policy_says_what_was_declared(found: Found, world: World, planter: Planter) -> None:
    assert check(world, planter, found) == []


@pytest.mark.parametrize("found", GUARDED, ids=lambda found: found.name)
@pytest.mark.parametrize("who", [anyone, signed_in], ids=["anyone", "signed_in"])
def test_taking_a_policy_away_is_noticed(
    found: Found, who: Callable[..., bool], world: World, planter: Planter, monkeypatch: pytest.MonkeyPatch
) -> None:
    if who is signed_in and found.name in OPEN_TO_SIGNED_IN:
        pytest.skip(OPEN_TO_SIGNED_IN[found.name])
    before = check(world, planter, found, by_request=False)
    mutate(monkeypatch, found.name, who)
    after = check(world, planter, found, by_request=False)
    assert set(after) - set(before), f"nothing notices that {found.name} is open"


ROOMS = [one for one in GUARDED if "room" in one.name or "mandate" in one.name or "red_line" in one.name]


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
