"""The pages as people use them, in the demonstration's table: read, filled in, sent twice."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tavolo.common.territory import in_territory
from tavolo.dialogue.meetings.models import Meeting, Minutes, Point
from tests.world import World

pytestmark = pytest.mark.django_db
DELEGATES = ("union_delegate", "other_union_delegate", "employer_delegate")


def key() -> dict[str, str]:
    return {"idempotency_key": str(uuid.uuid4())}


def page(world: World, role: str, name: str, argument: str) -> str:
    answer = world.client(role).get(reverse(f"meetings:{name}", args=[world.arguments[argument]]))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("<h1") == 1
    assert " style=" not in text.split("<main", 1)[1]
    return text


def test_the_walks_step_six_stands(world: World) -> None:
    for role in (*DELEGATES, "secretary"):
        text = page(world, role, "minutes", "minutes_id")
        assert "chiuso con dichiarazione a verbale" in text
        assert "La UIL ribadisce" in text
        listed = page(world, role, "table", "table_id")
        assert "Seconda plenaria" in listed
        assert ("Soglia delle ore" in listed) == (role != "secretary")
        assert ("Preparazione unitaria" in listed) == (role in DELEGATES[:2])


@pytest.mark.parametrize("name", ["table", "points", "documents", "communiques", "new"])
def test_pages_of_a_table_render_for_all_who_sit(world: World, name: str) -> None:
    for role in (*DELEGATES, "secretary"):
        page(world, role, name, "table_id")


def test_a_plenary_is_convened_in_the_browser_once(world: World) -> None:
    client = world.client("secretary")
    address = reverse("meetings:new", args=[world.arguments["table_id"]])
    form = {
        "title": "Terza plenaria", "day": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "hour": "10:00", "minutes_long": "120", "place": "Sala Verdi", "points": "Uno\nDue", **key(),
    }  # fmt: skip
    with in_territory(world.territory):
        for _again in range(2):
            assert client.post(f"{address}?kind=plenary", form).status_code == 302
        assert Meeting.objects.filter(title="Terza plenaria").count() == 1
        meeting = Meeting.objects.get(title="Terza plenaria")
    assert [item for item in ("Uno", "Due") if item in client.get(
        reverse("meetings:meeting", args=[meeting.pk])).content.decode()] == ["Uno", "Due"]  # fmt: skip
    refused = client.post(f"{address}?kind=plenary", form | key() | {"place": ""})
    assert refused.status_code == 200
    assert "Terza plenaria" in refused.content.decode()


def test_a_restricted_meeting_offers_people_by_party(world: World) -> None:
    address = reverse("meetings:new", args=[world.arguments["table_id"]])
    text = world.client("union_delegate").get(f"{address}?kind=restricted").content.decode()
    assert "Roberta Vergani" in text
    assert "Stefano Riva (" not in text, "the convener is there without a tick"
    assert "nessuno al tavolo viene a sapere che esiste" in re.sub(r"\s+", " ", text)


def test_minutes_are_answered_in_the_browser(world: World) -> None:
    with in_territory(world.territory):
        meeting = Meeting.objects.filter(title__startswith="Seconda plenaria").get()
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=4))
    secretary = world.client("secretary")
    attendance = reverse("meetings:attendance", args=[meeting.pk])
    assert (
        secretary.post(attendance, {"guest_0": "Ospite", "quality_0": "esperta", **key()}).status_code == 302
    )
    decide = reverse("meetings:decide", args=[meeting.pk])
    assert secretary.post(decide, {"text": "Si procede.", **key()}).status_code == 302
    write = reverse("meetings:write", args=[meeting.pk])
    assert secretary.post(write, {"text": "Primo testo.", **key()}).status_code == 302
    with in_territory(world.territory):
        minutes = Minutes.objects.get(meeting=meeting)
    assert secretary.post(reverse("meetings:send", args=[minutes.pk]), key()).status_code == 302
    with in_territory(world.territory):
        minutes.refresh_from_db()
    answer = reverse("meetings:answer", args=[minutes.pk])
    form = {"version": str(minutes.current_id), "choice": "correct", "text": "", **key()}
    refused = world.client("union_delegate").post(answer, form | {"text": " "})
    assert refused.status_code == 422
    form |= {"text": "Manca il nostro intervento."}
    assert world.client("union_delegate").post(answer, form | key()).status_code == 302
    assert "Manca il nostro intervento." in page_of(world, "secretary", minutes)
    assert secretary.post(reverse("meetings:take_back", args=[minutes.pk]), key()).status_code == 302
    assert secretary.post(write, {"text": "Secondo testo.", **key()}).status_code == 302
    assert secretary.post(reverse("meetings:send", args=[minutes.pk]), key()).status_code == 302
    changed = world.client("employer_delegate").get(reverse("meetings:version", args=[minutes.pk, 2]))
    assert "Primo testo." in changed.content.decode()
    assert "Secondo testo." in changed.content.decode()


def page_of(world: World, role: str, minutes: Minutes) -> str:
    return world.client(role).get(reverse("meetings:minutes", args=[minutes.pk])).content.decode()


def test_points_are_added_and_settled_in_the_browser(world: World) -> None:
    client = world.client("union_delegate")
    address = reverse("meetings:points", args=[world.arguments["table_id"]])
    assert client.post(address, {"title": "Punto nuovo", **key()}).status_code == 302
    with in_territory(world.territory):
        point = Point.objects.get(title="Punto nuovo")
    assert client.post(
        reverse("meetings:point_state", args=[point.pk]), {"state": "settled", **key()}
    ).status_code == 302  # fmt: skip
    with in_territory(world.territory):
        point.refresh_from_db()
    assert point.state == "settled"


def test_the_calendar_file_is_served(world: World) -> None:
    answer = world.client("employer_delegate").get(
        reverse("meetings:calendar", args=[world.arguments["meeting_id"]])
    )
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"BEGIN:VEVENT" in answer.content
