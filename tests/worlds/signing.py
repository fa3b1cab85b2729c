"""What the routes of signing point at: the tentative agreement under reservation, the deposited framework."""

from __future__ import annotations

from typing import Any

from tavolo.agreements.models import Agreement
from tavolo.demo.signing import FRAMEWORK_TITLE, TENTATIVE_TITLE


def arguments(seated: Any, written: Any) -> dict[str, object]:
    """Return values for the arguments of this part's routes."""
    rows = Agreement.objects.filter(table=seated.table)
    return {
        "initialled_id": rows.get(title=TENTATIVE_TITLE).pk,
        "signed_id": rows.get(title=FRAMEWORK_TITLE).pk,
    }
