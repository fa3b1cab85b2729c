"""The calendar: kept by the secretariat, reminded once, followed through a private address."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import hooks, standing
from tavolo.dialogue.course.models import Course, Entry, FeedKey, Phase
from tavolo.dialogue.course.services import calendar, feed
from tavolo.dialogue.course.services.calendar import Dated
from tavolo.dialogue.models import Delegate, Secretariat
from tests.dialogue.course.conftest import Set

pytestmark = pytest.mark.django_db


def day(ahead: int):  # type: ignore[no-untyped-def]
    return standing.today() + timedelta(days=ahead)


def write(there: Set, who: str = "secretary", **changes: object) -> Entry:
    said = {"kind": "appointment", "title": "Plenaria", "on": day(5), "text": "CANARINO-ordine-del-giorno"}
    return calendar.add_entry(there.table, Dated(**(said | changes)), actor_id=there.who(who))  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["CGIL", "Associazione", "stranger"])
def test_the_secretariat_keeps_the_calendar(at: Set, who: str) -> None:
    with pytest.raises(Problem, match="secretariat keeps"):
        write(at, who)


def test_a_delegation_keeps_it_while_there_is_no_secretariat(at: Set) -> None:
    Secretariat.objects.update(ends_on=standing.today())
    assert write(at, "CGIL")
    with pytest.raises(Problem):
        write(at, "secretary")


@pytest.mark.parametrize(
    "changes", [{"title": " "}, {"on": "far"}, {"remind_days": 61}, {"kind": "strike"}, {"audience": "firms"}]
)
def test_a_date_that_does_not_fit_is_refused(at: Set, changes: dict) -> None:
    if "on" in changes:
        changes = {"on": day(4000)}
    with pytest.raises(Problem):
        write(at, **changes)


def test_a_reminder_goes_out_once_and_anew_when_the_day_moves(at: Set) -> None:
    entry = write(at, remind_days=3)
    assert calendar.remind(day(1)) == 0
    assert calendar.remind(day(2)) == 1
    assert calendar.remind(day(2)) == calendar.remind(day(3)) == 0
    assert Notice.objects.filter(kind="course.reminder").count() == 4  # three delegates, one secretary
    assert "CANARINO" not in str(list(Notice.objects.values_list("context", flat=True)))
    moved = Dated("appointment", "Plenaria", day(9), remind_days=3)
    calendar.change_entry(entry, moved, actor_id=at.who("secretary"))
    assert calendar.remind(day(7)) == 1
    calendar.withdraw_entry(entry, actor_id=at.who("secretary"))
    assert calendar.remind(day(8)) == 0


def test_the_planned_end_of_the_phase_is_reminded_too_and_nothing_once_the_table_ended(at: Set) -> None:
    Phase.objects.filter(kind="preparation").update(planned_to=day(6))
    assert calendar.remind(day(0)) == 1
    write(at, on=day(0))
    Course.objects.update(end="no_agreement", ended_on=day(0))
    assert calendar.remind(day(0)) == 0


def test_whoever_left_gets_no_reminder(at: Set) -> None:
    write(at, remind_days=9)
    Delegate.objects.filter(account_id=at.who("CISL")).update(ends_on=standing.today())
    calendar.remind(day(0))
    told = set(Notice.objects.filter(kind="course.reminder").values_list("account_id", flat=True))
    assert at.who("CISL") not in told


def address(at: Set, who: str) -> str:
    made = at.browser(who).post(reverse("course:calendar"), {"do": "make"})
    return str(made.context["address"].split("testserver")[1])


def events(at: Set, path: str) -> dict[str, str]:
    answer = at.browser().get(path)  # no session: the address is the whole proof
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"CANARINO" not in answer.content
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["SUMMARY"]): str(one.get("STATUS", "")) for one in found}


def test_the_address_gives_the_dates_one_may_see_that_day_and_stops_when_revoked(at: Set) -> None:
    entry = write(at, at=time(10), place="Sala grande")
    path = address(at, "CISL")
    key = FeedKey.objects.get()
    assert key.token_hash not in path
    assert path.split("/")[-1].removesuffix(".ics") not in str(list(FeedKey.objects.values()))
    assert events(at, path)["Plenaria · Impresa e lavoro"] == "CONFIRMED"
    calendar.withdraw_entry(entry, actor_id=at.who("secretary"))
    assert events(at, path)["Plenaria · Impresa e lavoro"] == "CANCELLED"
    Delegate.objects.filter(account_id=at.who("CISL")).update(ends_on=standing.today())
    assert events(at, path) == {}  # the seat ended: the dates are gone at once
    newer = address(at, "CISL")
    assert at.browser().get(path).status_code == 404  # a new address stops the old one
    at.browser("CISL").post(reverse("course:calendar"), {"do": "revoke"})
    assert at.browser().get(newer).status_code == 404
    assert at.browser().get(reverse("course:feed", args=["x" * 43])).status_code == 404


def test_a_closed_account_has_no_calendar(at: Set) -> None:
    path = address(at, "CGIL")
    person = at.account("CGIL")
    person.is_active = False
    person.save()
    assert at.browser().get(path).status_code == 404


def test_a_near_deadline_awaits_those_who_sit_there(at: Set) -> None:
    write(at, kind="deadline", title="Deposito", on=day(3))
    write(at, kind="deadline", title="Lontano", on=day(40))
    for who in ("CGIL", "Associazione", "secretary"):
        assert [one.title for one in hooks.awaiting(at.who(who)) if one.kind == "course.deadline"] == [
            "Deposito"
        ]
    assert hooks.awaiting(at.who("stranger")) == []


def test_search_and_timeline_give_the_dates_to_those_who_sit_there(at: Set) -> None:
    write(at, title="Plenaria sulla formazione")
    found = [one for one in hooks.found(at.who("CGIL"), "FORMAZIONE plenaria") if one.kind == "course.entry"]
    assert [one.title for one in found] == ["Plenaria sulla formazione"]
    assert not [one for one in hooks.found(at.who("stranger"), "plenaria") if one.kind.startswith("course")]
    assert not [one for one in hooks.found(None, "plenaria") if one.kind.startswith("course")]
    mine = [one.title for one in hooks.events_of(at.who("CGIL"), at.table) if one.kind == "course.entry"]
    assert mine == ["Plenaria sulla formazione"]
    assert not [one for one in hooks.events_of(None, at.table) if one.kind.startswith("course")]
    assert feed.key_in_use(at.who("CGIL")) is None
