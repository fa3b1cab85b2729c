"""Consultations held elsewhere come in whole, or not at all, by the joint secretariat."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tavolo.common.errors import Problem
from tavolo.dialogue.models import ClosedBallot, Consultation
from tavolo.dialogue.services.importing import import_consultation
from tests.dialogue.world import build_world
from tests.shared_data import shared

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def table_of_votes(people: int = 24) -> str:
    lines = ["participant,statement,vote"]
    for person in range(people):
        for statement in range(3):
            lines.append(f"p{person},s{statement},{(person + statement) % 3 - 1}")
    return "\n".join(lines)


def test_a_table_of_votes_becomes_a_closed_anonymous_consultation(territory):
    world = build_world(territory)
    found = import_consultation(
        world.table, upload("voti.csv", table_of_votes().encode()), actor_id=world.secretary.pk, title="Prova"
    )
    assert (found.state, found.imported) == ("closed", True)
    assert ClosedBallot.objects.filter(consultation=found, group=None, side="").count() == 24


def test_a_spreadsheet_is_read_as_well(territory):
    world = build_world(territory)
    book = openpyxl.Workbook()
    for line in table_of_votes().splitlines():
        cells = line.split(",")
        book.active.append([*cells[:2], int(cells[2]) if cells[2].lstrip("-").isdigit() else cells[2]])
    held = io.BytesIO()
    book.save(held)
    found = import_consultation(
        world.table, upload("voti.xlsx", held.getvalue()), actor_id=world.secretary.pk, title="Prova"
    )
    assert ClosedBallot.objects.filter(consultation=found).count() == 24


def test_only_the_secretariat_imports(territory):
    world = build_world(territory)
    for account in (*world.delegates.values(), world.stranger):
        with pytest.raises(Problem):
            import_consultation(
                world.table, upload("voti.csv", table_of_votes().encode()), actor_id=account.pk, title="P"
            )
    assert not Consultation.objects.exists()


def test_a_wrong_file_says_where_and_writes_nothing(territory):
    world = build_world(territory)
    client = Client(headers={"accept-language": "it"})
    client.force_login(world.secretary)
    wrong = table_of_votes().replace("p7,s1,", "p7,s1,9")
    answer = client.post(
        reverse("dialogue:import", args=[world.table.pk]),
        {"title": "Prova", "file": upload("voti.csv", wrong.encode())},
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "voti.csv" in text
    assert "row" in text
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("content", [b"not a zip", b""])
def test_a_damaged_archive_is_refused(territory, content):
    world = build_world(territory)
    with pytest.raises(Problem):
        import_consultation(world.table, upload("x.zip", content), actor_id=world.secretary.pk, title="P")


def test_an_archive_that_unpacks_to_too_much_is_not_opened(territory):
    world = build_world(territory)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"{number}/votes.csv", "x")
    with pytest.raises(Problem, match=r"unpacks|decompresso"):
        import_consultation(
            world.table, upload("x.zip", held.getvalue()), actor_id=world.secretary.pk, title="P"
        )


def test_a_real_export_becomes_a_page(territory):
    folder = shared("polis") / "vtaiwan.uberx"
    world = build_world(territory)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.write(path, f"export/{path.name}")
    found = import_consultation(
        world.table, upload("uber.zip", held.getvalue()), actor_id=world.secretary.pk, title="vTaiwan"
    )
    client = Client(headers={"accept-language": "it"})
    client.force_login(world.secretary)
    page = client.get(reverse("dialogue:results", args=[found.pk]))
    assert page.status_code == 200
    assert page.context["picture"]["voters"] == ClosedBallot.objects.filter(consultation=found).count()
