"""A Word file as a package of parts: which part is the text, which hold styles, numbers, comments, heads.

Word names its parts as it likes ("word/document2.xml"): the relationships say which is which. A file that is
no Word file is refused in the words of what it is.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from tavolo.agreements.documents.archive_bytes import BadArchive, parts
from tavolo.agreements.text.errors import TextError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RELATIONS = "_rels/.rels"
MAIN = "word/document.xml"
# "Strict Open XML" says the same in another namespace.
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = {
    "styles": "styles.xml", "numbering": "numbering.xml", "comments": "comments.xml",
    "header": "header1.xml", "footer": "footer1.xml",
}  # fmt: skip


def opened(data: bytes) -> dict[str, list[bytes]]:
    """Return the parts of a Word file by what they are: "document", "core", and those of NAMES.

    Raises TextError, in the words of what the file is, where the bytes are not a Word file.
    """
    _refuse_others(data)
    try:
        relations = parts(data, {RELATIONS}).get(RELATIONS)
        known = list(_related(relations, "")) if relations else []
        main = next((target for kind, target in known if kind == "officeDocument"), MAIN)
        folder, name = posixpath.split(main)
        own = f"{folder}/_rels/{name}.rels"
        below = parts(data, {own}).get(own)
        places = [("document", main), ("core", "docProps/core.xml")]
        places += [(kind, f"{folder}/{usual}") for kind, usual in NAMES.items()]
        related = _related(below, folder) if below else ()
        places += [(kind, target) for kind, target in related if kind in NAMES]
        found = parts(data, {place for _kind, place in places})
    except BadArchive as error:
        raise TextError("too_large" if str(error) == "too large" else "broken_file") from error
    if main not in found:
        raise TextError("not_word")
    out: dict[str, list[bytes]] = {}
    for kind, place in dict.fromkeys(places):
        if place in found:
            out.setdefault(kind, []).append(found[place].replace(STRICT, USUAL))
    return out


def _refuse_others(data: bytes) -> None:
    """Say what a file is that is not a Word file of today."""
    if data.startswith(OLE):
        raise TextError("old_word")
    if not data.startswith(b"PK"):
        raise TextError("not_word")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except Exception as error:  # broken bytes raise many kinds
        raise TextError("broken_file") from error
    if "mimetype" in names and "content.xml" in names:
        raise TextError("open_document")


def _related(data: bytes, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and place of each part a list of relationships names."""
    root = xml(data)
    for one in root.iter("{*}Relationship"):
        target = one.get("Target", "")
        if one.get("TargetMode") == "External" or not target:
            continue
        place = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        yield one.get("Type", "").rsplit("/", 1)[-1], posixpath.normpath(place)


def xml(data: bytes) -> Any:
    """Return a part of the file as XML; raise TextError for what is none, or could reach outside it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TextError("broken_file") from error
    if root.getroottree().docinfo.doctype:
        raise TextError("broken_file")
    return root
