"""Out to Word and back: nothing is lost, noise is not read, a hostile file is refused."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import uuid
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from tavolo.agreements.documents.word_in import read_docx
from tavolo.agreements.documents.word_out import Stamp, write_docx
from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.deriving import derive
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Clause, Origin, Text
from tavolo.agreements.text.operations import Amendment, Insert, Replace, reworded
from tavolo.agreements.text.reading import counted_ids
from tests.agreements.text.invent import invented
from tests.agreements.text.test_properties import apart

STAMP = Stamp(uuid.UUID(int=7), 3, date(2026, 11, 22))
RICH = Text.of(
    "Intesa sul premio & altro <x>",
    (
        Clause(
            "premio", "Premio* «di risultato»",
            "È **grande e *bello* davvero**.\n\n1. uno\n1. due\n  - sotto\n1. tre\n\nEntro 30 giorni.",
            ("wages",), (Origin("statement", "17"),),
            (Clause("premio-1", "", "Spetta a tutti."),),
        ),
        Clause("durata", "Durata", "Tre anni, 5 \\* 3."),
    ),
    "Premesso che:\n- si è discusso;\n- si è trovato un accordo.",
)  # fmt: skip


def back(data: bytes, base: Text) -> Text:
    return read_docx(data, counted_ids("new"), base).text


def edited(data: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    file = docx.Document(io.BytesIO(data))
    change(file)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def test_a_text_comes_back_as_it_went() -> None:
    data = write_docx(RICH, STAMP)
    assert back(data, RICH) == RICH
    assert data == write_docx(RICH, STAMP)


def test_the_file_says_which_version_it_is() -> None:
    found = read_docx(write_docx(RICH, STAMP), counted_ids(), RICH)
    assert found.stamp == (str(STAMP.agreement), 3, text_hash(RICH))


@pytest.mark.parametrize("seed", range(25))
def test_tracked_changes_read_as_accepted(seed: int) -> None:
    source = random.Random(seed)
    text = invented(source)
    changes = apart(source, text, 3)
    wanted = apply(text, changes)
    found = read_docx(write_docx(text, STAMP, amendments=changes), counted_ids("new"), wanted)
    assert found.text == wanted
    assert set(found.authors) <= {one.author for one in changes}


def test_plain_edits_become_the_partys_changes_and_looks_do_not_count() -> None:
    def change(file) -> None:  # type: ignore[no-untyped-def]
        for paragraph in file.paragraphs:
            for run in paragraph.runs:
                run.font.size, run.font.name = docx.shared.Pt(14), "Comic Sans MS"
            if paragraph.text.startswith("Entro 30"):
                paragraph.runs[0].text = "Entro 60\xa0giorni."
        file.add_paragraph("Foro", style="Heading 1")
        file.add_paragraph("Milano.")

    after = back(edited(write_docx(RICH, STAMP), change), RICH)
    operations = derive(RICH, after)
    assert [type(one) for one in operations] == [Replace, Insert]
    assert operations[0] == reworded(RICH, "premio", body=RICH.clause("premio").body.replace("30", "60"))
    assert [clause.title for clause in operations[1].clauses] == ["Foro"]
    assert after.clause("premio").topics == ("wages",)


def test_a_heading_that_lost_its_bookmark_is_known_by_its_title() -> None:
    def change(file) -> None:  # type: ignore[no-untyped-def]
        for paragraph in file.paragraphs:
            for mark in [*paragraph._p.iter("{*}bookmarkStart"), *paragraph._p.iter("{*}bookmarkEnd")]:
                mark.getparent().remove(mark)

    assert back(edited(write_docx(RICH, STAMP), change), RICH) == RICH


def test_a_word_file_from_elsewhere_becomes_clauses() -> None:
    file = docx.Document()
    file.add_paragraph("Piattaforma", style="Title")
    file.add_paragraph("Le richieste delle lavoratrici.")
    file.add_paragraph("Art. 1 – Salario", style="Heading 1")
    file.add_paragraph("Un premio per tutti.")
    file.add_paragraph("primo", style="List Bullet")
    out = io.BytesIO()
    file.save(out)
    text = read_docx(out.getvalue(), counted_ids()).text
    assert (text.root.title, text.root.body) == ("Piattaforma", "Le richieste delle lavoratrici.")
    assert [(c.title, c.body) for c in text.root.children] == [("Salario", "Un premio per tutti.\n\n- primo")]


def test_what_is_no_text_is_named() -> None:
    def change(file) -> None:  # type: ignore[no-untyped-def]
        file.add_table(1, 1).cell(0, 0).text = "nella tabella"

    found = read_docx(edited(write_docx(RICH, STAMP), change), counted_ids(), RICH)
    assert found.ignored == ("table",)
    assert "nella tabella" in found.text.clause("durata").body


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x "aaaa">]><d>&x;</d>'


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04", b"%PDF-1.7", zipped("word/styles.xml", b"<x/>"),
        zipped("word/document.xml", b"<x"),
        zipped("word/document.xml", ENTITY), zipped("word/document.xml", b" " * (30 * 1024 * 1024)),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused(data: bytes) -> None:
    with pytest.raises(TextError):
        read_docx(data, counted_ids())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: no re-saving")
@pytest.mark.parametrize("tracked", [False, True])
def test_libreoffice_opens_it_saves_it_and_nothing_is_lost(tmp_path: Path, tracked: bool) -> None:
    changes = [
        Amendment("1", "CGIL", text_hash(RICH), (reworded(RICH, "durata", body="Due anni, 5 \\* 3."),)),
        Amendment("2", "Impresa", text_hash(RICH), (reworded(RICH, "premio-1", body="Spetta a chi c'è."),)),
    ]  # fmt: skip
    asked = changes if tracked else []
    (tmp_path / "a.docx").write_bytes(write_docx(RICH, STAMP, amendments=asked))
    command = [
        "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
        "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "a.docx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    found = read_docx((tmp_path / "out" / "a.docx").read_bytes(), counted_ids("new"), RICH)
    assert found.text == apply(RICH, asked)
    assert found.stamp is not None
    assert set(found.authors) == {one.author for one in asked}
