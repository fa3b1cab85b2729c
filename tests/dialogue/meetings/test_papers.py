"""Points, documents and communiqués; the search; what the files of minutes look like."""

from __future__ import annotations

import io

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from docx import Document as read_docx
from pypdf import PdfReader

from tavolo.common import files
from tavolo.common.errors import Problem
from tavolo.dialogue.meetings import agenda, gathering
from tavolo.dialogue.meetings.models import Communique, CommuniqueVersion, DocumentVersion
from tavolo.dialogue.meetings.services import communiques, documents, points, running
from tests.dialogue.meetings.conftest import Scene

pytestmark = pytest.mark.django_db


def test_points_are_numbered_owned_and_changed_by_their_party(scene: Scene) -> None:
    mine = points.add_point(scene.table, actor_id=scene.head("CGIL"), title="Formazione")
    common = points.add_point(scene.table, actor_id=scene.secretary, title="Calendario")
    assert (mine.number, mine.owner, common.number, common.owner) == (
        1, scene.world.parties["CGIL"], 2, None,
    )  # fmt: skip
    points.set_state(mine, "settled", actor_id=scene.head("CGIL"))
    points.set_state(mine, "open", actor_id=scene.secretary)
    for work in (
        lambda: points.set_state(mine, "dropped", actor_id=scene.head("CISL")),
        lambda: points.set_state(mine, "burnt", actor_id=scene.secretary),
        lambda: points.add_point(scene.table, actor_id=scene.observer.pk, title="x"),
        lambda: points.add_point(scene.table, actor_id=scene.secretary, title=" "),
    ):
        with pytest.raises(Problem):
            work()


def test_an_agenda_is_made_of_words_points_and_references(scene: Scene) -> None:
    point = points.add_point(scene.table, actor_id=scene.head("CGIL"), title="Formazione")
    held = scene.hold(scene.convene())
    decision = running.add_decision(held, actor_id=scene.secretary, text="Si fa un gruppo.")
    meeting = scene.convene()
    running.add_item(meeting, actor_id=scene.secretary, title="Varie")
    running.add_item(meeting, actor_id=scene.secretary, point_id=point.pk)
    item = running.add_item(meeting, actor_id=scene.secretary, source_kind="decision", source_id=decision.pk)
    assert [row.title for row in meeting.agenda.all()] == ["Varie", "Formazione", "1.1 Si fa un gruppo."]
    running.move_item(item, actor_id=scene.secretary, up=True)
    running.move_item(meeting.agenda.all()[0], actor_id=scene.secretary, up=True)
    assert [row.title for row in meeting.agenda.all()] == ["Varie", "1.1 Si fa un gruppo.", "Formazione"]
    running.remove_item(meeting.agenda.all()[0], actor_id=scene.secretary)
    points.set_state(point, "settled", actor_id=scene.secretary)
    for wrong in (
        {"title": " "}, {"point_id": point.pk}, {"source_kind": "decision", "source_id": point.pk},
        {"source_kind": "nothing", "source_id": point.pk},
    ):  # fmt: skip
        with pytest.raises(Problem):
            running.add_item(meeting, actor_id=scene.secretary, **wrong)


def test_decisions_of_discreet_meetings_are_never_offered_for_an_agenda(scene: Scene) -> None:
    keeper = scene.head("CGIL")
    meeting = scene.hold(scene.restricted("CISL"), keeper)
    running.add_decision(meeting, actor_id=keeper, text="Riservata.")
    assert "Riservata" not in str(agenda.offered(keeper, scene.table))


