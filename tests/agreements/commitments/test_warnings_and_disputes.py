# mypy: disable-error-code="attr-defined, arg-type, union-attr"
"""A commitment from its first warning to the end: who is told, what a dispute leaves, the next period."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from tavolo.agreements.commitments import connections, feed, reading, services
from tavolo.agreements.commitments.models import Commitment
from tavolo.agreements.commitments.services import Actor, Terms
from tavolo.common import notices
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


def held(place: World, **said: Any) -> Commitment:
    """Return a new commitment of the association that both sides have said is in the text."""
    model = Commitment.objects.get(title="Rapporto dell'osservatorio")
    today = timezone.localdate()
    words = {
        "title": "Impegno di prova", "clause": model.clause, "owed_by": Actor("party", model.owed_by_party),
        "owed_to": Actor("workers"), "due_on": today + 5 * DAY, "starts_on": today - 100 * DAY, **said,
    }  # fmt: skip
    row = services.enter(model.agreement, Terms(**words), actor_id=who(place, CGIL))
    services.assent(row, actor_id=who(place, FIRMS))
    row.refresh_from_db()
    return row


def now(row: Commitment) -> reading.Period:
    return reading.board_of(row).now


def test_every_state_is_said_by_one_side_and_confirmed_by_the_other(place: World) -> None:
    for condition in ("on_track", "late", "kept", "not_kept", "changed"):
        row = held(place, title=f"Prova {condition}")
        made = services.claim(
            row, actor_id=who(place, FIRMS), period=row.due_on, condition=condition, text="Perché sì."
        )
        assert (now(row).status.stage, now(row).status.shared) == ("proposed", "")
        services.answer(made, actor_id=who(place, CGIL), confirms=True)
        assert (now(row).status.stage, now(row).status.shared) == ("confirmed", condition)
        assert now(row).status.closed == (condition in ("kept", "not_kept", "changed"))


def test_a_dispute_is_shown_from_both_sides_and_may_end_in_a_common_word(place: World) -> None:
    row = held(place)
    first = services.claim(row, actor_id=who(place, FIRMS), period=row.due_on, condition="kept")
    with pytest.raises(Problem, match="To dispute, write"):
        services.answer(first, actor_id=who(place, CGIL), confirms=False)
    Notice.objects.all().delete()
    services.answer(first, actor_id=who(place, CGIL), confirms=False, text="Due sportelli sono chiusi.")
    assert Notice.objects.filter(kind="commitments.disputed", account_id=who(place, FIRMS)).exists()
    assert now(row).status.stage == "disputed"
    assert reading.public_line(reading.board_of(row))[0] == "disputed"
    page = place.client(CISL).get(reverse("commitments:commitment", args=[row.pk])).content.decode()
    assert "Due sportelli sono chiusi." in page
    again = services.claim(
        row, actor_id=who(place, FIRMS), period=row.due_on, condition="late", text="Riaprono a marzo."
    )
    services.answer(again, actor_id=who(place, CISL), confirms=True)
    assert now(row).status.shared == "late"
    assert not now(row).status.closed, "what is late is still to be kept"


def test_the_next_period_opens_when_the_last_is_closed(place: World) -> None:
    today = timezone.localdate()
    row = held(place, due_on=today - 10 * DAY, recurs="monthly", until=today + 100 * DAY)
    assert now(row).due == row.due_on
    made = services.claim(row, actor_id=who(place, CGIL), period=row.due_on, condition="kept")
    services.answer(made, actor_id=who(place, FIRMS), confirms=True)
    assert now(row).due > row.due_on
    with pytest.raises(Problem, match="does not fall due"):
        services.claim(row, actor_id=who(place, CGIL), period=row.due_on + DAY, condition="kept")


def test_early_warnings_reach_who_owes_and_everybody_at_the_table_by_mail(place: World) -> None:
    row = held(
        place, title="Ore di formazione", indicator="ore", unit="ore", target=Decimal(24),
        due_on=timezone.localdate() + 7 * DAY,
    )  # fmt: skip
    services.bring_evidence(
        row, actor_id=who(place, FIRMS), period=row.due_on, text="Rilevazione", value=Decimal(6)
    )
    assert set(now(row).warnings) >= {"due_soon", "off_target"}
    waits = [one for one in connections.waiting(who(place, FIRMS)) if one.title == row.title]
    assert [one.kind for one in waits] == ["commitments.due"]
    Notice.objects.all().delete()
    connections.remind()
    mail.outbox.clear()
    notices.deliver(500)
    written = [one for one in mail.outbox if row.title in f"{one.subject} {one.body}"]
    told = {address for one in written for address in one.to}
    people = {place.people[role].email for role in (CGIL, CISL, FIRMS, DESK)}
    assert people <= told
    assert place.people["worker"].email not in told


def test_the_calendar_rings_before_the_day_and_says_nothing_more(place: World) -> None:
    row = held(place, text="CANARINO-impegno")
    mine = Calendar.from_ical(feed.calendar_of(place.people[CGIL], "https://tavolo.example"))
    [event] = [one for one in mine.walk("VEVENT") if row.title in str(one["summary"])]
    assert event["dtstart"].dt == row.due_on
    assert str(event["class"]) == "PRIVATE"
    assert [str(one["action"]) for one in event.walk("VALARM")] == ["DISPLAY"]
    public = place.client("anonymous").get(reverse("commitments:public_calendar", args=[row.agreement_id]))
    assert public["Content-Type"].startswith("text/calendar")
    words = public.content.decode()
    assert row.title in words.replace("\r\n ", "")
    assert "CANARINO" not in words + mine.to_ical().decode()


def colours(row: Commitment) -> list[str]:
    return [reading.public_line(board)[0] for board in reading.public_boards(row.agreement_id)]


def test_the_public_summary_counts_what_is_kept_and_disputed(place: World) -> None:
    row = held(place, title="Impegno mantenuto")
    page = reverse("commitments:public", args=[row.agreement_id])
    before = colours(row)
    made = services.claim(row, actor_id=who(place, FIRMS), period=row.due_on, condition="kept")
    assert reading.public_line(reading.board_of(row))[0] == "open", "one side alone is not told"
    services.answer(made, actor_id=who(place, CGIL), confirms=True)
    assert colours(row).count("kept") == before.count("kept") + 1
    assert "Impegno mantenuto" in place.client("anonymous").get(page).content.decode()
