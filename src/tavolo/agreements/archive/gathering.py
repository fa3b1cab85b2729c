# mypy: disable-error-code="attr-defined, arg-type, no-any-return, var-annotated"
"""What other pages gather from the archive: public agreements by their words, and the names of its acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tavolo.agreements.archive.searching import Query, search
from tavolo.dialogue.hooks import Match
from tavolo.ledger import readers

MOST_FOUND = 10


def find(account_id: uuid.UUID | None, query: str) -> Iterable[Match]:
    """Return public agreements that hold every telling word of the query."""
    found = search(Query(words=query), with_facets=False).entries[:MOST_FOUND] if query.strip() else []
    for place, row in enumerate(found):
        link = reverse("archive:agreement", args=[row.key])
        words = f"{', '.join(row.parties)} · {row.signed_on:%d/%m/%Y}"
        yield Match(_("Agreement"), row.title, words, link, 1.0 - place / 100)


def name_acts() -> None:
    """Tell the register what the archive's acts are called; everybody reads them: they are public."""
    readers.name_acts(
        {
            "archive.added": _lazy("An agreement made elsewhere was added to the archive"),
            "archive.corrected": _lazy("An agreement made elsewhere was corrected by a new record"),
        }
    )
    readers.readable("archive.agreement", lambda request, object_id: True)
