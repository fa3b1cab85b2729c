"""What the routes of archive and verification point at, in the small world."""

from __future__ import annotations

from typing import Any


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return a public agreement made elsewhere, of a record that can be corrected."""
    from tavolo.agreements.archive.models import Entry

    entry = Entry.objects.filter(elsewhere=True, corrected=False).order_by("key")[0]
    return {"entry_key": entry.key, "export_format": "csv", "text_format": "txt"}
