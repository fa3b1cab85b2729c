"""Taking an agreement's parts out of a bundle (.zip) or of a PDF, whoever sent it.

Nothing in the file is run, followed or written to disk: only the named parts are unpacked, within limits
that hold before anything large is in memory; of what else lies in a bundle only the sum is taken. Knows
neither Django nor a database.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tavolo.ledger.merkle import pages
from tavolo.ledger.merkle.agreement import CONTAINER, OTHERS, PAGES_SEAL, PARTS

MIB = 1024 * 1024
LARGEST_FILE = 40 * MIB
LARGEST_PART = 16 * MIB
MOST_ENTRIES = 200
TIME = (1980, 1, 1, 0, 0, 0)
MOST_NAMES = 200  # of attached files in a PDF
DEEPEST = 8
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError)


class BadContainer(ValueError):
    """The file is no bundle and no PDF with parts, or would unpack to far more than it holds."""


def kind_of(head: bytes) -> str:
    """Return "zip", "pdf" or "" from the first bytes of a file."""
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    return "pdf" if b"%PDF-" in head[:1024] else ""


def read_parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of a bundle or PDF by name; raise BadContainer where it cannot be opened."""
    if len(data) > LARGEST_FILE:
        raise BadContainer(f"more than {LARGEST_FILE // MIB} MiB")
    kind = kind_of(data[:1024])
    if kind == "zip":
        return _from_zip(data)
    if kind == "pdf":
        return {**_from_pdf(data), PAGES_SEAL: pages.find(data)}
    raise BadContainer("neither PDF nor zip")


def read_file(path: Path) -> dict[str, bytes]:
    """Return the parts of the bundle or PDF in a file; raise BadContainer or OSError."""
    if path.stat().st_size > LARGEST_FILE:
        raise BadContainer(f"more than {LARGEST_FILE // MIB} MiB")
    return read_parts(path.read_bytes())


def write_zip(parts: Mapping[str, bytes]) -> bytes:
    """Return a bundle in its one form: its bytes depend on names and contents alone.

    Entries lie in the order of their names, as they are (nothing packed), with one time and no comment. So
    whoever reads a bundle can write it anew and compare: no byte of it is outside what is checked.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            archive.writestr(_entry(name), parts[name])
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, TIME)
    entry.create_system, entry.external_attr = 3, 0o600 << 16
    return entry


def _from_zip(data: bytes) -> dict[str, bytes]:
    content: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise BadContainer("too many entries")
            total = 0
            for entry in entries:
                if entry.filename in content:
                    raise BadContainer(f"{entry.filename} twice")
                if entry.file_size > LARGEST_PART or entry.flag_bits & 0x1:
                    raise BadContainer(f"{entry.filename} too large or locked")
                with archive.open(entry) as source:
                    content[entry.filename] = _limited(source.read(LARGEST_PART + 1), entry.filename)
                total += len(content[entry.filename])
                if total > LARGEST_FILE:
                    raise BadContainer("unpacks to more than it may hold")
            odd = _odd(data, archive, content)
    except BadContainer:
        raise
    # Headers that contradict each other make the library fail in these ways too.
    except (*BROKEN, ValueError, struct.error, OverflowError) as error:
        raise BadContainer(str(error)[:120] or type(error).__name__) from error
    found = {name: one for name, one in content.items() if name in PARTS}
    others = {
        name: hashlib.sha256(one).hexdigest() for name, one in content.items() if name not in PARTS
    }  # fmt: skip
    said = {OTHERS: json.dumps(others).encode()} if others else {}
    return {**found, **said, CONTAINER: json.dumps(odd).encode()}


def _odd(data: bytes, archive: zipfile.ZipFile, content: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Return what of a zip's own bytes is not as `write_zip` writes them; nothing where they are the same."""
    if write_zip(content) == data:
        return []
    found = [{"what": "comment", "name": ""}] if archive.comment else []
    names = [entry.filename for entry in archive.infolist()]
    if names != sorted(names):
        found.append({"what": "order", "name": ""})
    for entry in archive.infolist():
        own = _entry(entry.filename)
        checks = (
            ("entry_comment", bool(entry.comment)),
            ("extra", bool(entry.extra)),
            ("time", entry.date_time != own.date_time),
            ("attributes", (entry.create_system, entry.external_attr, entry.internal_attr)
             != (own.create_system, own.external_attr, own.internal_attr)),
            ("packed", entry.compress_type != zipfile.ZIP_STORED),
        )  # fmt: skip
        found += [{"what": what, "name": entry.filename} for what, is_so in checks if is_so]
    # Nothing that can be named: bytes before, between or after the files, or a header that says otherwise.
    return found or [{"what": "bytes", "name": ""}]


def _from_pdf(data: bytes) -> dict[str, bytes]:
    # Loaded only for a PDF: the library is large, and a bundle needs none of it.
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted:
            raise BadContainer("locked with a password")
        found: dict[str, bytes] = {}
        _leaves(_get(_get(reader.root, "/Names"), "/EmbeddedFiles"), found, 0, [0])
    except BadContainer:
        raise
    # A hostile PDF makes the library fail in many ways; each of them means that it cannot be read.
    except Exception as error:
        raise BadContainer(str(error)[:120] or type(error).__name__) from error
    return found


def _leaves(node: Any, found: dict[str, bytes], depth: int, count: list[int]) -> None:
    """Walk the tree of attached files and keep those that are parts."""
    if node is None or depth > DEEPEST:
        return
    names, kids = _get(node, "/Names") or (), _get(node, "/Kids") or ()
    count[0] += len(names) + len(kids)
    if count[0] > 2 * MOST_NAMES:
        raise BadContainer("too many attached files")
    for place in range(1, len(names), 2):
        _attached(names[place], found)
    for place in range(len(kids)):
        _leaves(kids[place], found, depth + 1, count)


def _get(node: Any, key: str) -> Any:
    """Return an entry of a PDF dictionary with references followed, or None."""
    return node[key] if node is not None and key in node else None


def _attached(entry: Any, found: dict[str, bytes]) -> None:
    name = str(_get(entry, "/UF") or _get(entry, "/F") or "")
    if name not in PARTS:
        return
    if name in found:
        raise BadContainer(f"{name} twice")
    found[name] = _limited(bytes(entry["/EF"]["/F"].data), name)


def _limited(data: bytes, name: str) -> bytes:
    if len(data) > LARGEST_PART:
        raise BadContainer(f"{name} too large")
    return data
