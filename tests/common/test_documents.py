"""A document as data becomes PDF, Word and page; what people wrote stays text in all three."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document as read_docx
from pypdf import PdfReader

from tavolo.common.documents.docx import docx
from tavolo.common.documents.html import html
from tavolo.common.documents.model import (
    Bullets,
    Document,
    Facts,
    Heading,
    Numbered,
    PageBreak,
    Paragraph,
    Qr,
    Quote,
    Signatures,
    Span,
    Table,
    paragraphs,
)
from tavolo.common.documents.pdf import pdf, standards

HOSTILE = '#let x = 1 $a^2$ @cita \\ *s* _u_ `c` [l] <b>&amp; // /* "q" \'q\' = - + / ~ #panic("no")'
FOREIGN = "مرحبا بكم שלום 中文 Привіт Ελλάδα"


def sample(**changes: Any) -> Document:
    facts: dict[str, Any] = {
        "title": "Verbale di incontro", "language": "it", "subtitle": "Plenaria del 22 novembre",
        "footer": "Tavolo di prova", "identifier": "V-3", "date": date(2026, 11, 22),
        "blocks": (
            Heading(1, "Presenti"),
            Bullets(("Anna Bianchi, CGIL", HOSTILE)),
            Paragraph((Span("Forte", bold=True), Span(" e leggero", italic=True), Span("\nseconda riga"))),
            Heading(2, "Dettagli"),
            Numbered(("primo", "secondo"), start=4),
            Facts((("Luogo", "Milano"), ("Impronta", "a1" * 32))),
            Table(("Parte", "Voti"), (("CGIL", "12"), ("CISL", "7")), "Chi ha votato", (1,)),
            Quote("CISL", "Prima riga.\n\nSeconda riga."),
            PageBreak(),
            Signatures((("Anna Bianchi", "Capo delegazione CGIL"),)),
            Qr("https://example.org/verifica", "Verifica in linea"),
        ),
    }  # fmt: skip
    return Document(**(facts | changes))


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_pdf_says_what_the_document_says() -> None:
    text = pdf_text(pdf(sample()))
    for word in ("Verbale di incontro", "Presenti", "Anna Bianchi, CGIL", "4.", "12", "CISL", "V-3", "1 / 2"):
        assert word in text


def test_pdf_with_a_date_is_archival_and_accessible_without_one_only_accessible() -> None:
    metadata = PdfReader(io.BytesIO(pdf(sample()))).xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A" in metadata
    assert "<pdfuaid:part>1<" in metadata
    undated = sample(date=None)
    assert standards(undated) == ["ua-1"]
    metadata = PdfReader(io.BytesIO(pdf(undated))).xmp_metadata.stream.get_data().decode()
    assert "pdfaid:part" not in metadata.replace("xmlns:pdfaid", "")
    assert "<pdfuaid:part>1<" in metadata


def test_pdf_is_tagged_with_language_headings_and_table_header() -> None:
    reader = PdfReader(io.BytesIO(pdf(sample())))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "it"
    assert root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/Figure"} <= _roles(root["/StructTreeRoot"])


def _roles(node: Any) -> set[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if not isinstance(node, dict):
        return set().union(*map(_roles, node)) if isinstance(node, list) else set()
    found = {node["/S"]} if "/S" in node else set()
    return found | (_roles(node["/K"]) if "/K" in node else set())


@pytest.mark.parametrize("make", [pdf, docx])
def test_the_same_document_gives_the_same_bytes(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make(sample())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert make(sample()) == first
    assert str(datetime.now().year + 1).encode() not in first


def test_hostile_text_is_shown_not_obeyed_in_every_place() -> None:
    everywhere = sample(
        title=HOSTILE, subtitle=HOSTILE, footer=HOSTILE, identifier=HOSTILE,
        blocks=(
            Heading(1, HOSTILE), Paragraph((Span(HOSTILE, bold=True),)), Numbered((HOSTILE,)),
            Facts(((HOSTILE, HOSTILE),)), Table((HOSTILE,), ((HOSTILE,),), HOSTILE),
            Quote(HOSTILE, HOSTILE), Signatures(((HOSTILE, HOSTILE),)), Qr("x", HOSTILE),
        ),
    )  # fmt: skip
    assert re.sub(r"\s", "", pdf_text(pdf(everywhere))).count('#panic("no")') >= 12
    page = html(everywhere)
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;amp;" in page
    body = read_docx(io.BytesIO(docx(everywhere)))
    assert body.paragraphs[0].text == HOSTILE


def test_other_scripts_and_signs_no_font_has_do_not_stop_the_work() -> None:
    document = sample(title=f"Titolo {FOREIGN} 🎉", blocks=(Paragraph(FOREIGN + " 👩‍🏭 \ue000 \U000fffff"),))
    text = pdf_text(pdf(document))
    assert "Привіт" in text
    assert "▯" in text
    assert FOREIGN in html(document)
    assert "🎉" in read_docx(io.BytesIO(docx(document))).paragraphs[0].text


def test_control_and_turning_signs_are_left_out() -> None:
    document = sample(blocks=(Paragraph("uno\x00\x07\x1b \u202edue\u2066 tre\ttab"),))
    assert "uno due tre tab" in html(document)
    assert "uno due tre tab" in pdf_text(pdf(document))
    assert any(p.text == "uno due tre tab" for p in read_docx(io.BytesIO(docx(document))).paragraphs)


def test_a_word_longer_than_the_line_is_broken() -> None:
    reader = PdfReader(io.BytesIO(pdf(sample(blocks=(Paragraph("x" * 400),)))))
    assert reader.pages[0].extract_text().count("x") == 400


def test_right_to_left_document() -> None:
    document = sample(language="ar", title="محضر", blocks=(Paragraph("مرحبا"),))
    assert b"%PDF" in pdf(document)[:8]
    assert 'lang="ar"' in html(document)
    made = read_docx(io.BytesIO(docx(document)))
    assert "w:bidi" in made.paragraphs[0]._p.xml


def test_word_file_has_styles_language_header_row_and_named_picture() -> None:
    made = read_docx(io.BytesIO(docx(sample())))
    styles = {p.text: p.style.name for p in made.paragraphs if p.text}
    assert styles["Verbale di incontro"] == "Title"
    assert styles["Presenti"] == "Heading 1"
    assert styles["Dettagli"] == "Heading 2"
    assert styles["Anna Bianchi, CGIL"] == "List Bullet"
    assert styles["Prima riga."] == "Quote"
    assert 'w:val="it-IT"' in made.styles.element.xml
    table = made.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Parte", "Voti"]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert 'descr="Verifica in linea"' in made.element.xml
    assert made.core_properties.created.date() == date(2026, 11, 22)


def test_page_has_headings_below_its_own_and_keeps_its_policy() -> None:
    page = html(sample(), level=2)
    assert "<h2" in page
    assert "<h3 dir='auto'>Presenti</h3>" in page
    assert '<th scope="col">Parte</th>' in page
    assert '<td class="text-end">12</td>' in page
    assert " style=" not in page
    assert "<script" not in page
    assert "<h2" not in html(sample(), title=False)


def test_what_is_malformed_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        Heading(5, "x")
    with pytest.raises(ValueError, match="cells"):
        Table(("a", "b"), (("1",),))


def test_a_typed_text_becomes_paragraphs() -> None:
    assert [p.text for p in paragraphs("uno\r\ndue\r\n \r\n\r\ntre\n")] == ["uno\ndue", "tre"]
    assert paragraphs("  \n ") == ()


@pytest.mark.parametrize("seed", range(12))
def test_a_long_sum_is_copied_from_a_pdf_as_it_is(seed: int) -> None:
    """No hyphen, no character without width between the lines it takes."""
    found = hashlib.sha256(str(seed).encode()).hexdigest()
    words = "fadebabacadedafa" * 4  # letters that Italian would hyphenate
    page = Document(title="Somme", language="it", blocks=(Paragraph(f"Impronta SHA-256 {found} e {words}."),))
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf(page))).pages)
    assert "\u200b" not in text
    told = "".join(text.split())
    assert found in told
    assert words in told
