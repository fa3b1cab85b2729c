# mypy: disable-error-code="no-untyped-call"
"""A document as a Word file: real heading styles, its language set, header rows that repeat, pictures named.

The same document gives the same bytes: properties carry the document's own date, and the archive's
entries a fixed one.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import docx as word
import segno
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tavolo.common.documents import model
from tavolo.common.documents.characters import clean

_EPOCH = datetime(2000, 1, 1)  # the property must exist; a document without a date of its own says this
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_RTL = {"ar", "he", "fa", "ur"}
_INK = RGBColor(0x17, 0x32, 0x4D)
_SOFT = RGBColor(0x45, 0x5A, 0x64)
_REGIONS = {"it": "it-IT", "en": "en-GB", "fr": "fr-FR", "es": "es-ES", "de": "de-DE", "ro": "ro-RO"}


def docx(document: model.Document) -> bytes:
    """Write a document as a Word file."""
    made = word.Document()
    _properties(made, document)
    _styles(made, document.language)
    made.add_paragraph(clean(document.title), style="Title")
    if document.subtitle:
        made.add_paragraph(clean(document.subtitle), style="Subtitle")
    for block in document.blocks:
        _block(made, block)
    _footer(made, document)
    if document.language.split("-")[0] in _RTL:
        for paragraph in made.paragraphs:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    out = io.BytesIO()
    made.save(out)
    return _same_bytes(out)


def _properties(made: Any, document: model.Document) -> None:
    day = document.date
    moment = datetime(day.year, day.month, day.day) if day else _EPOCH
    facts = made.core_properties
    facts.title, facts.author, facts.last_modified_by = clean(document.title)[:255], "", ""
    facts.language, facts.identifier = document.language, clean(document.identifier)[:255]
    facts.comments, facts.subject, facts.revision = "", clean(document.subtitle)[:255], 1
    facts.created = facts.modified = moment


def _styles(made: Any, language: str) -> None:
    code = _REGIONS.get(language, language)
    for tag in made.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), code)
        tag.set(qn("w:eastAsia"), code)
        if language.split("-")[0] in _RTL:
            tag.set(qn("w:bidi"), code)
    made.styles["Normal"].font.size = Pt(11)
    for name in ("Title", "Subtitle", *(f"Heading {level}" for level in range(1, 5))):
        made.styles[name].font.color.rgb = _SOFT if name == "Subtitle" else _INK
        made.styles[name].font.italic = False
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)


def _add(paragraph: Any, text: model.Text) -> Any:
    for span in model.spans(text):
        for number, line in enumerate(clean(span.text).split("\n")):
            run = paragraph.add_run()
            if number:
                run.add_break(WD_BREAK.LINE)
            run.add_text(line)
            run.bold, run.italic = span.bold or None, span.italic or None
    return paragraph


def _block(made: Any, block: model.Block) -> None:
    match block:
        case model.Heading():
            made.add_paragraph(clean(block.text), style=f"Heading {block.level}")
        case model.Paragraph():
            written = _add(made.add_paragraph(), block.text)
            if block.small:
                for run in written.runs:
                    run.font.size, run.font.color.rgb = Pt(9), _SOFT
        case model.Bullets():
            for item in block.items:
                _add(made.add_paragraph(style="List Bullet"), item)
        case model.Numbered():
            # Written numbers: Word would count on from the list before.
            for number, item in enumerate(block.items, block.start):
                numbered = made.add_paragraph(f"{number}. ")
                numbered.paragraph_format.left_indent = Cm(0.8)
                numbered.paragraph_format.first_line_indent = Cm(-0.6)
                _add(numbered, item)
        case model.Facts():
            for label, value in block.rows:
                fact = made.add_paragraph()
                fact.paragraph_format.space_after = Pt(2)
                fact.add_run(clean(label) + ": ").bold = True
                _add(fact, value)
        case model.Table():
            _table(made, block)
        case model.Quote():
            _quote(made, block)
        case model.Signatures():
            _signatures(made, block)
        case model.PageBreak():
            made.add_page_break()
        case model.Qr():
            _code(made, block)


def _table(made: Any, block: model.Table) -> None:
    if block.caption:
        made.add_paragraph(clean(block.caption), style="Caption")
    table = made.add_table(rows=1, cols=len(block.header), style="Table Grid")
    repeats = OxmlElement("w:tblHeader")
    repeats.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeats)
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(clean(text)).bold = True
    for row in block.rows:
        for place, (cell, words) in enumerate(zip(table.add_row().cells, row, strict=True)):
            _add(cell.paragraphs[0], words)
            if place in block.numbers:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph()


def _quote(made: Any, block: model.Quote) -> None:
    if block.author:
        author = made.add_paragraph()
        author.add_run(clean(block.author)).bold = True
        author.paragraph_format.left_indent = Cm(0.8)
        author.paragraph_format.keep_with_next = True
    for part in model.paragraphs(block.text):
        _add(made.add_paragraph(style="Quote"), part.text).paragraph_format.left_indent = Cm(0.8)


def _signatures(made: Any, block: model.Signatures) -> None:
    table = made.add_table(rows=0, cols=2)
    for name, role in block.rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(clean(role)).font.color.rgb = _SOFT
        cells[0].add_paragraph(clean(name))
        cells[1].add_paragraph("_" * 34)
    made.add_paragraph()


def _code(made: Any, block: model.Qr) -> None:
    picture = io.BytesIO()
    segno.make(block.text, error="m", micro=False).save(picture, kind="png", scale=6, border=4)
    picture.seek(0)
    shape = made.add_picture(picture, width=Cm(3.2))
    shape._inline.docPr.set("descr", clean(block.caption or block.text))
    if block.caption:
        made.add_paragraph(clean(block.caption), style="Caption")


def _footer(made: Any, document: model.Document) -> None:
    foot = made.sections[0].footer.paragraphs[0]
    words = " · ".join(clean(part) for part in (document.footer, document.identifier) if part)
    run = foot.add_run(f"{words} · " if words else "")
    number = foot.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        number._r.append(part)
    for piece in (run, number):
        piece.font.size, piece.font.color.rgb = Pt(8.5), _SOFT


def _same_bytes(written: io.BytesIO) -> bytes:
    """Return the archive again with fixed times: python-docx stamps the moment of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()
