"""The pages and the API, as each person of the demonstration sees them, and a whole exercise through each."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from tavolo.common.territory import in_territory
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.course.models import Phase
from tavolo.dialogue.course.services import phases
from tavolo.dialogue.overlap.models import Exercise, Outcome
from tavolo.dialogue.overlap.services import ending
from tests.world import World

pytestmark = pytest.mark.django_db
DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")
CANARY = "Canarino d'argento 4471"


def page(world: World, role: str, name: str, *args: object) -> str:
    answer = world.client(role).get(reverse(name, args=args))
    assert answer.status_code == 200, (role, name)
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _at_home(world: World) -> Iterator[None]:
    with in_territory(world.territory):
        yield


@pytest.fixture
def ready(world: World) -> Exercise:
    return Exercise.objects.get(state=Exercise.State.READY)


@pytest.fixture
def shown(world: World) -> Exercise:
    return Exercise.objects.get(state=Exercise.State.FINISHED)


def test_delegates_and_secretariat_find_the_door_and_others_do_not(world, ready):
    link = reverse("overlap:exercises", args=[ready.table_id])
    for role in (*DELEGATES, "secretary"):
        assert link in page(world, role, "dialogue:table", ready.table_id)
        assert ready.title in page(world, role, "overlap:exercises", ready.table_id)
    assert link not in page(world, "worker", "dialogue:table", ready.table_id)


def test_the_demonstration_waits_for_the_parties_yes(world, ready):
    for role in DELEGATES:
        text = page(world, role, "overlap:exercise", ready.pk)
        assert reverse("overlap:look", args=[ready.pk]) in text
        assert any(item.kind == "overlap" for item in hooks.awaiting(world.people[role].pk))
    text = page(world, "secretary", "overlap:exercise", ready.pk)
    assert reverse("overlap:look", args=[ready.pk]) not in text
    assert reverse("overlap:lodge", args=[ready.pk]) not in text
    assert "Tutte le parti hanno depositato" in text


def test_what_was_shown_is_read_by_all_with_a_table_a_picture_and_words(world, shown):
    texts = {role: page(world, role, "overlap:exercise", shown.pk) for role in (*DELEGATES, "secretary")}
    for text in texts.values():
        assert "Che cosa accettano tutte" in text
        assert "Pacchetti efficienti" in text
        assert "ottiene il suo meglio su" in text
        assert "<svg" in text
        assert "style=" not in text.partition("<main")[2].partition("</main")[0]
    english = world.client("secretary").get(
        reverse("overlap:exercise", args=[shown.pk]), headers={"accept-language": "en"}
    )
    assert "gets its best on" in english.content.decode()


def test_the_lodging_page_shows_a_party_its_own_answers_only(world, ready):
    mine = page(world, "union_delegate", "overlap:lodge", ready.pk)
    other = page(world, "employer_delegate", "overlap:lodge", ready.pk)
    assert mine.count("checked") == other.count("checked") > 0
    assert mine != other
    assert world.client("secretary").get(reverse("overlap:lodge", args=[ready.pk])).status_code == 404


def test_events_and_search_are_for_those_who_see_it(world, ready):
    title = ready.title.split()[0]
    for role in ("union_delegate", "secretary"):
        person = world.people[role].pk
        assert any(event.kind == "overlap" for event in hooks.events_of(person, ready.table))
        assert any(ready.title == match.title for match in hooks.found(person, title))
    for role in ("worker", "city_officer", "operator"):
        person = world.people[role].pk
        assert not any(event.kind == "overlap" for event in hooks.events_of(person, ready.table))
        assert not any(ready.title == match.title for match in hooks.found(person, title))


def send(world: World, role: str, name: str, *args: object, **data: object) -> str:
    answer = world.client(role).post(
        reverse(name, args=args), {"idempotency_key": str(uuid.uuid4()), **data}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture(autouse=True)
def phase_that_opens_it(world: World) -> None:
    """Put the demonstration's table, which has moved on, where the overlap is open."""
    found = Phase.objects.get(course__table_id=world.arguments["table_id"], kind="convergence", dropped=False)
    phases.enter(found.course, found)


def everybody(world: World, exercise: Exercise) -> None:
    """Take the steps of the fourth delegation, which the roles of the matrix do not include."""
    from tavolo.dialogue.models import Delegate, Party

    party = Party.objects.get(table=exercise.table, organisation__short_name="UIL")
    world.people["fourth"] = Delegate.objects.get(party=party, role="head").account
    world.sessions.pop("fourth", None)
    world.sign_in_all()


