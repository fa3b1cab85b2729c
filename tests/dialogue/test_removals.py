# mypy: disable-error-code="union-attr, arg-type, attr-defined"
"""A removal sent twice: with the same key the first answer comes again, with another key there is nothing.

Each case makes a row, and says who takes it away at which address of the API and of the pages. The row is
gone after the first request, so neither its policy nor its view could find it for the second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tavolo.common import paths
from tavolo.common.models import IdempotentRequest
from tavolo.common.removals import ACTION
from tavolo.common.territory import in_territory
from tavolo.dialogue import standing
from tavolo.dialogue.delegations import mandates
from tavolo.dialogue.meetings.models import Meeting
from tavolo.dialogue.meetings.services import convening, running
from tavolo.dialogue.models import Consultation
from tavolo.dialogue.party_room.models import Room
from tavolo.dialogue.party_room.services import texts
from tavolo.dialogue.voices import outcomes, translating
from tests.dialogue import world as tables_of_tests
from tests.dialogue.plain_ballots.world import draft as ballot_draft
from tests.dialogue.polling.poll import build_poll
from tests.dialogue.world import World, build_world, for_a_module

SOUND = b"ID3" + b"\x00" * 64


@dataclass
class Case:
    """Who takes a row away, and where: (method, path) of the API, and the page's path."""

    account: Any
    api: tuple[str, str]
    page: str


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A table, in a transaction that is rolled back at the end."""
    with for_a_module(django_db_blocker, lambda place: build_world(place, members=2, firms=2)) as made:
        yield made


@pytest.fixture
def place(built: World, django_db_blocker: Any, tmp_path: Any, monkeypatch: Any) -> Iterator[World]:
    """The table as it was built; each test works in a savepoint of its own."""
    monkeypatch.setattr(paths, "files", lambda: tmp_path / "files")
    with django_db_blocker.unblock(), in_territory(built.territory):
        block = transaction.atomic()
        block.__enter__()
        try:
            yield built
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


def meeting(place: World) -> Meeting:
    return convening.convene(
        place.table, actor_id=place.secretary.pk, kind="plenary", title="Avvio", place="Sala Verdi",
        starts_at=timezone.now() + timedelta(days=10), agenda=["Formazione"],
    )  # fmt: skip


def agenda_item(place: World) -> Case:
    row = meeting(place).agenda.get()
    api = ("DELETE", f"/api/v1/meetings/agenda/{row.pk}")
    return Case(place.secretary, api, reverse("meetings:item_remove", args=[row.pk]))


def decision(place: World) -> Case:
    held = meeting(place)
    Meeting.objects.filter(pk=held.pk).update(starts_at=timezone.now() - timedelta(hours=2))
    held.refresh_from_db()
    row = running.add_decision(held, actor_id=place.secretary.pk, text="Si parte.")
    api = ("DELETE", f"/api/v1/meetings/decisions/{row.pk}")
    return Case(place.secretary, api, reverse("meetings:decision_remove", args=[row.pk]))


def question(place: World) -> Case:
    row = ballot_draft(place, ("CGIL",), rule=False).questions.get()
    api = ("POST", f"/api/v1/plain-ballots/questions/{row.pk}/removal")
    return Case(place.delegates["CGIL"], api, reverse("plain_ballots:remove_question", args=[row.pk]))


def outcome(place: World) -> Case:
    poll = tables_of_tests.draft(place)
    Consultation.objects.filter(pk=poll.pk).update(
        state="published", opened_on=standing.today(), closed_on=standing.today()
    )
    statement = poll.statements.select_related("consultation").first()
    statement.consultation.refresh_from_db()
    row = outcomes.write_outcome(statement, kind="later", text="Rimandata.", actor_id=place.secretary.pk)
    api = ("DELETE", f"/api/v1/voices/outcomes/{row.pk}")
    return Case(place.secretary, api, reverse("voices:take_back", args=[row.pk]))


def recording(place: World) -> Case:
    version = tables_of_tests.versions(tables_of_tests.draft(place))[0]
    actor = place.delegates["CGIL"]
    translating.store_audio(version, language="ar", source=SOUND, name="a.mp3", actor_id=actor.pk)
    api = ("DELETE", f"/api/v1/voices/versions/{version.pk}/recordings/ar")
    return Case(actor, api, reverse("voices:audio_remove", args=[version.pk, "ar"]))


def mandate(place: World) -> mandates.Mandate:
    today = standing.today()
    terms = mandates.Terms(
        scope="Formazione", organ="Direttivo", given_on=today, starts_on=today,
        last_day=today + timedelta(days=9), ratification="members",
    )  # fmt: skip
    return mandates.write_draft(place.parties["CGIL"], terms, actor_id=place.delegates["CGIL"].pk)


def draft_mandate(place: World) -> Case:
    row = mandate(place)
    api = ("POST", f"/api/v1/delegations/mandates/{row.pk}/discarding")
    return Case(place.delegates["CGIL"], api, reverse("delegations:discard_mandate", args=[row.pk]))


def red_line(place: World) -> Case:
    found, actor = mandate(place), place.delegates["CGIL"]
    row = mandates.add_red_line(found, "Mai di notte", actor_id=actor.pk)
    api = ("POST", f"/api/v1/delegations/mandates/{found.pk}/red-lines/{row.pk}/removal")
    return Case(actor, api, reverse("delegations:remove_red_line", args=[found.pk, row.pk]))


def room(place: World) -> Room:
    return Room.objects.select_related("table").get(table=place.table, party=place.parties["CGIL"])


def note(place: World) -> Case:
    found, actor = room(place), place.delegates["CGIL"]
    row = texts.add_note(found, actor_id=actor.pk, text="Da discutere.")
    api = ("DELETE", f"/api/v1/party-room/rooms/{found.pk}/notes/{row.pk}")
    return Case(actor, api, reverse("party_room:note_remove", args=[place.table.pk, found.pk, row.pk]))


def draft_text(place: World) -> Case:
    found, actor = room(place), place.delegates["CGIL"]
    row = texts.create_draft(found, actor_id=actor.pk, title="Bozza", text="Testo.")
    api = ("DELETE", f"/api/v1/party-room/rooms/{found.pk}/drafts/{row.pk}")
    return Case(actor, api, reverse("party_room:discard", args=[place.table.pk, found.pk, row.pk]))


def departure(place: World) -> Case:
    """The party's rows stay; with its seats ends the access of whoever took it away."""
    party = place.parties["UIL"]
    api = ("POST", f"/api/v1/delegations/parties/{party.pk}/departure")
    return Case(place.delegates["UIL"], api, reverse("delegations:leave_table", args=[party.pk]))