def test_a_joint_communique_is_published_by_the_last_approval_of_the_exact_text(scene: Scene) -> None:
    row = communiques.draft(scene.table, actor_id=scene.secretary, title="Avvio", text="Testo.", joint=True)
    address = reverse("meetings:communique", args=[row.pk])
    assert Client().get(address).status_code == 302
    first = row.current_id
    communiques.approve(row, first, actor_id=scene.head("CGIL"))
    communiques.approve(row, first, actor_id=scene.head("CGIL"))
    row = communiques.revise(row, actor_id=scene.head("CISL"), title="Avvio", text="Testo nuovo.")
    with pytest.raises(Problem):
        communiques.approve(row, first, actor_id=scene.head("CISL"))
    for name in ("CGIL", "CISL", "UIL", "Associazione"):
        row.refresh_from_db()
        assert row.state == Communique.State.DRAFT
        communiques.approve(row, row.current_id, actor_id=scene.head(name))
    row.refresh_from_db()
    assert row.state == Communique.State.PUBLISHED
    assert "Testo nuovo." in Client().get(address).content.decode()
    pdf = b"".join(Client().get(reverse("meetings:communique_pdf", args=[row.pk])).streaming_content)
    assert "Testo nuovo." in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    with pytest.raises(Problem):
        communiques.revise(row, actor_id=scene.secretary, title="x", text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Communique.objects.filter(pk=row.pk).update(state="draft", published_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        CommuniqueVersion.objects.filter(communique=row).update(text="altro")


def test_a_partys_own_communique_is_its_own_until_its_head_publishes_it(scene: Scene) -> None:
    member = scene.substitute.pk
    row = communiques.draft(scene.table, actor_id=member, title="CANARINO", text="CANARINO", joint=False)
    for account in (scene.world.delegates["CGIL"], scene.world.secretary, None):
        client = Client()
        if account is not None:
            client.force_login(account)
        assert b"CANARINO" not in client.get(reverse("meetings:communique", args=[row.pk])).content
        assert b"CANARINO" not in client.get(reverse("meetings:communiques", args=[scene.table.pk])).content
    with pytest.raises(Problem):
        communiques.publish_own(row, row.current_id, actor_id=member)
    with pytest.raises(Problem):
        communiques.approve(row, row.current_id, actor_id=scene.head("CISL"))
    communiques.publish_own(row, row.current_id, actor_id=scene.head("CISL"))
    assert "CANARINO" in Client().get(reverse("meetings:published")).content.decode()


def test_a_communique_never_names_a_discreet_meeting(scene: Scene) -> None:
    meeting = scene.restricted("CISL")
    with pytest.raises(Problem):
        communiques.draft(
            scene.table, actor_id=scene.head("CGIL"), title="x", text="x", joint=True, meeting=meeting
        )


def test_documents_have_types_limits_and_versions_that_stay(scene: Scene) -> None:
    actor = scene.head("CGIL")
    row = documents.add_document(scene.table, actor_id=actor, source=b"uno", name="../../nota.txt")
    documents.add_version(row, actor_id=actor, source=b"due", name="nota.txt", note="corretta")
    assert [(v.number, v.file.name) for v in row.versions.all()] == [(2, "nota.txt"), (1, "nota.txt")]
    for source, name in ((b"<html><script>x</script>", "x.html"), (b"MZ\x00\x01", "x.exe"),
                         (b"PK\x03\x04zip", "x.zip")):  # fmt: skip
        with pytest.raises(Problem):
            documents.add_document(scene.table, actor_id=actor, source=source, name=name)
    with pytest.raises(Problem):
        documents.add_document(
            scene.table, actor_id=actor, source=io.BytesIO(b"x" * (documents.LARGEST + 1)), name="x.txt"
        )
    for who in (scene.head("CISL"), scene.secretary, scene.observer.pk):
        with pytest.raises(Problem):
            documents.add_version(row, actor_id=who, source=b"tre", name="nota.txt")
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.filter(document=row).update(number=9)


def test_a_download_is_an_attachment_that_nothing_runs(scene: Scene) -> None:
    row = documents.add_document(scene.table, actor_id=scene.secretary, source=b"uno", name="nota.txt")
    client = Client()
    client.force_login(scene.world.delegates["UIL"])
    answer = client.get(reverse("common:file", args=[row.versions.get().file_id]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_search_finds_italian_words_in_closed_minutes(scene: Scene) -> None:
    minutes = scene.closed(text="Le parti discutono di magazzini e turnazioni.")
    matches = list(gathering.find(scene.head("UIL"), "magazzino turnazione"))
    assert [match.link for match in matches] == [reverse("meetings:minutes", args=[minutes.pk])]
    for who in (scene.world.stranger.pk, None):
        assert not list(gathering.find(who, "magazzino"))


def test_what_awaits_whom(scene: Scene) -> None:
    minutes = scene.send(scene.hold(scene.convene()))
    coming = scene.convene(title="Seconda plenaria")
    kinds = lambda who: sorted(item.kind for item in gathering.waiting(who))  # noqa: E731
    assert kinds(scene.head("CGIL")) == ["meeting", "minutes"]
    assert kinds(scene.observer.pk) == ["meeting"]
    scene.answer(minutes, "CGIL", "correct", "x")
    assert "minutes" not in kinds(scene.head("CGIL"))
    assert "correction" in kinds(scene.secretary)
    titles = {event.title for event in gathering.events(scene.head("UIL"), scene.table)}
    assert coming.title in titles


def test_hostile_words_in_minutes_reach_the_files_as_words(scene: Scene) -> None:
    hostile = '#panic("x") $a$ @b <b> \\ `c` = * _ [d] مرحبا 🎉'
    minutes = scene.closed(text=hostile)
    pdf = "".join(p.extract_text() for p in PdfReader(files.open_stored(minutes.pdf)).pages)
    assert '#panic("x")' in pdf
    made = read_docx(files.open_stored(minutes.docx))
    assert any(p.text == hostile for p in made.paragraphs)
    assert made.core_properties.language == "it"
