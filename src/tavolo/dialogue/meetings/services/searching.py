# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""The words of meetings, minutes, points, documents and communiqués, kept ready for the Italian search."""

from __future__ import annotations

import uuid

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Value

from tavolo.dialogue.meetings.models import Entry
from tavolo.dialogue.models import Table
from tavolo.language.postgres import tsvector_text


def remember(table: Table, kind: str, object_id: uuid.UUID, title: str, text: str = "") -> None:
    """Put one thing's words into the index, in place of those it had."""
    stems = tsvector_text(f"{title} {text}")
    words = Func(
        Value(stems), template="to_tsvector('simple', %(expressions)s)", output_field=SearchVectorField()
    )
    Entry.objects.update_or_create(
        kind=kind, object_id=object_id,
        defaults={"table": table, "title": title[:300], "text": text, "words": words},
        create_defaults={
            "territory": table.territory, "table": table, "title": title[:300], "text": text, "words": words,
        },
    )  # fmt: skip
