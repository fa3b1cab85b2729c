"""Convening: who may call whom, with how much notice; changes and cancellation reach everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from tavolo.common import notices
from tavolo.common.errors import Problem
from tavolo.common.models import Notice
from tavolo.dialogue import standing
from tavolo.dialogue.course import blueprints
from tavolo.dialogue.course import rules as course_rules
from tavolo.dialogue.course.services import phases
from tavolo.dialogue.delegations import decisions, rules, seats
from tavolo.dialogue.following.digests import choose_mail, send_digests
from tavolo.dialogue.meetings import access, ics
from tavolo.dialogue.meetings.forms import MeetingForm
from tavolo.dialogue.meetings.models import Kind, Meeting
from tavolo.dialogue.meetings.services import convening, drafting, points, running
from tests.dialogue.meetings.conftest import Scene

pytestmark = pytest.mark.django_db


def test_a_plenary_is_the_secretariats_to_convene_and_calls_every_party(scene: Scene, told) -> None:
    meeting = scene.convene(agenda=["Formazione", "", "Premio di risultato"])
    assert meeting.number == 1
    assert [item.title for item in meeting.agenda.all()] == ["Formazione", "Premio di risultato"]
    assert len(access.parties_called(meeting)) == 4
    everybody = {person.pk for person in scene.world.delegates.values()}
    assert told("convened") == everybody | {scene.substitute.pk, scene.observer.pk}
    assert scene.convene().number == 2


def test_a_delegate_cannot_convene_a_plenary(scene: Scene) -> None:
    with pytest.raises(Problem, match=r"(?i)segreteria|secretariat"):
        scene.convene(Kind.PLENARY, scene.head("CGIL"))


def test_the_secretariat_convenes_no_discreet_meeting(scene: Scene) -> None:
    for kind in (Kind.RESTRICTED, Kind.PARTY):
        with pytest.raises(Problem):
            scene.convene(kind, scene.secretary)


def test_an_observer_convenes_nothing(scene: Scene) -> None:
    with pytest.raises(Problem):
        scene.convene(Kind.PARTY, scene.observer.pk)


def test_short_notice_needs_a_reason(scene: Scene) -> None:
    soon = timezone.now() + timedelta(days=2)
    with pytest.raises(Problem, match="5"):
        scene.convene(starts_at=soon)
    assert scene.convene(starts_at=soon, urgent_reason="Sciopero proclamato").urgent_reason


@pytest.mark.parametrize(
    "facts",
    [
        {"title": " "}, {"place": "", "link": ""}, {"link": "javascript:alert(1)"}, {"minutes_long": 5},
        {"kind": "secret"}, {"title": "x" * 201},
    ],
)  # fmt: skip
def test_a_convening_says_what_is_wrong(scene: Scene, facts: dict) -> None:
    with pytest.raises(Problem):
        scene.convene(**{"kind": Kind.PLENARY, **facts})
    assert not Meeting.objects.exists()


def test_a_meeting_lies_in_the_future(scene: Scene) -> None:
    with pytest.raises(Problem):
        scene.convene(starts_at=timezone.now() - timedelta(days=1), urgent_reason="x")


def test_a_restricted_meeting_needs_people_of_two_parties(scene: Scene) -> None:
    with pytest.raises(Problem):
        scene.restricted("CGIL")
    with pytest.raises(Problem):
        scene.convene(Kind.RESTRICTED, scene.head("CGIL"), people=[scene.world.stranger.pk])
    meeting = scene.restricted("CISL", "Associazione")
    assert access.people_of(meeting) == {scene.head(name) for name in ("CGIL", "CISL", "Associazione")}
    assert meeting.number is None


def test_a_party_meeting_stays_on_ones_own_side(scene: Scene) -> None:
    other = scene.world.parties["Associazione"].pk
    with pytest.raises(Problem):
        scene.convene(Kind.PARTY, scene.head("CGIL"), parties=[other])
    united = scene.convene(Kind.PARTY, scene.head("CGIL"), parties=[scene.world.parties["CISL"].pk])
    assert access.people_of(united) == {
        scene.head("CGIL"), scene.head("CISL"), scene.substitute.pk, scene.observer.pk,
    }  # fmt: skip


def test_notices_of_discreet_meetings_name_nothing(scene: Scene) -> None:
    scene.restricted("CISL", title="CANARINO-TITOLO", place="CANARINO-LUOGO", note="CANARINO-NOTA")
    notice = Notice.objects.get(account_id=scene.head("CISL"))
    assert notice.kind == "meetings.convened_discreet"
    assert "CANARINO" not in str(notice.context)


def test_a_change_tells_everybody_and_counts_up_for_calendars(scene: Scene, told) -> None:
    meeting = scene.convene()
    same = convening.change(meeting, actor_id=scene.secretary, title=meeting.title)
    assert same.sequence == 0
    moved = convening.change(meeting, actor_id=scene.secretary, place="Sala Manzoni")
    assert (moved.place, moved.sequence) == ("Sala Manzoni", 1)
    assert scene.head("UIL") in told("changed")
    with pytest.raises(Problem):
        convening.change(meeting, actor_id=scene.head("CGIL"), place="Altrove")


def test_a_cancelled_meeting_says_why_and_no_longer_changes(scene: Scene, told) -> None:
    meeting = scene.convene()
    with pytest.raises(Problem):
        convening.cancel(meeting, actor_id=scene.secretary, reason=" ")
    gone = convening.cancel(meeting, actor_id=scene.secretary, reason="Sala occupata")
    assert gone.state == Meeting.State.CANCELLED
    assert scene.head("CGIL") in told("cancelled")
    for work in (
        lambda: convening.cancel(gone, actor_id=scene.secretary, reason="x"),
        lambda: convening.change(gone, actor_id=scene.secretary, place="x"),
        lambda: running.add_item(gone, actor_id=scene.secretary, title="x"),
    ):
        with pytest.raises(Problem):
            work()


def test_the_calendar_entry_is_replaced_and_struck(scene: Scene) -> None:
    meeting = scene.convene(agenda=["Formazione; orari, turni"], link="https://video.example/1")
    event = icalendar.Calendar.from_ical(ics.calendar_file(meeting, "https://t.example/x")).walk("VEVENT")[0]
    assert event["UID"] == f"{meeting.pk}@tavolo"
    assert event["SEQUENCE"] == 0
    assert event.decoded("DTSTART") == meeting.starts_at.replace(microsecond=0)
    assert "Formazione; orari, turni" in event["DESCRIPTION"]
    first = ics.calendar_file(meeting, "x")
    assert ics.calendar_file(meeting, "x") == first
    gone = convening.cancel(meeting, actor_id=scene.secretary, reason="x")
    event = icalendar.Calendar.from_ical(ics.calendar_file(gone, "x")).walk("VEVENT")[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    discreet = ics.calendar_file(scene.restricted("CISL"), "x")
    assert b"CLASS:CONFIDENTIAL" in discreet


def test_one_more_person_is_named_and_their_party_joins(scene: Scene, told) -> None:
    meeting = scene.restricted("CISL")
    convening.name_person(meeting, scene.head("UIL"), actor_id=scene.head("CGIL"))
    assert access.sees(scene.head("UIL"), meeting.pk)
    assert scene.head("UIL") in told("convened_discreet")
    assert scene.world.parties["UIL"] in access.parties_called(meeting)
    for who in (scene.head("UIL"), scene.world.stranger.pk):
        with pytest.raises(Problem):
            convening.name_person(meeting, who, actor_id=scene.head("CGIL"))
    with pytest.raises(Problem):
        convening.name_person(meeting, scene.observer.pk, actor_id=scene.head("CISL"))
    scene.send(scene.hold(meeting, scene.head("CGIL")), keeper=scene.head("CGIL"))
    with pytest.raises(Problem):
        convening.name_person(meeting, scene.observer.pk, actor_id=scene.head("CGIL"))


def test_the_kind_of_a_meeting_never_changes_even_in_the_database(scene: Scene) -> None:
    meeting = scene.restricted("CISL")
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(kind="plenary", number=7, keeper=None)


def test_attendance_is_frozen_as_of_the_day(scene: Scene) -> None:
    meeting = scene.convene()
    with pytest.raises(Problem):
        running.record_attendance(meeting, {}, actor_id=scene.secretary)
    scene.hold(meeting)
    delegate = scene.world.parties["CGIL"].delegates.get()
    delegate.role = "member"
    delegate.save()
    row = meeting.attendances.get(account_id=scene.head("CGIL"))
    assert (row.role, row.party_name, row.status) == ("head", "CGIL", "present")
    guests = [("Prof. Verdi", "esperta di formazione"), (" ", "x")]
    came = {scene.head("CISL"): "remote", scene.head("UIL"): "excused"}
    running.record_attendance(meeting, came, actor_id=scene.secretary, guests=guests)
    statuses = dict(meeting.attendances.exclude(account=None).values_list("account_id", "status"))
    assert statuses[scene.head("CISL")] == "remote"
    assert statuses[scene.head("CGIL")] == "absent"
    assert meeting.attendances.get(account=None).name == "Prof. Verdi"
    for wrong in ({scene.world.stranger.pk: "present"}, {scene.head("CISL"): "asleep"}):
        with pytest.raises(Problem):
            running.record_attendance(meeting, wrong, actor_id=scene.secretary)


def test_someone_who_left_before_the_meeting_is_not_on_its_list(scene: Scene) -> None:
    meeting = scene.convene()
    seat = scene.world.parties["CISL"].delegates.get(account=scene.observer)
    seat.ends_on = timezone.localdate()
    seat.save()
    assert scene.observer.pk not in {row.account_id for row in running.expected(meeting)}


def test_a_meeting_with_minutes_cannot_be_called_off(scene: Scene) -> None:
    meeting = scene.hold(scene.convene())
    drafting.write(meeting, actor_id=scene.secretary, text="x")
    with pytest.raises(Problem):
        convening.cancel(meeting, actor_id=scene.secretary, reason="x")


def test_how_much_notice_is_a_rule_of_the_table(scene: Scene) -> None:
    table = scene.table
    soon = timezone.now() + timedelta(days=8)
    assert convening.notice_days(table, Kind.PLENARY) == 5
    rules.apply(decision_of(scene, {"notice_plenary": 10, "notice_restricted": 9}))
    table.refresh_from_db()
    for kind, actor in ((Kind.PLENARY, scene.secretary), (Kind.RESTRICTED, scene.head("CGIL"))):
        with pytest.raises(Problem, match=r"10|9"):
            scene.convene(kind, actor, starts_at=soon, people=[scene.head("CISL")])
    assert scene.convene(Kind.PARTY, scene.head("CGIL"), starts_at=soon), "a party calls its own people"
    with pytest.raises(Problem, match="60"):
        decision_of(scene, {"notice_plenary": 61})


def decision_of(scene: Scene, changes: dict) -> Any:
    return rules.propose_change(scene.table, changes, actor_id=scene.secretary)


def test_a_blueprint_brings_its_notice(scene: Scene) -> None:
    decision = phases.propose_adoption(
        scene.table, actor_id=scene.head("CGIL"), blueprint="standing_body", origin="joint_decision",
        reference="Decisione del 4 maggio",
        phases=blueprints.blueprints()["standing_body"].phases(standing.today(), "it"),
    )  # fmt: skip
    decisions.consent(
        decision, party=scene.world.parties["Associazione"], actor_id=scene.head("Associazione")
    )
    scene.table.refresh_from_db()
    assert (scene.table.notice_plenary, scene.table.notice_restricted) == (7, 2)


def test_the_phase_says_whether_meetings_are_open(scene: Scene) -> None:
    """A phase without meetings closes plenaries and restricted ones; a party meets when it likes."""
    quiet = course_rules.Phase("listening", acts={"consultations.open": ("workers",)})
    phases.write_course(
        scene.table, blueprint="free", origin="joint_decision", reference="x", phases=[quiet], party_id=None
    )
    with pytest.raises(Problem, match="convocare un incontro"):
        scene.convene()
    with pytest.raises(Problem, match="convocare un incontro"):
        scene.restricted("CISL")
    assert scene.convene(Kind.PARTY, scene.head("CGIL"))


def mails_of(person: Any) -> list[Any]:
    notices.deliver(1000)
    return [one for one in mail.outbox if person.email in one.to]


def event_in(message: Any) -> Any:
    [(name, content, kind)] = message.attachments
    assert name.endswith(".ics")
    assert kind == "text/calendar"
    return icalendar.Calendar.from_ical(content).walk("VEVENT")[0]


def test_the_convening_mail_carries_the_calendar_entry(scene: Scene) -> None:
    meeting = scene.convene(agenda=["Formazione"])
    person = scene.world.delegates["CGIL"]
    first = event_in(mails_of(person)[-1])
    assert first["SUMMARY"] == "Avvio del confronto"
    assert first["LOCATION"] == "Sala Verdi"
    assert "1. Formazione" in first["DESCRIPTION"]
    convening.change(meeting, actor_id=scene.secretary, place="Sala Manzoni")
    moved = event_in(mails_of(person)[-1])
    assert (moved["UID"], moved["SEQUENCE"], moved["LOCATION"]) == (first["UID"], 1, "Sala Manzoni")
    convening.cancel(meeting, actor_id=scene.secretary, reason="Sala occupata")
    assert event_in(mails_of(person)[-1])["STATUS"] == "CANCELLED"


def test_a_discreet_meetings_entry_says_only_when(scene: Scene) -> None:
    scene.restricted("CISL", title="CANARINO-UNO", place="CANARINO-DUE", note="CANARINO-TRE",
                     agenda=["CANARINO-QUATTRO"], link="https://canarino.example/5")  # fmt: skip
    message = mails_of(scene.world.delegates["CISL"])[-1]
    assert b"canarino" not in message.message().as_bytes().lower()
    event = event_in(message)
    assert "canarino" not in event.to_ical().decode().lower()
    assert scene.table.title in event["SUMMARY"]
    assert event["CLASS"] == "CONFIDENTIAL"


def test_who_may_no_longer_know_gets_no_entry(scene: Scene) -> None:
    scene.restricted("CISL")
    person = scene.world.delegates["CISL"]
    seat = scene.world.parties["CISL"].delegates.get(account=person)
    seats.end_seat(seat, actor_id=person.pk)
    [convened] = [one for one in mails_of(person) if "expected" in one.body or "aspettano" in one.body]
    assert convened.attachments == []


def test_a_digest_carries_the_entries_too(scene: Scene) -> None:
    person = scene.world.delegates["UIL"]
    choose_mail(person.pk, scene.world.territory, "daily")
    scene.convene()
    send_digests(standing.today())
    assert event_in(mails_of(person)[-1])["SUMMARY"] == "Avvio del confronto"


def test_the_agenda_begins_with_open_points_and_goes_out_with_the_notice(scene: Scene) -> None:
    first = points.add_point(scene.table, actor_id=scene.head("CGIL"), title="Premio di risultato")
    settled = points.add_point(scene.table, actor_id=scene.secretary, title="Orari")
    points.set_state(settled, "settled", actor_id=scene.secretary)
    meeting = scene.convene(agenda=["Varie"], open_points=[first.pk])
    assert [(item.title, item.point_id) for item in meeting.agenda.order_by("position")] == [
        ("Premio di risultato", first.pk), ("Varie", None)
    ]  # fmt: skip
    assert "1. Premio di risultato" in event_in(mails_of(scene.world.delegates["UIL"])[-1])["DESCRIPTION"]
    with pytest.raises(Problem):
        scene.convene(open_points=[settled.pk])
    form = MeetingForm(scene.table, Kind.PLENARY, scene.secretary)
    assert [label for _pk, label in form.fields["open_points"].choices] == ["1. Premio di risultato"]