def test_a_whole_exercise_through_the_pages(world, ready):
    everybody(world, ready)
    roles = (*DELEGATES, "fourth")
    table = ready.table_id
    assert "ferma" in page(world, "union_delegate", "overlap:stop", ready.pk)
    text = send(world, "union_delegate", "overlap:stop", ready.pk)
    assert "non si dice quale parte sia stata" in text
    send(world, "union_delegate", "overlap:ask", table, title="Nuova verifica")
    made = Exercise.objects.get(state=Exercise.State.ASKED)
    for role in roles[1:]:
        send(world, role, "overlap:join", made.pk)
    form = {
        "closes_on": (standing.today() + timedelta(days=9)).isoformat(),
        "title_0": "Buoni pasto", "options_0": f"7 euro\n8 euro\n{CANARY}",
        "title_2": "Mensa", "options_2": "sì\nno",
    }  # fmt: skip
    assert "Ogni parte deve accettare questa versione" in send(
        world, "secretary", "overlap:list", made.pk, **form
    )
    for role in roles:
        send(world, role, "overlap:consent", made.pk, version="1")
    text = send(world, roles[0], "overlap:lodge", made.pk, option_0_0="1")
    assert "Manca una risposta" in text
    answers = {"weight_0": "2", "weight_1": "1", "option_1_0": "1", "option_1_1": "0"}
    for place, role in enumerate(roles):
        likes = {"option_0_0": str(place % 3), "option_0_1": str(2 - place % 3), "option_0_2": "no"}
        text = send(world, role, "overlap:lodge", made.pk, **likes, **answers)
    assert "Tutte le parti hanno depositato" in text
    for role in roles:
        text = send(world, role, "overlap:look", made.pk)
    assert "almeno un'opzione che tutte le parti accettano" in text.replace("&#x27;", "'")
    for role in roles:
        text = send(world, role, "overlap:packages", made.pk)
    assert "Pacchetti efficienti" in text
    made.refresh_from_db()
    assert made.state == Exercise.State.FINISHED
    for role in ("worker", "plain_worker", "firm_owner", "city_officer", "operator", "stranger"):
        client = world.client(role)
        for name in ("overlap:exercise", "api-1.0.0:overlap_exercise"):
            assert client.get(reverse(name, args=[made.pk])).status_code == 404
        assert CANARY not in client.get(reverse("common:notices")).content.decode()


def call(world: World, role: str, path: str, body: object = None, **headers: str) -> tuple[int, dict]:
    client = world.client(role)
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer = client.post(path, headers=headers, **sent)
    return answer.status_code, answer.json()


def test_a_whole_exercise_through_the_api(world, ready):
    everybody(world, ready)
    roles = (*DELEGATES, "fourth")
    if not Exercise.objects.get(pk=ready.pk).ended:
        ending.stop(ready, actor_id=world.people["union_delegate"].pk)
    base = f"/api/v1/overlap/tables/{ready.table_id}/exercises"
    key = {"Idempotency-Key": "una-volta"}
    status, made = call(world, "union_delegate", base, {"title": "Da programma"}, **key)
    again = call(world, "union_delegate", base, {"title": "Da programma"}, **key)
    assert (status, again[1]["id"]) == (200, made["id"])
    one = f"/api/v1/overlap/exercises/{made['id']}"
    for role in roles[1:]:
        status, _body = call(world, role, f"{one}/requests")
        assert status == 200
    given = {
        "issues": [{"title": "Pausa", "options": ["15 minuti", "20 minuti", "30 minuti"]}],
        "closes_on": (standing.today() + timedelta(days=9)).isoformat(),
    }
    assert call(world, "union_delegate", f"{one}/list", given)[0] == 404
    assert call(world, "secretary", f"{one}/list", given)[0] == 200
    assert call(world, "union_delegate", f"{one}/list-consents", {"version": 9})[0] == 422
    for role in roles:
        assert call(world, role, f"{one}/list-consents", {"version": 1})[0] == 200
    assert call(world, roles[0], f"{one}/lodging", {"accepts": [[True]]})[0] == 422
    for role in roles:
        body = {"accepts": [[True, True, role == roles[0]]], "points": [[1, 3, 0]]}
        status, own = call(world, role, f"{one}/lodging", body)
        assert (status, own["accepts"]) == (200, body["accepts"])
    assert world.client("secretary").get(f"{one}/lodging").status_code == 404
    seen = world.client("secretary").get(one).json()
    assert seen["state"] == "ready"
    assert {option["all_accept"] for option in seen["issues"][0]["options"]} == {None}
    for role in roles:
        status, seen = call(world, role, f"{one}/look")
    assert [option["all_accept"] for option in seen["issues"][0]["options"]] == [True, True, False]
    for role in roles:
        status, seen = call(world, role, f"{one}/packages")
    assert seen["state"] == "finished"
    assert seen["packages"]["items"][0]["choice"][0]["option"] == "20 minuti"
    assert world.client(roles[0]).get(f"{one}/lodging").json()["lodged"] is False
    assert Outcome.objects.filter(exercise_id=made["id"]).count() == 2
    assert len(world.client(roles[0]).get(base).json()["items"]) == Exercise.objects.count()
