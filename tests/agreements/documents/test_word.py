"""Out to Word and back: nothing is lost, noise is not read, a hostile file is refused."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import uuid
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from tavolo.agreements.documents.word_in import read_docx
from tavolo.agreements.documents.word_out import Stamp, write_docx
from tavolo.agreements.text.applying import apply
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.deriving import derive
from tavolo.agreements.text.errors import TextError
from tavolo.agreements.text.model import Clause, Origin, Text
from tavolo.agreements.text.operations import Amendment, Delete, Insert, Replace, reworded
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


W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
)
LISTS = """<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Art. %1 -"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
</w:abstractNum><w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>"""


def par(words: str, look: str = "", run: str = "") -> str:
    inner = f'<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>' if words else ""
    return f"<w:p><w:pPr>{look}</w:pPr>{inner}</w:p>"


def in_list(key: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'


def word(body: str, *, main: str = "word/document.xml", more: dict[str, str] | None = None) -> bytes:
    """Return a Word file with just this body, as other programs write theirs."""
    out = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("_rels/.rels", f'<R><Relationship Type="{kind}" Target="/{main}"/></R>')
        archive.writestr(main, f"<w:document {W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {W}>{STYLES}</w:styles>")
        archive.writestr("word/numbering.xml", f"<w:numbering {W}>{LISTS}</w:numbering>")
        for name, words in (more or {}).items():
            archive.writestr(name, f"<w:x {W}>{words}</w:x>")
    return out.getvalue()


def read(body: str, **kind) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:  # type: ignore[no-untyped-def]
    found = read_docx(word(body, **kind), counted_ids())
    clauses = [
        (found.text.numbers.get(one.id, ""), one.title, one.body) for one in found.text.clauses.values()
    ]
    return clauses, found.ignored


def test_articles_typed_by_hand_become_clauses_and_references_do_not() -> None:
    clauses, _ignored = read(
        par("Premesso che:") + par("Art. 1 - Premio", run="<w:b/>") + par("a) 1.000 euro;")
        + par("1.1 Criteri") + par("Presenza.") + par("ARTICOLO 2 – DURATA") + par("Tre anni.")
        + par("Art. 3. Le parti convengono di incontrarsi ogni anno per la verifica.")
        + par("Art. 5 CCNL Metalmeccanici si applica a tutti i lavoratori.")
        + par("Art. 4", '<w:jc w:val="center"/>') + par("(Foro)", '<w:jc w:val="center"/>') + par("Milano.")
    )  # fmt: skip
    assert clauses == [
        ("", "", "Premesso che:"), ("1", "Premio", "a) 1.000 euro;"), ("1.1", "Criteri", "Presenza."),
        ("2", "DURATA", "Tre anni."),
        ("3", "", "Le parti convengono di incontrarsi ogni anno per la verifica.\n\n"
                  "Art. 5 CCNL Metalmeccanici si applica a tutti i lavoratori."),
        ("4", "Foro", "Milano."),
    ]  # fmt: skip


def test_numbers_that_word_writes_by_itself_are_read_as_the_reader_saw_them() -> None:
    clauses, _ignored = read(
        par("Premio", in_list(1)) + par("primo comma", in_list(1, 1)) + par("secondo", in_list(1, 1))
        + par("di cui sopra", in_list(1, 2)) + par("Durata", in_list(1)) + par("uno", in_list(2))
        + par("in mezzo") + par("due", in_list(2))
    )  # fmt: skip
    assert clauses[1:] == [
        ("1", "Premio", "1.1 primo comma\n\n1.2 secondo\n\na) di cui sopra"),
        ("2", "Durata", "1. uno\n\nin mezzo\n\n2\\. due"),
    ]


def test_where_nothing_else_marks_them_bold_lines_open_clauses_and_a_lone_heading_is_the_title() -> None:
    clauses, _ignored = read(
        par("Verbale", run="<w:b/>") + par("Il 3 maggio.") + par("1. Premio", run="<w:b/>") + par("Sì.")
    )
    assert clauses == [("", "", "**Verbale**\n\nIl 3 maggio."), ("1", "Premio", "Sì.")]
    heading = '<w:pStyle w:val="T1"/>'
    clauses, _ignored = read(par("Accordo", heading) + par("Premesso.") + par("Art. 1 – Premio") + par("Sì."))
    assert clauses == [("", "Accordo", "Premesso."), ("1", "Premio", "Sì.")]


def test_no_word_is_lost_in_silence_and_what_is_gone_stays_gone() -> None:
    box = f"<w:txbxContent>{par('nella casella')}</w:txbxContent>"
    gone = '<w:trPr><w:del w:id="1" w:author="Uil"/></w:trPr>'
    body = (
        par("Art. 1 – Premio 3", '<w:pStyle w:val="TOC1"/>')
        + "<w:p><w:r><w:t>prima</w:t><mc:AlternateContent>"
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        '<w:r><w:endnoteReference w:id="2"/><w:sym w:char="F0FE"/></w:r></w:p>'
        f"<w:tbl><w:tr><w:tc>{par('resta')}</w:tc></w:tr><w:tr>{gone}<w:tc>{par('tolta')}</w:tc></w:tr></w:tbl>"
        + par("rotta", '<w:outlineLvl w:val="x"/><w:numPr><w:ilvl w:val="y"/><w:numId w:val="9"/></w:numPr>')
    )
    clauses, ignored = read(body, more={"word/header1.xml": par("Confindustria")}, main="word/document2.xml")
    assert clauses == [("", "", "prima\n\nnella casella\n\nresta\n\n- rotta")]
    assert ignored == ("endnote", "header", "symbol", "table", "table of contents", "text box")


def test_a_row_of_a_table_is_a_line_of_its_words() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{one}</w:tc>" for one in cells) + "</w:tr>"

    table = row(par("Anno"), par("Importo") + par("in euro")) + row(par("2026"), par("1.000"), par(""))
    numbered = row(par("primo", in_list(2)), par("sì")) + row(par("solo"))
    clauses, ignored = read(f"<w:tbl>{table}{numbered}</w:tbl>")
    assert clauses == [("", "", "Anno | Importo in euro\n\n2026 | 1.000\n\n1. primo\n\nsì\n\nsolo")]
    assert ignored == ("table",)


def test_enter_before_a_heading_or_a_copied_one_does_not_lose_the_clause() -> None:
    def heading(name: str, words: str) -> str:
        mark = f'<w:bookmarkStart w:id="1" w:name="{name}"/>'
        return par(words, '<w:pStyle w:val="T1"/>').replace("</w:pPr>", f"</w:pPr>{mark}")

    base = Text.of("T", (Clause("premio", "Premio", "Corpo."), Clause("durata", "Durata", "Tre.")))
    file = word(
        heading("tavolo_premio", "") + par("Art. 1 – Premio", '<w:pStyle w:val="T1"/>') + par("Corpo.")
        + heading("tavolo_durata", "Art. 2 – Durata") + par("Tre.")
        + heading("tavolo_premio Copy 1", "Altro") + par("Nuovo.")
    )  # fmt: skip
    found = read_docx(file, counted_ids("new"), base).text
    assert [(one.id, one.title, one.body) for one in found.root.children] == [
        ("premio", "Premio", "Corpo."), ("durata", "Durata", "Tre."), ("new1", "Altro", "Nuovo."),
    ]  # fmt: skip


THREE = Text.of("T", (
    Clause("a", "Primo", "Uno due.\n\nArt. 5 – Altro testo, citato."),
    Clause("b", "Secondo", "Tre.\n\n- quattro"),
    Clause("c", "Terzo", "Cinque.", children=(Clause("c1", "Sotto", "Sei."),)),
))  # fmt: skip


def test_a_clause_deleted_under_tracking_takes_nothing_else_along() -> None:
    def change(file) -> None:  # type: ignore[no-untyped-def]
        for paragraph in file.paragraphs:
            if paragraph.text.startswith(("Art. 2", "Tre.", "quattro")):
                for run in paragraph.runs:
                    gone = OxmlElement("w:del")
                    run._r.addprevious(gone)
                    gone.append(run._r)
                mark = OxmlElement("w:rPr")
                mark.append(OxmlElement("w:del"))
                paragraph._p.get_or_add_pPr().append(mark)

    assert derive(THREE, back(edited(write_docx(THREE, STAMP), change), THREE)) == (Delete("b"),)


def test_an_article_typed_into_the_file_without_a_look_is_a_new_clause() -> None:
    def change(file) -> None:  # type: ignore[no-untyped-def]
        for words in ("Art. 4 – Foro", "Milano."):
            file.add_paragraph(words)

    [added] = derive(THREE, back(edited(write_docx(THREE, STAMP), change), THREE))
    assert isinstance(added, Insert)
    assert [(one.title, one.body) for one in added.clauses] == [("Foro", "Milano.")]
    assert added.gap.after == "c"


def test_hyphens_that_an_editor_writes_its_own_way_are_no_change() -> None:
    base = Text.of("T", (Clause("c", "Co\u2011datori", "Il con\u00adtratto co\u2011datoriale vale 10."),))
    data = write_docx(base, STAMP)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml").decode()
    for sign, name in (("\u2011", "noBreakHyphen"), ("\u00ad", "softHyphen")):
        body = body.replace(sign, f'</w:t><w:{name}/><w:t xml:space="preserve">')
    body = body.replace("vale 10", "vale 12")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, zipfile.ZipFile(io.BytesIO(data)) as old:
        for name in old.namelist():
            archive.writestr(name, body if name == "word/document.xml" else old.read(name))
    after = back(out.getvalue(), base)
    assert derive(base, after) == (reworded(base, "c", body=base.clause("c").body.replace("10", "12")),)


def test_every_numbered_list_begins_at_one_in_word_too() -> None:
    text = Text.of("T", (Clause("a", "A", "1. uno\n1. due"), Clause("b", "B", "1. ancora")))
    data = write_docx(text, STAMP)
    rows = [one._p.pPr.numPr for one in docx.Document(io.BytesIO(data)).paragraphs]
    assert len({one.numId.val for one in rows if one is not None}) == 2
    assert back(data, text) == text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old_word"), (b"%PDF-1.7", "not_word"),
        (b"PK\x03\x04 cut", "broken_file"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_file_is(data: bytes, code: str) -> None:
    with pytest.raises(TextError) as found:
        read_docx(data, counted_ids())
    assert found.value.code == code


def test_broken_bytes_are_refused_never_a_crash() -> None:
    source, whole = random.Random(5), write_docx(RICH, STAMP)
    for _turn in range(60):
        data = bytearray(whole[: source.randrange(len(whole))] if source.random() < 0.3 else whole)
        for _byte in range(source.randint(1, 6)):
            data[source.randrange(len(data))] = source.randrange(256)
        with suppress(TextError):
            read_docx(bytes(data), counted_ids())


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
