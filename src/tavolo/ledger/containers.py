"""Taking an agreement's parts out of a bundle (.zip) or of a PDF, whoever sent it.

Nothing in the file is run, followed or written to disk: only the named parts are unpacked, within limits
that hold before anything large is in memory; of what else lies in a bundle only the sum is taken. Knows
neither Django nor a database.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from tavolo.ledger.merkle import pages
from tavolo.ledger.merkle.agreement import OTHERS, PAGES_SEAL, PARTS

MIB = 1024 * 1024
LARGEST_FILE = 40 * MIB
LARGEST_PART = 16 * MIB
MOST_ENTRIES = 200
MOST_NAMES = 200  # of attached files in a PDF
DEEPEST = 8


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


def write_zip(parts: dict[str, bytes]) -> bytes:
    """Return a bundle whose bytes depend on the parts alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, parts[name])
    return out.getvalue()


def _from_zip(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    others: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise BadContainer("too many entries")
            for entry in entries:
                if entry.filename in found or entry.filename in others:
                    raise BadContainer(f"{entry.filename} twice")
                if entry.file_size > LARGEST_PART or entry.flag_bits & 0x1:
                    raise BadContainer(f"{entry.filename} too large or locked")
                with archive.open(entry) as source:
                    content = _limited(source.read(LARGEST_PART + 1), entry.filename)
                if entry.filename in PARTS:
                    found[entry.filename] = content
                else:
                    others[entry.filename] = hashlib.sha256(content).hexdigest()
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise BadContainer(str(error)[:120] or type(error).__name__) from error
    return {**found, OTHERS: json.dumps(others).encode()} if others else found


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
