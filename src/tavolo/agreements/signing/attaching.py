"""Attaching files inside a PDF, deterministically: the same bytes give the same file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

TYPES = {"json": "application/json", "tavolo": "application/x-ndjson", "pdf": "application/pdf"}


def with_files(data: bytes, attached: Mapping[str, tuple[bytes, str]]) -> bytes:
    """Return the PDF with files attached: name -> (bytes, what it is). The pages stay byte for byte.

    An empty form is added too, so that signing tools only ever append a field.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    for name, (content, description) in attached.items():
        ending = name.rpartition(".")[2]
        held = embed.EmbeddedFileObject.from_file_data(
            writer, data=content, mime_type=TYPES.get(ending, "application/octet-stream"), compress=True
        )
        spec = embed.FileSpec(
            file_spec_string=name, file_name=name, embedded_data=held, description=description,
            af_relationship=generic.pdf_name("/Source"),
        )  # fmt: skip
        embed.embed_file(writer, spec)
    if "/AcroForm" not in writer.root:
        # Flags 3: signatures may exist, changes are appended only. Signing tools set them anyway.
        form = generic.DictionaryObject({
            generic.pdf_name("/Fields"): generic.ArrayObject(),
            generic.pdf_name("/SigFlags"): generic.NumberObject(3),
        })  # fmt: skip
        writer.root["/AcroForm"] = writer.add_object(form)
        writer.update_root()
    _fix_identifier(writer, data)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _fix_identifier(writer: IncrementalPdfFileWriter, data: bytes) -> None:
    """Take the random half of the file's identifier from its content instead."""
    digest = hashlib.sha256(data).digest()[:16]
    pair = writer._document_id
    writer._document_id = generic.ArrayObject(
        [pair[0] if pair else generic.ByteStringObject(digest), generic.ByteStringObject(digest)]
    )
