"""What a file is, from its bytes. The sender's word for it counts only among kinds of plain text."""

from __future__ import annotations

import re

CSV = "text/csv"
TEXT = "text/plain"
JSON = "application/json"
PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PARQUET = "application/vnd.apache.parquet"
XML = "application/xml"
HTML = "text/html"
BINARY = "application/octet-stream"
MP3 = "audio/mpeg"
OGG = "audio/ogg"
WAV = "audio/wav"

HEAD = 64 * 1024
_OFFICE_PART = re.compile(rb"PK\x03\x04.{4,26}?(xl|word)/", re.DOTALL)

_MAGIC = [
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"PAR1", PARQUET),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"OggS", OGG),
]
_TEXT_ENDINGS = {".csv": CSV, ".tsv": CSV, ".txt": TEXT, ".json": JSON, ".xml": XML, ".html": HTML}


def media_type(head: bytes, name: str) -> str:
    """Return the media type of a file from its first bytes (64 KiB do); unknown binary is octet-stream."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head.startswith(b"PK\x03\x04"):
        return _office(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    if not _is_text(head):
        return BINARY
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<script")):
        return HTML
    if start.startswith(b"<"):
        return XML
    ending = "." + name.rpartition(".")[2].lower()
    found = _TEXT_ENDINGS.get(ending, TEXT)
    # Text that merely claims to be HTML or XML holds neither; text it is.
    return TEXT if found in (HTML, XML) else found


def _office(head: bytes) -> str:
    """Tell spreadsheets and text documents from other zip files by the parts they begin with."""
    # A part's name stands at most 26 bytes behind its signature: the same letters in packed data are chance.
    found = _OFFICE_PART.search(head)
    return ZIP if found is None else (XLSX if found[1] == b"xl" else DOCX)


def _is_text(head: bytes) -> bool:
    """Return whether bytes can be text: no control characters but tab, line and page ends."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")
    return not any(byte in head for byte in controls)
