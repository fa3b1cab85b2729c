"""The text as PDF and as Akoma Ntoso."""

from __future__ import annotations

import io
import random
import uuid
from datetime import date

import pypdf
import pytest
from lxml import etree

from tavolo.agreements.documents.akn import NAMESPACE, Frame, NotValid, Party, check, write_akn
from tavolo.agreements.documents.paper import paper
from tavolo.agreements.documents.word_in import read_docx
from tavolo.agreements.documents.word_out import Stamp, write_docx
from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.markdown import blocks
from tavolo.agreements.text.model import Clause, Origin, Text
from tavolo.agreements.text.reading import counted_ids
from tavolo.common.documents.html import html
from tavolo.common.documents.pdf import pdf
from tests.agreements.text.invent import invented

RICH = Text.of(
    "Intesa <sul> premio",
    (
        Clause(
            "premio-1", "Premio", "È **grande e *bello***.\n\n1. uno\n  - sotto\n1. due\n- punto\n\nFine.",
            ("wages",), (Origin("statement", "17"),), (Clause("x.1", "", "Spetta a tutti."),),
        ),
        Clause("vuoto"),
    ),
    "Premesso che:\n- si è discusso.",
)  # fmt: skip
FRAME = Frame(
    "/akn/it/doc/accordo/2026-11-22/milano-1", date(2026, 11, 22), 2, (Party("cgil", "CGIL Milano"),)
)


def test_the_pdf_holds_the_words_and_the_hash() -> None:
    data = pdf(paper(RICH, day=date(2026, 11, 22)))
    words = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    for wanted in ("Intesa <sul> premio", "Art. 1 – Premio", "1.1", "Spetta a tutti", text_hash(RICH)[:16]):
        assert wanted in words
    assert data == pdf(paper(RICH, day=date(2026, 11, 22)))


def test_the_xml_is_valid_and_names_every_clause() -> None:
    root = etree.fromstring(write_akn(RICH, FRAME))
    articles = root.findall(f".//{{{NAMESPACE}}}article")
    assert [one.get("eId") for one in articles] == ["cl_premio-2d-1", "cl_vuoto"]
    assert root.find(f".//{{{NAMESPACE}}}paragraph/{{{NAMESPACE}}}num").text == "1.1"
    assert text_hash(RICH) in etree.tostring(root).decode()
    assert [one.text for one in root.findall(f".//{{{NAMESPACE}}}ol/{{{NAMESPACE}}}li")] == ["uno", "due"]


@pytest.mark.parametrize("seed", range(10))
def test_any_text_is_valid_xml(seed: int) -> None:
    write_akn(invented(random.Random(seed)), FRAME)


ODD = [
    "<b>", "]]>", "<!--", "\x07", "\x0b", "\x9f", "\ufffe", "\uffff", "\ud800", "😀", "שלום", "مرحبا",
    "\u202e", "e\u0301", "\u00ad", "x" * 300, "#let", "$x$", "@a", "\\", "*", "**", "\u200d", "{{",
    "1.", "- ",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_whatever_people_paste_is_valid_xml_word_and_page(seed: int) -> None:
    source = random.Random(seed)

    def words() -> str:
        return " ".join(source.choices([*ODD, "premio"], k=9))

    deep = Clause("c", words(), words(), children=(Clause("c-1", words(), f"- {words()}\n  - {words()}"),))
    text = Text.of(words(), (deep,), words())
    frame = Frame("/akn/it/doc/x", date(2026, 1, 1), 1, (Party("p", words()),), title=words())
    shown = "".join(etree.fromstring(write_akn(text, frame)).itertext())
    assert all(block.text in shown for one in text.clauses.values() for block in blocks(one.body))
    stamp = Stamp(uuid.UUID(int=1), 1, date(2026, 1, 1), words())
    assert read_docx(write_docx(text, stamp), counted_ids(), text).text == text
    page = html(paper(text, day=date(2026, 1, 1)), level=1)
    assert "<b>" not in page.replace("<br>", "")


def test_an_empty_text_is_valid_xml() -> None:
    write_akn(Text.of("Solo il titolo"), FRAME)


def test_what_the_schema_refuses_is_not_handed_out() -> None:
    root = etree.fromstring(write_akn(RICH, FRAME))
    root.find(f".//{{{NAMESPACE}}}article").tag = f"{{{NAMESPACE}}}articolo"
    with pytest.raises(NotValid, match="articolo"):
        check(root)
