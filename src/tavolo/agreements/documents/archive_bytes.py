"""Zip archives whose bytes depend on their content alone, and their safe opening."""

from __future__ import annotations

import io
import zipfile
import zlib

MIB = 1024 * 1024
LARGEST = 40 * MIB  # of all parts together, unpacked
LARGEST_PART = 25 * MIB
MOST_PARTS = 2_000
RATIO = 200  # unpacked to packed, for parts of a size that matters


class BadArchive(ValueError):
    """A file that is not the archive it should be, or would unpack to far more than it holds."""


def fixed(data: bytes) -> bytes:
    """Return the archive with fixed times and order, so that the same document has the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, old.read(name))
    return out.getvalue()


def parts(data: bytes, wanted: set[str]) -> dict[str, bytes]:
    """Return the wanted parts of an archive; raise BadArchive before anything large is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST:
                raise BadArchive("too large")
            found: dict[str, bytes] = {}
            for entry in entries:
                if entry.filename not in wanted:
                    continue
                dense = entry.file_size > MIB and entry.file_size > RATIO * max(entry.compress_size, 1)
                if entry.flag_bits & 0x1:
                    raise BadArchive("not an archive")
                if entry.file_size > LARGEST_PART or dense:
                    raise BadArchive("too large")
                with archive.open(entry) as source:
                    content = source.read(LARGEST_PART + 1)
                if len(content) > LARGEST_PART:
                    raise BadArchive("too large")
                found[entry.filename] = content
            return found
    except BadArchive:
        raise
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BadArchive("not an archive") from error
