"""Consultations held elsewhere are checked, shown, and come in whole or not at all, by the secretariat."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tavolo.common import jobs, paths
from tavolo.common.errors import Problem
from tavolo.common.imports import services
from tavolo.common.models import ImportChunk, ImportRun, StoredFile
from tavolo.dialogue.models import ClosedBallot, Consultation, Secretariat, StatementVersion, Tally
from tavolo.dialogue.services.importing import begin_import
from tests.dialogue.world import build_world
from tests.shared_data import shared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep uploads in a folder of the test."""
    monkeypatch.setattr(paths, "files", lambda: tmp_path / "files")


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def archive(**files: str) -> bytes:
    """Return a zip file with the named CSV files in a folder."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(f"export/{name}.csv", text)
    return held.getvalue()


def table_of_votes(people: int = 24) -> str:
    lines = ["participant,statement,vote"]
    for person in range(people):
        for statement in range(3):
            lines.append(f"p{person},s{statement},{(person + statement) % 3 - 1}")
    return "\n".join(lines)


def polis_votes(people: int = 24) -> str:
    """Return a votes.csv: everybody agrees with 0, disagrees with 1, passes on 2."""
    lines = ["timestamp,datetime,comment-id,voter-id,vote"]
    for person in range(people):
        lines += [f"{1000 + person},x,{statement},{person},{(1, -1, 0)[statement]}" for statement in range(3)]
    return "\n".join(lines)


def polis_comments(people: int = 24, moderated: str = "1") -> str:
    return (
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        f'1,x,0,0,{people},0,1,"Una frase\nsu due righe, con virgola"\n'
        f"2,x,1,0,0,{people},{moderated},Seconda\n3,x,2,0,0,0,-1,Terza\n"
    )


def run_job(row) -> None:
    jobs.run(row.pk, row.territory_id)


def checked(world, file: SimpleUploadedFile) -> ImportRun:
    """Upload as the secretary and check."""
    run = begin_import(world.table, file, actor_id=world.secretary.pk, title="Prova")
    run_job(run.check_job)
    run.refresh_from_db()
    return run


def saved(run: ImportRun) -> Consultation:
    """Confirm a checked import and return what it became."""
    assert run.state == "ready", run.problems
    assert not Consultation.objects.exists(), "nothing is written before it is confirmed"
    run = services.confirm(run.pk)
    run_job(run.save_job)
    run.refresh_from_db()
    assert run.state == "done", run.problems
    return Consultation.objects.get()


def places(run: ImportRun) -> list[tuple[object, object, object]]:
    return [(entry["file"], entry["row"], entry["column"]) for entry in run.problems]


def test_a_table_of_votes_becomes_a_closed_anonymous_consultation(territory):
    world = build_world(territory)
    found = saved(checked(world, upload("voti.csv", table_of_votes().encode())))
    assert (found.state, found.imported, found.title) == ("closed", True, "Prova")
    assert ClosedBallot.objects.filter(consultation=found, group=None, side="").count() == 24
    assert not ImportChunk.objects.exists(), "the rows with names of participants are gone"
    assert not StoredFile.objects.exists()


def test_a_spreadsheet_is_read_as_well(territory):
    world = build_world(territory)
    book = openpyxl.Workbook()
    for line in table_of_votes().splitlines():
        cells = line.split(",")
        book.active.append([*cells[:2], int(cells[2]) if cells[2].lstrip("-").isdigit() else cells[2]])
    held = io.BytesIO()
    book.save(held)
    found = saved(checked(world, upload("voti.xlsx", held.getvalue())))
    assert ClosedBallot.objects.filter(consultation=found).count() == 24


def test_a_parquet_table_is_read_as_well(territory):
    world = build_world(territory)
    rows = list(csv.DictReader(io.StringIO(table_of_votes())))
    held = io.BytesIO()
    columns = {name: [row[name] for row in rows] for name in ("participant", "statement")}
    pq.write_table(pa.table({**columns, "vote": [int(row["vote"]) for row in rows]}), held)
    found = saved(checked(world, upload("voti.parquet", held.getvalue())))
    assert ClosedBallot.objects.filter(consultation=found).count() == 24


def test_an_export_brings_texts_moderation_and_the_right_signs(territory):
    world = build_world(territory)
    data = archive(
        votes=polis_votes(),
        comments=polis_comments(),
        summary="topic,T\nconversation-description,Che cosa?\n",
    )
    run = checked(world, upload("export.zip", data))
    shown = {part["name"]: part for part in services.preview(run)}
    assert set(shown) == {"votes.csv", "comments.csv", "consultazione.csv"}
    assert shown["votes.csv"]["rows_read"] == 72
    found = saved(run)
    assert found.question == "Che cosa?"
    texts = StatementVersion.objects.filter(consultation=found).order_by("slot")
    assert [(version.text, version.open_to_votes) for version in texts] == [
        ("Una frase\nsu due righe, con virgola", True), ("Seconda", True), ("Terza", False),
    ]  # fmt: skip
    counts = Tally.objects.filter(consultation=found).order_by("version__slot")
    assert [(one.agree, one.disagree, one.passed) for one in counts] == [(24, 0, 0), (0, 24, 0), (0, 0, 24)]


def test_of_several_votes_the_last_by_time_counts(territory):
    world = build_world(territory)
    again = "\n1,x,0,5,-1"  # earlier than the vote of person 5 above
    found = saved(checked(world, upload("e.zip", archive(votes=polis_votes() + again))))
    assert Tally.objects.filter(consultation=found, version__slot=0).get().agree == 24


def test_only_the_secretariat_imports(territory):
    world = build_world(territory)
    for account in (*world.delegates.values(), world.stranger):
        with pytest.raises(Problem):
            begin_import(
                world.table, upload("voti.csv", table_of_votes().encode()), actor_id=account.pk, title="P"
            )
        client = Client()
        client.force_login(account)
        place = reverse("common:import_new")
        query = {"importer": "dialogue.consultation", "subject": world.table.pk}
        assert client.get(place, query).status_code == 404
    assert not ImportRun.objects.exists()


def test_every_wrong_row_is_named_by_file_row_and_column_and_nothing_is_written(territory):
    world = build_world(territory)
    wrong = polis_votes().replace("x,1,7,-1", "x,1,7,9").replace("x,2,7,0", "x,,7,0")
    run = checked(world, upload("e.zip", archive(votes=wrong, comments=polis_comments(moderated="5"))))
    assert run.state == "refused"
    assert places(run) == [
        ("comments.csv", 3, "moderated"), ("votes.csv", 24, "vote"), ("votes.csv", 25, "statement"),
    ]  # fmt: skip
    said = run.problems[1]["message"]
    assert "«9»" in said or "'9' non è" in said, said
    assert not Consultation.objects.exists()
    with pytest.raises(Problem):
        services.confirm(run.pk)


def test_what_only_the_whole_tells_is_named_at_its_row_in_the_upload(territory):
    world = build_world(territory)
    lines = polis_comments().splitlines()
    twice = "\n".join([*lines, ",,,,,,,", "9,x,1,0,0,24,1,Ancora"]) + "\n"
    run = checked(world, upload("e.zip", archive(votes=polis_votes(), comments=twice)))
    assert places(run) == [("comments.csv", 6, "comment-id")]


def test_votes_the_other_way_round_are_refused(territory):
    world = build_world(territory)
    turned = polis_votes().replace(",1\n", ",X\n").replace(",-1\n", ",1\n").replace(",X\n", ",-1\n")
    run = checked(world, upload("e.zip", archive(votes=turned, comments=polis_comments())))
    assert places(run) == [("votes.csv", None, "vote")]


def test_too_few_people_are_refused_before_confirmation(territory):
    world = build_world(territory)
    run = checked(world, upload("voti.csv", table_of_votes(people=3).encode()))
    assert (run.state, run.problem_count) == ("refused", 1)


@pytest.mark.parametrize("content", [b"not a zip", b"", archive(votes=polis_votes())[:-40]])
def test_a_damaged_archive_is_refused(territory, content):
    world = build_world(territory)
    with pytest.raises(Problem):
        begin_import(world.table, upload("x.zip", content), actor_id=world.secretary.pk, title="P")
    assert not StoredFile.objects.exists()


def test_an_archive_that_unpacks_to_too_much_is_not_opened(territory):
    world = build_world(territory)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("votes.csv", b"0" * (129 * 1024 * 1024))
    with pytest.raises(Problem, match=r"unpacks|decompresso|decompressione"):
        begin_import(world.table, upload("x.zip", held.getvalue()), actor_id=world.secretary.pk, title="P")


def test_an_archive_with_two_exports_or_without_votes_is_refused(territory):
    world = build_world(territory)
    for files in ({"votes": "x", "b-votes": "x"}, {"comments": "x"}, {"participants-votes": "x"}):
        with pytest.raises(Problem):
            begin_import(
                world.table, upload("x.zip", archive(**files)), actor_id=world.secretary.pk, title="P"
            )


def matrix(people: int = 24) -> str:
    """Return a participants-votes.csv: everybody agrees with 0, disagrees with 1; half pass on 2."""
    lines = ["participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2"]
    ends = ("2,1,1,1,-1,", "3,1,1,1,-1,0")
    lines += [f"{person},,0,{ends[person % 2]}" for person in range(people)]
    return "\r\n".join(lines)


@pytest.mark.parametrize("alone", [True, False])
def test_participants_votes_alone_becomes_a_consultation(territory, alone):
    world = build_world(territory)
    file = (
        upload("uno-participants-votes.csv", ("\ufeff" + matrix()).encode())
        if alone
        else upload("x.zip", archive(**{"participants-votes": matrix(), "comments": polis_comments()}))
    )
    found = saved(checked(world, file))
    rows = [bytes(row.votes) for row in ClosedBallot.objects.filter(consultation=found)]
    assert sorted(rows) == sorted([bytes([1, 2, 0])] * 12 + [bytes([1, 2, 3])] * 12)
    texts = set(StatementVersion.objects.filter(consultation=found).values_list("text", flat=True))
    assert ("Seconda" in texts) is not alone


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        (matrix().replace("3,,0,3,1,1,1,-1,0", "3,,0,3,1,1,1,-1,forse"), 5, "2"),
        (matrix().replace("3,,0,3,1,1", "3,,0,3,2,1"), 5, "n-agree"),
        (matrix().replace("\n4,,", "\n3,,"), 6, "participant"),
        (matrix().split("\n")[0], None, None),
    ],
    ids=["no vote", "count", "twice", "empty"],
)
def test_a_wrong_matrix_is_named_by_row_and_column_of_the_upload(territory, text, row, column):
    world = build_world(territory)
    with pytest.raises(Problem) as caught:
        begin_import(
            world.table,
            upload("participants-votes.csv", text.encode()),
            actor_id=world.secretary.pk,
            title="P",
        )
    assert (caught.value.file, caught.value.row, caught.value.column) == (
        "participants-votes.csv",
        row,
        column,
    )
    assert not ImportRun.objects.exists()


def test_the_page_leads_to_the_check_and_a_form_sent_twice_begins_one_import(territory):
    world = build_world(territory)
    client = Client(headers={"accept-language": "it"})
    client.force_login(world.secretary)
    key = str(uuid.uuid4())
    answers = [
        client.post(
            reverse("dialogue:import", args=[world.table.pk]),
            {"title": "Prova", "file": upload("voti.csv", table_of_votes().encode()), "idempotency_key": key},
        )
        for _ in range(2)
    ]
    run = ImportRun.objects.get()
    assert {answer["location"] for answer in answers} == {reverse("common:import", args=[run.pk])}
    run_job(run.check_job)
    page = client.get(answers[0]["location"])
    assert "voti.csv" in page.content.decode()
    client.post(reverse("common:import_confirm", args=[run.pk]))
    run.refresh_from_db()
    run_job(run.save_job)
    run_job(run.save_job)
    assert Consultation.objects.count() == 1, "a second run of the same work writes nothing"
    done = client.get(answers[0]["location"]).content.decode()
    assert reverse("dialogue:table", args=[world.table.pk]) in done


def test_who_is_no_longer_secretary_saves_nothing(territory):
    world = build_world(territory)
    run = services.confirm(checked(world, upload("voti.csv", table_of_votes().encode())).pk)
    Secretariat.objects.filter(table=world.table).delete()
    run_job(run.save_job)
    run.refresh_from_db()
    assert run.state == "failed"
    assert not Consultation.objects.exists()


def test_a_real_export_becomes_a_page(territory):
    folder = shared("polis") / "vtaiwan.uberx"
    world = build_world(territory)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.glob("*.csv")):
            packed.write(path, f"export/{path.name}")
    found = saved(checked(world, upload("uber.zip", held.getvalue())))
    client = Client(headers={"accept-language": "it"})
    client.force_login(world.secretary)
    page = client.get(reverse("dialogue:results", args=[found.pk]))
    assert page.status_code == 200
    assert page.context["picture"]["voters"] == ClosedBallot.objects.filter(consultation=found).count()
