"""Minutes: versions, answers to an exact version, closing for good, corrections as new acts."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import docx
import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from pypdf import PdfReader

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.common.models import StoredFile
from tavolo.dialogue.meetings.models import (
    AgendaItem,
    Answer,
    Attendance,
    Decision,
    Minutes,
    MinutesVersion,
    Point,
)
from tavolo.dialogue.meetings.services import approving, drafting, points, running
from tavolo.ledger.services import acts_on
from tests.dialogue.meetings.conftest import Scene

pytestmark = pytest.mark.django_db
STATEMENT = "Restano distanze sui tempi."


def pdf_of(minutes: Minutes) -> str:
    data = files.open_stored(minutes.pdf).read()
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages).split())


def test_minutes_begin_with_who_was_there(scene: Scene) -> None:
    meeting = scene.convene()
    with pytest.raises(Problem):
        drafting.write(meeting, actor_id=scene.secretary, text="x")
    scene.hold(meeting)
    with pytest.raises(Problem):
        drafting.write(meeting, actor_id=scene.secretary, text="  ")
    with pytest.raises(Problem):
        drafting.write(meeting, actor_id=scene.head("CGIL"), text="x")


def test_each_saving_is_a_version_unless_nothing_changed(scene: Scene) -> None:
    meeting = scene.hold(scene.convene())
    first = drafting.write(meeting, actor_id=scene.secretary, text="uno")
    drafting.write(meeting, actor_id=scene.secretary, text="uno\r\n")
    drafting.write(meeting, actor_id=scene.secretary, text="due")
    assert [row.content["text"] for row in first.versions.all()] == ["uno", "due"]
    last = first.versions.last()
    assert last is not None
    assert drafting.digest(last.content) == last.sha256


def test_what_is_sent_holds_decisions_and_attendance_as_they_are_then(scene: Scene) -> None:
    meeting = scene.hold(scene.convene(agenda=["Formazione"]))
    minutes = drafting.write(meeting, actor_id=scene.secretary, text="uno")
    running.add_decision(meeting, actor_id=scene.secretary, text="Si fa un gruppo di lavoro.")
    sent = drafting.send(minutes, actor_id=scene.secretary)
    assert sent.current is not None
    assert sent.current.content["decisions"][0]["text"] == "Si fa un gruppo di lavoro."
    assert len(sent.current.content["present"]) == 7


def test_all_parties_approve_and_the_minutes_close(scene: Scene, told) -> None:
    minutes = scene.closed()
    assert (minutes.state, minutes.outcome) == ("closed", "approved")
    assert scene.secretary in told("closed")
    assert {row.account_id for row in minutes.current.answers.all()} == {
        person.pk for person in scene.world.delegates.values()
    }


def test_a_statement_for_the_record_is_attached(scene: Scene) -> None:
    minutes = scene.closed(declaring="UIL")
    assert minutes.outcome == "declared"
    text = pdf_of(minutes)
    assert STATEMENT in text
    assert minutes.current.sha256 in text.replace(" ", "")
    made = docx.Document(io.BytesIO(files.open_stored(minutes.docx).read()))
    assert any(p.text == STATEMENT and p.style.name == "Quote" for p in made.paragraphs)


def test_silence_is_no_approval(scene: Scene) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    Minutes.objects.filter(pk=minutes.pk).update(approve_by=timezone.localdate() - timedelta(days=9))
    for name in ("CGIL", "CISL", "UIL"):
        scene.answer(minutes, name)
    approving.remind()
    minutes.refresh_from_db()
    assert minutes.state == "approval"
    assert [str(p) for p in approving.missing(minutes, minutes.current)] == ["Associazione"]


def test_a_correction_makes_a_new_version_and_approvals_lapse(scene: Scene, told) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    scene.answer(minutes, "CGIL")
    scene.answer(minutes, "CISL", "correct", "Non abbiamo detto questo.")
    assert scene.secretary in told("correction")
    with pytest.raises(Problem):
        drafting.write(minutes.meeting, actor_id=scene.secretary, text="Corretto.")
    drafting.take_back(minutes, actor_id=scene.secretary)
    with pytest.raises(Problem):
        scene.answer(minutes, "UIL")
    drafting.write(minutes.meeting, actor_id=scene.secretary, text="Corretto.")
    minutes = drafting.send(minutes, actor_id=scene.secretary)
    assert len(approving.missing(minutes, minutes.current)) == 4
    for name in ("CISL", "UIL", "Associazione"):
        scene.answer(minutes, name)
    minutes.refresh_from_db()
    assert minutes.state == "approval", "the approval of the first version must not count"
    scene.answer(minutes, "CGIL")
    minutes.refresh_from_db()
    assert minutes.state == "closed"


def test_an_answer_names_the_version_that_was_read(scene: Scene) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    read = minutes.current_id
    drafting.take_back(minutes, actor_id=scene.secretary)
    scene.send(minutes.meeting, "Altro testo.")
    with pytest.raises(Problem):
        approving.answer(minutes, read, "approve", actor_id=scene.head("CGIL"))
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("choice", "text"), [("correct", ""), ("declare", " "), ("maybe", "x")])
def test_an_answer_says_what_it_means(scene: Scene, choice: str, text: str) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    with pytest.raises(Problem):
        scene.answer(minutes, "CGIL", choice, text)


def test_who_may_not_answer(scene: Scene) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    for who in (scene.secretary, scene.observer.pk, scene.world.stranger.pk):
        with pytest.raises(Problem):
            approving.answer(minutes, minutes.current_id, "approve", actor_id=who)
    approving.answer(minutes, minutes.current_id, "approve", actor_id=scene.substitute.pk)


def test_a_party_may_change_its_answer_until_the_close_and_a_retry_counts_once(scene: Scene) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    scene.answer(minutes, "CGIL")
    assert scene.answer(minutes, "CGIL").pk == scene.answer(minutes, "CGIL").pk
    for name in ("CISL", "UIL"):
        scene.answer(minutes, name)
    scene.answer(minutes, "CGIL", "correct", "Manca una frase.")
    scene.answer(minutes, "Associazione")
    minutes.refresh_from_db()
    assert minutes.state == "approval"
    scene.answer(minutes, "CGIL", "declare", "Manca una frase, la diciamo noi.")
    minutes.refresh_from_db()
    assert minutes.outcome == "declared"
    with pytest.raises(Problem):
        scene.answer(minutes, "CGIL")


def test_closed_minutes_are_frozen_in_bytes_and_in_the_register(scene: Scene) -> None:
    minutes = scene.closed(declaring="UIL")
    act = acts_on("meetings.meeting", minutes.meeting_id)[-1]
    assert act.act_name == "meetings.minutes_closed"
    for ending in ("pdf", "docx"):
        stored = getattr(minutes, ending)
        data = files.open_stored(stored).read()
        assert hashlib.sha256(data).hexdigest() == stored.sha256 == act.content[f"{ending}_sha256"]
    assert STATEMENT not in str(act.content)


def refused(work) -> None:
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        work()


def test_the_database_refuses_every_change_of_closed_minutes(scene: Scene) -> None:
    meeting = scene.hold(scene.convene(agenda=["Uno"]))
    running.add_decision(meeting, actor_id=scene.secretary, text="Deciso.")
    minutes = scene.send(meeting)
    for name in scene.world.parties:
        scene.answer(minutes, name)
    minutes.refresh_from_db()
    version, one = minutes.current, minutes.versions.filter(pk=minutes.current_id)
    refused(lambda: Minutes.objects.filter(pk=minutes.pk).update(outcome="declared"))
    refused(lambda: Minutes.objects.filter(pk=minutes.pk).delete())
    refused(lambda: one.update(content={}))
    refused(lambda: MinutesVersion.objects.filter(pk=version.pk)._raw_delete("default"))
    refused(lambda: Answer.objects.filter(version=version).update(text="x"))
    refused(lambda: Answer.objects.filter(version=version)._raw_delete("default"))
    refused(lambda: StoredFile.objects.filter(pk=minutes.pdf_id).update(path="x"))
    refused(lambda: StoredFile.objects.filter(pk=minutes.docx_id)._raw_delete("default"))
    refused(lambda: Attendance.objects.filter(meeting=meeting).update(status="absent"))
    refused(lambda: Decision.objects.filter(meeting=meeting).update(text="x"))
    refused(lambda: AgendaItem.objects.filter(meeting=meeting).delete())
    refused(lambda: Decision.objects.create(territory=meeting.territory, meeting=meeting, number=9, text="x"))
    refused(
        lambda: Answer.objects.create(
            territory=meeting.territory, version=version, party=scene.world.parties["CGIL"], choice="approve",
            order=99, account_id=scene.head("CGIL"), name="x", role="head",
        )
    )  # fmt: skip


def test_services_refuse_changes_while_the_minutes_are_out(scene: Scene) -> None:
    meeting = scene.hold(scene.convene(agenda=["Uno"]))
    decision = running.add_decision(meeting, actor_id=scene.secretary, text="Deciso.")
    scene.send(meeting)
    item = meeting.agenda.get()
    for work in (
        lambda: running.add_item(meeting, actor_id=scene.secretary, title="x"),
        lambda: running.remove_item(item, actor_id=scene.secretary),
        lambda: running.move_item(item, actor_id=scene.secretary, up=True),
        lambda: running.add_decision(meeting, actor_id=scene.secretary, text="x"),
        lambda: running.remove_decision(decision, actor_id=scene.secretary),
        lambda: running.record_attendance(meeting, {}, actor_id=scene.secretary),
    ):
        with pytest.raises(Problem):
            work()


def test_a_later_correction_is_a_new_act_that_leaves_the_first_as_it_is(scene: Scene) -> None:
    minutes = scene.closed()
    before = files.open_stored(minutes.pdf).read()
    with pytest.raises(Problem):
        drafting.begin_correction(minutes, actor_id=scene.secretary, text=" ")
    fixed = drafting.begin_correction(minutes, actor_id=scene.secretary, text="Erano 24 ore, non 42.")
    with pytest.raises(Problem):
        drafting.begin_correction(minutes, actor_id=scene.secretary, text="Un'altra.")
    drafting.rewrite_correction(fixed, actor_id=scene.secretary, text="Erano 24 ore e non 42.")
    fixed = drafting.send(fixed, actor_id=scene.secretary)
    for name in scene.world.parties:
        scene.answer(fixed, name)
    fixed.refresh_from_db()
    assert fixed.state == "closed"
    assert fixed.current.content["corrects"]["sha256"] == minutes.current.sha256
    text = pdf_of(fixed)
    assert "Erano 24 ore e non 42." in text
    assert minutes.current.sha256 in text.replace(" ", "")
    minutes.refresh_from_db()
    assert files.open_stored(minutes.pdf).read() == before
    with pytest.raises(Problem):
        drafting.begin_correction(fixed, actor_id=scene.secretary, text="x")


def test_parties_that_do_not_answer_are_reminded_and_not_too_often(scene: Scene, told) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    scene.answer(minutes, "CGIL")
    assert approving.remind() == 0
    Minutes.objects.filter(pk=minutes.pk).update(approve_by=timezone.localdate() + timedelta(days=2))
    assert approving.remind() == 4
    assert told("reminder") == {
        scene.head("CISL"), scene.head("UIL"), scene.head("Associazione"), scene.substitute.pk,
    }  # fmt: skip
    assert approving.remind() == 0


def test_a_decision_settles_its_point_when_the_minutes_close(scene: Scene) -> None:
    point = points.add_point(scene.table, actor_id=scene.head("CGIL"), title="Formazione")
    meeting = scene.convene()
    running.add_item(meeting, actor_id=scene.secretary, point_id=point.pk)
    scene.hold(meeting)
    running.add_decision(meeting, actor_id=scene.secretary, text="Ventiquattro ore.", point_id=point.pk)
    minutes = scene.send(meeting)
    point.refresh_from_db()
    assert point.state == Point.State.OPEN
    for name in scene.world.parties:
        scene.answer(minutes, name)
    point.refresh_from_db()
    assert point.state == Point.State.SETTLED


def test_restricted_minutes_need_only_the_parties_of_those_named(scene: Scene) -> None:
    keeper = scene.head("CGIL")
    minutes = scene.send(scene.hold(scene.restricted("CISL"), keeper), keeper=keeper)
    with pytest.raises(Problem):
        approving.answer(minutes, minutes.current_id, "approve", actor_id=scene.substitute.pk)
    scene.answer(minutes, "CGIL")
    scene.answer(minutes, "CISL")
    minutes.refresh_from_db()
    assert minutes.state == "closed"
    acts = [act.act_name for act in acts_on("meetings.meeting", minutes.meeting_id)]
    assert acts == ["meetings.minutes_closed"]


def test_a_meeting_without_minutes_gets_none(scene: Scene) -> None:
    keeper = scene.head("CGIL")
    meeting = scene.hold(scene.restricted("CISL", wants_minutes=False), keeper)
    with pytest.raises(Problem):
        drafting.write(meeting, actor_id=keeper, text="x")


def test_who_keeps_minutes_passes_on_when_the_keeper_leaves(scene: Scene) -> None:
    keeper = scene.head("CGIL")
    meeting = scene.hold(scene.restricted("CISL"), keeper)
    with pytest.raises(Problem):
        drafting.write(meeting, actor_id=scene.head("CISL"), text="x")
    seat = scene.world.parties["CGIL"].delegates.get()
    seat.ends_on = timezone.localdate()
    seat.save()
    with pytest.raises(Problem):
        drafting.write(meeting, actor_id=keeper, text="x")
    drafting.write(meeting, actor_id=scene.head("CISL"), text="x")


def test_a_party_that_left_the_table_is_waited_for_no_longer(scene: Scene) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    for name in ("CGIL", "CISL", "Associazione"):
        scene.answer(minutes, name)
    party = scene.world.parties["UIL"]
    party.ends_on = timezone.localdate()
    party.save()
    with pytest.raises(Problem):
        scene.answer(minutes, "UIL")
    scene.answer(minutes, "CGIL")
    minutes.refresh_from_db()
    assert minutes.state == "closed"
    assert "UIL" not in [str(row.party) for row in minutes.current.answers.all()]
