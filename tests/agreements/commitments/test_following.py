# mypy: disable-error-code="attr-defined, arg-type, union-attr"
"""Commitments as the two sides follow them: who says what, who confirms, who sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from tavolo.agreements.commitments import connections, feed, reading, services
from tavolo.agreements.commitments.models import Answer, Claim, Commitment
from tavolo.agreements.commitments.services import Actor, Terms
from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.common.territory import in_territory
from tests.world import World

pytestmark = pytest.mark.django_db
CGIL, CISL, FIRMS, DESK = "union_delegate", "other_union_delegate", "employer_delegate", "secretary"
DAY = timedelta(days=1)


@pytest.fixture
def place(world: World, db: None) -> Any:
    with in_territory(world.territory), translation.override("en"):
        yield world


def who(place: World, role: str) -> Any:
    return place.people[role].pk


def open_one(place: World) -> Commitment:
    return Commitment.objects.get(title="Rapporto dell'osservatorio")


def enter(place: World, **changed: Any) -> Commitment:
    row = open_one(place)
    party = Actor("party", row.owed_by_party)
    said = {"title": "Nuovo", "clause": row.clause, "owed_by": party, "owed_to": Actor("workers"),
            "due_on": row.due_on, **changed}  # fmt: skip
    return services.enter(row.agreement, Terms(**said), actor_id=who(place, CGIL))


def test_it_holds_only_once_both_sides_say_that_the_text_says_so(place: World) -> None:
    row = enter(place)
    with pytest.raises(Problem, match="Both sides must first"):
        services.claim(row, actor_id=who(place, CGIL), period=row.due_on, condition="kept")
    assert not services.assent(row, actor_id=who(place, CISL))
    assert services.assent(row, actor_id=who(place, FIRMS))
    with pytest.raises(Problem, match="not needed"):
        services.assent(row, actor_id=who(place, FIRMS))


def test_the_side_that_speaks_never_confirms_itself(place: World) -> None:
    row = open_one(place)
    claim = services.claim(row, actor_id=who(place, CGIL), period=row.due_on, condition="on_track")
    with pytest.raises(Problem, match="by the other side"):
        services.answer(claim, actor_id=who(place, CISL), confirms=True)
    with pytest.raises(IntegrityError, match="another side"), transaction.atomic():
        Answer.objects.create(
            territory=place.territory, claim=claim, confirms=True, party=claim.party, side="workers",
            given_by_id=who(place, CISL), given_at=timezone.now(),
        )  # fmt: skip
    with pytest.raises(Problem, match="write your side's text"):
        services.answer(claim, actor_id=who(place, FIRMS), confirms=False)
    services.answer(claim, actor_id=who(place, FIRMS), confirms=True)
    with pytest.raises(Problem, match="answered already"):
        services.answer(claim, actor_id=who(place, FIRMS), confirms=True)
    assert reading.board_of(row).now.status.shared == "on_track"


def test_what_was_said_stays(place: World) -> None:
    row = open_one(place)
    claim = services.claim(row, actor_id=who(place, CGIL), period=row.due_on, condition="late", text="Manca")
    for change in (
        lambda: Claim.objects.filter(pk=claim.pk).update(condition="kept"),
        lambda: Claim.objects.filter(pk=claim.pk).delete(),
        lambda: Commitment.objects.filter(pk=row.pk).update(due_on=row.due_on + DAY),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(Problem, match="waits for your answer"):
        services.claim(row, actor_id=who(place, FIRMS), period=row.due_on, condition="kept")


def test_nonsense_is_refused_with_what_to_do(place: World) -> None:
    row = open_one(place)
    for changed, words in (
        ({"title": " "}, "one line"), ({"clause": "nowhere"}, "Choose the clause"),
        ({"starts_on": row.due_on + DAY}, "before the start"), ({"target": 3}, "needs an indicator"),
        ({"until": row.due_on + DAY}, "for what recurs"), ({"owed_by": Actor("workers")}, "who owes"),
    ):  # fmt: skip
        with pytest.raises(Problem, match=words):
            enter(place, **changed)
    with pytest.raises(Problem, match="does not fall due"):
        services.claim(row, actor_id=who(place, CGIL), period=row.due_on + DAY, condition="kept")
    for role in (DESK, "firm_owner", "worker"):
        with pytest.raises(Problem, match="Only a delegate"):
            services.claim(row, actor_id=who(place, role), period=row.due_on, condition="kept")


def test_evidence_is_brought_by_who_owes_and_read_by_the_table_alone(place: World) -> None:
    row = open_one(place)
    with pytest.raises(Problem, match="by who owes"):
        services.bring_evidence(row, actor_id=who(place, CGIL), period=row.due_on, text="x")
    services.bring_evidence(
        row, actor_id=who(place, FIRMS), period=row.due_on, text="CANARINO-prova",
        file=("prova.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"),
    )  # fmt: skip
    claim = services.claim(
        row, actor_id=who(place, CGIL), period=row.due_on, condition="late", text="CANARINO-stato"
    )
    services.answer(claim, actor_id=who(place, FIRMS), confirms=False, text="CANARINO-contro")
    page = reverse("commitments:commitment", args=[row.pk])
    for role in (CGIL, CISL, FIRMS, DESK):
        text = place.client(role).get(page).content.decode()
        assert all(f"CANARINO-{name}" in text for name in ("prova", "stato", "contro"))
    public = reverse("commitments:public", args=[row.agreement_id])
    calendar = reverse("commitments:public_calendar", args=[row.agreement_id])
    file = reverse("common:file", args=[row.evidence.get().file_id])
    for role in ("anonymous", "worker", "firm_owner", "city_officer", "operator"):
        browser = place.client(role)
        assert browser.get(page).status_code in (302, 404)
        assert browser.get(file).status_code in (302, 404)
        shown = browser.get(public).content.decode()
        assert row.title in shown.replace("&#x27;", "'")
        assert "non sono d&#x27;accordo" in shown
        assert "CANARINO" not in shown + browser.get(calendar).content.decode()
    assert place.client(CISL).get(file).status_code == 200


def test_one_side_alone_is_never_public(place: World) -> None:
    row = Commitment.objects.get(title="Catalogo comune dei corsi")
    shown = {board.row.pk: reading.public_line(board) for board in reading.public_boards(row.agreement_id)}
    assert shown[row.pk][0] == "open"
    waiting = Commitment.objects.get(title="Sale per le assemblee territoriali")
    assert waiting.pk not in shown


def test_the_private_address_opens_ones_own_deadlines_until_revoked(place: World) -> None:
    account = place.people[CGIL]
    token = feed.make_key(account, place.territory.pk)
    address = reverse("commitments:feed", args=[token])
    calendar = Calendar.from_ical(Client().get(address).content)
    titles = {str(one["summary"]) for one in calendar.walk("VEVENT")}
    assert any("Rapporto dell'osservatorio" in title for title in titles)
    other = Calendar.from_ical(feed.calendar_of(place.people["worker"], "http://x"))
    assert not other.walk("VEVENT")
    feed.revoke_key(account)
    assert Client().get(address).status_code == 404


def test_reminders_go_out_once_and_the_trail_leads_back_to_the_statement(place: World) -> None:
    Notice.objects.all().delete()
    row = enter(place, due_on=timezone.localdate() + 7 * DAY)
    services.assent(row, actor_id=who(place, FIRMS))
    Notice.objects.all().delete()
    connections.remind()
    told = Notice.objects.filter(kind="commitments.due", context__commitment=str(row.pk))
    assert told.count() >= 4
    before = told.count()
    connections.remind()
    assert told.count() == before


def test_a_double_click_says_it_once(place: World) -> None:
    row = open_one(place)
    browser, page = place.client(CGIL), reverse("commitments:claim", args=[row.pk])
    sent = {"period": row.due_on.isoformat(), "condition": "on_track", "text": "",
            "idempotency_key": "k" * 32}  # fmt: skip
    assert [browser.post(page, sent).status_code for _n in range(2)] == [302, 302]
    assert Claim.objects.filter(commitment=row, period=row.due_on).count() == 1


def test_pages_and_api_show_the_demonstration(place: World) -> None:
    row = open_one(place)
    listed = place.client(FIRMS).get(reverse("commitments:of_agreement", args=[row.agreement_id]))
    text = listed.content.decode()
    assert "com-wide" in text
    for state in ("mantenuto", "in ritardo", "non mantenuto", "contestato", "cambiato d"):
        assert state in text
    items = place.client(CGIL).get(f"/api/v1/commitments/agreements/{row.agreement_id}/commitments").json()
    assert len(items["items"]) == 9
    assert not list(connections.waiting(who(place, "worker")))
    kinds = {one.kind for one in connections.waiting(who(place, FIRMS))}
    assert {"commitments.assent", "commitments.answer"} <= kinds