CASES: tuple[Callable[[World], Case], ...] = (
    agenda_item, decision, question, outcome, recording, draft_mandate, red_line, note, draft_text, departure,
)  # fmt: skip


# What is not there is not taken away again, whatever the key: these say that it is gone, as the first time.
HARMLESS = (red_line, note, draft_text)


def browser(account: Any) -> Client:
    client = Client(headers={"accept-language": "it"})
    client.force_login(account)
    return client


def ask(account: Any, address: tuple[str, str], key: str, body: Any = None) -> Any:
    method, path = address
    text = json.dumps(body) if body is not None else ""
    headers = {"Idempotency-Key": key}
    return browser(account).generic(method, path, text, content_type="application/json", headers=headers)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_program_gets_the_first_answer_again(place: World, make: Callable[[World], Case]) -> None:
    case = make(place)
    body = {"statement": ""} if make is departure else None
    first = ask(case.account, case.api, "una", body)
    assert first.status_code == 200, first.content
    again = ask(case.account, case.api, "una", body)
    assert (again.status_code, again.json()) == (200, first.json())
    refused = ask(case.account, case.api, "altra", body)
    assert refused.status_code == (200 if make in HARMLESS else 404), (
        "with another key there is nothing to take away"
    )
    assert ask(place.stranger, case.api, "una", body).status_code == 404, "a key is its owner's alone"


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_page_goes_where_it_went_the_first_time(place: World, make: Callable[[World], Case]) -> None:
    case = make(place)
    form = {"idempotency_key": "una", "sure": "on"}
    first = browser(case.account).post(case.page, form)
    assert first.status_code == 302, first.content[:400]
    client = browser(case.account)
    again = client.post(case.page, form)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert browser(place.stranger).post(case.page, form).status_code == 404
    if make not in HARMLESS:
        assert client.post(case.page, {"idempotency_key": "altra"}).status_code == 404


def test_a_listed_person_is_taken_off_once(territory: Any) -> None:
    poll = build_poll(territory, opened=False)
    one, two = poll.listed[:2]
    address = ("POST", f"/api/v1/polling/groups/{poll.cgil.pk}/removals")
    for key, status in (("una", 200), ("una", 200), ("altra", 404)):
        answer = ask(poll.member, address, key, {"person": f"listed:{one.pk}"})
        assert answer.status_code == status, (key, answer.content)
    told = ask(poll.member, address, "una", {"person": f"listed:{two.pk}"})
    assert told.status_code == 422, "the same key for somebody else"
    page = reverse("polling:remove", args=[two.pk])
    for key, status in (("due", 302), ("due", 302), ("altra", 404)):
        assert browser(poll.member).post(page, {"idempotency_key": key}).status_code == status


def test_a_refused_removal_keeps_no_answer(place: World) -> None:
    """The page told what was wrong; the same key later finds the row or nothing, never that refusal."""
    case = decision(place)
    Meeting.objects.update(state="cancelled")
    browser(case.account).post(case.page, {"idempotency_key": "una"})
    kept = IdempotentRequest.objects.filter(account_id=case.account.pk)
    assert kept.filter(action=ACTION).count() == kept.exclude(action=ACTION).count()


def test_what_is_kept_of_a_removal_is_ids_and_states(place: World) -> None:
    for make in CASES:
        case = make(place)
        body = {"statement": ""} if make is departure else None
        assert ask(case.account, case.api, f"k-{make.__name__}", body).status_code == 200
    for row in IdempotentRequest.objects.filter(action=ACTION):
        told = json.dumps(row.result)
        assert len(told) < 120, told
        assert " " not in "".join(str(value) for value in row.result["body"].values()), told
